"""Subscribers' servers: one answers at once, one after ten seconds; each notes when messages came."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from threading import Thread

from stack.ports import LOOPBACK

SLOW_SECONDS = 10.0
ANSWER = b"HTTP/1.1 204 No Content\r\n\r\n"


@dataclass
class Receivers:
    """A server in a thread of its own: `/fast/…` answers at once, `/slow/…` after ten seconds.

    `arrived` has for each path what came there: `(webhook-id, seconds since 1970)`.
    """

    port: int = 0
    arrived: dict[str, list[tuple[str, float]]] = field(default_factory=dict)

    def start(self) -> None:
        """Listen; returns once `port` is known."""
        loop = asyncio.new_event_loop()
        Thread(target=loop.run_forever, daemon=True).start()
        asyncio.run_coroutine_threadsafe(self._listen(), loop).result(timeout=10)

    def url(self, path: str) -> str:
        return f"http://{LOOPBACK}:{self.port}{path}"

    def count(self, path: str) -> int:
        return len(self.arrived.get(path, ()))

    async def _listen(self) -> None:
        server = await asyncio.start_server(self._serve, LOOPBACK, 0)
        self.port = server.sockets[0].getsockname()[1]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                first, *lines = head.split("\r\n")
                said = dict(line.lower().split(": ", 1) for line in lines if line)
                await reader.readexactly(int(said["content-length"]))
                path = first.split()[1]
                self.arrived.setdefault(path, []).append((said["webhook-id"], time.time()))
                if path.startswith("/slow"):
                    await asyncio.sleep(SLOW_SECONDS)
                writer.write(ANSWER)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()
