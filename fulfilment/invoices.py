"""Invoices and credit notes: one number after the other, a merchant and year, without gaps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from catalogue.models import Merchant
from checkout.models import Order, OrderDelivery, OrderLine
from fulfilment.models import Invoice
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


def issue(parts: Sequence[Part]) -> list[Invoice]:
    """Write an invoice for each of an order's parts, each of another merchant.

    In the caller's transaction, as late in it as can be: it locks the merchants' counters, on which
    whoever issues for them next then waits. Two statements.
    """
    return _write(parts, kind=Kind.INVOICE)


def credit(parts: Sequence[Part]) -> list[Invoice]:
    """Write a credit note over the whole of each part that has an invoice; see `issue`."""
    keys = [part.fulfilment_order.pk for part in parts]
    invoiced = Invoice.objects.filter(fulfilment_order__in=keys, kind=Kind.INVOICE)
    found = {invoice.fulfilment_order_id: invoice for invoice in invoiced}
    answered = [part for part in parts if part.fulfilment_order.pk in found]
    return _write(answered, kind=Kind.CREDIT_NOTE, found=found)


def _write(
    parts: Sequence[Part], *, kind: Invoice.Kind, found: dict[int, Invoice] | None = None
) -> list[Invoice]:
    if not parts:
        return []
    year = timezone.localdate().year
    numbers = _numbers([part.merchant.pk for part in parts], year=year)
    written = [
        _invoice(part, kind=kind, year=year, sequence=numbers[part.merchant.pk]) for part in parts
    ]
    for invoice in written:
        invoice.corrects = found[invoice.fulfilment_order_id] if found else None
    rows.insert(written)
    return written


def _numbers(merchant_ids: Sequence[int], *, year: int) -> dict[int, int]:
    """The next number of each merchant."""
    values = [value for key in sorted(merchant_ids) for value in (key, year)]
    text = NUMBER.format(rows=", ".join(["(%s, %s, 1)"] * len(merchant_ids)))
    return dict(rows.run(text, values))


def _invoice(part: Part, *, kind: Invoice.Kind, year: int, sequence: int) -> Invoice:
    order = part.order
    return Invoice(
        kind=kind,
        merchant=part.merchant,
        fulfilment_order=part.fulfilment_order,
        year=year,
        sequence=sequence,
        issued_at=timezone.now(),
        paid_at=order.paid_at or order.placed_at,
        reference=order.reference,
        locale=order.locale,
        currency=order.currency,
        seller=_seller(part.merchant),
        buyer=_buyer(order),
        lines=_lines(part),
        total=part.total.amount,
    )


def _seller(merchant: Merchant) -> dict[str, str]:
    return {
        "name": merchant.legal_name or merchant.name,
        "address": merchant.address,
        "country": merchant.country,
        "vat_number": merchant.vat_number,
        "email": merchant.email,
    }


def _buyer(order: Order) -> dict[str, str]:
    names = ("name", "line1", "line2", "postal_code", "city", "region", "country", "email")
    return {name: getattr(order, name) for name in names}


def _lines(part: Part) -> list[dict[str, Any]]:
    lines = [_line(line) for line in part.lines]
    return [*lines, _delivery(part.delivery)] if part.delivery else lines


def _line(line: OrderLine) -> dict[str, Any]:
    title = f"{line.title}, {line.options_text}" if line.options_text else line.title
    return {
        "title": title,
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
