"""Checkout sessions: made, read, replaced, completed and cancelled."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from checkout import session_completions, session_looks, sessions
from checkout.errors import BadAddress, CheckoutError, MixedCurrencies, QuoteError
from checkout.limits import TooOften
from checkout.models import CheckoutSession
from checkout.outcomes import Outcome
from checkout.session_errors import SessionBusy, SessionClosed, TooManyPieces, Unavailable
from checkout.session_wants import Wanted
from checkout.sessions import Caller
from partners import agents
from protocols.ucp import capabilities, payment_handlers
from protocols.ucp.checkout import documents, instruments, known_places, messages, mock
from protocols.ucp.checkout.requests import UNAVAILABLE, Reading
from protocols.ucp.endpoint import Reply, UcpEndpoint
from protocols.ucp.errors import (
    REQUIRES_BUYER_INPUT,
    Invalid,
    NoResource,
    Refusal,
    error,
)
from protocols.ucp.identity import insufficient
from protocols.ucp.inputs import Inputs
from shopping.ids import uuid_of

CHECKOUT, CART = CheckoutSession.Kind.CHECKOUT, CheckoutSession.Kind.CART
NOWHERE_TO = "Fulfillment address and option must be selected."
REVIEW = "The buyer has to look at this purchase on our own page."


class SessionEndpoint(UcpEndpoint):
    """An endpoint about one kind of session; it finds the platform's own alone."""

    kind = CHECKOUT
    may = agents.CHECKOUT

    @property
    def caller(self) -> Caller:
        who = self.call.identity
        if not who.may(self.may):
            raise insufficient(max(self.may))
        return Caller(
            "ucp",
            self.call.platform.principal,
            shopper=who.shopper,
            agent=who.agent,
            consent=who.consent,
        )

    def find(self, public_id: str, *, kind: str = "") -> CheckoutSession:
        """Raises NoResource where the platform has no such session."""
        named = uuid_of(public_id)
        mine = sessions.of(self.caller, kind or self.kind)
        found = mine.filter(public_id=named).first() if named else None
        if found is None:
            raise NoResource("not_found", f"There is no such {kind or self.kind}.", status=404)
        return found

    def read(self, before: Wanted | None) -> Wanted:
        """What the body wants. Raises Invalid, NoResource."""
        known = partial(known_places.of, self.caller)
        return Reading(Inputs(self.call.body), before, known, self.call.language).wanted()

    def shown(
        self, session: CheckoutSession, *, status: int = 200, told: list[Any] | None = None
    ) -> Reply:
        """The checkout as it stands now."""
        look = session_looks.show(session)
        document = documents.session(look, self.call.active, told=told)
        return Reply(document, status, {"payment_handlers": payment_handlers.declared()})


class Sessions(SessionEndpoint):
    def post(self) -> Reply:
        body = Inputs(self.call.body)
        named = body.text("cart_id", longest=100) if body.values.get("cart_id") else ""
        if named and capabilities.CART in self.call.active:
            with refused(Wanted(lines=())):
                cart = self.find(named, kind=CART)
                session, is_new = sessions.convert(self.caller, cart)
            return self.shown(session, status=201 if is_new else 200)
        wanted = self.read(None)
        with refused(wanted):
            session = sessions.open_session(self.caller, wanted)
        return self.shown(session, status=201)


class SessionById(SessionEndpoint):
    def get(self, public_id: str) -> Reply:
        return self.shown(self.find(public_id))

    def put(self, public_id: str) -> Reply:
        session = self.find(public_id)
        wanted = self.read(sessions.wanted_of(session))
        with refused(wanted):
            changed = sessions.change(session, wanted)
        return self.shown(changed)


class CompleteSession(SessionEndpoint):
    def post(self, public_id: str) -> Reply:
        session, body = self.find(public_id), Inputs(self.call.body)
        look = session_looks.look(session)
        if look.standing.is_closed:
            raise closed(SessionClosed())
        if look.wanted.chosen is None:
            raise Refusal(400, "fulfillment_required", NOWHERE_TO)
        instrument = instruments.selected(body)
        if _is_simulated_review(body):
            told = [error("buyer_review", REVIEW, severity=REQUIRES_BUYER_INPUT)]
            return self.shown(session, told=told)
        with refused(look.wanted):
            if instrument.values.get("handler_id") == payment_handlers.MOCK:
                session = mock.fill(session) if payment_handlers.has_mock() else session
            paid_with = instruments.means(instrument)
            try:
                outcome = session_completions.complete(session, paid_with)
            except (SessionClosed, SessionBusy, TooOften):
                raise
            except CheckoutError as problem:
                # Nothing was ordered: what it comes to now, and what is wrong, is there to be seen.
                return self._not_placed(session, problem)
        return self._placed(session, outcome)

    def _not_placed(self, session: CheckoutSession, problem: CheckoutError) -> Reply:
        found = self.find(str(session.public_id))
        seen = session_looks.show(found)
        known = {each.code for each in seen.problems}
        told = []
        if not isinstance(problem, BadAddress) and problem.code not in known:
            each = session_looks.of_error(problem)
            severity = REQUIRES_BUYER_INPUT if each.who == "buyer" else "recoverable"
            told = [error(each.code, each.message, severity=severity)]
        return self.shown(found, told=told)

    def _placed(self, session: CheckoutSession, outcome: Outcome) -> Reply:
        status = 402 if outcome.kind == "declined" else 200
        return self.shown(self.find(str(session.public_id)), status=status)


class CancelSession(SessionEndpoint):
    def post(self, public_id: str) -> Reply:
        session = self.find(public_id)
        with refused(Wanted(lines=())):
            cancelled = sessions.cancel(session)
        return self.shown(cancelled)


@contextmanager
def refused(wanted: Wanted) -> Iterator[None]:
    """Says the refusals of our verbs as UCP does."""
    keys = [line.key for line in wanted.lines]
    try:
        yield
    except (SessionClosed, SessionBusy) as problem:
        raise closed(problem) from None
    except TooOften as problem:
        headers = {"Retry-After": str(problem.seconds)}
        raise Refusal(429, "too_many_requests", problem.message, headers=headers) from None
    except (Unavailable, TooManyPieces) as problem:
        text = problem.message
        if isinstance(problem, TooManyPieces):
            text = f"Insufficient stock. {text}"
        path = messages.line_path(keys, problem.line)
        raise NoResource(problem.code, text, status=UNAVAILABLE, path=path) from None
    except MixedCurrencies as problem:
        raise NoResource(problem.code, problem.message, status=UNAVAILABLE) from None
    except QuoteError as problem:
        raise Invalid(problem.message, path="$.line_items", code=problem.code) from None


def closed(problem: SessionClosed | SessionBusy) -> Refusal:
    """409: as it stands, the session does not take this call."""
    return Refusal(409, problem.code, problem.message)


def _is_simulated_review(body: Inputs) -> bool:
    """Whether a test suite asks what becomes of a purchase that somebody has to look at."""
    signals = body.values.get("risk_signals")
    named = signals.get("simulation_trigger") if isinstance(signals, dict) else None
    return payment_handlers.has_mock() and named == "escalation_required"
