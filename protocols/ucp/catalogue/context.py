"""What a platform says of its buyer and wants to see: types/context.json, types/search_filters.json."""

from __future__ import annotations

import re
from typing import Any

from django.utils import timezone

from feeds.timelines import Reader
from protocols.ucp.catalogue.shelf import Filters
from protocols.ucp.errors import info
from protocols.ucp.inputs import Inputs
from shopping.preferences import DEFAULT_COUNTRY

COUNTRY = re.compile(r"[A-Z]{2}")


def reader(body: Inputs) -> Reader:
    """Nobody in particular, who wants delivery in the country that was said."""
    said = body.object("context").text("address_country").upper()
    country = said if COUNTRY.fullmatch(said) else DEFAULT_COUNTRY
    return Reader(None, country, timezone.now())


def filters(body: Inputs) -> tuple[Filters, list[dict[str, Any]]]:
    """The filters, and what has to be told about them."""
    said, currency = body.object("filters"), body.object("context").text("currency", longest=3)
    price = said.object("price")
    found = Filters(
        categories=frozenset(each.casefold() for each in said.texts("categories")),
        low=price.whole("min"),
        high=price.whole("max"),
        currency=currency.upper(),
    )
    if found.currency or (found.low is None and found.high is None):
        return found, []
    content = "Prices are filtered in context.currency, which was not said; this filter is ignored."
    return found, [info("filter_ignored", content, path="$.filters.price")]
