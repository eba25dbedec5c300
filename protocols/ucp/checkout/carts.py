"""Carts: what somebody may buy later, priced and shown, without a payment.

https://ucp.dev/2026-04-08/specification/cart
"""

from __future__ import annotations

from checkout import session_looks, sessions
from checkout.models import CheckoutSession
from checkout.session_looks import Look
from checkout.session_wants import Wanted
from partners import agents
from protocols.ucp import capabilities
from protocols.ucp.checkout import documents
from protocols.ucp.checkout.endpoints import CART, SessionEndpoint, refused
from protocols.ucp.endpoint import Reply
from protocols.ucp.errors import NoResource


class CartEndpoint(SessionEndpoint):
    capability = capabilities.CART
    kind = CART
    may = agents.CARTS

    def open_cart(self, public_id: str) -> tuple[CheckoutSession, Look]:
        """The cart, and how it stands. Raises NoResource for one that is closed, too."""
        cart = self.find(public_id)
        look = session_looks.look(cart)
        if look.standing.is_closed:
            raise NoResource("not_found", "There is no such cart.", status=404)
        return cart, look

    def cart(self, look: Look, *, status: int = 200) -> Reply:
        return Reply(documents.cart(look, self.call.active), status)


class Carts(CartEndpoint):
    def post(self) -> Reply:
        wanted = self.read(None)
        with refused(wanted):
            cart = sessions.open_session(self.caller, wanted, kind=CART)
        return self.cart(session_looks.look(cart), status=201)


class CartById(CartEndpoint):
    def get(self, public_id: str) -> Reply:
        return self.cart(self.open_cart(public_id)[1])

    def put(self, public_id: str) -> Reply:
        cart, look = self.open_cart(public_id)
        wanted = self.read(look.wanted)
        with refused(wanted):
            changed = sessions.change(cart, wanted)
        return self.cart(session_looks.look(changed))


class CancelCart(CartEndpoint):
    def post(self, public_id: str) -> Reply:
        """Answers with the cart as it was."""
        cart, look = self.open_cart(public_id)
        with refused(Wanted(lines=())):
            sessions.cancel(cart)
        return self.cart(look)
