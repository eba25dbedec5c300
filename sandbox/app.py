"""The Starlette application: API, browser script and its frames, control."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

from starlette.applications import Starlette
from starlette.routing import Route

from sandbox import api, connect_control, control, onboarding, pages
from sandbox.api import Sandbox
from sandbox.background import Background
from sandbox.calls import Settings
from sandbox.faults import Faults
from sandbox.idempotency import Keys
from sandbox.store import Store

ROUTES = [
    Route("/v1/{path:path}", api.handle, methods=["GET", "POST", "DELETE", "OPTIONS"]),
    Route("/v3", pages.script),
    Route("/v3/", pages.script),
    Route("/v3/stripe.js", pages.script),
    Route("/{release}/stripe.js", pages.script),
    Route("/_sandbox/frames/{name}", pages.asset),
    Route("/_sandbox/receipts/{charge}", pages.receipt),
    Route("/_sandbox/three_d_secure/{intent}", pages.three_d_secure, methods=["GET"]),
    Route("/_sandbox/three_d_secure/{intent}", control.three_d_secure, methods=["POST"]),
    Route("/_sandbox/wallet", control.wallet, methods=["GET", "POST"]),
    Route("/_sandbox/disputes/{dispute}", control.dispute, methods=["POST"]),
    Route("/_sandbox/onboarding/{token}", onboarding.show, methods=["GET"]),
    Route("/_sandbox/onboarding/{token}", onboarding.take, methods=["POST"]),
    Route("/_sandbox/expire/{id}", connect_control.expire, methods=["POST"]),
    Route("/_sandbox/dashboard/{token}", onboarding.dashboard),
    Route("/_sandbox/accounts", connect_control.make_account, methods=["POST"]),
    Route("/_sandbox/accounts/{account}", connect_control.change_account, methods=["POST"]),
    Route("/_sandbox/payouts", connect_control.make_payout, methods=["POST"]),
    Route("/_sandbox/health", control.health),
    Route("/_sandbox/state", control.state),
    Route("/_sandbox/reset", control.reset, methods=["POST"]),
    Route("/_sandbox/faults", control.faults, methods=["GET", "POST", "DELETE"]),
    Route("/_sandbox/webhooks", control.webhooks, methods=["GET", "POST"]),
    Route("/_sandbox/webhooks/release", control.release, methods=["POST"]),
    Route("/_sandbox/webhooks/send", control.send, methods=["POST"]),
    Route("/", pages.index),
]


@asynccontextmanager
async def running(settings: Settings, store: Store, faults: Faults) -> AsyncIterator[Sandbox]:
    """An account of the stand-in's with its background loop; its store is closed at the end."""
    background = Background(store, settings, faults)
    task = asyncio.create_task(background.run())
    yield Sandbox(settings, store, faults, Keys(store), background)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    await background.close()
    store.db.close()


def create_app(settings: Settings, store: Store, second: Store | None = None) -> Starlette:
    """The application over an open store; its background loop runs while it serves.

    `second` is the store of the account that `settings.test_key` opens; without it there is none.
    """
    faults = Faults()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with running(settings, store, faults) as app.state.sandbox:
            app.state.accounts = {}
            if second is None or settings.test_key is None:
                yield
                return
            own = replace(settings, webhook_secret=settings.test_webhook_secret)
            async with running(own, second, faults) as account:
                app.state.accounts[settings.test_key] = account
                yield

    return Starlette(routes=ROUTES, lifespan=lifespan)
