"""Stripe's tax books: each paid order that Stripe taxed is recorded in them, each refund taken out.

A row first, in the transaction of the payment or refund; a worker asks Stripe after the commit, and
a sweep finds what no message reached. What becomes of it never changes the order. Stripe takes each
reference once, and each call has a key, so nothing is recorded twice.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from checkout import gateway, history
from checkout.gateway import Back, LineBack
from checkout.models import Order, OrderDelivery, OrderLine, Refund, RefundPart, TaxTransaction
from checkout.tax_calculations import DELIVERY
from shopping import rows, waits
from webhooks import hints

log = logging.getLogger(__name__)

Status = TaxTransaction.Status
Kind = RefundPart.Kind
SEND = "checkout.send_tax_transaction"
FIRST_WAIT = timedelta(seconds=30)
UNFINISHED_SALE = "the sale is not recorded"


def record_sale(order: Order) -> None:
    """Have a paid order recorded, if Stripe taxed it. In the transaction that it is paid in."""
    if order.tax_calculation:
        _write(TaxTransaction(order=order, calculation_id=order.tax_calculation))


def record_refund(order: Order, refund: Refund) -> None:
    """Have what `refund` gives back taken out again. In the transaction in which it succeeds.

    What was taken a second time, or for an order that was never paid, is in no books.
    """
    if not order.tax_calculation or refund.second_intent_id:
        return
    if order.tax_transactions.filter(refund=None).exists():
        _write(TaxTransaction(order=order, refund=refund))


def _write(entry: TaxTransaction) -> None:
    entry.next_attempt_at = timezone.now() + waits.HINT_TIME
    rows.insert([entry])
    hints.wake(SEND, entry.pk)


def send(entry_pk: int) -> None:
    """Ask Stripe to record an entry, as often as it takes. Never inside a transaction.

    Raises gateway.Unknown; the sweep then tries again, ever later.
    """
    entry = TaxTransaction.objects.select_related("order", "refund__payment").get(pk=entry_pk)
    if entry.status != Status.REQUESTED:
        return
    wait = waits.doubled(FIRST_WAIT, attempts=entry.attempts)
    TaxTransaction.objects.filter(pk=entry_pk, status=Status.REQUESTED).update(
        attempts=entry.attempts + 1, next_attempt_at=timezone.now() + wait
    )
    if entry.refund is None:
        _send_sale(entry)
    else:
        _send_refund(entry, entry.refund)


def _send_sale(entry: TaxTransaction) -> None:
    reference = str(entry.order.public_id)
    try:
        made = gateway.commit(
            entry.calculation_id, reference=reference, key=f"tax-{reference}-{entry.calculation_id}"
        )
    except (gateway.Refused, gateway.Declined) as error:
        log.error("Stripe does not record the tax of order %s: %s", entry.order.reference, error)
        finish(entry.pk, failure=error.code or "refused")
        return
    finish(entry.pk, stripe_id=made.id, lines=dict(made.lines))
    for waiting in entry.order.tax_transactions.filter(status=Status.REQUESTED):
        hints.wake(SEND, waiting.pk)


def _send_refund(entry: TaxTransaction, refund: Refund) -> None:
    sale = TaxTransaction.objects.get(order=entry.order, refund=None)
    if sale.status == Status.FAILED:
        finish(entry.pk, failure=UNFINISHED_SALE)
    if sale.stripe_id is None:
        return
    back = _back(entry.order, refund, sale)
    try:
        made = _reverse(sale.stripe_id, back, refund)
    except (gateway.Refused, gateway.Declined) as error:
        log.error("Stripe does not take refund %s out of its books: %s", refund.public_id, error)
        finish(entry.pk, failure=error.code or "refused")
        return
    finish(entry.pk, stripe_id=made)


def _reverse(sale_id: str, back: Back, refund: Refund) -> str:
    """Stripe's id of the entry: by parts, or else by the whole amount.

    Goodwill given before may have left less on a line than goes back for it now.
    """
    reference = str(refund.public_id)
    try:
        return gateway.reverse_tax(sale_id, back, reference=reference, key=f"tax-{reference}")
    except gateway.Refused:
        if back.flat:
            raise
    flat = Back(flat=refund.amount)
    return gateway.reverse_tax(sale_id, flat, reference=reference, key=f"tax-{reference}-flat")


def _back(order: Order, refund: Refund, sale: TaxTransaction) -> Back:
    """What of the sale `refund` takes back, as exactly as Stripe can be told."""
    if refund.amount == refund.payment.captured:
        return Back(everything=True)
    parts = list(refund.parts.select_related("line__variant").order_by("id"))
    if not parts or any(part.kind == Kind.GOODWILL for part in parts):
        return Back(flat=refund.amount)
    lines = [_line(part, part.line, sale) for part in parts if part.line and part.amount]
    parcels = [part for part in parts if part.kind == Kind.DELIVERY and part.amount]
    amount, tax = _parcels(order, parcels)
    if parcels and DELIVERY in sale.lines:
        lines.append(LineBack(sale.lines[DELIVERY], f"{refund.public_id}-0", 1, amount, tax))
        parcels = []
    return Back(lines=lines, shipping=(amount, tax) if parcels else None)


def _line(part: RefundPart, line: OrderLine, sale: TaxTransaction) -> LineBack:
    return LineBack(
        line_id=sale.lines[str(line.variant.public_id)],
        reference=f"{part.refund_id}-{part.pk}",
        quantity=part.quantity,
        amount=part.amount - (0 if line.tax_is_included else part.tax),
        tax=part.tax,
    )


def _parcels(order: Order, parts: Sequence[RefundPart]) -> tuple[int, int]:
    """Amount and tax of the parcels in `parts`, without the tax where that came on top."""
    on_top = OrderDelivery.objects.filter(order=order, tax_is_included=False).exists()
    tax = sum(part.tax for part in parts)
    return sum(part.amount for part in parts) - (tax if on_top else 0), tax


def finish(
    entry_pk: int,
    *,
    stripe_id: str | None = None,
    lines: dict[str, str] | None = None,
    failure: str = "",
) -> None:
    """Give an entry its last status and the order its history; a repeat changes nothing.

    The one function that sets the status. One durable transaction; locks the entry.
    """
    status = Status.FAILED if failure else Status.RECORDED
    with transaction.atomic(durable=True):
        entry = rows.lock(TaxTransaction, entry_pk)
        if status not in TaxTransaction.TRANSITIONS[entry.status]:
            return
        entry.status, entry.stripe_id, entry.failure = status, stripe_id, failure[:60]
        entry.lines, entry.next_attempt_at = lines or {}, None
        rows.update(entry, "status", "stripe_id", "failure", "lines", "next_attempt_at")
        told = {"entry": stripe_id or "", "refund": entry.refund_id is not None}
        told |= {"why": failure} if failure else {}
        history.note_for(entry.order_id, f"tax.{status}", told)
