"""The whole stack as in production, a shopper at its door, and an account of what came of it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import redis

from catalogue import products
from catalogue.models import Merchant, Product, StockItem
from catalogue.products import NewVariant
from checkout.models import LedgerEntry, Order, StripeEvent
from fulfilment.models import FulfilmentOrder
from stack.processes import Stack
from stack.shopper import Form, Shopper

HOOKS = Path(__file__).with_name("hooks")
PROGRAMS = {"web": "gunicorn", "worker": "celery", "courier": "manage.py"}
# Unpaid orders give their stock back after this long, so a test need not wait ten minutes.
RESERVATION_SECONDS = 8
# So long that the end of a reservation settles nothing before an event does.
LONG_RESERVATION_SECONDS = 300
SETTLE_SECONDS = 90
PIECES = 5
SETTLED = {Order.Status.PAID, Order.Status.CANCELLED}


def wait_for(what: Callable[[], Any], *, seconds: float = SETTLE_SECONDS, otherwise: str) -> Any:
    """The first true answer of `what`; AssertionError with `otherwise` when time is up."""
    until = time.monotonic() + seconds
    while not (answer := what()):
        assert time.monotonic() < until, otherwise
        time.sleep(0.1)
    return answer


@dataclass
class World:
    """The running stack, the shop in it, and the folder that arms the deadly places."""

    stack: Stack
    shop: Merchant
    traps: Path

    def arm(self, *places: str, process: str) -> None:
        """Have `process` ("web", "worker", "courier") die when it comes to any of `places`."""
        for place in places:
            # Not there before it says for whom.
            unarmed = self.traps / f"{place}.new"
            unarmed.write_text(PROGRAMS[process])
            unarmed.rename(self.traps / place)

    def died_at(self, place: str, *, process: str) -> None:
        """Wait until `process` died at `place`, clear away what is left of it, start it again."""
        self.dead_at(place, process=process)
        self.stack.start(process)

    def dead_at(self, place: str, *, process: str) -> None:
        """The same, and leave it dead."""
        armed = self.traps / place
        wait_for(lambda: not armed.exists(), otherwise=f"nothing ever came to {place}")
        self.stack.kill9(process)

    def scene(self) -> Scene:
        """A new product of `PIECES` pieces, and a shopper with its sheet open and filled in."""
        for trap in self.traps.iterdir():  # of a scene that failed
            trap.unlink()
        product = products.create(
            self.shop,
            title="Bookcase",
            variants=[NewVariant(price=24900, on_hand=PIECES)],
            status=Product.Status.ACTIVE,
            actor=None,
        )
        shopper = self.shopper()
        form = shopper.open(str(product.public_id))
        return Scene(self, shopper, form, product.variants.get().pk, self.all_charged())

    def shopper(self) -> Shopper:
        return Shopper(
            self.stack.url, self.stack.sandbox_url, self.stack.environment["STRIPE_SECRET_KEY"]
        )

    def charges(self, order: Order) -> list[dict[str, Any]]:
        """The successful charges that Stripe's side has for an order."""
        intents = [payment.intent_id for payment in order.payments.all() if payment.intent_id]
        found: list[dict[str, Any]] = []
        for intent in intents:
            answer = httpx.get(
                f"{self.stack.sandbox_url}/v1/charges",
                params={"payment_intent": intent},
                auth=(self.stack.environment["STRIPE_SECRET_KEY"], ""),
            )
            answer.raise_for_status()
            found += [charge for charge in answer.json()["data"] if charge["status"] == "succeeded"]
        return found

    def all_charged(self) -> int:
        """How many successful charges Stripe's side holds in all, known to us or not."""
        state = httpx.get(f"{self.stack.sandbox_url}/_sandbox/state").json()
        return int(state["counts"]["charges_by_status"].get("succeeded", 0))

    def empty_redis(self, url: str) -> None:
        """All hints, marks and caches are gone; other test runs' databases are not touched."""
        connection = redis.Redis.from_url(url)
        assert connection.dbsize() > 0
        connection.flushdb()
        connection.close()


@dataclass
class Scene:
    """One shopper and one product of a world, and what Stripe had charged before."""

    world: World
    shopper: Shopper
    form: Form
    variant_pk: int
    charged_before: int

    def press(self) -> None:
        """Press Pay; the line may go dead under it."""
        with contextlib.suppress(httpx.TransportError):
            self.shopper.pay(self.form)

    def settled(self) -> Order:
        """The order of this form, once it is paid and with its shop, or cancelled."""

        key = self.form.fields["key"]

        def order() -> Order | None:
            found = Order.objects.filter(idempotency_key=key).first()
            if found is None or found.status not in SETTLED:
                return None
            if found.status == Order.Status.PAID and not found.fulfilment_orders.exists():
                return None
            return found

        return wait_for(order, otherwise=f"the order of key {key} did not settle")

    def check(self, order: Order) -> None:
        """What must hold of the order once it is settled, however it came about."""
        world = self.world
        assert Order.objects.filter(idempotency_key=order.idempotency_key).count() == 1
        amounts = [charge["amount"] for charge in world.charges(order)]
        entries = LedgerEntry.objects.filter(transaction__order=order)
        assert sum(entries.values_list("amount", flat=True)) == 0
        sold = 1 if order.status == Order.Status.PAID else 0
        assert amounts == [order.total] * sold
        assert world.all_charged() == self.charged_before + sold
        assert FulfilmentOrder.objects.filter(order=order).count() == sold
        assert order.history.filter(type="order.paid").count() == sold
        assert order.ledger.filter(kind="capture").count() == sold
        shelf = StockItem.objects.get(variant_id=self.variant_pk)
        assert (shelf.on_hand, shelf.reserved) == (PIECES - sold, 0)
        wait_for(
            lambda: not StripeEvent.objects.filter(processed_at=None).exists(),
            otherwise="events of Stripe were left unprocessed",
        )
