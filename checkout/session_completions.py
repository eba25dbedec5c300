"""Completing a checkout session: it is ordered once and paid once, however often and from however many
sides it is asked for, and whatever dies in between (docs/adr/0127).

What keeps it so is the order's own key, which is the session's and its attempt's: whoever comes second,
or after a crash, finds the order and goes on to pay it. The lease only spares the second of two at once
from finding that out by themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from checkout import (
    agent_limits,
    limits,
    orders,
    payments,
    presses,
    session_pricing,
    session_standing,
    sessions,
    tax_calculations,
)
from checkout.buyers import Buyer, ByAgent
from checkout.errors import TotalChanged
from checkout.limits import ORDERS
from checkout.models import CheckoutSession, Order
from checkout.outcomes import Outcome
from checkout.session_errors import SessionBusy, SessionClosed
from checkout.session_standing import Standing
from shopping.money import Money

# Longer than a completion takes, with Stripe at its slowest.
LEASE = timedelta(seconds=90)


@dataclass(frozen=True, slots=True)
class Means:
    """What is paid with: a confirmation token of Stripe's, of which the same one twice is one try, or
    what an agent was granted; exactly one of them."""

    confirmation_token: str | None = None
    granted_token: str | None = None


def complete(session: CheckoutSession, means: Means) -> Outcome:
    """Order what `session` wants, at the total that was shown, and pay for it with `means`.

    Asks Stripe, so never inside a transaction. After "declined" the order waits, as anywhere else,
    and the session takes other means. Raises SessionClosed, SessionBusy, TooOften, BadAddress, what
    orders.place raises (TotalChanged with the figures of now) and what payments.start does; then
    nothing was charged.
    """
    claimed = _claim(session)
    try:
        order = claimed.order or _place(claimed)
        outcome = _pay(order, means)
    finally:
        _release(claimed)
    declined = outcome.decline_code if outcome.kind == "declined" else ""
    CheckoutSession.objects.filter(pk=claimed.pk).update(decline_code=declined[:60])
    return outcome


def _claim(session: CheckoutSession) -> CheckoutSession:
    """Lease the session for this completion, with the order of the one before it, if that waits."""
    sessions.adopt(session)
    with transaction.atomic(durable=True):
        locked = sessions.lock(session)
        standing = session_standing.of(locked)
        if standing.is_closed or locked.is_cart:
            raise SessionClosed
        if standing is not Standing.OPEN:
            raise SessionBusy
        if locked.order is not None and locked.order.status == Order.Status.CANCELLED:
            # Its order was given up, and its key is used for good.
            locked.order, locked.attempt = None, locked.attempt + 1
        locked.leased_until = timezone.now() + LEASE
        locked.save()
    return locked


def _release(session: CheckoutSession) -> None:
    """End the lease, unless it has become another's."""
    CheckoutSession.objects.filter(pk=session.pk, leased_until=session.leased_until).update(
        leased_until=None
    )


def _place(session: CheckoutSession) -> Order:
    """Its order, placed by its key; what is wrong with it leaves none."""
    found = orders.of_key(session.key, principals=[sessions.owner_of(session).principal])
    if found is None:
        visitor = session_pricing.visitor_of(session)
        limits.count(ORDERS, visitor)
        asked = session_pricing.asked(session)
        press = presses.read(session.shopper, asked)
        priced = session_pricing.price(session)
        quoted = priced.needed()
        # A code that does not count takes nothing off, and was shown so.
        codes = priced.codes
        if session.shown_total is None:
            raise TotalChanged(quoted)
        ask = partial(
            orders.place,
            priced.items,
            buyer=_buyer(session, email=press.email),
            address=press.address,
            key=session.key,
            seen_total=Money(session.shown_total, session.currency),
            code=codes[0] if codes else "",
            more_codes=codes[1:],
            rates=priced.claim.rates,
            customers_note=press.note,
        )
        if session.agent_id is not None:
            shops = {line.merchant.pk for line in quoted.lines}
            agent_limits.count_order(session.agent_id, shops=shops)
        found = tax_calculations.once_more(ask, visitor=visitor)
    if not sessions.attach(session, found):
        payments.cancel_unpaid(found.pk, reason="changed")
        raise SessionBusy
    return found


def _buyer(session: CheckoutSession, *, email: str) -> Buyer:
    return Buyer(
        principal=sessions.owner_of(session).principal,
        user=session.shopper,
        email=email,
        locale=sessions.wanted_of(session).language,
        partner=session.partner,
        agent=ByAgent(session.agent_id, session.consent_id) if session.agent_id else None,
    )


def _pay(order: Order, means: Means) -> Outcome:
    if order.status == Order.Status.PAID:
        return Outcome("succeeded")
    return payments.start(
        session_standing.payment_of(order).pk,
        confirmation_token=means.confirmation_token,
        granted_token=means.granted_token,
        return_url=settings.PUBLIC_URL + reverse("checkout:order", args=[orders.token(order)]),
    )
