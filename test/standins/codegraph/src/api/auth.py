"""Login with a password, bearer tokens signed with API_JWT_SECRET (HS256, RFC 7519)."""

import time

import jwt
from fastapi import APIRouter, HTTPException, Request
from pydantic import BaseModel, Field
from sqlalchemy import select

from .models import AuditEntry, User
from .passwords import NOBODY, hash_password, verify_password

LIFETIME_SECONDS = 3600
router = APIRouter(prefix="/api/v1/auth")


class Credentials(BaseModel):
    username: str
    password: str


@router.post("/login")
async def login(credentials: Credentials, request: Request) -> dict:
    state = request.app.state
    async with state.database.session() as session:
        user = await session.scalar(select(User).where(User.username == credentials.username))
        accepted = verify_password(credentials.password, user.password_hash if user else NOBODY) and user is not None
        session.add(AuditEntry(username=credentials.username[:150], action="login" if accepted else "login refused"))
        await session.commit()
    if not accepted:
        raise HTTPException(401, "wrong username or password", {"WWW-Authenticate": "Bearer"})
    now = int(time.time())
    claims = {"sub": user.username, "role": user.role, "iat": now, "exp": now + LIFETIME_SECONDS}
    token = jwt.encode(claims, state.settings.jwt_secret, algorithm="HS256")
    return {"access_token": token, "token_type": "bearer", "expires_in": LIFETIME_SECONDS}


def current_user(request: Request) -> dict:
    """The claims of the request's bearer token; 401 without a valid one."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    try:
        if scheme.lower() != "bearer":
            raise jwt.InvalidTokenError
        return jwt.decode(
            token, request.app.state.settings.jwt_secret, algorithms=["HS256"], options={"require": ["exp", "sub"]}
        )
    except jwt.InvalidTokenError:
        raise HTTPException(401, "a valid bearer token is needed", {"WWW-Authenticate": "Bearer"}) from None


class NewPassword(BaseModel):
    current: str
    new: str = Field(min_length=8, max_length=200)


@router.post("/password", status_code=204)
async def change_password(change: NewPassword, request: Request) -> None:
    """Of the user whose token it is; the current password is asked for again."""
    claims = current_user(request)
    async with request.app.state.database.session() as session:
        user = await session.scalar(select(User).where(User.username == claims["sub"]))
        accepted = verify_password(change.current, user.password_hash if user else NOBODY) and user is not None
        if accepted:
            user.password_hash = hash_password(change.new)
        session.add(AuditEntry(username=claims["sub"], action="password changed" if accepted else "password refused"))
        await session.commit()
    if not accepted:
        raise HTTPException(403, "the current password is wrong")


@router.get("/me")
async def me(request: Request) -> dict:
    claims = current_user(request)
    return {"username": claims["sub"], "role": claims["role"]}
