"""The cast of tests.buying, and a shop in which everything that is audited has happened once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import IO

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from audit import checks_on_file, runs, stripe_tables
from audit.runs import Moment, Result
from audit.stripe_api import StripeApi
from catalogue import agreements, products
from catalogue.models import Drop, Merchant, PartnerAgreement, Product, TaxRate, Variant
from catalogue.products import NewVariant
from checkout import orders, payments, refundable, refunds, sweeps
from checkout.buyers import Buyer
from checkout.models import Offer, Order, StripeEvent
from checkout.quotes import Claim, Item, quote
from checkout.refund_previews import preview, whole
from fulfilment import credit_notes, fulfilment_orders
from partners.models import Partner
from shopping.ids import public_id
from tests.buying import HOME, RETURN_URL, Sandbox, buyer, sandbox, sandbox_process, stranger
from tests.paying_out import connect, due
from tests.shops import open_shop
from webhooks import endpoints, sequences
from webhooks.models import Attempt, Delivery

__all__ = ["buyer", "sandbox", "sandbox_process", "stranger"]
VIA, CODE = "quiet-house", "FIRST2"


@dataclass
class Scene:
    """What has happened, and Stripe's lists of it, read once."""

    sandbox: Sandbox
    files: dict[str, IO[str]]
    paid: Order
    refunded: Order
    waiting: Order

    def audit(self) -> list[Result]:
        """All checks, in the transaction that is under way."""
        for file in self.files.values():
            file.seek(0)
        runs.fill(self.files, Moment(None, datetime.now(UTC) + timedelta(seconds=1)))
        return self.again()

    def again(self) -> list[Result]:
        """The same, over what is in Stripe's tables by now."""
        return list(runs.results(checks_on_file.chosen(strict=True, whole=True), most=5))


def found(results: list[Result]) -> dict[str, list[str]]:
    """What was found, by check; a check that broke off counts as well."""
    return {
        each.check.name: [finding.what for finding in each.findings] or [each.error]
        for each in results
        if each.findings or each.error
    }


@contextmanager
def undone(tables: tuple[str, ...] = ()) -> Iterator[Callable[[str], None]]:
    """Changes past every trigger, and past the constraints of `tables`, that are taken back at the end.

    PostgreSQL's superuser does so, or a restore that went wrong.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in tables:
            cursor.execute(
                "SELECT format('ALTER TABLE %%I DROP CONSTRAINT %%I CASCADE', %s, conname)"
                " FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('c', 'u')"
                " UNION ALL SELECT format('DROP INDEX %%I', i.relname) FROM pg_index x"
                " JOIN pg_class i ON i.oid = x.indexrelid WHERE x.indrelid = %s::regclass"
                " AND x.indisunique AND NOT x.indisprimary AND NOT EXISTS ("
                "   SELECT FROM pg_constraint c WHERE c.conindid = x.indexrelid)",
                [table, table, table],
            )
            for (statement,) in cursor.fetchall():
                cursor.execute(statement)
        yield cursor.execute
        transaction.set_rollback(True)


def shelf(merchant: Merchant, title: str, price: int) -> Variant:
    made = products.create(
        merchant,
        title=title,
        variants=[NewVariant(price=price, sku=title[:4].upper(), on_hand=9)],
        status=Product.Status.ACTIVE,
        actor=None,
    )
    return made.variants.get()


def place(who: Buyer, items: list[Item], *, code: str = "") -> Order:
    claim = Claim(code, who.principal, who.email, None)
    total = quote(items, country=HOME.country, claim=claim).total
    return orders.place(
        items, buyer=who, address=HOME, key=str(public_id()), seen_total=total, code=code
    )


def pay(stand_in: Sandbox, order: Order) -> None:
    said = payments.start(
        order.payments.get().pk, confirmation_token=stand_in.token(), return_url=RETURN_URL
    )
    assert said.kind == "succeeded"


def settle(stand_in: Sandbox) -> None:
    """Workers do everything that is due, until nothing is."""
    for _ in range(3):
        sweeps.missed_events()
        for key in StripeEvent.objects.filter(processed_at=None).values_list("pk", flat=True):
            sweeps.process(key)
        due()
        sweeps.transfers_due()
        sweeps.reversals_due()
        for order in Order.objects.filter(status="paid", fulfilment_opened_at=None):
            fulfilment_orders.open_for(order.pk)
        for refund_id in credit_notes.uncredited():
            credit_notes.credit(refund_id)
        while sequences.assign():
            pass
        time.sleep(0.1)


def deliver() -> None:
    """Every message was taken by its receiver."""
    now = timezone.now()
    for each in Delivery.objects.filter(status="pending"):
        Attempt.objects.create(delivery=each, started_at=now, milliseconds=3, status_code=204)
    Delivery.objects.filter(status="pending").update(
        status="delivered", next_attempt_at=None, delivered_at=now, attempts=1
    )


@pytest.fixture
def scene(sandbox: Sandbox, buyer: Buyer, stranger: Buyer) -> Iterator[Scene]:
    """Two shops: an order of both, paid with an offer of ours and a partner's commission, and sent;
    one of a drop, paid and refunded; one that waits. A webhook heard of all of it."""
    sweeps.missed_events()
    TaxRate.objects.create(country="FR", category=None, basis_points=2000, inclusive=True)
    plage, rayon = (open_shop(name, delivery=390, countries=("FR",)) for name in ("plage", "rayon"))
    connect(sandbox, plage, rayon)
    flipflops, bookcase = shelf(plage, "Flip-flops", 3400), shelf(rayon, "Bookcase", 12900)
    mug = shelf(plage, "Mug of the drop", 2600)
    Drop.objects.create(
        product=mug.product, opens_at=timezone.now() - timedelta(minutes=1), per_person=2
    )
    blog = Partner.objects.create(name="The Quiet House", code=VIA)
    agreements.save(PartnerAgreement(merchant=plage, partner=blog, commission_bps=800))
    Offer.objects.create(
        name="First two",
        code=CODE,
        kind="percentage",
        basis_points=100,
        most=5_000,
        total_limit=2,
        person_limit=1,
    )
    endpoints.create("https://erp.example/hooks", merchant_id=plage.pk, types=[])
    both = [Item(flipflops.public_id, 2, via=VIA), Item(bookcase.public_id, 1)]
    paid = place(buyer, both, code=CODE)
    pay(sandbox, paid)
    refunded = place(stranger, [Item(mug.public_id, 1)])
    pay(sandbox, refunded)
    waiting = place(stranger, [Item(bookcase.public_id, 1)])
    settle(sandbox)
    part = paid.fulfilment_orders.get(merchant=plage)
    fulfilment_orders.ship(part, carrier="DHL", tracking_number="1Z", actor=None)
    left = refundable.read(refunded)
    asked = whole(left)
    refund = refunds.request(
        refunded.payments.get().pk, amount=preview(left, asked).amount, reason="gone", parts=asked
    )
    refunds.send(refund.pk)
    settle(sandbox)
    deliver()
    api = StripeApi(settings.STRIPE_API_BASE, settings.STRIPE_SECRET_KEY)
    files = stripe_tables.read(api, since=None)
    api.close()
    yield Scene(sandbox, files, paid, refunded, waiting)
    for file in files.values():
        file.close()
