"""Orders and the ledger as rows of a file: see shopping.csv_files. Times are in UTC."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from catalogue.models import Merchant
from checkout.models import LedgerEntry, OrderLine
from shopping.money import Money
from shopping.paging import every

ORDER_COLUMNS = [
    *["order", "paid_at", "status", "country", "title", "options", "sku", "quantity"],
    *["refunded_quantity", "currency", "unit_price", "total", "discount", "tax", "tax_percent"],
    "tax_is_included",
]
LEDGER_COLUMNS = ["at", "kind", "reference", "order", "shop", "account", "currency", "amount"]


@dataclass(frozen=True, slots=True)
class Days:
    """From the beginning of `first` to the end of `last`, in `zone`."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def begins_at(self) -> datetime:
        return datetime.combine(self.first, time.min, self.zone)

    @property
    def ends_at(self) -> datetime:
        return datetime.combine(self.last + timedelta(days=1), time.min, self.zone)


def orders(merchant: Merchant, days: Days) -> Iterator[list[object]]:
    """The merchant's own lines of orders that were paid in `days`, also where they were cancelled
    since. Nothing of the shopper but the country: who has to be sent what is on the orders' pages."""
    yield list(ORDER_COLUMNS)
    lines = OrderLine.objects.filter(
        merchant=merchant, order__paid_at__gte=days.begins_at, order__paid_at__lt=days.ends_at
    ).select_related("order")
    for line in every(lines):
        order = line.order
        amounts = (line.unit_price, line.total, line.discount, line.tax)
        yield [
            order.reference,
            _moment(order.paid_at),
            order.status,
            order.country,
            line.title,
            line.options_text,
            line.sku,
            line.quantity,
            line.refunded_quantity,
            order.currency,
            *(Money(amount, order.currency).decimal for amount in amounts),
            line.tax_bps / 100,
            "true" if line.tax_is_included else "false",
        ]


def ledger(merchant: Merchant | None, days: Days) -> Iterator[list[object]]:
    """The ledger's entries of `days` that are the merchant's own; with None, all that there are.

    Debits are positive. What a movement refers to at Stripe is the operator's to know.
    """
    yield list(LEDGER_COLUMNS)
    entries = LedgerEntry.objects.filter(
        transaction__created_at__gte=days.begins_at, transaction__created_at__lt=days.ends_at
    ).select_related("transaction__order", "merchant")
    if merchant is not None:
        entries = entries.filter(merchant=merchant)
    for entry in every(entries):
        movement = entry.transaction
        yield [
            _moment(movement.created_at),
            movement.kind,
            movement.reference if merchant is None else "",
            movement.order.reference if movement.order else "",
            entry.merchant.name if entry.merchant else "",
            entry.account,
            entry.currency,
            Money(entry.amount, entry.currency).decimal,
        ]


def _moment(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else ""
