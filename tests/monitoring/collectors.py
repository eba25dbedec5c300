"""Servers of our own in the place of a collector of traces and of one of error reports."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span


@dataclass
class Collector:
    """What came, as (path, body); bodies are unpacked."""

    url: str = ""
    got: list[tuple[str, bytes]] = field(default_factory=list)

    def spans(self) -> list[Span]:
        """All spans that came by OTLP."""
        found: list[Span] = []
        for path, body in list(self.got):
            if path == "/v1/traces":
                message = ExportTraceServiceRequest.FromString(body)
                for resource in message.resource_spans:
                    for scope in resource.scope_spans:
                        found += scope.spans
        return found

    def reports(self) -> list[dict[str, Any]]:
        """All events that came by Sentry's protocol: lines of JSON, each behind a header of its own."""
        found = []
        for path, body in list(self.got):
            if path.endswith("/envelope/"):
                lines = body.decode().splitlines()
                found += [
                    json.loads(item)
                    for header, item in zip(lines[1::2], lines[2::2], strict=False)
                    if json.loads(header).get("type") == "event"
                ]
        return found


@contextmanager
def collecting() -> Iterator[Collector]:
    collector = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            packed = self.headers.get("Content-Encoding") == "gzip"
            collector.got.append((self.path, gzip.decompress(body) if packed else body))
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    collector.url = f"http://127.0.0.1:{server.server_port}"
    yield collector
    server.shutdown()
    server.server_close()
