"""A purchase's payment: how it stands, and another try."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from checkout import limits, looks, presses
from checkout.api import examples, placing, purchase_shapes
from checkout.api.purchase_shapes import PayingWith, PaymentShown, PurchaseShown
from checkout.api.purchases import PurchaseEndpoint
from checkout.limits import ORDERS


class PurchasePayment(PurchaseEndpoint):
    scopes = {"GET": "purchases:read", "POST": "purchases:write"}
    shape = PaymentShown
    needs_key = frozenset({"POST"})

    @extend_schema(
        operation_id="purchase_payments_read",
        summary="Read how a payment stands",
        description="Asks the bank where it is not settled, once a second at most: call it when the"
        " shopper comes back from their bank's question.",
        responses={200: PaymentShown},
        examples=[examples.PAYMENT],
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        order = self.order_of(public_id)
        row = order.payments.latest("id")
        outcome = looks.settled(row)
        row.refresh_from_db()
        pays = "purchases:write" in self.caller.scopes or self.test_shop_id is not None
        secret = outcome.client_secret if pays else None
        return self.one(purchase_shapes.payment(row, client_secret=secret))

    @extend_schema(
        operation_id="purchase_payments_create",
        summary="Try to pay again",
        description="For a purchase that was declined, or that was never tried, while its goods wait for"
        " it. The same token twice is one try. Answers as buying does.",
        request=PayingWith,
        responses={200: PurchaseShown, 202: PurchaseShown},
        examples=[examples.PAYING_AGAIN, examples.PURCHASE, examples.UNKNOWN],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        said, order = self.read(PayingWith), self.order_of(public_id)
        limits.count(ORDERS, self.visitor(order.principal))
        card = None
        if "saved_card_id" in said:
            card = presses.card_of(self.caller.shopper, str(said["saved_card_id"]))
        outcome = placing.pay(order, said, card, url=purchase_shapes.url_of(order))
        return self.answer(order, outcome, status=200)
