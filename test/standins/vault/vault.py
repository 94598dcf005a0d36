#!/usr/bin/python3
"""Stub of HashiCorp Vault: `vault server` answers /v1/sys/health the way a new, uninitialised Vault does.

https://developer.hashicorp.com/vault/api-docs/system/health
"""

import signal
import sys

from stub_server import serve

NOT_INITIALISED = {"initialized": False, "sealed": True, "standby": True, "version": "1.15.0+stub"}


def health(query: dict[str, str]) -> tuple[int, dict]:
    code = query.get("uninitcode", "501")
    return (int(code) if code.isdigit() else 400), NOT_INITIALISED


if sys.argv[1:2] in (["version"], ["--version"]):
    print("Vault v1.15.0+stub (answers only its health check)")
elif sys.argv[1:2] == ["server"]:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    serve("HashiCorp Vault", 8200, "/v1/sys/health", health)
else:
    sys.exit("stub of HashiCorp Vault: only `vault server` and `vault version`")
