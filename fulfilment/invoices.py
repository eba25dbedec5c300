"""Invoices and credit notes: one number after the other, a merchant and year, without gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from django.utils import timezone

from catalogue.models import Merchant
from checkout.models import Order, OrderDelivery, OrderLine, Refund
from fulfilment.models import FulfilmentOrder, Invoice
from fulfilment.parts import Part
from shopping import rows

Kind = Invoice.Kind

# The counter's row stays locked until the transaction ends: a number that is given and not used
# goes back, so there are no gaps, and none is given twice. Rows are taken in the merchants' order.
NUMBER = """
INSERT INTO fulfilment_invoicecounter AS counter (merchant_id, year, last) VALUES {rows}
ON CONFLICT (merchant_id, year) DO UPDATE SET last = counter.last + 1
RETURNING merchant_id, last
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An invoice or credit note of one merchant before it has its number; `total` in minor units."""

    kind: Invoice.Kind
    order: Order
    merchant: Merchant
    fulfilment_order: FulfilmentOrder
    lines: list[dict[str, Any]]
    total: int
    corrects: Invoice | None = None
    refund: Refund | None = None


def issue(parts: Sequence[Part]) -> list[Invoice]:
    """Write an invoice for each of an order's parts, each of another merchant; see `write`."""
    return write(
        [
            Draft(
                kind=Kind.INVOICE,
                order=part.order,
                merchant=part.merchant,
                fulfilment_order=part.fulfilment_order,
                lines=_lines(part),
                total=part.total.amount,
            )
            for part in parts
        ]
    )


def write(drafts: Sequence[Draft]) -> list[Invoice]:
    """Number and write `drafts`, each of another merchant.

    In the caller's transaction, as late in it as can be: it locks the merchants' counters, on which
    whoever issues for them next then waits. Two statements.
    """
    if not drafts:
        return []
    year = timezone.localdate(timezone=UTC).year
    numbers = _numbers([draft.merchant.pk for draft in drafts], year=year)
    written = [_invoice(draft, year=year, sequence=numbers[draft.merchant.pk]) for draft in drafts]
    rows.insert(written)
    return written


def _numbers(merchant_ids: Sequence[int], *, year: int) -> dict[int, int]:
    """The next number of each merchant."""
    values = [value for key in sorted(merchant_ids) for value in (key, year)]
    text = NUMBER.format(rows=", ".join(["(%s, %s, 1)"] * len(merchant_ids)))
    return dict(rows.run(text, values))


def _invoice(draft: Draft, *, year: int, sequence: int) -> Invoice:
    order = draft.order
    return Invoice(
        kind=draft.kind,
        merchant=draft.merchant,
        fulfilment_order=draft.fulfilment_order,
        corrects=draft.corrects,
        refund=draft.refund,
        year=year,
        sequence=sequence,
        issued_at=timezone.now(),
        paid_at=order.paid_at or order.placed_at,
        reference=order.reference,
        locale=order.locale,
        currency=order.currency,
        seller={**draft.merchant.on_paper, "email": draft.merchant.email},
        buyer=_buyer(order),
        lines=draft.lines,
        total=draft.total,
    )


def _buyer(order: Order) -> dict[str, str]:
    names = ("name", "line1", "line2", "postal_code", "city", "region", "country", "email")
    return {name: getattr(order, name) for name in names}


def _lines(part: Part) -> list[dict[str, Any]]:
    lines = [_line(line) for line in part.lines]
    return [*lines, _delivery(part.delivery)] if part.delivery else lines


def title_of(line: OrderLine) -> str:
    return f"{line.title}, {line.options_text}" if line.options_text else line.title


def _line(line: OrderLine) -> dict[str, Any]:
    return {
        "title": title_of(line),
        "quantity": line.quantity,
        "unit_price": line.unit_price,
        "discount": line.discount,
        "total": line.total - line.discount,
        **_tax(line),
    }


def _delivery(delivery: OrderDelivery) -> dict[str, Any]:
    return {
        "title": delivery.name,
        "quantity": 1,
        "unit_price": delivery.amount,
        "discount": delivery.discount,
        "total": delivery.amount - delivery.discount,
        **_tax(delivery),
    }


def _tax(row: OrderLine | OrderDelivery) -> dict[str, Any]:
    return {"tax_bps": row.tax_bps, "tax": row.tax, "tax_is_included": row.tax_is_included}
