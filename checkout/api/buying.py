"""What all endpoints of those who buy have in common: who they are, whose cart they mean, who is counted."""

from __future__ import annotations

from functools import cached_property
from uuid import UUID

from django.utils.translation import gettext as _
from rest_framework.request import Request

from checkout import limits, named_carts
from checkout.api.endpoints import CheckoutEndpoint
from checkout.limits import Visitor
from checkout.models import Cart, Order
from partners.problems import Problem


class BuyingEndpoint(CheckoutEndpoint):
    """For apps in a shopper's name, and for partners, whose guests have no account."""

    def check_caller(self, request: Request) -> None:
        super().check_caller(request)
        if self.caller.merchant is not None:
            raise Problem(
                403, "not_a_buyer", _("This is for apps of shoppers and for keys of partners.")
            )
        if not self.caller.live:
            raise Problem(403, "test_key", _("A test key or token buys nothing that is real."))

    def cart_of(self, public_id: UUID) -> Cart:
        """The caller's own open cart; nobody else's is there. Raises Cart.DoesNotExist."""
        return named_carts.of(self.caller.shopper, self.caller.partner).get(public_id=public_id)

    def order_of(self, public_id: UUID) -> Order:
        """The caller's own order. Raises Order.DoesNotExist."""
        mine = named_carts.orders_of(self.caller.shopper, self.caller.partner)
        return mine.get(public_id=public_id)

    @cached_property
    def shopper_principal(self) -> str:
        """Under which name the shopper orders on our pages, too; "" for a partner's guests."""
        return named_carts.Owner(self.caller.shopper.pk).principal if self.caller.shopper else ""

    def visitor(self, principal: str) -> Visitor:
        """Who is counted: a shopper or a guest by their `principal`, and instead of an address, which is
        that of a server, whoever owns the key or the app's consent."""
        return Visitor(principal, self.caller.owner)

    def check_code(self, code: str, visitor: Visitor) -> None:
        """Raises TooOften where they have guessed too many codes for this one to be looked up."""
        if code:
            limits.check(limits.CODES, visitor)
