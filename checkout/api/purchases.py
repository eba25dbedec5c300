"""Purchases: placing one and paying for it in a call, reading them again."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from checkout import limits
from checkout.agents import by_agent
from checkout.api import examples, placing, purchase_shapes
from checkout.api.buying import BuyingEndpoint
from checkout.api.placing import Call
from checkout.api.purchase_shapes import NewPurchase, PurchaseShown
from checkout.api.refusals import PaymentDeclined
from checkout.codes import CodeRefused
from checkout.details import Asked
from checkout.limits import ORDERS
from checkout.models import Order
from checkout.outcomes import Outcome
from checkout.presses import Press
from partners import paging, queries
from partners.shapes import Shape

NAME = "purchases"


class PurchaseEndpoint(BuyingEndpoint):
    """An endpoint that answers with a purchase, and with what became of its payment."""

    shape: ClassVar[type[Shape]] = PurchaseShown
    secrets = frozenset({"client_secret"})
    tried = True

    def shown(self, order: Order, *, client_secret: str | None = None) -> dict[str, object]:
        """The order as it is now."""
        found = purchase_shapes.with_parts(Order.objects.filter(pk=order.pk)).get()
        return purchase_shapes.shown(found, client_secret=client_secret)

    def answer(self, order: Order, outcome: Outcome, *, status: int) -> Response:
        """`status`, or 202 while nobody knows. Raises PaymentDeclined."""
        shown = self.shown(order, client_secret=outcome.client_secret)
        if outcome.kind == "declined":
            raise PaymentDeclined(outcome, shown)
        known = outcome.kind in ("succeeded", "needs_action")
        response = self.one(shown, status=status if known else 202)
        response["Location"] = self.request.build_absolute_uri(
            reverse("api_checkout:purchase", args=[order.public_id])
        )
        return response


class Purchases(PurchaseEndpoint):
    scopes = {"GET": "purchases:read", "POST": "purchases:write"}
    paged = True
    filters = frozenset({"status"})
    needs_key = frozenset({"POST"})

    @extend_schema(
        operation_id="purchases_list",
        summary="List purchases",
        description="A shopper's own, wherever they bought, or those that a partner placed, or those of a"
        " test space; newest first.",
        parameters=[
            OpenApiParameter("status", str, enum=Order.Status.values, description="Only these.")
        ],
        responses={200: PurchaseShown(many=True)},
        examples=[examples.PURCHASE],
    )
    def get(self, request: Request) -> Response:
        at = paging.place(request, name=NAME)
        found = self.orders()
        if (status := queries.one_of(request, "status", Order.Status.values)) is not None:
            found = found.filter(status=status)
        rows = paging.rows_at(purchase_shapes.with_parts(found), at)
        return self.page(rows, at, show=purchase_shapes.shown)

    @extend_schema(
        operation_id="purchases_create",
        summary="Buy",
        description="Places an order from a cart or from lines, and pays for it. 201: it is paid, or"
        " `payment.status` is `requires_action` and the browser goes on with `client_secret`. 202: the"
        " outcome is not known yet; read it again and do not pay anew. 402: declined; the order waits"
        " until `held_until`, and takes another token at its `payment/`. 409 with `quote` or `shortages`:"
        " the price or the stock changed, and nothing was charged. The same call again, with the same"
        " Idempotency-Key, never buys twice. A shop's test key buys `lines` of its test space, whatever its"
        " scopes, and pays with one of Stripe's test cards: `pm_card_visa` as `confirmation_token`.",
        request=NewPurchase,
        responses={201: PurchaseShown, 202: PurchaseShown},
        examples=[examples.NEW_PURCHASE, examples.PURCHASE, examples.UNKNOWN],
    )
    def post(self, request: Request) -> Response:
        said = self.read(NewPurchase)
        call = Call(
            said,
            key=self.call_key,
            shopper=self.caller.shopper,
            partner=self.caller.partner,
            test_shop_id=self.test_shop_id,
            cart=self.cart_of(said["cart_id"]) if "cart_id" in said else None,
            agent=by_agent(self.caller),
        )
        asked = call.asked(self.visitor(call.owner.principal))
        press = call.press(asked)
        order = call.placed() or self._place(call, asked, press)
        url = purchase_shapes.url_of(order)
        outcome = placing.pay(order, said["payment"], press.card, url=url)
        return self.answer(order, outcome, status=201)

    def _place(self, call: Call, asked: Asked, press: Press) -> Order:
        """Place it, and count it and a code that there is not."""
        visitor = self.visitor(asked.principal)
        self.check_code(asked.code, visitor)
        limits.count(ORDERS, visitor)
        try:
            return call.place(asked, press)
        except CodeRefused as refusal:
            if refusal.reason == "unknown":
                limits.count_code(asked.code, visitor)
            raise


class PurchaseById(PurchaseEndpoint):
    scopes = {"GET": "purchases:read"}

    @extend_schema(
        operation_id="purchases_read",
        summary="Read a purchase",
        responses={200: PurchaseShown},
        examples=[examples.PURCHASE],
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        return self.one(self.shown(self.order_of(public_id)))
