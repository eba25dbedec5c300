"""Webhooks: where a shop's events are sent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from partners import paging, preconditions, rates
from partners.api import ShopEndpoint
from partners.problems import Problem
from webhooks import deliveries, endpoints, replays
from webhooks.api import shapes
from webhooks.api.sends import SENDS
from webhooks.api.shapes import (
    EXAMPLE_DELIVERY,
    EXAMPLE_ENDPOINT,
    EXAMPLE_NEW,
    EXAMPLE_REPLAY,
    EXAMPLE_SECRET,
    EXAMPLE_SPAN,
    DeliveryOut,
    EndpointIn,
    EndpointOut,
    EndpointWithSecret,
    ReplayOut,
    SpanIn,
)
from webhooks.deliveries import EndpointOff
from webhooks.models import Endpoint
from webhooks.replays import NothingHappened, ReplayUnderWay
from webhooks.types import OPERATORS

ON_ITS_WAY = OpenApiExample(
    "On its way", value=EXAMPLE_DELIVERY, response_only=True, status_codes=["202"]
)
READ, WRITE = "webhooks:read", "webhooks:write"
SENT = OpenApiExample("An ERP", value=EXAMPLE_NEW, request_only=True)
SHOWN = OpenApiExample("An ERP's", value=EXAMPLE_ENDPOINT, response_only=True)
SECRET = OpenApiExample("With its secret", value=EXAMPLE_SECRET, response_only=True)


def check_types(types: Iterable[str], *, test: bool) -> None:
    """Raises Problem 422 for what a real shop, or a `test` space, never hears of."""
    for place, each in enumerate(types):
        if each in OPERATORS and not test:
            said = _("Only test spaces hear of %(type)s.") % {"type": each}
            raise Problem(422, "not_for_shops", said, pointer=f"#/types/{place}")


class OwnEndpoint(ShopEndpoint):
    """What is about one webhook of the shop's."""

    refusals = {EndpointOff: 409}

    def row(self, public_id: UUID, *, lock: bool = False) -> Endpoint:
        rows = Endpoint.objects.select_for_update(no_key=True) if lock else Endpoint.objects.all()
        return rows.get(merchant=self.merchant, public_id=public_id)


class Webhooks(ShopEndpoint):
    scopes = {"GET": READ, "POST": WRITE}
    shape, paged, secrets = EndpointOut, True, frozenset({"secret"})

    @extend_schema(
        operation_id="webhooks_list",
        summary="List webhooks",
        responses={200: EndpointOut},
        examples=[SHOWN],
    )
    def get(self, request: Request) -> Response:
        at = paging.place(request, name="webhooks")
        rows = Endpoint.objects.filter(merchant=self.merchant)
        return self.page(paging.rows_at(rows, at), at, show=shapes.endpoint)

    @extend_schema(
        operation_id="webhooks_create",
        summary="Add a webhook",
        description="The answer alone shows the secret that signs what is sent: keep it.",
        request=EndpointIn,
        responses={201: EndpointWithSecret},
        examples=[SENT, SECRET],
    )
    def post(self, request: Request) -> Response:
        words = self.read(EndpointIn)
        check_types(words.get("types", ()), test=self.merchant.is_test)
        made = endpoints.create(
            words["url"],
            merchant_id=self.merchant.pk,
            types=words.get("types", ()),
            active=words.get("active", True),
        )
        return self.one(
            shapes.with_secret(made), status=201, location=f"{request.path}{made.public_id}/"
        )


class Webhook(OwnEndpoint):
    scopes = {"GET": READ, "PATCH": WRITE, "DELETE": WRITE}
    shape, conditional = EndpointOut, True

    @extend_schema(
        operation_id="webhooks_read",
        summary="Read a webhook",
        responses={200: EndpointOut},
        examples=[SHOWN],
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        return self.one(shapes.endpoint(self.row(public_id)))

    @extend_schema(
        operation_id="webhooks_change",
        summary="Change a webhook",
        description="Switched off, it gets nothing, and what was on its way ends. Switched on, it has"
        " the whole patience of a new one.",
        request=EndpointIn,
        responses={200: EndpointOut},
        examples=[
            OpenApiExample("Switch it off", value={"active": False}, request_only=True),
            SHOWN,
        ],
    )
    def patch(self, request: Request, public_id: UUID) -> Response:
        words = self.read(EndpointIn, partial=True)
        check_types(words.get("types", ()), test=self.merchant.is_test)
        with self._unchanged(request, public_id):
            row = self.row(public_id)
            row = endpoints.edit(
                row,
                url=words.get("url", row.url),
                types=words.get("types", row.types),
                active=words.get("active", row.active),
            )
        return self.one(shapes.endpoint(row))

    @extend_schema(
        operation_id="webhooks_delete", summary="Delete a webhook", responses={204: None}
    )
    def delete(self, request: Request, public_id: UUID) -> Response:
        with self._unchanged(request, public_id):
            endpoints.remove(self.row(public_id))
        return Response(status=204)

    def _unchanged(self, request: Request, public_id: UUID) -> Any:
        return preconditions.unchanged(
            request, lambda: shapes.endpoint(self.row(public_id, lock=True))
        )


class WebhookSecret(OwnEndpoint):
    scopes, secrets = {"POST": WRITE}, frozenset({"secret"})

    @extend_schema(
        operation_id="webhooks_rotate_secret",
        summary="Give a webhook a new secret",
        description="The old one signs beside it for another 24 hours.",
        request=None,
        responses={200: EndpointWithSecret},
        examples=[SECRET],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        return self.one(shapes.with_secret(endpoints.rotate(self.row(public_id))))


class WebhookTest(OwnEndpoint):
    scopes = {"POST": WRITE}

    @extend_schema(
        operation_id="webhooks_test",
        summary="Send a test message",
        description="An event of type `endpoint.test`, for this webhook alone.",
        request=None,
        responses={202: DeliveryOut},
        examples=[ON_ITS_WAY],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        rates.count(SENDS, self.caller)
        sent = deliveries.send_test(self.row(public_id))
        sent.refresh_from_db()
        return Response(shapes.delivery(sent), status=202)


class WebhookReplay(OwnEndpoint):
    scopes = {"POST": WRITE}
    refusals = {EndpointOff: 409, ReplayUnderWay: 409, NothingHappened: 422}

    @extend_schema(
        operation_id="webhooks_replay",
        summary="Send a span of time once more",
        description="What it was sent keeps its id and sequence, so that a receiver knows it.",
        request=SpanIn,
        responses={202: ReplayOut},
        examples=[
            OpenApiExample("A day", value=EXAMPLE_SPAN, request_only=True),
            OpenApiExample("Begun", value=EXAMPLE_REPLAY, response_only=True, status_codes=["202"]),
        ],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        words = self.read(SpanIn)
        asked = replays.ask(
            self.row(public_id),
            since=words["since"],
            until=words["until"],
            asked_by=self.caller.user,
        )
        return Response(shapes.replay(asked), status=202)
