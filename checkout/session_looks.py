"""Looking at a checkout session: how it stands, what it comes to, and what keeps it from being completed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from checkout import (
    agents,
    declines,
    looks,
    presses,
    session_goods,
    session_handovers,
    session_order_views,
    session_pricing,
    session_quote_views,
    session_standing,
    sessions,
)
from checkout.agents import BeyondAllowance, NotForAgents
from checkout.errors import BadAddress, CheckoutError, MixedCurrencies, NotDelivered, SoldOut
from checkout.models import CheckoutSession, Order
from checkout.session_pricing import Priced
from checkout.session_standing import Standing
from checkout.session_views import View
from checkout.session_wants import Wanted
from checkout.tax_errors import TaxError

Who = Literal["caller", "buyer"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why it cannot be completed. `at` is what it is about: ("line", key), ("email",), ("address",
    field), ("destination",), ("payment",) or (); `who` can do something about it."""

    code: str
    message: str
    at: tuple[str, ...] = ()
    who: Who = "caller"


@dataclass(frozen=True, slots=True)
class Refused:
    """A code that takes nothing off; no reason not to complete. `reason` as codes.Reason has it."""

    code: str
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Look:
    """`order` is the one that counts, if any."""

    session: CheckoutSession
    standing: Standing
    wanted: Wanted
    view: View
    order: Order | None = None
    problems: tuple[Problem, ...] = ()
    refused: tuple[Refused, ...] = ()

    @property
    def is_ready(self) -> bool:
        """Whether it can be completed as it is."""
        return self.standing is Standing.OPEN and all(
            each.at == ("payment",) for each in self.problems
        )


def look(session: CheckoutSession) -> Look:
    """`session` as it stands. Where its payment is not settled Stripe is asked, once a second at most,
    so never inside a transaction."""
    sessions.adopt(session)
    session_handovers.follow(session)
    standing = session_standing.of(session)
    wanted = sessions.wanted_of(session)
    order = session.order
    if order is not None and standing in (Standing.BUSY, Standing.ACTION):
        looks.settled(session_standing.payment_of(order))
        order.refresh_from_db()
        standing = session_standing.of(session)
    if order is not None and standing.is_ordered:
        view = session_order_views.view(session, order, wanted)
        return Look(session, standing, wanted, view, order)
    priced = session_pricing.price(session)
    view = session_quote_views.view(priced, currency=session.currency)
    problems = tuple(_problems(session, priced)) if standing is Standing.OPEN else ()
    refused = tuple(
        Refused(each.words["code"], each.reason, each.message) for each in priced.refused
    )
    return Look(session, standing, wanted, view, None, problems, refused)


def show(session: CheckoutSession) -> Look:
    """The same for its caller's eyes: what it comes to is what they may complete it at."""
    seen = look(session)
    if seen.standing is Standing.OPEN and seen.view.sums.currency:
        sums = seen.view.sums
        sessions.remember_shown(session, total=sums.total, currency=sums.currency)
    return seen


def _problems(session: CheckoutSession, priced: Priced) -> Iterator[Problem]:
    """What is wrong, the goods first; then what is missing of who and where."""
    for line in priced.wanted.lines:
        goods = priced.goods.get(line.variant)
        if goods is None:
            text = _("This product is not on sale.")
            yield Problem("item_unavailable", text, ("line", line.key))
        elif line.quantity > goods.most:
            yield _short(line.key, goods)
    if priced.problem is not None and priced.lines:
        yield of_error(priced.problem)
    yield from _of_agents(session, priced)
    if session.is_cart:
        return
    if priced.wanted.chosen is None:
        yield Problem("destination_missing", _("Say where it goes."), ("destination",))
        return
    try:
        presses.read(session.shopper, session_pricing.asked(session))
    except BadAddress as error:
        yield from _fields(error)
    if session.decline_code:
        yield Problem("payment_declined", declines.message(session.decline_code), ("payment",))


def _of_agents(session: CheckoutSession, priced: Priced) -> Iterator[Problem]:
    """What its agent may not sell, and what is more than a person lets it spend."""
    if session.agent_id is None:
        return
    kept = agents.variants_kept_from(session.agent_id, (line.variant for line in priced.lines))
    for line in priced.lines:
        if line.variant in kept:
            yield Problem("not_for_agents", NotForAgents().message, ("line", line.key))
    if session.consent_id is None or priced.quote is None or session.is_cart:
        return
    if not agents.is_allowed(session.consent_id, priced.quote.total):
        yield of_error(BeyondAllowance())


def of_error(error: CheckoutError) -> Problem:
    """What a refusal of the verbs of buying comes to, for the caller of a session."""
    match error:
        case NotDelivered():
            return Problem("address_undeliverable", error.message, ("destination",))
        case TaxError():
            return Problem(error.code, error.message, ("destination",))
        case SoldOut():
            return Problem("out_of_stock", error.message)
        case MixedCurrencies():
            return Problem(error.code, error.message)
    by_buyer = ("queue_first", "person_limit", "beyond_allowance")
    who: Who = "buyer" if error.code in by_buyer else "caller"
    return Problem(error.code, error.message, (), who)


def of_bad_address(error: BadAddress) -> tuple[Problem, ...]:
    """One for each field that is wrong."""
    return tuple(_fields(error))


def _fields(error: BadAddress) -> Iterator[Problem]:
    for name, said in error.fields.items():
        at = (name,) if name in ("email", "note") else ("address", name)
        yield Problem("invalid_field", said, at)


def _short(key: str, goods: session_goods.Goods) -> Problem:
    if not goods.most:
        return Problem("out_of_stock", _("This is out of stock."), ("line", key))
    text = _("Not enough of this is in stock: %(left)d can be ordered.") % {"left": goods.most}
    return Problem("out_of_stock", text, ("line", key))
