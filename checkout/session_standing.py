"""How a checkout session stands: derived from its row, its order and its payment, never kept."""

from __future__ import annotations

from enum import StrEnum

from django.utils import timezone

from checkout.models import CheckoutSession, Order, Payment

Status = Payment.Status


class Standing(StrEnum):
    OPEN = "open"  # can be changed, completed and cancelled
    BUSY = "busy"  # a completion is at work, or nobody knows yet what became of its payment
    ACTION = "action"  # the buyer's bank asks them something
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"

    @property
    def is_closed(self) -> bool:
        return self in (Standing.COMPLETED, Standing.CANCELLED, Standing.EXPIRED)

    @property
    def is_ordered(self) -> bool:
        """Whether its order is what there is to show, and no price of now."""
        return self in (Standing.BUSY, Standing.ACTION, Standing.COMPLETED)


def of(session: CheckoutSession) -> Standing:
    """One statement or two where it has an order, else none; Stripe is not asked."""
    order = session.order
    if order is not None and order.paid_at is not None:
        return Standing.COMPLETED
    if session.closed_as:
        return Standing(session.closed_as)
    under_way = _under_way(order) if order is not None else None
    if under_way is not None:
        return under_way
    if session.leased_until is not None and session.leased_until > timezone.now():
        return Standing.BUSY
    return Standing.EXPIRED if session.expires_at <= timezone.now() else Standing.OPEN


def payment_of(order: Order) -> Payment:
    """The payment that counts."""
    return order.payments.latest("id")


def _under_way(order: Order) -> Standing | None:
    if order.status != Order.Status.AWAITING_PAYMENT:
        return None
    match payment_of(order).status:
        case Status.PROCESSING:
            return Standing.BUSY
        case Status.REQUIRES_ACTION:
            return Standing.ACTION
    return None
