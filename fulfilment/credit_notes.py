"""Credit notes: what a refund takes back of a merchant's invoice, for exactly its amount and tax.

A refund that has gone through gets one for each merchant whose money it takes; what a shopper
cancels gets them at once. What a refund gave back that came back to us counts for the next one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from checkout import ledger
from checkout.models import Order, OrderDelivery, Refund, RefundPart
from fulfilment import invoices, steps
from fulfilment.invoices import Draft
from fulfilment.models import FulfilmentOrder, Invoice
from shopping import rows
from shopping.money import divide, split

Kind = RefundPart.Kind
BATCH = 200
# A rate in basis points, and whether prices include the tax.
Rate = tuple[int, bool]


def uncredited() -> list[int]:
    """Refunds that have gone through and were not credited yet, the longest due first.

    A refund that failed is due when its wait is over, any other since it was asked for. Those of
    orders that are paid and not yet opened wait for that.
    """
    found = Refund.objects.filter(status=Refund.Status.SUCCEEDED, credited_at=None)
    opened = Q(payment__order__fulfilment_opened_at__isnull=False)
    found = found.filter(opened | Q(payment__order__status=Order.Status.CANCELLED))
    due = found.alias(due_at=Coalesce("credit_failure__next_attempt_at", "created_at"))
    due = due.filter(due_at__lte=timezone.now()).order_by("due_at", "id")
    return list(due.values_list("pk", flat=True)[:BATCH])


def credit_for_event(event_id: int) -> None:
    """Credit the refunds of the order that a payment.refunded event is about."""
    found = rows.run(
        "SELECT r.id FROM checkout_refund r"
        " JOIN checkout_payment p ON p.id = r.payment_id JOIN checkout_order o ON o.id = p.order_id"
        " JOIN webhooks_event e ON o.public_id = e.subject::uuid"
        " WHERE e.id = %s AND r.status = 'succeeded' AND r.credited_at IS NULL ORDER BY r.id",
        [event_id],
    )
    for (refund_id,) in found:
        credit(refund_id)


def credit(refund_id: int) -> list[Invoice]:
    """Write a refund's credit notes once it has gone through; of any number of calls one does it.

    Before its order is opened there is no invoice to take back, and nothing happens; an order that
    is cancelled will never have one, and its refund is done with. One transaction; locks the order,
    its parts and then the merchants' counters.
    """
    with transaction.atomic():
        order_id = Refund.objects.values_list("payment__order", flat=True).get(pk=refund_id)
        order = rows.lock(Order, order_id)
        refund = Refund.objects.select_related("payment").get(pk=refund_id)
        may_open = order.status != Order.Status.CANCELLED
        waits = order.fulfilment_opened_at is None and may_open
        done = refund.credited_at is not None
        if done or waits or refund.status != Refund.Status.SUCCEEDED:
            return []
        for part in FulfilmentOrder.objects.filter(order=order).order_by("id"):
            # Where the rest of it was given back, what was sent is all of it.
            steps.follow(steps.lock(part.pk))
        return write(order, refund)


def write(order: Order, refund: Refund) -> list[Invoice]:
    """Write the credit notes of `refund`, whatever its status; see `invoices.write`.

    In the caller's transaction, which holds the order's lock. A merchant without an invoice gets
    none, and no invoice is taken back more than whole.
    """
    issued = Invoice.objects.filter(fulfilment_order__order=order, kind=Invoice.Kind.INVOICE)
    found = issued.select_related("merchant", "fulfilment_order").prefetch_related("credit_notes")
    given = _given(order, refund)
    taken = ledger.taken_by(refund)
    parts = list(refund.parts.select_related("line"))
    drafts = []
    for invoice in found:
        mine = [part for part in parts if part.merchant_id == invoice.merchant_id]
        amount, _fee = taken.get(invoice.merchant_id, (0, 0))
        before = sum(note.total for note in invoice.credit_notes.all())
        due = given.get(invoice.merchant_id, 0) + amount - before
        draft = _draft(order, refund, invoice, mine, amount=amount, due=due)
        drafts += [draft] if draft else []
    refund.credited_at = timezone.now()
    rows.update(refund, "credited_at")
    return invoices.write(drafts)


def _given(order: Order, refund: Refund) -> dict[int, int]:
    """What other refunds took of each merchant's money that have had their credit notes."""
    others = Refund.objects.filter(payment__order=order, credited_at__isnull=False)
    given: dict[int, int] = {}
    for other in others.exclude(status=Refund.Status.FAILED).exclude(pk=refund.pk):
        for merchant_id, (amount, _fee) in ledger.taken_by(other).items():
            given[merchant_id] = given.get(merchant_id, 0) + amount
    return given


def _draft(
    order: Order,
    refund: Refund,
    invoice: Invoice,
    parts: Sequence[RefundPart],
    *,
    amount: int,
    due: int,
) -> Draft | None:
    """The credit note over `amount`, or over less where less is `due` or left of the invoice."""
    left = _left(invoice)
    total = min(amount, due, sum(gross for gross, _tax in left.values()))
    if total <= 0:
        return None
    with translation.override(order.locale):
        if parts and total == amount:
            lines = [line for part in parts for line in _lines(order, part, left)]
        else:
            lines = _spread(_("Part of the order"), total, left)
    return Draft(
        kind=Invoice.Kind.CREDIT_NOTE,
        order=order,
        merchant=invoice.merchant,
        fulfilment_order=invoice.fulfilment_order,
        lines=lines,
        total=total,
        corrects=invoice,
        refund=refund,
    )


def _left(invoice: Invoice) -> dict[Rate, tuple[int, int]]:
    """What is left of an invoice rate by rate: minor units with the tax, and the tax."""
    left: dict[Rate, tuple[int, int]] = {}
    _count(left, invoice.lines, sign=1)
    for note in invoice.credit_notes.all():
        _count(left, note.lines, sign=-1)
    return left


def _count(
    left: dict[Rate, tuple[int, int]], lines: Iterable[dict[str, Any]], *, sign: int
) -> None:
    for line in lines:
        rate = (line["tax_bps"], line["tax_is_included"])
        gross, tax = left.get(rate, (0, 0))
        added = 0 if line["tax_is_included"] else line["tax"]
        left[rate] = gross + sign * (line["total"] + added), tax + sign * line["tax"]


def _lines(
    order: Order, part: RefundPart, left: dict[Rate, tuple[int, int]]
) -> list[dict[str, Any]]:
    """A part of the refund as lines; pieces that gave nothing back are none."""
    if not part.amount:
        return []
    if part.kind == Kind.GOODWILL:
        return _spread(part.text, part.amount, left, tax=part.tax)
    if part.line is not None:
        rate = (part.line.tax_bps, part.line.tax_is_included)
        return [_one(invoices.title_of(part.line), part, rate, part.quantity)]
    delivery = OrderDelivery.objects.get(order=order, merchant=part.merchant_id)
    return [_one(delivery.name, part, (delivery.tax_bps, delivery.tax_is_included), 1)]


def _one(title: str, part: RefundPart, rate: Rate, quantity: int) -> dict[str, Any]:
    return _row(title, part.amount, part.tax, rate, quantity=quantity)


def _spread(
    title: str, amount: int, left: dict[Rate, tuple[int, int]], *, tax: int | None = None
) -> list[dict[str, Any]]:
    """`amount` over the rates in the proportion of what is left of each; its tax is `tax`, or what
    is left of it in the same proportion."""
    rates = {rate: each for rate, each in left.items() if each[0] > 0}
    amounts = split(amount, [gross for gross, _tax in rates.values()])
    weights = [max(tax_left, 0) for _gross, tax_left in rates.values()]
    if tax is None:
        whole = sum(gross for gross, _tax in rates.values())
        tax = divide(sum(weights) * amount, whole)
    taxes = split(tax, weights)
    found = zip(rates, amounts, taxes, strict=True)
    return [_row(title, each, of_tax, rate) for rate, each, of_tax in found if each]


def _row(title: str, amount: int, tax: int, rate: Rate, *, quantity: int = 1) -> dict[str, Any]:
    """A line as invoices have them; `amount` is with the tax."""
    basis_points, included = rate
    total = amount if included else amount - tax
    return {
        "title": title,
        "quantity": quantity,
        "unit_price": divide(total, quantity),
        "discount": 0,
        "total": total,
        "tax_bps": basis_points,
        "tax": tax,
        "tax_is_included": included,
    }
