"""Checkout sessions: opening, changing and giving up what other surfaces prepare to buy.

Each is found by its owner alone (`of`). Whatever changes one locks its row; Stripe is asked before,
never under the lock. checkout.session_completions orders and pays; checkout.session_looks prices.
docs/adr/0127 says why a session owns no cart.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from checkout import agent_limits, orders, payments, session_goods, session_standing, session_wants
from checkout.cart_owners import Owner
from checkout.models import CheckoutSession, Order
from checkout.named_carts import guest_of_call
from checkout.offers import person
from checkout.session_errors import SessionBusy, SessionClosed
from checkout.session_standing import Standing
from checkout.session_wants import Wanted
from partners.models import Agent, Consent, Partner

signer = Signer(salt="checkout.session", sep=".")

LASTS = timedelta(hours=6)
CARTS_LAST = timedelta(days=30)
# What came to nothing is deleted after so long.
KEPT = timedelta(days=90)
MOST_DESTINATIONS = 10


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose sessions: the surface, the stable name of the agent or platform there, the partner whose
    sales they are, the person for whom it acts, if it may, and by which consent."""

    surface: str
    principal: str
    partner: Partner | None = None
    shopper: User | None = None
    agent: Agent | None = None
    consent: Consent | None = None


def of(caller: Caller, kind: str = CheckoutSession.Kind.CHECKOUT) -> QuerySet[CheckoutSession]:
    """The caller's own sessions; nobody else's is there. One that was opened for a person opens only
    to those who act for the same one."""
    mine = CheckoutSession.objects.filter(
        surface=caller.surface, principal=caller.principal, kind=kind
    )
    whose = Q(shopper=None) | Q(shopper=caller.shopper) if caller.shopper else Q(shopper=None)
    return mine.filter(whose).select_related("order", "partner", "shopper")


def open_session(
    caller: Caller,
    wanted: Wanted,
    *,
    kind: str = CheckoutSession.Kind.CHECKOUT,
    source: CheckoutSession | None = None,
) -> CheckoutSession:
    """A new session, or a cart of theirs. `source` is the cart that it is made from.

    Raises what session_goods.checked does, and TooOften; then there is none.
    """
    if caller.agent is not None:
        agent_limits.count_session(caller.agent.pk, shopper=_shopper(caller, wanted))
    lasts = CARTS_LAST if kind == CheckoutSession.Kind.CART else LASTS
    return CheckoutSession.objects.create(
        surface=caller.surface,
        principal=caller.principal,
        partner=caller.partner,
        shopper=caller.shopper,
        agent=caller.agent,
        consent=caller.consent,
        kind=kind,
        source=source,
        expires_at=timezone.now() + lasts,
        **_fields(wanted),
    )


def convert(caller: Caller, cart: CheckoutSession) -> tuple[CheckoutSession, bool]:
    """The session that is made from a cart of theirs, and whether it is new: as long as one can still
    be completed, it is that one.

    Locks the cart. Raises SessionClosed where it is none any more, and what session_goods.checked does.
    """
    with transaction.atomic():
        locked = lock(cart)
        if session_standing.of(locked).is_closed:
            raise SessionClosed
        made = of(caller).filter(source=locked, closed_as="", expires_at__gt=timezone.now())
        for each in made.order_by("id"):
            if not session_standing.of(each).is_closed:
                return each, False
        return open_session(caller, wanted_of(locked), source=locked), True


def change(session: CheckoutSession, wanted: Wanted) -> CheckoutSession:
    """Let it want this instead. An order of it that waits for another card is given up for it.

    Asks Stripe about such an order, so never inside a transaction. Raises SessionClosed, SessionBusy,
    and what session_goods.checked does.
    """
    fields = _fields(wanted)
    _give_up(session)
    with transaction.atomic():
        locked = lock(session)
        _check(locked)
        for name, value in fields.items():
            setattr(locked, name, value)
        locked.shown_total, locked.decline_code = None, ""
        if locked.leased_until is not None:
            # Whoever died over it, or is slower than any call may be, must not order it any more.
            locked.leased_until, locked.attempt = None, locked.attempt + 1
        locked.save()
    return locked


def cancel(session: CheckoutSession) -> CheckoutSession:
    """Close it for good; what it ordered and did not pay is given up. Raises SessionClosed, SessionBusy.

    Asks Stripe about such an order, so never inside a transaction.
    """
    _give_up(session)
    with transaction.atomic():
        locked = lock(session)
        _check(locked)
        locked.closed_as, locked.closed_at = CheckoutSession.Closed.CANCELLED, timezone.now()
        locked.save()
    return locked


def expire(*, most: int = 1000) -> int:
    """Close what nobody completed in time, at most `most`; how many. What is ordered and not given up
    stays: its payment may still arrive."""
    due = CheckoutSession.objects.filter(closed_as="", expires_at__lte=timezone.now())
    due = due.filter(Q(order=None) | Q(order__status=Order.Status.CANCELLED, order__paid_at=None))
    due = due.filter(Q(leased_until=None) | Q(leased_until__lte=timezone.now()))
    keys = list(due.values_list("pk", flat=True)[:most])
    closed = {"closed_as": CheckoutSession.Closed.EXPIRED, "closed_at": timezone.now()}
    # An order that a dying process has placed since is found by its session's key all the same.
    return CheckoutSession.objects.filter(pk__in=keys, closed_as="").update(**closed)


def forget(*, most: int = 1000) -> int:
    """Delete what came to nothing long ago, at most `most`, with whatever it says of its buyer."""
    old = CheckoutSession.objects.filter(order=None, closed_at__lt=timezone.now() - KEPT)
    keys = list(old.values_list("pk", flat=True)[:most])
    return CheckoutSession.objects.filter(pk__in=keys).delete()[0]


def lock(session: CheckoutSession) -> CheckoutSession:
    """The row as it is now, locked until the transaction ends."""
    rows = CheckoutSession.objects.select_related("partner", "shopper")
    locked = rows.select_for_update(of=("self",), no_key=True).get(pk=session.pk)
    locked.order = Order.objects.get(pk=locked.order_id) if locked.order_id else None
    return locked


def wanted_of(session: CheckoutSession) -> Wanted:
    """What its caller wants by now."""
    return session_wants.read(session.wanted)


def token(session: CheckoutSession) -> str:
    """What the address of its page ends in: nobody guesses it, and it opens this one."""
    return signer.sign(session.public_id.hex)


def by_token(text: str) -> CheckoutSession:
    """The session that `token` named. Raises CheckoutSession.DoesNotExist for anything else."""
    try:
        named = UUID(signer.unsign(text))
    except (BadSignature, ValueError):
        raise CheckoutSession.DoesNotExist("no session has this token") from None
    known = CheckoutSession.objects.select_related("order", "partner", "shopper")
    return known.get(public_id=named)


def owner_of(session: CheckoutSession) -> Owner:
    """Under whose name it orders: its shopper's, or that of a guest for this session alone."""
    if session.shopper_id is not None:
        return Owner(session.shopper_id)
    return guest_of_call(f"session {session.public_id}")


def adopt(session: CheckoutSession) -> None:
    """Take up the order that a completion placed and died after, if one did."""
    if session.order_id is not None or session.leased_until is None:
        return
    found = orders.of_key(session.key, principals=[owner_of(session).principal])
    if found is not None:
        attach(session, found)


def attach(session: CheckoutSession, order: Order) -> bool:
    """Let `order` be what it has ordered, and say whether it is. A repeat changes nothing.

    Not where the session was closed or changed since: whoever places so late was thought dead.
    """
    same = CheckoutSession.objects.filter(pk=session.pk, attempt=session.attempt, closed_as="")
    if not same.filter(order=None).update(order=order) and not same.filter(order=order).exists():
        return False
    session.order = order
    return True


def remember_shown(session: CheckoutSession, *, total: int, currency: str) -> None:
    """Keep what the caller is told that it comes to (minor units), unless it is being ordered at what
    it was told before."""
    if (session.shown_total, session.currency) == (total, currency):
        return
    open_ones = CheckoutSession.objects.filter(pk=session.pk, leased_until=None, closed_as="")
    open_ones.filter(Q(order=None) | Q(order__status=Order.Status.CANCELLED)).update(
        shown_total=total, currency=currency
    )
    session.shown_total, session.currency = total, currency


def destinations_of(caller: Caller, email: str) -> list[session_wants.Destination]:
    """Where the caller has had parcels sent for the buyer with this address before, newest first:
    what the caller has told us for the same person, and nothing of what others did."""
    if not email:
        return []
    mine = CheckoutSession.objects.filter(
        surface=caller.surface,
        principal=caller.principal,
        shopper=caller.shopper,
        email=person(email),
    )
    found: dict[str, session_wants.Destination] = {}
    for values in mine.order_by("-id").values_list("wanted", flat=True)[:20]:
        for each in session_wants.read(values).destinations:
            found.setdefault(each.key, each)
    return list(found.values())[:MOST_DESTINATIONS]


def _shopper(caller: Caller, wanted: Wanted) -> str:
    """Who is counted as the one for whom an agent buys; "" where nobody has said."""
    return f"user:{caller.shopper.pk}" if caller.shopper else person(wanted.contact.email)


def _fields(wanted: Wanted) -> dict[str, object]:
    checked = replace(wanted, lines=session_goods.checked(wanted.lines))
    return {"wanted": session_wants.kept(checked), "email": person(wanted.contact.email)}


def _give_up(session: CheckoutSession) -> None:
    """Give up an order of it that is not paid, once Stripe says that nobody can pay it any more."""
    adopt(session)
    if session_standing.of(session) is Standing.BUSY:
        raise SessionBusy
    order = session.order
    if order is None or order.status != Order.Status.AWAITING_PAYMENT:
        return
    if not payments.cancel_unpaid(order.pk, reason="changed"):
        raise SessionBusy
    order.refresh_from_db()


def _check(session: CheckoutSession) -> None:
    """Raises SessionClosed, and SessionBusy where it is ordered or about to be."""
    standing = session_standing.of(session)
    if standing.is_closed:
        raise SessionClosed
    waits = session.order is not None and session.order.status == Order.Status.AWAITING_PAYMENT
    if waits or standing is not Standing.OPEN:
        raise SessionBusy
