"""The HTTP server of the stubs: one path is answered, everything else is refused by name.

Every response carries the header `X-Airgap-Stub`, so that nobody takes the answer for the product's.
"""

import http.server
import json
import socket
import sys
from urllib.parse import parse_qs, urlsplit

NOTE = "answers only its health check"


def serve(name: str, port: int, path: str, answer) -> None:
    """Listens on all addresses; `answer(query)` gives the status and the JSON document for GET and HEAD of `path`."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            url = urlsplit(self.path)
            if url.path == path:
                status, document = answer({key: values[-1] for key, values in parse_qs(url.query).items()})
            else:
                status, document = 501, {"error": f"this is a stub of {name}: it {NOTE}"}
            body = json.dumps(document).encode() + b"\n"
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("X-Airgap-Stub", NOTE)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_HEAD = do_POST = do_PUT = do_DELETE = do_GET

        def log_message(self, *_):
            pass  # health checks every few seconds

    class Server(http.server.ThreadingHTTPServer):
        # Both families, as the programs that are stubbed do: busybox's wget takes `localhost` for ::1 and tries no other.
        address_family = socket.AF_INET6 if socket.has_dualstack_ipv6() else socket.AF_INET

        def server_bind(self):
            if self.address_family == socket.AF_INET6:
                self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            super().server_bind()

    print(f"stub of {name}: {NOTE}; port {port}", flush=True)
    try:
        Server(("", port), Handler).serve_forever()
    except KeyboardInterrupt:
        sys.exit(0)
