"""`python -m src.api`: reads the configuration first, so that a mistake in it is one clear line and exit code 1."""

import os
import sys

import uvicorn

from .settings import ConfigError, load_settings


def main() -> None:
    print("stand-in for the CodeGraph API: real FastAPI, SQLAlchemy and Alembic; no code analysis", flush=True)
    try:
        settings = load_settings()
    except ConfigError as error:
        sys.exit(f"configuration error: {error}")
    from .app import create_app

    uvicorn.run(
        create_app(settings),
        host="0.0.0.0",
        port=8000,
        workers=1,  # one worker: the caches and metrics live in this process
        log_level=os.environ.get("LOG_LEVEL", "INFO").lower(),
        access_log=False,
        server_header=False,
    )


main()
