"""Asks the LLM server. https://github.com/ggml-org/llama.cpp/tree/master/tools/server#api-endpoints"""

import asyncio
import json
import urllib.error
import urllib.request
from dataclasses import dataclass

from . import metrics

# A proxy in the environment would be a way out.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class LlmError(Exception):
    """The server could not be reached or did not answer with a completion."""


@dataclass(frozen=True)
class Answer:
    text: str
    model: str
    tokens: int


async def ask(base_url: str, message: str) -> Answer:
    metrics.llm_requests.inc()
    try:
        with metrics.llm_seconds.time():
            answer = await asyncio.to_thread(_post, f"{base_url}/chat/completions", message)
    except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
        metrics.rag_llm_errors.inc()
        raise LlmError(f"{type(error).__name__} from the LLM server") from error
    metrics.rag_llm_tokens.labels(answer.model).inc(answer.tokens)
    metrics.llm_tokens.inc(answer.tokens)
    return answer


def _post(url: str, message: str) -> Answer:
    body = {"messages": [{"role": "user", "content": message}], "temperature": 0, "max_tokens": 128}
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with _opener.open(request, timeout=120) as response:
        reply = json.load(response)
    return Answer(
        text=reply["choices"][0]["message"]["content"],
        model=str(reply.get("model", "unknown")),
        tokens=int(reply["usage"]["total_tokens"]),
    )
