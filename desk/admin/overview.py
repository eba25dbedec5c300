"""The overview: a shop's figures over a range of days, for whoever may see the shop's orders."""

from __future__ import annotations

import json
from typing import Any

from babel.dates import format_date
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from desk import changes, days, figures, ranges
from desk.figures import Overview
from desk.models import ShopOverview
from shopping.admin_site import site
from shopping.money import Money
from shopping.own_rows import OwnRowsAdmin, words_of
from shopping.templatetags.money import language

# For Chart.js, whose drawing is of the same colours in the light and in the dark. In no font of ours:
# it does not wait for one to arrive.
WORDS = {"color": "#7a8580", "font": {"family": "sans-serif"}}
LINE = "#2a9d6f"
LOOK: dict[str, Any] = {
    "animation": False,
    "maintainAspectRatio": False,
    "interaction": {"mode": "index", "intersect": False},
    "plugins": {"legend": {"align": "end", "labels": {"boxHeight": 1, **WORDS}}},
    "scales": {
        "x": {"ticks": {"maxTicksLimit": 8, "maxRotation": 0, **WORDS}},
        "y": {"beginAtZero": True, "ticks": WORDS},
    },
}


@admin.register(ShopOverview, site=site)
class OverviewAdmin(OwnRowsAdmin):
    """A row is a shop; the sidebar leads whoever works for one alone straight to its figures."""

    merchant_path = ""
    list_display = ["name", "currency"]
    search_fields = ["name"]
    ordering = ["name", "id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ShopOverview]:
        """Test spaces sell nothing, and have no figures."""
        found: QuerySet[ShopOverview] = super().get_queryset(request)
        return found.filter(test_of=None)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """`from` and `to`, or `days`, and `currency` say what is looked at; see desk.ranges."""
        if request.method == "POST":
            raise PermissionDenied  # There is nothing to change, as with all that is only read.
        shop: ShopOverview | None = self.get_object(request, object_id)
        if shop is None or not self.has_view_permission(request, shop):
            raise Http404
        today, asked = days.today(shop), request.GET.dict()
        try:
            span = ranges.chosen(asked, today=today)
        except ValidationError as refusal:
            messages.error(request, words_of(refusal))
            span = ranges.last_days(ranges.USUAL, today=today)
        found = figures.overview(shop, span, currency=asked.get("currency", ""))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Overview"),
            "opts": self.opts,
            "shop": shop,
            "found": found,
            "typed": {"from": str(span.first), "to": str(span.last)} | asked,
            "presets": [
                (each, span == ranges.last_days(each, today=today)) for each in ranges.PRESETS
            ],
            "changes": changes.of(found),
            "sales_chart": _chart(found),
            "chart_look": json.dumps(LOOK),
        }
        return TemplateResponse(request, "admin/desk/overview.html", context)


def _chart(found: Overview) -> str:
    """Sales a day, and of the days before beside them, as Chart.js takes it."""

    def line(label: str, sales: list[int], **look: Any) -> dict[str, Any]:
        amounts = [float(Money(each, found.currency).decimal) for each in sales]
        return {"label": label, "data": amounts, "borderWidth": 2, "pointRadius": 0} | look

    named = [format_date(day, "d MMM", locale=language()) for day in found.now.span.days]
    now, before = ([each.sales for each in which.by_day] for which in (found.now, found.before))
    lines = [
        line(_("Sales"), now, borderColor=LINE),
        line(_("Before"), before, borderColor="var(--color-base-400)", borderDash=[4, 4]),
    ]
    return json.dumps({"labels": named, "datasets": lines})
