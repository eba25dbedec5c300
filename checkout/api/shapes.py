"""Shapes that several resources of buying share: shops, addresses, what is wanted, what goes wrong."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from rest_framework import serializers

from catalogue.models import NO_OPTION, Merchant
from checkout.cart_lines import Shop
from checkout.quotes import MOST_LINES, MOST_PIECES, Item
from partners.shapes import Shape
from shopping import countries


class ShopName(Shape):
    id = serializers.UUIDField()
    name = serializers.CharField()


class Wanted(Shape):
    """Some pieces of one variant."""

    variant_id = serializers.UUIDField()
    quantity = serializers.IntegerField(min_value=1, max_value=MOST_PIECES, default=1)
    post_id = serializers.UUIDField(
        required=False, allow_null=True, help_text="The post that showed it, which is credited."
    )


class WantedLines(serializers.ListField):
    """Lines without a cart."""

    child = Wanted()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_length=1, max_length=MOST_LINES, **kwargs)


class Country(serializers.CharField):
    """ISO 3166, two capital letters, of a country that there is."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "ISO 3166-1, two capital letters.")
        super().__init__(min_length=2, max_length=2, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        code: str = super().to_internal_value(data)
        if code not in countries.names("en"):
            raise serializers.ValidationError(_("There is no such country."), code="unknown")
        return code


class Address(Shape):
    """Where it goes. What a country needs of it differs; what is missing is said as on the pages."""

    country = Country()
    name = serializers.CharField(max_length=120)
    line1 = serializers.CharField(max_length=200)
    line2 = serializers.CharField(max_length=200, required=False, allow_blank=True)
    postal_code = serializers.CharField(max_length=20, required=False, allow_blank=True)
    city = serializers.CharField(max_length=100, required=False, allow_blank=True)
    region = serializers.CharField(max_length=100, required=False, allow_blank=True)
    phone = serializers.CharField(max_length=30, required=False, allow_blank=True)


def items_of(lines: list[dict[str, Any]]) -> tuple[Item, ...]:
    """What `lines`, each as Wanted has it, ask for."""
    return tuple(Item(each["variant_id"], each["quantity"], each.get("post_id")) for each in lines)


def shop(merchant: Merchant | Shop) -> dict[str, Any]:
    return {"id": str(merchant.public_id), "name": merchant.name}


def options(values: list[str]) -> list[str]:
    """What was picked; nothing where there is nothing to pick."""
    return [value for value in values if value != NO_OPTION]


def image_url(name: str) -> str | None:
    """The whole address of a picture in the media storage."""
    if not name:
        return None
    url = default_storage.url(name)
    return settings.PUBLIC_URL + url if url.startswith("/") else url
