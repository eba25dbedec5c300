"""What other networks show of a link to a product."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from catalogue import links
from catalogue.choosing import left
from catalogue.models import Drop, Product, ProductImage, Variant
from shopping.absolute import absolute
from shopping.link_cards import CardImage, LinkCard
from shopping.money import Money
from shopping.templatetags.money import money

LONGEST = 200


def frame(product: Product, *, site: str = "") -> str:
    """The page that shows `product` in a frame of `site` (an origin, "https://blog.example"; "" for
    any); "" where there is none or it may not stand there. One statement where there are lists."""
    if not settings.EMBED_PAGE:
        return ""
    if settings.EMBED_ORIGINS:
        allowed = import_string(settings.EMBED_ORIGINS)(product.merchant_id) if site else []
        if site not in allowed:
            return ""
    return absolute(reverse(settings.EMBED_PAGE, args=[product.public_id]))


def image(picture: ProductImage, *, title: str) -> CardImage:
    """A picture of a product called `title`, in its full size."""
    address = absolute(picture.file.url)
    return CardImage(address, picture.alt or title, picture.width, picture.height)


def card(
    product: Product,
    *,
    variant: Variant,
    pictures: Sequence[ProductImage],
    summary: str,
    opens_sheet: bool,
    now: datetime,
) -> LinkCard:
    """The card of a product's page with `variant` chosen and `pictures` in the order of the page.

    A link that `opens_sheet` is its own address: networks lead to the one that the card names.
    """
    page = links.page(product)
    said = availability(product, variant, now=now)
    return LinkCard(
        kind="product",
        title=product.title,
        description=" ".join(summary.split())[:LONGEST],
        address=links.buying(page, product.public_id) if opens_sheet else page,
        page=page,
        image=image(pictures[0], title=product.title) if pictures else None,
        properties=_properties(product, variant, said),
        labels={
            _("Price"): money(variant.price, product.currency),
            _("Sold by"): product.merchant.name,
        },
        frame=frame(product),
    )


def availability(product: Product, variant: Variant, *, now: datetime) -> str:
    """Whether `variant` can be bought now, in the words of Meta's catalogues: "in stock", "out of
    stock", "discontinued" behind the end of a drop."""
    drop: Drop | None = getattr(product, "drop", None)
    if drop is not None and drop.has_ended(now):
        return "discontinued"
    waits = drop is not None and not drop.is_open(now)
    return "in stock" if product.merchant.sells and not waits and left(variant) else "out of stock"


def _properties(product: Product, variant: Variant, said: str) -> dict[str, str]:
    """https://developers.facebook.com/docs/marketing-api/catalog/guides/microdata-tags"""
    properties = {
        "product:price:amount": str(Money(variant.price, product.currency).decimal),
        "product:price:currency": product.currency,
        "product:availability": said,
        "product:condition": "new",
        "product:brand": product.merchant.name,
        "product:retailer_item_id": str(variant.public_id),
        "product:item_group_id": str(product.public_id),
    }
    if variant.compare_at_price:
        before = Money(variant.compare_at_price, product.currency)
        properties |= {
            "product:original_price:amount": str(before.decimal),
            "product:original_price:currency": product.currency,
        }
    return properties
