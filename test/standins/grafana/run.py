#!/usr/bin/python3
"""Stub of Grafana: answers /api/health. https://grafana.com/docs/grafana/latest/developers/http_api/other/"""

import os
import signal
import sys

from stub_server import serve

signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
serve(
    "Grafana",
    int(os.environ.get("GF_SERVER_HTTP_PORT", "3000")),
    "/api/health",
    lambda _query: (200, {"database": "ok", "version": "12.4.0+stub"}),
)
