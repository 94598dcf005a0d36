"""A question to the local model. With SECURITY_ENABLED a bearer token is needed."""

from fastapi import APIRouter, HTTPException, Request
from pydantic import BaseModel, Field

from . import dlp, llm, metrics
from .auth import current_user

router = APIRouter(prefix="/api/v1")


class Question(BaseModel):
    message: str = Field(min_length=1, max_length=20_000)


@router.post("/chat")
async def chat(question: Question, request: Request) -> dict:
    settings = request.app.state.settings
    if settings.security_enabled:
        current_user(request)
    with metrics.scenario_seconds.time():
        metrics.cache_misses.inc()
        try:
            answer = await llm.ask(settings.llm_base_url, question.message)
        except llm.LlmError as error:
            raise HTTPException(502, str(error)) from error
        text, masked = dlp.mask(answer.text) if settings.dlp_enabled else (answer.text, 0)
        if masked:
            metrics.dlp_blocks.inc()
    return {"answer": text, "model": answer.model, "tokens": answer.tokens, "dlp_masked": masked}
