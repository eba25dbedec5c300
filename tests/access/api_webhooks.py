from __future__ import annotations

from collections.abc import Callable

from tests.access.api import row
from tests.shops import Cast

URL = "https://erp.example/hook"
WEBHOOK = "api/v1/webhooks/<uuid:public_id>/"
DELIVERY = "api/v1/deliveries/<str:key>/"


def webhook(step: str = "") -> Callable[[Cast], str]:
    return lambda world: f"/api/v1/webhooks/{world.plage.endpoint.public_id}/{step}"


def delivery(step: str = "") -> Callable[[Cast], str]:
    return lambda world: f"/api/v1/deliveries/{world.plage.delivery.pk}/{step}"


def span(world: Cast) -> dict[str, str]:
    return {"since": "2020-01-01T00:00:00Z", "until": "2100-01-01T00:00:00Z"}


ROWS = [
    row("api/v1/events/", "GET", 200, 200),
    row("api/v1/webhooks/", "GET", 200, 200),
    row("api/v1/webhooks/", "POST", 201, 201, body=lambda world: {"url": URL}),
    row(WEBHOOK, "GET", 200, 404, path=webhook()),
    row(WEBHOOK, "PATCH", 200, 404, path=webhook(), body=lambda world: {"active": False}),
    row(WEBHOOK, "DELETE", 204, 404, path=webhook()),
    row(f"{WEBHOOK}secret/", "POST", 200, 404, path=webhook("secret/")),
    row(f"{WEBHOOK}test/", "POST", 202, 404, path=webhook("test/")),
    # Nothing of the cast has its place in the log yet.
    row(f"{WEBHOOK}replays/", "POST", 422, 404, path=webhook("replays/"), body=span),
    row("api/v1/deliveries/", "GET", 200, 200),
    row(DELIVERY, "GET", 200, 404, path=delivery()),
    row(f"{DELIVERY}send-again/", "POST", 202, 404, path=delivery("send-again/")),
]
