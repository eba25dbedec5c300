"""What all endpoints of those who buy have in common: who they are, whose cart they mean, who is counted."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.request import Request

from checkout import limits, named_carts
from checkout.api.endpoints import CheckoutEndpoint
from checkout.limits import Visitor
from checkout.models import Cart, Order
from partners.problems import Problem


class BuyingEndpoint(CheckoutEndpoint):
    """For apps in a shopper's name, and for partners, whose guests have no account.

    `tried`: whether a shop's test key may call it, to buy in the shop's test space. It needs no scope
    there: all that it changes is there to be changed.
    """

    tried: ClassVar[bool] = False

    def check_caller(self, request: Request) -> None:
        is_trying = self.test_shop_id is not None and self.tried
        # Said first: a shop cannot have the scope that it lacks.
        if self.caller.merchant is not None and not is_trying:
            raise Problem(
                403,
                "not_a_buyer",
                _(
                    "This is for apps of shoppers and for keys of partners. A shop tries it with a test"
                    " key: quotes and purchases with `lines`."
                ),
            )
        super().check_caller(request)
        if not self.caller.live and not is_trying:
            raise Problem(
                403,
                "test_key",
                _(
                    "A test token buys nothing that is real. In a shop's test space the shop's test key"
                    " buys."
                ),
            )

    def scope_of(self, method: str) -> str | None:
        needed = super().scope_of(method)
        is_free = self.tried and self.test_shop_id is not None and needed is not None
        return "" if is_free else needed

    @property
    def test_shop_id(self) -> int | None:
        """The test space (its primary key) in which the caller tries to buy; None for what is real."""
        merchant = self.caller.merchant
        return None if merchant is None or self.caller.live else merchant.pk

    def cart_of(self, public_id: UUID) -> Cart:
        """The caller's own open cart; nobody else's is there. Raises Cart.DoesNotExist."""
        return named_carts.of(self.caller.shopper, self.caller.partner).get(public_id=public_id)

    def order_of(self, public_id: UUID) -> Order:
        """The caller's own order. Raises Order.DoesNotExist."""
        return self.orders().get(public_id=public_id)

    def orders(self) -> QuerySet[Order]:
        """The caller's own: a shopper's, a partner's, or those of the test space."""
        if self.test_shop_id is not None:
            return Order.objects.filter(test_shop=self.test_shop_id)
        return named_carts.orders_of(self.caller.shopper, self.caller.partner)

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
