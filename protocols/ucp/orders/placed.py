"""Which orders are a platform's: those that its checkout sessions became."""

from __future__ import annotations

from uuid import UUID

from checkout.models import CheckoutSession, Order
from protocols.models import Platform
from shopping.ids import uuid_of

SURFACE = CheckoutSession.Surface.UCP
PRINCIPAL = "ucp:"


def order_of(platform: Platform, public_id: UUID) -> Order:
    """A paid order of this platform. Raises Order.DoesNotExist for anything else."""
    mine = Order.objects.filter(
        sessions__surface=SURFACE,
        sessions__principal=platform.principal,
        paid_at__isnull=False,
    )
    return mine.get(public_id=public_id)


def session_of(order: Order) -> CheckoutSession | None:
    """The session that became `order`, if a platform opened it; by the order's key as well, where the
    process died that placed it."""
    of_ucp = CheckoutSession.objects.filter(surface=SURFACE).order_by("pk")
    found = of_ucp.filter(order=order).first()
    _kind, _colon, rest = order.idempotency_key.partition("session:")
    named = uuid_of(rest.partition(":")[0])
    return found or (of_ucp.filter(public_id=named, order=None).first() if named else None)


def platform_of(session: CheckoutSession) -> Platform | None:
    """Who opened a session."""
    public_id = uuid_of(session.principal.removeprefix(PRINCIPAL))
    if public_id is None:
        return None
    return Platform.objects.filter(public_id=public_id).select_related("endpoint").first()
