"""Addresses of a product that are given to others: whole ones, by settings.PUBLIC_URL."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse

from catalogue.models import Merchant, Product, Variant
from shopping.absolute import absolute


def page(product: Product, *, variant: Variant | None = None) -> str:
    """Its page, with `variant` chosen where one is given."""
    address = absolute(reverse("catalogue:product", args=[product.public_id, product.slug]))
    return f"{address}?variant={variant.public_id}" if variant else address


def buying(address: str, product_id: UUID) -> str:
    """The page at `address` (without a query) with the Buy-now sheet of a product open over it."""
    return f"{address}?buy={product_id}"


def shop(merchant: Merchant) -> str:
    """The profile of a shop, whose account is read already."""
    return absolute(reverse("feeds:profile", args=[merchant.account.handle]))


def feed(merchant: Merchant) -> str:
    """The products of a shop as a file for other sites."""
    return absolute(reverse("catalogue:product_feed", args=[merchant.public_id, "xml"]))
