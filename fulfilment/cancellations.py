"""Cancelling what is paid and not sent yet, before the parcel leaves: the shopper's own way out, and
the shop's for what it cannot send."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.mails import enqueue_all
from accounts.models import User
from catalogue import stock
from checkout import history, ledger, orders, refundable, refunds, transfers
from checkout.models import Dispute, Order, OrderLine, Payment, Refund, RefundPart
from checkout.refund_errors import Disputed, NothingChosen
from checkout.refund_previews import Asked, Preview, preview, whole
from checkout.refundable import PartLeft
from fulfilment import credit_notes, fulfilment_orders, letters, steps
from fulfilment.fulfilment_orders import TransitionRefused
from fulfilment.models import FulfilmentOrder
from fulfilment.parts import Part, left_of, part_of
from shopping import rows
from shopping.money import Money

Status = FulfilmentOrder.Status
UNSENT = FulfilmentOrder.UNSENT


class By(StrEnum):
    """Who cancels; it is the reason of the refund, and of an order that is cancelled by it."""

    SHOPPER = "shopper"
    SHOP = "shop"

    @property
    def note(self) -> str:
        """What the part's history says."""
        return _("by the shopper") if self is By.SHOPPER else _("by the shop")


@dataclass(frozen=True, slots=True)
class Plan:
    """What cancelling would do: `preview` is None where no money is left to give back, `lines` have
    the pieces that go back on the shelf."""

    preview: Preview | None
    lines: Sequence[tuple[OrderLine, int]]


class TooLate(Exception):
    """A parcel has left already, or there is nothing to cancel; nothing was changed."""

    def __str__(self) -> str:
        return _("It is too late to cancel this: the parcel has left the shop.")


class Changed(Exception):
    """Another amount would go back than was seen; nothing was changed."""

    def __str__(self) -> str:
        return _("What goes back has changed meanwhile: look again, and confirm that.")


class InDispute(TooLate):
    """The shopper's bank has taken the payment back, or may do so: nobody is paid twice."""

    def __str__(self) -> str:
        return _(
            "Your bank is asking for this payment back already. It cannot be cancelled as well."
        )


def cancel(
    order_id: int,
    *,
    merchant_id: int | None = None,
    actor: User | None = None,
    by: By = By.SHOPPER,
    seen: Money | None = None,
) -> list[FulfilmentOrder]:
    """Cancel a paid order, or `merchant_id`'s part of it, none of which is sent yet; or of a part of
    which parcels have left, what has not.

    The stock goes back, the money is on its way back, the shopper is told and, where it is they who
    cancel, the shops; credit notes take back what was left of the invoices. Where no part is left,
    the order itself is cancelled. `seen` is what its preview said goes back. One transaction; it
    locks order, fulfilment orders, payment, stock and counters, in that order. What is cancelled
    already stays so: of two at once the second returns an empty list.

    Raises TooLate where a parcel of it has left, or the order is not paid, InDispute where a bank
    asks for the money already, Changed where it comes to another amount than `seen`; then nothing is
    changed.
    """
    # Whoever cancels in the second after paying comes before the worker. In a transaction of its
    # own: it locks the shops' counters, which must not be held while the stock is waited for.
    fulfilment_orders.open_for(order_id)
    try:
        with transaction.atomic():
            order = rows.lock(Order, order_id)
            if order.status == Order.Status.CANCELLED:
                return []
            if order.status != Order.Status.PAID:
                raise TooLate
            return _cancel(order, merchant_id=merchant_id, actor=actor, by=by, seen=seen)
    except TransitionRefused as error:
        raise TooLate from error
    except Disputed as error:
        raise InDispute from error


def plan(order: Order, merchant_ids: Collection[int]) -> Plan:
    """What cancelling those merchants' parts of a paid order does now."""
    left = _left(order, merchant_ids)
    asked = _asked(left, _sent_of(order))
    lines = [
        (each.line, asked.lines[each.line.pk])
        for part in left
        for each in part.lines
        if each.line.pk in asked.lines
    ]
    return Plan(_preview(left, asked), lines)


def goes_back(order: Order, merchant_ids: Collection[int]) -> Money:
    """What cancelling those merchants' parts of a paid order gives back to the shopper now."""
    seen = plan(order, merchant_ids).preview
    return seen.amount if seen else Money(0, order.currency)


def can_cancel(parts: Collection[str], *, alone: bool) -> bool:
    """Whether parts with those statuses can be cancelled together: nothing of them is sent; or where
    it is one shop's `alone`, not all of it."""
    if alone and set(parts) == {Status.PARTLY_SHIPPED}:
        return True
    return bool(parts) and all(status in UNSENT for status in parts)


def given_back(order: Order, cancelled: Sequence[FulfilmentOrder]) -> Money:
    """What cancelling those parts, each of which can be once, has given back."""
    parts = RefundPart.objects.live().filter(
        refund__payment__order=order,
        refund__reason=By.SHOPPER,
        merchant__in=[each.merchant_id for each in cancelled],
    )
    return Money(sum(parts.values_list("amount", flat=True)), order.currency)


def keep_back(fulfilment_order: FulfilmentOrder, *, actor: User) -> None:
    """Do not send a part whose money the shopper's bank has taken, or may: the pieces go back on the
    shelf, and of the money the bank decides. Locks the order, then the stock.

    Raises TooLate where no bank asks for it, or it has left; then nothing is changed.
    """
    try:
        with transaction.atomic():
            order = rows.lock(Order, fulfilment_order.order_id)
            if not _is_disputed(order):
                raise TooLate
            fulfilment_orders.cancel(fulfilment_order, actor=actor, note=By.SHOP.note)
            _shelve(order, _left(order, {fulfilment_order.merchant_id}), actor=actor)
    except TransitionRefused as error:
        raise TooLate from error


def _is_disputed(order: Order) -> bool:
    return Dispute.objects.blocking().filter(payment__order=order).exists()


def _cancel(
    order: Order,
    *,
    merchant_id: int | None,
    actor: User | None,
    by: By,
    seen: Money | None,
) -> list[FulfilmentOrder]:
    found = list(FulfilmentOrder.objects.filter(order=order).order_by("pk"))
    live = [each for each in found if each.status != Status.CANCELLED]
    meant = [each for each in live if merchant_id in (None, each.merchant_id)]
    if not meant:
        return []
    if not can_cancel([each.status for each in meant], alone=merchant_id is not None):
        raise TooLate
    if seen is not None and goes_back(order, {each.merchant_id for each in meant}) != seen:
        raise Changed
    # As they are before: what they are written about says what will not be sent.
    parts = [part_of(each) for each in meant]
    for each in meant:
        if each.status != Status.PARTLY_SHIPPED:
            # Refused where its merchant has sent it a moment ago: see `steps.move`.
            fulfilment_orders.cancel(each, actor=actor, note=by.note)
    refund = _give_back(order, parts, actor=actor, by=by)
    for each in meant:
        # Parcels have left of it, and now that is all.
        steps.follow(steps.lock(each.pk), actor=actor)
    if len(meant) == len(live) and not any(part.shipments for part in parts):
        _close(order, actor=actor, by=by)
    if refund is not None:
        credit_notes.write(order, refund)
    _tell(order, parts, refund=refund, by=by)
    return meant


def _tell(order: Order, parts: Sequence[Part], *, refund: Refund | None, by: By) -> None:
    if by is By.SHOP:
        enqueue_all([letters.cancelled_by_shop(order, parts, refund=refund)])
    else:
        shops = [letters.part_cancelled(part, amount=_told(part, refund)) for part in parts]
        enqueue_all([letters.cancelled(order, parts, refund=refund), *shops])


def _told(part: Part, refund: Refund | None) -> Money:
    """What a merchant reads it came to: their whole part, or what goes back of the rest of it."""
    if not part.shipments or refund is None:
        return part.total
    given = refund.parts.filter(merchant=part.merchant).values_list("amount", flat=True)
    return Money(sum(given), part.order.currency)


def _give_back(order: Order, parts: Sequence[Part], *, actor: User | None, by: By) -> Refund | None:
    """Ask for what is left of `parts`, and where nothing is, for what our offers gave; put the pieces
    that are left back on the shelf."""
    left = _left(order, {part.merchant.pk for part in parts})
    asked = _asked(left, _sent_of(order))
    given = _preview(left, asked)
    if given:
        payment = order.payments.get(status=Payment.Status.SUCCEEDED)
        return refunds.request(payment.pk, amount=given.amount, reason=by, actor=actor, parts=asked)
    if any(part.shipments for part in parts):
        # Of the rest nothing is left to give back; then nothing says which pieces are not wanted.
        raise TooLate
    for part in left:
        ledger.post_gift_back(order, part.merchant.pk)
    transfers.settle_up(order)
    _shelve(order, left, actor=actor)
    return None


def _shelve(order: Order, left: Sequence[PartLeft], *, actor: User | None) -> None:
    """Put the pieces that are left back on the shelf; none of them has been sent."""
    pieces = {
        each.line.variant_id: each.quantity for part in left for each in part.lines if each.quantity
    }
    stock.restock(pieces, reference=str(order.number), actor=actor)


def _asked(left: Sequence[PartLeft], sent: Collection[int]) -> Asked:
    """All that is left of the parts, and all pieces back on the shelf; of the merchants in `sent`
    the pieces that no parcel took, and not what the delivery cost."""
    everything = whole(left)
    rest = {
        each.line.pk: min(left_of(each.line), each.quantity)
        for part in left
        if part.merchant.pk in sent
        for each in part.lines
    }
    lines = {pk: count for pk, count in {**everything.lines, **rest}.items() if count}
    deliveries = everything.deliveries - frozenset(sent)
    return Asked(lines=lines, restock=frozenset(lines), deliveries=deliveries)


def _sent_of(order: Order) -> set[int]:
    """The merchants some of whose pieces have left."""
    sent = FulfilmentOrder.objects.filter(order=order, shipments__isnull=False)
    return set(sent.values_list("merchant", flat=True))


def _left(order: Order, merchant_ids: Collection[int]) -> list[PartLeft]:
    return [each for each in refundable.read(order) if each.merchant.pk in merchant_ids]


def _preview(left: Sequence[PartLeft], asked: Asked) -> Preview | None:
    """What `asked` comes to; None for nothing."""
    if not sum(part.amount for part in left):
        return None
    try:
        return preview(left, asked)
    except NothingChosen:
        return None


def _close(order: Order, *, actor: User | None, by: By) -> None:
    data = {"reason": by}
    status = Order.Status.CANCELLED
    orders.move(order, status, type="order.cancelled", data=data, actor=actor, reason=by)
    history.publish("order.cancelled", order, orders.lines_of(order))
