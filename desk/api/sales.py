"""What sold, by day: the figures of the shop's overview."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalogue.reading import CURRENCIES
from desk import days, figures, ranges
from desk.api import shapes
from desk.api.shapes import INTERVALS, SalesShown
from partners import queries
from partners.api import ShopEndpoint

SUMS: dict[str, Any] = {
    "orders": 2,
    "sales": 7760,
    "refunds": 1,
    "refunded": 3490,
    "disputed": 0,
    "fees": 175,
    "sent": 0,
}
RANGE: dict[str, Any] = {
    **SUMS,
    "average": 3880,
    "views": 80,
    "orders_through_posts": 1,
    "conversion": 1.25,
}
EXAMPLE: dict[str, Any] = {
    "from": "2026-11-30",
    "to": "2026-11-30",
    "interval": "day",
    "time_zone": "Europe/Paris",
    "currency": "EUR",
    "currencies": ["EUR"],
    "units": 2,
    "totals": RANGE,
    "before": RANGE,
    "days": [{"date": "2026-11-30", "units": 2, **SUMS}],
    "products": [
        {
            "product_id": "01937b1d-2222-7c3e-8f57-0a6f0e1d2c3b",
            "title": "Flip-flops",
            "orders": 2,
            "units": 2,
            "sales": 6980,
            "returned": 1,
            "refunded": 3490,
        }
    ],
    "posts": [
        {
            "post_id": "01937b1d-8888-7c3e-8f57-0a6f0e1d2c3b",
            "author": "mai",
            "views": 80,
            "orders": 1,
            "units": 1,
            "sales": 3490,
        }
    ],
}
PARAMETERS = [
    OpenApiParameter("from", date, description="The first day; without any, the last 30 days."),
    OpenApiParameter("to", date, description="The last day; by default today."),
    OpenApiParameter("interval", str, enum=INTERVALS, description="What the figures are split by."),
    OpenApiParameter("currency", str, description="ISO 4217; by default your shop's own."),
]


class SalesEndpoint(ShopEndpoint):
    scopes = {"GET": "analytics:read"}
    shape = SalesShown
    filters = frozenset({"from", "to", "interval", "currency"})

    @extend_schema(
        operation_id="analytics_sales",
        summary="Read what sold",
        description="The figures of your overview, over 366 days at most, in one currency. A finished day"
        " stays as it is; the present one is as of now.",
        parameters=PARAMETERS,
        responses={200: SalesShown},
        examples=[OpenApiExample("A day", value=EXAMPLE, response_only=True)],
    )
    def get(self, request: Request) -> Response:
        shop, said = self.merchant, request.query_params
        queries.one_of(request, "interval", INTERVALS)
        currency = said.get("currency", shop.currency)
        if currency not in CURRENCIES:
            raise queries.invalid("currency", _("There is no such currency."))
        found = figures.sales(shop, _span(request, days.today(shop)), currency=currency)
        return self.one(shapes.sales(found, time_zone=shop.time_zone))


def _span(request: Request, today: date) -> ranges.Range:
    """Raises Problem 400."""
    said = request.query_params
    asked = {name: said[name] for name in ("from", "to") if name in said}
    if "" in asked.values():
        name = next(name for name, value in asked.items() if not value)
        raise queries.invalid(name, _("Write a day as in 2026-11-30."))
    if "to" in asked and "from" not in asked:
        raise queries.invalid("from", _("Say the first day as well."))
    try:
        return ranges.chosen(asked, today=today)
    except ValidationError as refusal:
        raise queries.invalid("from", " ".join(refusal.messages)) from refusal
