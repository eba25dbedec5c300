"""Refunds that a shop makes of its part of an order: looked at first, then made once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from checkout import refundable, refunds, reversals
from checkout.api import examples, refund_shapes
from checkout.api.endpoints import CheckoutEndpoint
from checkout.api.refund_shapes import NewRefund, PreviewShown, RefundAsked, RefundShown
from checkout.api.refusals import AmountChanged
from checkout.models import LedgerEntry, Order, Payment, Refund, RefundPart
from checkout.refund_errors import NotRefundable, RefundChanged, ShopOwes
from checkout.refund_previews import Asked, preview
from checkout.refundable import PartLeft
from checkout.shops_orders import of_shops
from partners import paging
from partners.api import ShopEndpoint
from shopping.money import Money

NAME = "refunds"


class RefundingEndpoint(ShopEndpoint, CheckoutEndpoint):
    """An endpoint of an order that the shop has lines in."""

    def order_of(self, public_id: UUID) -> Order:
        """The order. Raises Order.DoesNotExist for others'."""
        mine = of_shops([self.merchant.pk], among=Order.objects.all())
        return mine.get(public_id=public_id)

    def payment_of(self, order: Order) -> Payment:
        """What it was paid with. Raises NotRefundable."""
        found = order.payments.filter(status=Payment.Status.SUCCEEDED).first()
        if found is None:
            raise NotRefundable
        return found

    def left_of(self, order: Order) -> PartLeft:
        """What of the shop's part can still go back."""
        return next(part for part in refundable.read(order) if part.merchant == self.merchant)

    def found(self, order: Order) -> QuerySet[Refund]:
        """The order's refunds that took something of the shop."""
        parts = RefundPart.objects.filter(refund=OuterRef("pk"), merchant=self.merchant)
        taken = LedgerEntry.objects.filter(
            transaction__kind="refund_owed",
            transaction__reference=Cast(OuterRef("public_id"), CharField()),
            merchant=self.merchant,
        )
        made = Refund.objects.filter(payment__order=order)
        return made.filter(Q(Exists(parts)) | Q(Exists(taken)))

    def preview(self, left: PartLeft, asked: Asked) -> dict[str, Any]:
        return refund_shapes.preview(preview([left], asked))


class OrderRefunds(RefundingEndpoint):
    scopes = {"GET": "orders:read", "POST": "refunds:write"}
    shape = RefundShown
    paged = True
    needs_key = frozenset({"POST"})

    @extend_schema(
        operation_id="refunds_list",
        summary="List an order's refunds",
        description="Those that took something of your part, newest first.",
        responses={200: RefundShown(many=True)},
        examples=[examples.REFUND],
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        order, at = self.order_of(public_id), paging.place(request, name=NAME)
        rows = paging.rows_at(self.found(order), at)
        shown = {
            row.pk: each
            for row, each in zip(rows, refund_shapes.shown(rows, order, self.merchant), strict=True)
        }
        return self.page(rows, at, show=lambda row: shown[row.pk])

    @extend_schema(
        operation_id="refunds_create",
        summary="Give money back",
        description="Of your part: everything that is left, pieces, delivery or goodwill. `amount` is what"
        " the preview came to; where it comes to another one now it is a 409 with the new `preview`, and"
        " nothing is given back. The bank is asked after the answer: `status` says how far it is. The same"
        " call again, with the same Idempotency-Key, gives nothing back twice.",
        request=NewRefund,
        responses={201: RefundShown},
        examples=[examples.NEW_REFUND, examples.REFUND],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        said, order = self.read(NewRefund), self.order_of(public_id)
        payment, left = self.payment_of(order), self.left_of(order)
        if reversals.are_refused(self.merchant.pk):
            raise ShopOwes
        asked = refund_shapes.asked(said, left)
        try:
            made = refunds.request(
                payment.pk,
                amount=Money(said["amount"]["amount"], said["amount"]["currency"]),
                reason=said["reason"],
                actor=self.caller.user,
                parts=asked,
                key=self.call_key,
            )
        except RefundChanged as error:
            raise AmountChanged(self.preview(self.left_of(order), asked)) from error
        location = reverse("api_checkout:refund", args=[public_id, made.public_id])
        [shown] = refund_shapes.shown([made], order, self.merchant)
        return self.one(shown, status=201, location=location)


class RefundPreview(RefundingEndpoint):
    scopes = {"POST": "refunds:write"}

    @extend_schema(
        operation_id="refunds_preview",
        summary="See what a refund would do",
        description="To the shopper, to you and to our fee. Nothing is made.",
        request=RefundAsked,
        responses={200: PreviewShown},
        examples=[examples.REFUND_ASKED, examples.PREVIEW],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        said, order = self.read(RefundAsked), self.order_of(public_id)
        self.payment_of(order)
        left = self.left_of(order)
        return Response(self.preview(left, refund_shapes.asked(said, left)))


class RefundById(RefundingEndpoint):
    scopes = {"GET": "orders:read"}
    shape = RefundShown

    @extend_schema(
        operation_id="refunds_read",
        summary="Read a refund",
        responses={200: RefundShown},
        examples=[examples.REFUND],
    )
    def get(self, request: Request, public_id: UUID, refund_id: UUID) -> Response:
        order = self.order_of(public_id)
        row = self.found(order).get(public_id=refund_id)
        [shown] = refund_shapes.shown([row], order, self.merchant)
        return self.one(shown)
