"""What one may hold the right to for a merchant; catalogue.roles says which role holds what."""

from __future__ import annotations

from enum import StrEnum


class Capability(StrEnum):
    VIEW = "view"  # see the merchant's rows
    LISTINGS = "listings"  # products, variants, prices, pictures, shipping rates
    POST = "post"  # publish and delete posts in the shop's name
    STOCK = "stock"  # count and correct stock
    FULFIL = "fulfil"  # pack and send
    REFUND = "refund"  # give shoppers their money back
    MANAGE = "manage"  # the shop itself, its webhooks and their secrets
