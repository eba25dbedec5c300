"""Quotes: what an order would cost, to the cent and as the checkout page says it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from checkout import limits, named_carts, tax_calculations
from checkout.api import examples, quote_shapes, shapes, wanted
from checkout.api.buying import BuyingEndpoint
from checkout.api.quote_shapes import QuoteAnswer, QuoteAsked
from checkout.api.wanted import Wanted
from checkout.details import Asked
from checkout.quotes import Quote, quote


class Quotes(BuyingEndpoint):
    scopes = {"POST": "carts:read"}
    shape = QuoteAnswer
    tried = True

    @extend_schema(
        operation_id="quotes_create",
        summary="Ask what an order would cost",
        description="Lines, discounts, delivery, tax and total for an address, of a cart or of lines by"
        " themselves. What is quoted is what is charged: repeat `total` as `seen_total` when you buy."
        " Nothing is promised or reserved by it. A code that does not count says why in `code`. A shop's test"
        " key asks for `lines` of its test space, whatever its scopes.",
        request=QuoteAsked,
        responses={200: QuoteAnswer},
        examples=[examples.QUOTE_ASKED, examples.QUOTE],
    )
    def post(self, request: Request) -> Response:
        said = self.read(QuoteAsked)
        meant, principal = self._meant(said)
        visitor = self.visitor(principal)
        asked = Asked(
            fields={"code": said.get("code", ""), "email": said.get("email", "")},
            principal=principal,
            visitor=visitor,
        )
        self.check_code(asked.code, visitor)
        ask = partial(
            quote,
            meant.items,
            country=said["country"],
            region=said.get("region", ""),
            postcode=said.get("postal_code", ""),
            claim=replace(asked.claim(self.caller.shopper), test_shop_id=self.test_shop_id),
        )
        quoted = tax_calculations.once_more(ask, visitor=visitor)
        refusal = quoted.cut.refusal
        if refusal and refusal.reason == "unknown":
            limits.count_code(asked.code, visitor)
        return Response(self._answer(quoted, meant))

    def _meant(self, said: dict[str, Any]) -> tuple[Wanted, str]:
        """What is to be priced, and under which name whoever asks would order it."""
        if "lines" in said:
            return Wanted(shapes.items_of(said["lines"])), self.shopper_principal
        cart = self.cart_of(said["cart_id"])
        meant = wanted.of_cart(
            cart, country=said["country"], currency=said.get("currency", "").upper()
        )
        return meant, named_carts.owner_of(cart).principal

    def _answer(self, quoted: Quote, meant: Wanted) -> dict[str, Any]:
        live = self.test_shop_id is None
        return {
            **quote_shapes.shown(quoted),
            "left_out": [quote_shapes.left_out(line) for line in meant.left_out],
            "publishable_key": settings.STRIPE_PUBLISHABLE_KEY if live else None,
        }
