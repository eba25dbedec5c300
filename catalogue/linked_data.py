"""A product as search engines read it on its page: https://schema.org/Product and ProductGroup, with
what https://developers.google.com/search/docs/appearance/structured-data/product asks for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from catalogue import links
from catalogue.choosing import is_size, left
from catalogue.gtins import gtin
from catalogue.models import NO_OPTION, Drop, Product, ProductImage, ShippingRate, Variant
from catalogue.rates import delivery_price
from catalogue.return_terms import ReturnTerms
from shopping.absolute import absolute
from shopping.money import Money

CONTEXT = "https://schema.org/"
# As many forms are written out one by one; of a product with more, the lowest and the highest price.
WRITTEN_OUT = 60
LONGEST = 5000
# Options that have a property of their own, by words that shops call them.
PROPERTIES = {
    "color": ("colour", "color", "couleur"),
    "material": ("material", "matière"),
    "pattern": ("pattern", "motif"),
}
Node = dict[str, Any]


@dataclass(frozen=True)
class Said:
    """What a page knows of its product: the active variants and the pictures in the shop's order,
    the one that is `shown`, its `rate` to `country` (None: not delivered there), the words of the
    description without tags."""

    product: Product
    variants: Sequence[Variant]
    shown: Variant
    pictures: Sequence[ProductImage]
    summary: str
    country: str
    rate: ShippingRate | None
    terms: ReturnTerms
    drop: Drop | None
    now: datetime


def product(said: Said) -> Node:
    """The whole of it, ready for `shopping.linked_data.script`."""
    if len(said.variants) == 1:
        described = _described(said) | _alone(said, said.shown)
        return {"@context": CONTEXT, **described, "offers": _offer(said, said.shown, _terms(said))}
    if len(said.variants) > WRITTEN_OUT:
        return {"@context": CONTEXT, **_described(said), "offers": _aggregate(said)}
    terms = _terms(said)
    named = {name: {"@id": f"#{name}"} for name in terms}
    nodes = [{"@id": f"#{name}", **node} for name, node in terms.items()]
    return {"@context": CONTEXT, "@graph": [_group(said, named), *nodes]}


def property_of(option: str) -> str:
    """The property of schema.org for an option that a shop calls `option`; "" where there is none."""
    if is_size(option):
        return "size"
    said = option.casefold()
    return next((name for name, words in PROPERTIES.items() if said in words), "")


def _described(said: Said) -> Node:
    """What is true of all of its forms."""
    own = said.product
    node: Node = {
        "@type": "Product",
        "name": own.title,
        "url": links.page(own),
        "brand": {"@type": "Brand", "name": own.merchant.name},
    }
    if said.summary.strip():
        node["description"] = said.summary.strip()[:LONGEST]
    if said.pictures:
        node["image"] = [absolute(picture.file.url) for picture in said.pictures]
    return node


def _group(said: Said, terms: Node) -> Node:
    own = said.product
    node = _described(said) | {"@type": "ProductGroup", "productGroupID": str(own.public_id)}
    known = {property_of(name) for name in own.option_names} - {""}
    if known:
        node["variesBy"] = [f"{CONTEXT}{name}" for name in sorted(known)]
    node["hasVariant"] = [_variant(said, variant, terms) for variant in said.variants]
    return node


def _variant(said: Said, variant: Variant, terms: Node) -> Node:
    name = " – ".join(filter(None, (said.product.title, variant.options_text)))
    node: Node = {"@type": "Product", "name": name, **_alone(said, variant)}
    for option, value in zip(said.product.option_names, variant.option_values, strict=False):
        if value == NO_OPTION:
            continue
        known = property_of(option)
        if known:
            node[known] = value
        else:
            more = {"@type": "PropertyValue", "name": option, "value": value}
            node.setdefault("additionalProperty", []).append(more)
    if said.pictures:
        node["image"] = absolute(_picture(said.pictures, variant).file.url)
    return node | {"offers": _offer(said, variant, terms)}


def _picture(pictures: Sequence[ProductImage], variant: Variant) -> ProductImage:
    """Its own, else one of the whole product."""
    of_all = next((each for each in pictures if each.variant_id is None), pictures[0])
    return next((each for each in pictures if each.variant_id == variant.pk), of_all)


def _alone(said: Said, variant: Variant) -> Node:
    """The numbers of one form."""
    code = gtin(variant.barcode)
    numbers = {"sku": variant.sku or str(variant.public_id), "gtin": code}
    return {name: number for name, number in numbers.items() if number}


def _offer(said: Said, variant: Variant, terms: Node) -> Node:
    own = said.product
    node: Node = {
        "@type": "Offer",
        "url": links.page(own, variant=variant),
        "price": str(Money(variant.price, own.currency).decimal),
        "priceCurrency": own.currency,
        "itemCondition": f"{CONTEXT}NewCondition",
        **_availability(said, [variant]),
        "seller": _seller(own),
    }
    if variant.compare_at_price:
        node["priceSpecification"] = {
            "@type": "UnitPriceSpecification",
            "priceType": f"{CONTEXT}StrikethroughPrice",
            "price": str(Money(variant.compare_at_price, own.currency).decimal),
            "priceCurrency": own.currency,
        }
    if own.on_sale_until:
        node["priceValidUntil"] = own.on_sale_until.isoformat()
    node |= terms
    # The rate is that of the parcel which is shown: of another weight or worth we did not ask.
    if _parcel(variant) != _parcel(said.shown):
        del node["shippingDetails"]
    return node


def _parcel(variant: Variant) -> tuple[int, int]:
    return variant.weight_grams if variant.requires_shipping else 0, variant.price


def _aggregate(said: Said) -> Node:
    own = said.product
    prices = [variant.price for variant in said.variants]
    return {
        "@type": "AggregateOffer",
        "lowPrice": str(Money(min(prices), own.currency).decimal),
        "highPrice": str(Money(max(prices), own.currency).decimal),
        "priceCurrency": own.currency,
        "offerCount": len(prices),
        **_availability(said, said.variants),
        "seller": _seller(own),
    }


def _availability(said: Said, variants: Iterable[Variant]) -> Node:
    """Whether one can be bought now, and from when on where a drop has not opened."""
    drop = said.drop
    if drop is not None and drop.has_ended(said.now):
        return {"availability": f"{CONTEXT}Discontinued"}
    if drop is not None and not drop.is_open(said.now):
        starts = drop.opens_at.isoformat()
        return {"availability": f"{CONTEXT}OutOfStock", "availabilityStarts": starts}
    there = said.product.merchant.sells and any(left(variant) for variant in variants)
    return {"availability": f"{CONTEXT}{'InStock' if there else 'OutOfStock'}"}


def _seller(own: Product) -> Node:
    return {"@type": "Organization", "name": own.merchant.name, "url": links.shop(own.merchant)}


def _terms(said: Said) -> Node:
    """What offers say of delivery and returns, by the names of their properties."""
    return {"shippingDetails": _delivery(said), "hasMerchantReturnPolicy": _returns(said)}


def _delivery(said: Said) -> Node:
    there = {"@type": "DefinedRegion", "addressCountry": said.country}
    node: Node = {"@type": "OfferShippingDetails", "shippingDestination": there}
    rate = said.rate
    if rate is None:
        return node | {"doesNotShip": True}
    price = delivery_price(rate.price, rate.free_from, items_total=said.shown.price)
    currency = said.product.currency
    node["shippingRate"] = {
        "@type": "MonetaryAmount",
        "value": str(Money(price, currency).decimal),
        "currency": currency,
    }
    # It leaves on the day itself, or on the next one when the shop's hour has struck.
    node["deliveryTime"] = {
        "@type": "ShippingDeliveryTime",
        "handlingTime": _days(0, 1),
        "transitTime": _days(rate.min_days, rate.max_days),
    }
    return node


def _days(least: int, most: int) -> Node:
    return {"@type": "QuantitativeValue", "minValue": least, "maxValue": most, "unitCode": "DAY"}


def _returns(said: Said) -> Node:
    merchant = said.product.merchant
    node: Node = {
        "@type": "MerchantReturnPolicy",
        "applicableCountry": said.country,
        "returnPolicyCountry": merchant.country,
        "merchantReturnLink": absolute(reverse("checkout:terms", args=[merchant.public_id])),
    }
    if not said.terms.days:
        return node | {"returnPolicyCategory": f"{CONTEXT}MerchantReturnNotPermitted"}
    node |= {
        "returnPolicyCategory": f"{CONTEXT}MerchantReturnFiniteReturnWindow",
        "merchantReturnDays": said.terms.days,
        "returnMethod": f"{CONTEXT}ReturnByMail",
    }
    if not said.terms.own_postage:
        node["returnFees"] = f"{CONTEXT}ReturnFeesCustomerResponsibility"
    return node
