"""What tests of checkout sessions share: an agent, a buyer of its, and what they want."""

from __future__ import annotations

from typing import Any

from catalogue.models import Variant
from checkout import session_looks, sessions
from checkout.models import CheckoutSession
from checkout.session_completions import Means
from checkout.session_looks import Look
from checkout.session_wants import Contact, Destination, Wanted, WantedLine
from checkout.sessions import Caller
from tests.buying import HOME, Sandbox

AGENT = Caller("ucp", "https://agent.example/profile.json")
OTHER = Caller("ucp", "https://other.example/profile.json")
MAI = Contact(first_name="Maï", last_name="Lefort", email="Mai@people.example")


def line(variant: Variant, quantity: int = 1, *, key: str = "") -> WantedLine:
    name = str(variant.public_id)
    return WantedLine(key or f"line-{variant.sku}", name, variant.public_id, quantity)


def wanted(*lines: WantedLine, **more: Any) -> Wanted:
    """`lines` for Maï, to her home, unless `more` says otherwise."""
    said = {
        "contact": MAI,
        "destinations": (Destination("home", HOME),),
        "destination": "home",
        **more,
    }
    return Wanted(lines=lines, **said)


def opened(*lines: WantedLine, caller: Caller = AGENT, **more: Any) -> CheckoutSession:
    """A session that its caller has seen, and could complete."""
    session = sessions.open_session(caller, wanted(*lines, **more))
    session_looks.show(session)
    return again(session)


def again(session: CheckoutSession) -> CheckoutSession:
    """As a call of its own reads it."""
    return CheckoutSession.objects.select_related("order", "partner", "shopper").get(pk=session.pk)


def seen(session: CheckoutSession) -> Look:
    return session_looks.show(again(session))


def means(sandbox: Sandbox, card: str = "pm_card_visa") -> Means:
    return Means(sandbox.token(card))
