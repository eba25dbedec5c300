"""The log, to catch up from wherever one stopped: the same events that webhooks tell of."""

from __future__ import annotations

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from partners import paging, queries
from partners.api import ShopEndpoint
from webhooks.api import shapes
from webhooks.api.shapes import EXAMPLE_EVENT, EventShape
from webhooks.models import Event
from webhooks.types import TEST, TYPES

NAME = "events"


class Events(ShopEndpoint):
    scopes = {"GET": "events:read"}
    shape, paged, filters = EventShape, True, frozenset({"after", "type"})

    @extend_schema(
        operation_id="events_list",
        summary="Catch up with what happened",
        description="Everything of the shop, the oldest first. Keep the `sequence` of the last one that you"
        " have dealt with, and go on behind it: nothing is skipped, and nothing comes in between later.",
        parameters=[
            OpenApiParameter("after", int, description="Only what has a greater `sequence`."),
            OpenApiParameter("type", str, enum=sorted(TYPES), description="Only of this type."),
        ],
        responses={200: EventShape},
        examples=[OpenApiExample("Stock changed", value=EXAMPLE_EVENT, response_only=True)],
    )
    def get(self, request: Request) -> Response:
        at = paging.place(request, name=NAME)
        behind = self._after(request) if at.after is None else at.after
        of_shop = Event.objects.filter(merchant=self.merchant, sequence__gt=behind)
        if (kind := queries.one_of(request, "type", sorted(TYPES))) is not None:
            of_shop = of_shop.filter(type=kind)
        found = list(of_shop.exclude(type=TEST).order_by("sequence")[: at.limit + 1])
        return self.page(found, at, show=shapes.event, key=lambda row: row.sequence)

    def _after(self, request: Request) -> int:
        text = request.query_params.get("after", "0")
        if not (text.isascii() and text.isdigit() and len(text) < 19):
            raise queries.invalid("after", _("A sequence is a whole number."))
        return int(text)
