"""What the catalogue's endpoints take."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from catalogue.cells import HIGHEST_COUNT
from catalogue.models import HIGHEST_PRICE, Product, StockMovement
from catalogue.products import MOST_VARIANTS
from partners.shapes import Shape

Reason = StockMovement.Reason
# Of one call.
MOST_ITEMS = 1_000


class Price(Shape):
    amount = serializers.IntegerField(
        min_value=0, max_value=HIGHEST_PRICE, help_text="In the currency's minor unit."
    )
    currency = serializers.RegexField(r"\A[A-Z]{3}\Z", help_text="ISO 4217, in capital letters.")


def options(**more: Any) -> serializers.ListField:
    child = serializers.CharField(max_length=100)
    return serializers.ListField(child=child, max_length=3, **more)


def pieces(**more: Any) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=0, max_value=HIGHEST_COUNT, **more)


def many(shape: type[Shape], **more: Any) -> Any:
    return shape(many=True, **more)


class VariantPatch(Shape):
    """Fields that are left out stay as they are."""

    sku = serializers.CharField(max_length=100, allow_blank=True, required=False)
    option_values = options(required=False)
    weight_grams = serializers.IntegerField(min_value=0, max_value=2**31 - 1, required=False)
    barcode = serializers.CharField(max_length=60, allow_blank=True, required=False)
    requires_shipping = serializers.BooleanField(required=False)
    price = Price(required=False)
    compare_at_price = Price(required=False, allow_null=True)
    active = serializers.BooleanField(required=False, help_text="False takes it off sale.")


class NewVariantBody(Shape):
    price = Price()
    compare_at_price = Price(required=False, allow_null=True)
    sku = serializers.CharField(max_length=100, allow_blank=True, required=False)
    option_values = options(required=False, help_text="One for each of `option_names`.")
    weight_grams = serializers.IntegerField(min_value=0, max_value=2**31 - 1, required=False)
    barcode = serializers.CharField(max_length=60, allow_blank=True, required=False)
    requires_shipping = serializers.BooleanField(required=False)
    on_hand = pieces(required=False)


class _Words(Shape):
    title = serializers.CharField(max_length=200, required=False)
    description = serializers.CharField(
        allow_blank=True, max_length=100_000, required=False, help_text="HTML; sanitised."
    )
    category = serializers.SlugField(
        max_length=80, allow_null=True, required=False, help_text="A slug of categories/."
    )
    tax_kind = serializers.ChoiceField(choices=Product.TaxKind.choices, required=False)
    tags = serializers.ListField(
        child=serializers.CharField(max_length=60), max_length=50, required=False
    )
    external_id = serializers.CharField(max_length=200, allow_blank=True, required=False)
    status = serializers.ChoiceField(choices=Product.Status.choices, required=False)


class ProductPatch(_Words):
    """Fields that are left out stay as they are."""

    on_sale_from = serializers.DateTimeField(allow_null=True, required=False)
    on_sale_until = serializers.DateTimeField(allow_null=True, required=False)


class NewProduct(_Words):
    title = serializers.CharField(max_length=200)
    currency = serializers.RegexField(
        r"\A[A-Z]{3}\Z", required=False, help_text="The shop's, where it is not given."
    )
    option_names = serializers.ListField(
        child=serializers.CharField(max_length=60), max_length=3, required=False
    )
    variants = many(NewVariantBody, min_length=1, max_length=MOST_VARIANTS)


class PriceBody(Shape):
    price = Price()
    compare_at_price = Price(required=False, allow_null=True)


class StockSet(Shape):
    """How many there are."""

    on_hand = pieces()
    reason = serializers.ChoiceField(choices=[Reason.ADJUSTMENT, Reason.COUNT], required=False)
    reference = serializers.CharField(max_length=64, allow_blank=True, required=False)


class StockAdjustment(Shape):
    """By how many it changes."""

    delta = serializers.IntegerField(min_value=-HIGHEST_COUNT, max_value=HIGHEST_COUNT)
    reason = serializers.ChoiceField(choices=[(r.value, r.label) for r in StockMovement.BY_HAND])
    reference = serializers.CharField(max_length=64, allow_blank=True, required=False)
    note = serializers.CharField(max_length=200, allow_blank=True, required=False)


class NewDrop(Shape):
    product_id = serializers.UUIDField()
    opens_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(allow_null=True, required=False)
    per_person = serializers.IntegerField(min_value=1, max_value=32_767, required=False)


class DropPatch(Shape):
    opens_at = serializers.DateTimeField(required=False)
    ends_at = serializers.DateTimeField(allow_null=True, required=False)
    per_person = serializers.IntegerField(min_value=1, max_value=32_767, required=False)


class NewMedia(Shape):
    """A file by multipart/form-data, or the `url` of one, which is fetched."""

    file = serializers.FileField(required=False)
    url = serializers.URLField(max_length=1000, required=False)
    alt = serializers.CharField(max_length=300, allow_blank=True, required=False)
    variant_id = serializers.UUIDField(allow_null=True, required=False)


class MediaPatch(Shape):
    alt = serializers.CharField(max_length=300, allow_blank=True, required=False)
    position = serializers.IntegerField(min_value=0, max_value=10_000, required=False)
    variant_id = serializers.UUIDField(allow_null=True, required=False)


# Many at once ---------------------------------------------------------------------------------


class UpsertVariant(VariantPatch):
    """Found by its SKU, else by its option values; a new one needs a price."""

    on_hand = pieces(required=False)


class UpsertProduct(_Words):
    """Found by its `external_id`, else by the `sku` of one of its variants; else it is new, and needs a
    title and variants. Fields, and variants, that are left out stay as they are."""

    sku = serializers.CharField(max_length=100, required=False)
    option_names = serializers.ListField(
        child=serializers.CharField(max_length=60), max_length=3, required=False
    )
    variants = many(UpsertVariant, max_length=MOST_VARIANTS, required=False)


class _OfVariant(Shape):
    sku = serializers.CharField(max_length=100, required=False)
    variant_id = serializers.UUIDField(required=False)


class PriceItem(_OfVariant):
    price = Price()
    compare_at_price = Price(required=False, allow_null=True)


class StockItemBody(_OfVariant):
    """Either `on_hand`, how many there are, or `delta`, by how many it changes."""

    on_hand = pieces(required=False)
    delta = serializers.IntegerField(
        min_value=-HIGHEST_COUNT, max_value=HIGHEST_COUNT, required=False
    )


class Upserts(Shape):
    items = many(UpsertProduct, min_length=1, max_length=MOST_ITEMS)


class Prices(Shape):
    items = many(PriceItem, min_length=1, max_length=MOST_ITEMS)


class StockReason(Shape):
    reason = serializers.ChoiceField(
        choices=[(r.value, r.label) for r in (*StockMovement.BY_HAND, Reason.COUNT)],
        required=False,
        help_text="Of all of them; a correction where it is not given.",
    )
    reference = serializers.CharField(max_length=64, allow_blank=True, required=False)


class Stocks(StockReason):
    items = many(StockItemBody, min_length=1, max_length=MOST_ITEMS)
