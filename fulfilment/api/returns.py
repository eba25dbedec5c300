"""Returns: answered, counted, refunded."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from checkout import reversals
from checkout.refund_errors import Disputed, NotRefundable, RefundChanged, ShopOwes
from fulfilment import return_refunds, return_worth, returns
from fulfilment.api import return_shapes
from fulfilment.api.own_parts import OwnParts, of_parts, place_in_parts
from fulfilment.api.part_examples import EXAMPLE_VARIANT
from fulfilment.api.return_shapes import (
    EXAMPLE_PREVIEW,
    RETURN,
    Approval,
    Counted,
    Refusal,
    ReturnPreview,
    ReturnRefundAsked,
    ReturnShown,
)
from fulfilment.models import Return
from fulfilment.return_errors import (
    NoAddress,
    NoAnswer,
    NothingReceived,
    NotReceived,
    ReturnRefused,
    StillRefundable,
    StillToSend,
    TooManyReturned,
)
from fulfilment.steps import TransitionRefused
from partners import paging
from partners.queries import id_of, one_of
from shopping.money import Money


class OwnReturns(OwnParts):
    refusals: ClassVar[dict[type[Exception], int]] = {
        TransitionRefused: 409,
        NoAddress: 422,
        NoAnswer: 422,
        NothingReceived: 422,
        TooManyReturned: 422,
        ReturnRefused: 422,
    }

    def row(self, public_id: UUID) -> Return:
        """With what verbs read of it. Raises DoesNotExist for others'."""
        own = Return.objects.filter(fulfilment_order__merchant=self.merchant)
        return return_shapes.whole(own).get(public_id=public_id)

    def answer(self, public_id: UUID) -> Response:
        return self.one(return_shapes.goods_return(self.row(public_id)))


class Returns(OwnReturns):
    scopes = {"GET": "returns:read"}
    shape, paged = ReturnShown, True
    filters = frozenset({"status", "fulfilment_order"})

    @extend_schema(
        operation_id="returns_list",
        summary="List returns",
        description="Those of the newest orders first.",
        parameters=[
            OpenApiParameter("status", str, enum=Return.Status.values, description="Only these."),
            OpenApiParameter("fulfilment_order", UUID, description="Only of this one."),
        ],
        responses={200: ReturnShown},
        examples=[RETURN],
    )
    def get(self, request: Request) -> Response:
        at = paging.place(request, name="returns")
        parts, behind = of_parts(self.parts(), at.after)
        if (part := id_of(request, "fulfilment_order")) is not None:
            parts = parts.filter(public_id=part)
        found = Return.objects.filter(behind, fulfilment_order__in=parts)
        if (status := one_of(request, "status", Return.Status.values)) is not None:
            found = found.filter(status=status)
        found = found.order_by("-fulfilment_order_id", "-pk")
        rows = list(return_shapes.whole(found)[: at.limit + 1])
        return self.page(rows, at, show=return_shapes.goods_return, key=place_in_parts)


class OneReturn(OwnReturns):
    scopes = {"GET": "returns:read"}
    shape = ReturnShown

    @extend_schema(
        operation_id="returns_read",
        summary="Read a return",
        responses={200: ReturnShown},
        examples=[RETURN],
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        return self.answer(public_id)


class Approve(OwnReturns):
    scopes = {"POST": "returns:write"}

    @extend_schema(
        operation_id="returns_approve",
        summary="Approve a return",
        description="The shopper is told where to send it, and until when.",
        request=Approval,
        responses={200: ReturnShown},
        examples=[
            OpenApiExample("With a word", value={"answer": "Of course."}, request_only=True),
            RETURN,
        ],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        said = self.read(Approval)
        row = self.row(public_id)
        returns.approve(row, actor=self.caller.user, answer=said.get("answer", ""))
        return self.answer(public_id)


class Refuse(OwnReturns):
    scopes = {"POST": "returns:write"}

    @extend_schema(
        operation_id="returns_refuse",
        summary="Refuse a return",
        description="Before it is sent, or once it came and was looked at.",
        request=Refusal,
        responses={200: ReturnShown},
        examples=[
            OpenApiExample("Too late", value={"answer": "It was worn."}, request_only=True),
            RETURN,
        ],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        said = self.read(Refusal)
        returns.refuse(self.row(public_id), answer=said["answer"], actor=self.caller.user)
        return self.answer(public_id)


class Receive(OwnReturns):
    scopes = {"POST": "returns:write"}

    @extend_schema(
        operation_id="returns_receive",
        summary="Say what came back",
        description="Counted; the shopper is told.",
        request=Counted,
        responses={200: ReturnShown},
        examples=[
            OpenApiExample(
                "One piece",
                value={
                    "lines": [{"variant_id": EXAMPLE_VARIANT, "received": 1, "condition": "as_new"}]
                },
                request_only=True,
            ),
            RETURN,
        ],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        said = self.read(Counted)
        row = self.row(public_id)
        came = return_shapes.came(row, said["lines"])
        returns.receive(row, came=came, actor=self.caller.user)
        return self.answer(public_id)


class RefundReturn(OwnReturns):
    scopes = {"GET": "returns:read", "POST": "refunds:write"}
    shape = ReturnPreview
    needs_key = frozenset({"POST"})
    refusals: ClassVar[dict[type[Exception], int]] = {
        NotReceived: 409,
        StillToSend: 409,
        RefundChanged: 409,
        Disputed: 409,
        ShopOwes: 409,
        NotRefundable: 422,
    }

    @extend_schema(
        operation_id="returns_preview_refund",
        summary="See what refunding a return would do",
        description="What came, as far as it was not given back before; the delivery with the last pieces."
        " Nothing is done.",
        responses={200: ReturnPreview},
        examples=[OpenApiExample("A pair", value=EXAMPLE_PREVIEW, response_only=True)],
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        row = self.row(public_id)
        left = return_worth.left_of_part(row.fulfilment_order)
        asked = return_worth.asked_for(row, left)
        return self.one(return_shapes.refund_preview(row, left, asked))

    @extend_schema(
        operation_id="returns_refund",
        summary="Refund a return",
        description="What the preview shows, which ends the return. It is given back once, however often"
        " it is asked for.",
        request=ReturnRefundAsked,
        responses={200: ReturnShown},
        examples=[
            OpenApiExample(
                "As it was seen",
                value={"amount": EXAMPLE_PREVIEW["amount"]},
                request_only=True,
            ),
            RETURN,
        ],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        said, row = self.read(ReturnRefundAsked), self.row(public_id)
        if reversals.are_refused(self.merchant.pk):
            raise ShopOwes
        seen: dict[str, Any] = said["amount"]
        left = return_worth.left_of_part(row.fulfilment_order)
        return_refunds.refund(
            row,
            asked=return_worth.asked_for(row, left),
            amount=Money(seen["amount"], seen["currency"]),
            reason=said.get("reason") or _("return"),
            actor=self.caller.user,
        )
        return self.answer(public_id)


class SettleReturn(OwnReturns):
    scopes = {"POST": "refunds:write"}
    refusals: ClassVar[dict[type[Exception], int]] = {
        TransitionRefused: 409,
        StillRefundable: 409,
    }

    @extend_schema(
        operation_id="returns_settle",
        summary="End a return that was refunded otherwise",
        description="Where nothing is left to give back of what came; nothing more goes back.",
        request=None,
        responses={200: ReturnShown},
        examples=[RETURN],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        return_refunds.settled_by_hand(self.row(public_id), actor=self.caller.user)
        return self.answer(public_id)
