"""The endpoints of checkout sessions: parse, call one verb, answer in ACP's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils import translation
from rest_framework.request import Request
from rest_framework.response import Response

from checkout import session_completions, session_looks, sessions
from checkout.errors import BadAddress, CheckoutError, TotalChanged
from checkout.limits import TooOften
from checkout.models import CheckoutSession
from checkout.session_completions import Means
from checkout.session_errors import SessionBusy, SessionClosed, TooManyPieces, Unavailable
from checkout.session_standing import Standing
from checkout.session_wants import Wanted
from protocols.acp import bodies, documents, handlers, messages, reading
from protocols.acp.door import AcpEndpoint
from protocols.acp.errors import Refused

CREATE = f"{bodies.CHECKOUT}#/$defs/CheckoutSessionCreateRequest"
UPDATE = f"{bodies.CHECKOUT}#/$defs/CheckoutSessionUpdateRequest"
COMPLETE = f"{bodies.CHECKOUT}#/$defs/CheckoutSessionCompleteRequest"
CANCEL = f"{bodies.CHECKOUT}#/$defs/CancelSessionRequest"
UNFINISHED = (Standing.OPEN, Standing.BUSY, Standing.ACTION)


class SessionEndpoint(AcpEndpoint):
    """What all of them share: whose sessions, and in whose language they speak."""

    kind = CheckoutSession.Kind.CHECKOUT
    refusals = {SessionClosed: 409, SessionBusy: 409, TooOften: 429, CheckoutError: 400}

    @property
    def whose(self) -> sessions.Caller:
        return sessions.Caller(
            surface=CheckoutSession.Surface.ACP,
            principal=f"agent:{self.agent.public_id}",
            partner=self.caller.partner,
            shopper=self.caller.shopper,
            agent=self.agent,
            consent=self.consent,
        )

    def found(self, public_id: UUID) -> CheckoutSession:
        """Raises Http404."""
        row = sessions.of(self.whose, self.kind).filter(public_id=public_id).first()
        if row is None:
            raise Http404
        return row

    def shown(self, row: CheckoutSession, *more: dict[str, Any], status: int = 200) -> Response:
        """The session as it stands now, in its own language."""
        with translation.override(sessions.wanted_of(row).language):
            return Response(documents.session(session_looks.show(row), *more), status=status)


def of_lines(error: CheckoutError, wanted: Wanted) -> Refused:
    """Why goods cannot even be wanted, at the line that it is about."""
    keys = [line.key for line in wanted.lines]
    param = ""
    if isinstance(error, Unavailable | TooManyPieces) and error.line in keys:
        param = f"$.line_items[{keys.index(error.line)}]"
    code = messages.CODES.get(error.code, error.code)
    return Refused(400, code, error.message, param=param)


class Sessions(SessionEndpoint):
    def post(self, request: Request) -> Response:
        """A new session."""
        body = bodies.check(request.data, CREATE)
        wanted = reading.created(body, accept=request.headers.get("Accept-Language", ""))
        try:
            row = sessions.open_session(self.whose, wanted)
        except TooOften:
            raise
        except CheckoutError as error:
            raise of_lines(error, wanted) from None
        return self.shown(row, status=201)


class Session(SessionEndpoint):
    def get(self, request: Request, public_id: UUID) -> Response:
        """As it stands."""
        return self.shown(self.found(public_id))

    def post(self, request: Request, public_id: UUID) -> Response:
        """With what the body says of it."""
        row = self.found(public_id)
        body = bodies.check(request.data, UPDATE)
        wanted = reading.changed(sessions.wanted_of(row), body)
        return self.shown(changed(row, wanted))


class Completion(SessionEndpoint):
    def post(self, request: Request, public_id: UUID) -> Response:
        """Order it and pay it; what keeps it from that is in the session's messages."""
        row = self.found(public_id)
        body = bodies.check(request.data, COMPLETE)
        token = handlers.token_of(body["payment_data"])
        row = _with_buyer(row, body)
        look = session_looks.look(row)
        if look.standing is Standing.CANCELLED or look.standing is Standing.EXPIRED:
            raise SessionClosed
        if look.standing is not Standing.OPEN or not look.is_ready:
            return self.shown(row)
        try:
            session_completions.complete(row, Means(granted_token=token))
        except SessionBusy:
            pass  # Another completion is at work; the answer says so.
        except BadAddress:
            pass  # The answer says what is wrong with it.
        except TooOften:
            raise
        except CheckoutError as error:
            return self.shown(self.found(public_id), _why_not(error, row))
        return self.shown(self.found(public_id))


class Cancellation(SessionEndpoint):
    def post(self, request: Request, public_id: UUID) -> Response:
        """Closed for good."""
        row = self.found(public_id)
        bodies.check(request.data or {}, CANCEL)
        try:
            row = sessions.cancel(row)
        except SessionClosed as error:
            raise Refused(405, "not_cancelable", error.message) from None
        return self.shown(row)


def changed(row: CheckoutSession, wanted: Wanted) -> CheckoutSession:
    """The session that wants this instead. Raises Refused at the line that cannot be wanted."""
    try:
        return sessions.change(row, wanted)
    except (SessionClosed, SessionBusy):
        raise
    except CheckoutError as error:
        raise of_lines(error, wanted) from None


def _with_buyer(row: CheckoutSession, body: Mapping[str, Any]) -> CheckoutSession:
    """The session with the buyer whom its completion names, if that is another one.

    It is then bought at what was shown before, or not at all.
    """
    before = sessions.wanted_of(row)
    wanted = reading.changed(
        before, {name: body[name] for name in ("buyer", "order_notes") if name in body}
    )
    if wanted == before or session_looks.look(row).standing is not Standing.OPEN:
        return row
    shown = (row.shown_total, row.currency)
    row = sessions.change(row, wanted)
    total, currency = shown
    if total is not None:
        sessions.remember_shown(row, total=total, currency=currency)
    return row


def _why_not(error: CheckoutError, row: CheckoutSession) -> dict[str, Any]:
    """Why it was not bought, beside the session as it stands; nothing was charged."""
    with translation.override(sessions.wanted_of(row).language):
        code = messages.CODES.get(error.code, "conflict")
        text = error.message
        if isinstance(error, TotalChanged):
            code, text = "conflict", error.message
        by_buyer = error.code == "beyond_allowance"
        said = messages.error(code, text, by_buyer=by_buyer)
        return {**said, "resolution": "requires_buyer_review"} if by_buyer else said
