"""The endpoints of carts: what an agent gathers before anybody buys."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404
from django.utils import translation
from rest_framework.request import Request
from rest_framework.response import Response

from checkout import session_looks, session_standing, sessions
from checkout.errors import CheckoutError
from checkout.limits import TooOften
from checkout.models import CheckoutSession
from partners import agents
from protocols.acp import bodies, documents, reading
from protocols.acp.sessions import SessionEndpoint, changed, of_lines

CREATE = f"{bodies.CART}#/$defs/CartCreateRequest"
UPDATE = f"{bodies.CART}#/$defs/CartUpdateRequest"


class CartEndpoint(SessionEndpoint):
    """One that was given up, or is past its time, is there no more."""

    kind = CheckoutSession.Kind.CART
    may = agents.CARTS

    def found(self, public_id: UUID) -> CheckoutSession:
        row = super().found(public_id)
        if session_standing.of(row).is_closed:
            raise Http404
        return row

    def shown_cart(self, row: CheckoutSession, *, status: int = 200) -> Response:
        with translation.override(sessions.wanted_of(row).language):
            return Response(documents.cart(session_looks.show(row)), status=status)


class Carts(CartEndpoint):
    def post(self, request: Request) -> Response:
        """A new cart."""
        body = bodies.check(request.data, CREATE)
        wanted = reading.created(body, accept=request.headers.get("Accept-Language", ""))
        try:
            row = sessions.open_session(self.whose, wanted, kind=self.kind)
        except TooOften:
            raise
        except CheckoutError as error:
            raise of_lines(error, wanted) from None
        return self.shown_cart(row, status=201)


class Cart(CartEndpoint):
    def get(self, request: Request, public_id: UUID) -> Response:
        """As it stands."""
        return self.shown_cart(self.found(public_id))

    def put(self, request: Request, public_id: UUID) -> Response:
        """With other goods instead."""
        row = self.found(public_id)
        body = bodies.check(request.data, UPDATE)
        wanted = reading.changed(sessions.wanted_of(row), body)
        return self.shown_cart(changed(row, wanted))

    # The protocol's text has POST where its document has PUT.
    post = put


class CartCancellation(CartEndpoint):
    def post(self, request: Request, public_id: UUID) -> Response:
        """As it was; then it is gone."""
        row = self.found(public_id)
        shown = self.shown_cart(row)
        sessions.cancel(row)
        return shown
