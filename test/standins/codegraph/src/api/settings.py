"""config.yaml and the environment, checked before anything starts. No message ever repeats a secret's value."""

import os
import re
from dataclasses import dataclass

import yaml

CONFIG_PATH = "/app/config.yaml"


class ConfigError(Exception):
    """Says which setting is wrong and what is expected."""


@dataclass(frozen=True)
class Settings:
    jwt_secret: str
    security_enabled: bool
    dlp_enabled: bool
    cors_origins: list[str]
    llm_base_url: str
    n_ctx: int


def database_url() -> str:
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgresql+asyncpg://"):
        raise ConfigError("DATABASE_URL must be set and begin with postgresql+asyncpg://")
    return url


def load_settings() -> Settings:
    database_url()
    config = _read_config()
    provider = _get(config, "llm.provider", str)
    if provider != "local":
        raise ConfigError(f'llm.provider is "{provider}"; without a way out only "local" can work')
    _get(config, "llm.local.model_path", str)
    _number(config, "llm.local.n_gpu_layers", -1)
    _number(config, "llm.local.n_batch", 1)
    _number(config, "llm.local.n_threads", 1)
    if _get(config, "security.dlp.webhook.enabled", bool):
        raise ConfigError("security.dlp.webhook.enabled must be false: there is no way out to a webhook")
    secret = os.environ.get("API_JWT_SECRET", "")
    if len(secret) < 32:
        raise ConfigError("API_JWT_SECRET must be set and have at least 32 characters")
    return Settings(
        jwt_secret=secret,
        security_enabled=_flag("SECURITY_ENABLED") and _get(config, "security.enabled", bool),
        dlp_enabled=_flag("DLP_ENABLED") and _get(config, "security.dlp.enabled", bool),
        cors_origins=[origin for origin in os.environ.get("CORS_ALLOWED_ORIGINS", "").split(",") if origin],
        llm_base_url=os.environ.get("LLM_BASE_URL", "http://llm:8080/v1").rstrip("/"),
        n_ctx=_number(config, "llm.local.n_ctx", 1),
    )


def _read_config() -> dict:
    try:
        with open(CONFIG_PATH, encoding="utf-8") as file:
            config = yaml.safe_load(file)
    except OSError as error:
        raise ConfigError(f"{CONFIG_PATH} cannot be read: {error.strerror}") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise ConfigError(f"{CONFIG_PATH} is not YAML{f' (line {mark.line + 1})' if mark else ''}") from error
    if not isinstance(config, dict):
        raise ConfigError(f"{CONFIG_PATH} must hold a mapping")
    return config


def _get(config: dict, path: str, kind: type):
    value = config
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    if isinstance(value, str):
        value = re.sub(r"\$\{(\w+)(?::-([^}]*))?\}", lambda m: os.environ.get(m[1], m[2] or ""), value)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise ConfigError(f"{CONFIG_PATH}: {path} must be of type {kind.__name__}")
    return value


def _number(config: dict, path: str, least: int) -> int:
    value = _get(config, path, int)
    if value < least:
        raise ConfigError(f"{CONFIG_PATH}: {path} must be at least {least}")
    return value


def _flag(name: str) -> bool:
    value = os.environ.get(name, "true").lower()
    if value not in ("true", "false"):
        raise ConfigError(f"{name} must be true or false")
    return value == "true"
