"""Another site: pages of an origin of its own, which the journeys put cards into."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

# As strict as a careful site's: our script and our frame, and no style of anybody's but its own.
POLICY = "default-src 'none'; script-src {etal}; frame-src {etal}; style-src 'self'"
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>The Quiet House</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/house.css"></head>
<body><h1>A wall of books</h1>{body}<p id="after">And so on.</p></body></html>"""
STYLE = "body {{ margin: 24px; background: {ground}; color: {ink}; font: 17px Georgia, serif; }}"


@contextmanager
def site(body: str, *, etal: str, ground: str = "#f7f1e6", ink: str = "#2b2620") -> Iterator[str]:
    """The origin of a site that shows `body`, under a policy that lets in what comes from `etal`."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            style = self.path == "/house.css"
            text = STYLE.format(ground=ground, ink=ink) if style else PAGE.format(body=body)
            self.send_response(200)
            self.send_header("Content-Type", "text/css" if style else "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", POLICY.format(etal=etal))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
