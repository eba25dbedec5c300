"""A shop and Stripe, as shoppers, workers, banks and clocks act upon them, one act at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from audit import checks_on_file, runs, stripe_tables
from audit.runs import Moment
from audit.stripe_api import StripeApi
from catalogue import products
from catalogue.models import Product, Variant
from catalogue.products import NewVariant
from checkout import gateway, stripe_events, sweeps
from checkout.models import Offer, Order, StripeEvent
from tests import shops
from tests.buying import Sandbox, signed
from tests.model import audit, fuse
from tests.paying_out import STRANGER, connect, fund

PIECES = (3, 5)
# Ends of the cards whose bank asks for the money back.
DISPUTED = {"0259", "1976"}
CODE = "FIRST2"
# Each of them is everything that a worker of that kind does in one go.
SWEEPS: dict[str, Callable[[], int]] = {
    "events": sweeps.stripe_events_due,
    "missed": sweeps.missed_events,
    "payments": sweeps.payments_due,
    "refunds": sweeps.refunds_due,
    "reservations": sweeps.reservations_due,
    "transfers": sweeps.transfers_due,
    "reversals": sweeps.reversals_due,
}
# What time moves past. The ledger has no times that anything waits for; Stripe's clock stands still,
# and so does what we keep of it.
CLOCKS = {
    "checkout_order": ["placed_at", "paid_at", "cancelled_at", "reserved_until"],
    "checkout_payment": ["created_at", "attempted_at", "next_check_at"],
    "checkout_refund": ["created_at", "next_attempt_at"],
    "checkout_transfer": ["created_at", "attempted_at", "next_attempt_at"],
    "checkout_transferreversal": ["created_at", "attempted_at", "next_attempt_at"],
    "checkout_stripeevent": ["received_at", "next_attempt_at"],
}
# What nobody works on here: the log and its messages, fulfilment; and whose charge fills the balance.
NOBODYS = (
    "charge_is_ours",
    "event_has_its_place",
    "fulfilment_is_open",
    "webhook_was_written",
    "work_is_not_overdue",
)
# Rows that migrations made, and that every test needs.
KEPT = {"auth_permission", "django_content_type", "django_migrations", "django_site"}
NEVER = timedelta(days=365)
# More rounds than any worker needs to come to the end of what is due.
ROUNDS = 12


@dataclass
class World:
    """Two shops with one product each; what Stripe says of it all."""

    sandbox: Sandbox
    client: Client = field(default_factory=Client)
    shelves: list[Variant] = field(default_factory=list)

    def open(self) -> None:
        self.empty()
        for number, pieces in enumerate(PIECES):
            shop = shops.open_shop(f"shop{number}", delivery=390)
            connect(self.sandbox, shop)
            product = products.create(
                shop,
                title=f"Thing {number}",
                variants=[NewVariant(price=3401 + number, on_hand=pieces)],
                status=Product.Status.ACTIVE,
                actor=None,
            )
            self.shelves.append(product.variants.get())
        fund(self.sandbox)
        Offer.objects.create(
            name="First two",
            code=CODE,
            kind="percentage",
            basis_points=1_111,
            most=5_000,
            total_limit=2,
        )

    def empty(self) -> None:
        """Nothing has happened yet, here or at Stripe."""
        tables = set(connection.introspection.django_table_names(only_existing=True)) - KEPT
        # Truncating them takes seconds, and neither the books nor keys would let rows go one by one.
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(";".join(f"DELETE FROM {table}" for table in sorted(tables)))
        self.sandbox.http.post("/_sandbox/reset").raise_for_status()
        sweeps.missed_events()

    # Stripe ----------------------------------------------------------------------------------
    def stripe(self) -> dict[str, list[dict[str, Any]]]:
        """What Stripe has, once its banks are done with what they have begun."""
        for _ in range(400):
            state = self.sandbox.state()
            if not self._is_busy(state):
                return {kind: _ours(things) for kind, things in state.items()}
            time.sleep(0.02)
        raise AssertionError("the stand-in for Stripe does not come to rest")

    def _is_busy(self, state: dict[str, Any]) -> bool:
        if state["charges"]:
            state["charges"] = self.sandbox.get("/v1/charges", limit=100)["data"]
            state["disputes"] = self.sandbox.get("/v1/disputes", limit=100)["data"]
            state["transfers"] = self.sandbox.get("/v1/transfers", limit=100)["data"]
        to_come = {
            charge["id"]
            for charge in state["charges"]
            if charge["payment_method_details"]["card"]["last4"] in DISPUTED
            and charge["status"] == "succeeded"
        }
        here = {dispute["charge"] for dispute in state["disputes"]}
        at_work = [each for each in state["payment_intents"] if each["status"] == "processing"]
        return bool(at_work or to_come - here)

    def events(self) -> list[dict[str, Any]]:
        """All that Stripe has to tell us, oldest first."""
        found: list[dict[str, Any]] = []
        after: dict[str, str] = {}
        while True:
            params = {"types[]": list(stripe_events.TYPES), "limit": 100, **after}
            page = self.sandbox.get("/v1/events", **params)
            found += page["data"]
            if not page["has_more"]:
                return found[::-1]
            after = {"starting_after": found[-1]["id"]}

    def deliver(self, event: dict[str, Any]) -> None:
        """Stripe's webhook comes to our door; nobody works on it yet."""
        answer = self.client.post("/webhooks/stripe/", **signed(event))
        assert answer.status_code == 200, answer.content

    def decide(self, outcome: str) -> None:
        """The banks decide all disputes that are open."""
        for dispute in self.stripe()["disputes"]:
            answer = self.sandbox.http.post(
                f"/_sandbox/disputes/{dispute['id']}", json={"outcome": outcome}
            )
            answer.raise_for_status()

    def refund_by_hand(self, intent_id: str, amount: int) -> bool:
        """Somebody gives money back in Stripe's dashboard; whether Stripe let them."""
        answer = self.sandbox.http.post(
            "/v1/refunds",
            data={"payment_intent": intent_id, "amount": amount},
            auth=(settings.STRIPE_SECRET_KEY, ""),
        )
        return answer.status_code == 200

    # Ours ------------------------------------------------------------------------------------
    def work(self) -> None:
        """A worker takes up every event that lies here."""
        waiting = StripeEvent.objects.filter(processed_at=None).order_by("id")
        for key in list(waiting.values_list("pk", flat=True)):
            sweeps.process(key)

    def pass_time(self, minutes: int) -> None:
        with connection.cursor() as cursor:
            for table, columns in CLOCKS.items():
                changes = ", ".join(f"{name} = {name} - %(by)s::interval" for name in columns)
                cursor.execute(f"UPDATE {table} SET {changes}", {"by": f"{minutes} minutes"})

    def settle(self) -> None:
        """Nothing fails any more, and time goes by until nobody has anything to do."""
        self.sandbox.http.delete("/_sandbox/faults").raise_for_status()
        self.stripe()
        sweeps.missed_events()
        for _ in range(ROUNDS):
            self.pass_time(120)
            if not sum(sweep() for sweep in SWEEPS.values()):
                return

    def broken(self, promises: dict[str, str]) -> list[str]:
        return audit.broken(promises, self.stripe())

    def audited(self) -> list[str]:
        """What the audit finds, of all that the workers of this world look after."""
        api = StripeApi(settings.STRIPE_API_BASE, settings.STRIPE_SECRET_KEY)
        with closing(api), ExitStack() as files:
            lists = stripe_tables.read(api, since=None)
            for file in lists.values():
                files.enter_context(file)
            chosen = checks_on_file.chosen(but=NOBODYS, strict=True, whole=True)
            with runs.snapshot(seconds=60):
                runs.fill(lists, Moment(None, datetime.now(UTC) + timedelta(minutes=1)))
                done = list(runs.results(chosen, most=3))
        found = [f"{each.check}: {each.what}" for result in done for each in result.findings]
        return found + [result.error for result in done if result.error]

    def statuses(self) -> dict[str, str]:
        """The status of each order, by its key."""
        return dict(Order.objects.values_list("idempotency_key", "status"))

    @contextmanager
    def fault(self, kind: str, operation: str, times: int) -> Iterator[None]:
        """While one thing is done, Stripe misbehaves."""
        if kind:
            self.sandbox.fault(kind, operation, times=times, seconds=0)
        try:
            yield
        finally:
            if kind:
                self.sandbox.http.delete("/_sandbox/faults").raise_for_status()


def prepare(patch: pytest.MonkeyPatch) -> None:
    """Let processes die, and time pass that Stripe knows nothing of."""
    fuse.lay(patch)
    find = gateway.find

    def whenever(payment_id: str, *, since: datetime, until: datetime) -> Any:
        # Our rows have grown older than Stripe's, so what was made "around then" was made any time.
        return find(payment_id, since=datetime(2020, 1, 1, tzinfo=UTC), until=until + NEVER)

    patch.setattr(gateway, "find", whenever)


def _ours(things: Any) -> Any:
    """What Stripe has of this shop, where it lists things: banks' fees want money besides."""
    if not isinstance(things, list):
        return things
    return [each for each in things if (each.get("metadata") or {}).get("payment") != STRANGER]
