"""Puts the application together."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.middleware.cors import CORSMiddleware

from . import VERSION, auth, chat, health, metrics
from .database import Database
from .settings import Settings


def create_app(settings: Settings) -> FastAPI:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.database = Database()
        yield
        await app.state.database.engine.dispose()

    # The interactive documentation would load its scripts from outside.
    app = FastAPI(title="CodeGraph API (stand-in)", version=VERSION, lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.settings = settings
    for router in (health.router, auth.router, chat.router):
        app.include_router(router)
    if settings.cors_origins:
        app.add_middleware(CORSMiddleware, allow_origins=settings.cors_origins, allow_methods=["*"], allow_headers=["*"])

    @app.middleware("http")
    async def measure(request: Request, call_next):
        begun = time.perf_counter()
        metrics.total_requests.inc()
        status = 500
        with metrics.active_requests.track_inprogress():
            try:
                response = await call_next(request)
                status = response.status_code
                return response
            finally:
                metrics.http_requests.labels(str(status)).inc()
                metrics.http_seconds.observe(time.perf_counter() - begun)

    return app
