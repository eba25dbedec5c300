"""What schema.org and Google ask of linked data, as a table, and who goes through it.

Required and recommended are Google's words for merchant listings and product variants:
https://developers.google.com/search/docs/appearance/structured-data/merchant-listing and
/product-variants, /return-policy, /shipping-policy; names and kinds of values are schema.org's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from catalogue.gtins import gtin

Node = dict[str, Any]
Check = Callable[[Any], bool]


def text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def address(value: Any) -> bool:
    return isinstance(value, str) and urlsplit(value).scheme in {"http", "https"}


def addresses(value: Any) -> bool:
    return address(value) or (isinstance(value, list) and bool(value) and all(map(address, value)))


def amount(value: Any) -> bool:
    try:
        return isinstance(value, str) and Decimal(value) >= 0 and "E" not in value
    except InvalidOperation:
        return False


def currency(value: Any) -> bool:
    return isinstance(value, str) and bool(re.fullmatch("[A-Z]{3}", value))


def country(value: Any) -> bool:
    return isinstance(value, str) and bool(re.fullmatch("[A-Z]{2}", value))


def whole(value: Any) -> bool:
    return isinstance(value, int) and value >= 0


def moment(value: Any) -> bool:
    return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None


def true(value: Any) -> bool:
    return value is True


def number_of_goods(value: Any) -> bool:
    return isinstance(value, str) and gtin(value) == value != ""


def one_of(*names: str) -> Check:
    return lambda value: value in {f"https://schema.org/{name}" for name in names}


def some_of(*names: str) -> Check:
    return lambda value: isinstance(value, list) and all(map(one_of(*names), value))


AVAILABILITY = one_of("InStock", "OutOfStock", "Discontinued", "PreOrder", "LimitedAvailability")


@dataclass(frozen=True)
class Shape:
    """Properties with what their values are: a check, or the types of the nodes that they may be."""

    required: dict[str, Check | tuple[str, ...]]
    recommended: dict[str, Check | tuple[str, ...]] = field(default_factory=dict)
    more: dict[str, Check | tuple[str, ...]] = field(default_factory=dict)


OPTIONS: dict[str, Check | tuple[str, ...]] = dict.fromkeys(
    ("color", "size", "material", "pattern"), text
)
SHAPES = {
    "Product": Shape(
        {"name": text, "image": addresses, "offers": ("Offer", "AggregateOffer")},
        {"description": text, "brand": ("Brand",), "sku": text, "gtin": number_of_goods},
        {"url": address, **OPTIONS, "additionalProperty": ("PropertyValue",)},
    ),
    "ProductGroup": Shape(
        {"name": text, "hasVariant": ("Product",), "productGroupID": text},
        {
            "brand": ("Brand",),
            "description": text,
            "url": address,
            "variesBy": some_of("color", "size", "material", "pattern"),
        },
        {"image": addresses},
    ),
    "Offer": Shape(
        {"price": amount, "priceCurrency": currency},
        {
            "availability": AVAILABILITY,
            "itemCondition": one_of("NewCondition", "UsedCondition"),
            "url": address,
            "shippingDetails": ("OfferShippingDetails",),
            "hasMerchantReturnPolicy": ("MerchantReturnPolicy",),
        },
        {
            "seller": ("Organization",),
            "priceSpecification": ("UnitPriceSpecification",),
            "priceValidUntil": moment,
            "availabilityStarts": moment,
        },
    ),
    "AggregateOffer": Shape(
        {"lowPrice": amount, "priceCurrency": currency},
        {"highPrice": amount, "offerCount": whole},
        {
            "availability": AVAILABILITY,
            "availabilityStarts": moment,
            "seller": ("Organization",),
        },
    ),
    "UnitPriceSpecification": Shape(
        {"price": amount, "priceCurrency": currency, "priceType": one_of("StrikethroughPrice")}
    ),
    "OfferShippingDetails": Shape(
        {"shippingDestination": ("DefinedRegion",)},
        {"shippingRate": ("MonetaryAmount",), "deliveryTime": ("ShippingDeliveryTime",)},
        {"doesNotShip": true},
    ),
    "DefinedRegion": Shape({"addressCountry": country}),
    "MonetaryAmount": Shape({"value": amount, "currency": currency}),
    "ShippingDeliveryTime": Shape(
        {}, {"handlingTime": ("QuantitativeValue",), "transitTime": ("QuantitativeValue",)}
    ),
    "QuantitativeValue": Shape(
        {"minValue": whole, "maxValue": whole, "unitCode": lambda value: value == "DAY"}
    ),
    "MerchantReturnPolicy": Shape(
        {
            "applicableCountry": country,
            "returnPolicyCategory": one_of(
                "MerchantReturnFiniteReturnWindow", "MerchantReturnNotPermitted"
            ),
        },
        {
            "merchantReturnDays": whole,
            "returnMethod": one_of("ReturnByMail"),
            "returnFees": one_of("ReturnFeesCustomerResponsibility", "FreeReturn"),
        },
        {"returnPolicyCountry": country, "merchantReturnLink": address},
    ),
    "Brand": Shape({"name": text}),
    "Organization": Shape({"name": text}, {"url": address}),
    "PropertyValue": Shape({"name": text, "value": text}),
}


class Blocks(HTMLParser):
    """Reads a page as a browser does, and keeps what its blocks of linked data hold."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside = False
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.inside = tag == "script" and ("type", "application/ld+json") in attrs
        if self.inside:
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.found[-1] += data


def read(page: str) -> list[Node]:
    """The linked data of a page."""
    blocks = Blocks()
    blocks.feed(page)
    return [json.loads(block) for block in blocks.found]


def nodes_of(data: Node) -> tuple[Node, dict[str, Node]]:
    """The first node, and those that others name by their ids."""
    assert data["@context"] == "https://schema.org/"
    graph = data.get("@graph", [data])
    return graph[0], {node["@id"]: node for node in graph if "@id" in node}


def problems(data: Node) -> list[str]:
    """What is required and missing, not known, or not what it should be; by its path."""
    first, named = nodes_of(data)
    return list(_problems(first, named, first["@type"]))


def _problems(node: Node, named: dict[str, Node], path: str) -> Iterator[str]:
    shape = SHAPES[node["@type"]]
    known = shape.required | shape.recommended | shape.more
    yield from (f"{path}: no {name}" for name in shape.required if name not in node)
    for name, value in node.items():
        if name.startswith("@"):
            continue
        if name not in known:
            yield f"{path}.{name}: not known"
            continue
        kind = known[name]
        if callable(kind):
            if not kind(value):
                yield f"{path}.{name}: {value!r}"
            continue
        for each in value if isinstance(value, list) else [value]:
            inner = named[each["@id"]] if set(each) == {"@id"} else each
            if inner["@type"] not in kind:
                yield f"{path}.{name}: a {inner['@type']}"
            yield from _problems(inner, named, f"{path}.{name}")


def left_out(data: Node) -> set[str]:
    """What is recommended and missing somewhere, as "Offer.url"."""
    first, named = nodes_of(data)
    return set(_left_out(first, named))


def _left_out(node: Node, named: dict[str, Node]) -> Iterator[str]:
    shape = SHAPES[node["@type"]]
    yield from (f"{node['@type']}.{name}" for name in shape.recommended if name not in node)
    for value in node.values():
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict):
                inner = named[each["@id"]] if set(each) == {"@id"} else each
                yield from _left_out(inner, named)
