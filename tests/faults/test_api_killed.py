"""`kill -9` in the midst of a purchase by the API: the same call again finds what was bought."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from django.utils import timezone

from catalogue import products
from catalogue.models import Product, StockItem
from catalogue.products import NewVariant
from checkout.models import Order
from partners import keys
from partners.models import Partner, StoredAnswer
from partners.scopes import FOR_PARTNERS
from tests.checkout_api.buying import HOME, euros
from tests.faults.world import LONG_RESERVATION_SECONDS, PIECES, World, wait_for
from tests.shops import person

pytestmark = [pytest.mark.xdist_group("faults"), pytest.mark.timeout(900)]

# Where the web process dies under a call, and what becomes of the payment although its call is only
# sent again: what had not reached Stripe by then never does, for the same token is the same attempt.
PLACES = {
    "checkout.orders:place:after": "succeeded",
    "checkout.payments:_claim:after": "declined",
    "checkout.gateway.intents:pay:after": "succeeded",
    "checkout.intents:apply:after": "succeeded",
}


@dataclass
class Purchase:
    """A call that buys one piece, to be sent as often as one likes."""

    world: World
    secret: str
    variant_pk: int
    said: dict[str, Any]
    key: str

    def send(self) -> httpx.Response:
        return self.post("purchases/", self.said, key=self.key)

    def post(self, path: str, said: dict[str, Any], *, key: str) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.secret}", "Idempotency-Key": key}
        url = f"{self.world.stack.url}/api/v1/{path}"
        return httpx.post(url, json=said, headers=headers, timeout=60)

    def payment(self, order: Order) -> str:
        """How the order's payment stands, as the API tells it."""
        url = f"{self.world.stack.url}/api/v1/purchases/{order.public_id}/payment/"
        answer = httpx.get(url, headers={"Authorization": f"Bearer {self.secret}"}, timeout=60)
        return str(answer.json()["status"])


def token(world: World) -> dict[str, str]:
    """A confirmation token, as the browser makes it."""
    answer = httpx.post(
        f"{world.stack.sandbox_url}/v1/test_helpers/confirmation_tokens",
        data={"payment_method": "pm_card_visa"},
        auth=(world.stack.environment["STRIPE_SECRET_KEY"], ""),
    )
    return {"confirmation_token": answer.json()["id"]}


def purchase(world: World, secret: str, key: str) -> Purchase:
    for trap in world.traps.iterdir():  # of a scene that failed
        trap.unlink()
    product = products.create(
        world.shop,
        title="Bookcase",
        variants=[NewVariant(price=24900, on_hand=PIECES)],
        status=Product.Status.ACTIVE,
        actor=None,
    )
    variant = product.variants.get()
    said = {
        "lines": [{"variant_id": str(variant.public_id)}],
        "seen_total": euros(25800),
        "email": "mai@lefort.example",
        "address": HOME,
        "payment": token(world),
    }
    return Purchase(world, secret, variant.pk, said, key)


@pytest.mark.parametrize("reservation_seconds", [LONG_RESERVATION_SECONDS])
def test_the_process_dies_and_the_call_is_sent_again(
    world: World, subtests: pytest.Subtests
) -> None:
    partner = Partner.objects.create(name="phare", code="phare")
    _key, secret = keys.make(
        name="phare", scopes=FOR_PARTNERS, made_by=person("maker"), partner=partner
    )
    for number, (place, end) in enumerate(PLACES.items()):
        with subtests.test(place):
            before = world.all_charged()
            call = purchase(world, secret, f"key-{number}")
            world.arm(place, process="web")
            with contextlib.suppress(httpx.TransportError):
                call.send()
            world.died_at(place, process="web")
            meanwhile = call.send()
            assert (meanwhile.status_code, meanwhile.json()["code"]) == (409, "call_in_progress")
            # Two minutes later nobody believes that it still runs.
            StoredAnswer.objects.update(leased_until=timezone.now())
            told = call.send()
            order = Order.objects.get(lines__variant_id=call.variant_pk)
            assert told.status_code in (201, 202), told.text
            assert told.json()["id"] == str(order.public_id)
            finished(call, order, end=end, charged_before=before)


def finished(call: Purchase, order: Order, *, end: str, charged_before: int) -> None:
    """The payment ends so; once it is paid at the latest, one piece is sold, for one charge."""
    world = call.world
    wait_for(
        lambda: call.payment(order) in ("succeeded", "declined"),
        otherwise="nobody was told what became of the payment",
    )
    assert call.payment(order) == end
    if end == "declined":
        assert world.all_charged() == charged_before
        path = f"purchases/{order.public_id}/payment/"
        assert call.post(path, token(world), key=f"{call.key} again").json()["status"] == "paid"
    assert [charge["amount"] for charge in world.charges(order)] == [order.total]
    assert world.all_charged() == charged_before + 1
    shelf = StockItem.objects.get(variant_id=call.variant_pk)
    assert (shelf.on_hand, shelf.reserved) == (PIECES - 1, 0)
