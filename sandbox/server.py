"""uvicorn, with connections that an armed fault can cut."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol


class CuttableProtocol(H11Protocol):
    """Puts `sandbox.cut`, which drops the TCP connection without an answer, into each request's scope."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        app = self.app

        async def with_cut(scope: Any, receive: Any, send: Any) -> None:
            scope["sandbox.cut"] = transport.abort
            await app(scope, receive, send)

        self.app = with_cut
