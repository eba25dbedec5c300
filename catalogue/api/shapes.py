"""What the catalogue's endpoints answer with."""

from __future__ import annotations

from typing import TypeVar

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from catalogue.models import Merchant, Product, StockMovement
from partners.shapes import Money, Shape

# So many pieces are told to others than the shop itself; it is no one else's business what it has.
MOST_TOLD = 10


S = TypeVar("S", bound=type[Shape])


def named(shape: S) -> S:
    """In the document of the API they are called as what they show."""
    name = shape.__name__.removesuffix("Shape")
    decorated: S = extend_schema_serializer(component_name=name)(shape)
    return decorated


@named
class ImageShape(Shape):
    id = serializers.UUIDField()
    url = serializers.URLField(help_text="Where the file is; it never changes.")
    alt = serializers.CharField(allow_blank=True)
    width = serializers.IntegerField()
    height = serializers.IntegerField()


@named
class MediaShape(ImageShape):
    position = serializers.IntegerField()
    variant_id = serializers.UUIDField(allow_null=True, help_text="The variant that it shows.")
    source_url = serializers.CharField(
        allow_blank=True, help_text="Where it was fetched from, or an import says that it is."
    )


@named
class VariantShape(Shape):
    id = serializers.UUIDField()
    product_id = serializers.UUIDField()
    sku = serializers.CharField(allow_blank=True)
    option_values = serializers.ListField(
        child=serializers.CharField(), help_text="In the order of the product's `option_names`."
    )
    price = Money()
    compare_at_price = Money(allow_null=True, help_text="The struck price.")
    weight_grams = serializers.IntegerField()
    barcode = serializers.CharField(allow_blank=True)
    requires_shipping = serializers.BooleanField()
    position = serializers.IntegerField()
    active = serializers.BooleanField()
    available = serializers.IntegerField(
        help_text=f"Pieces that can be sold; for others than the shop at most {MOST_TOLD}."
    )


@named
class ProductShape(Shape):
    id = serializers.UUIDField()
    shop_id = serializers.UUIDField()
    external_id = serializers.CharField(allow_blank=True, help_text="Empty for other shops'.")
    title = serializers.CharField()
    description = serializers.CharField(allow_blank=True, help_text="Sanitised HTML.")
    url = serializers.URLField(help_text="Its page for shoppers, while it is shown.")
    status = serializers.ChoiceField(choices=Product.Status.choices)
    category = serializers.CharField(allow_null=True, help_text="The category's slug.")
    tax_kind = serializers.ChoiceField(choices=Product.TaxKind.choices)
    tags = serializers.ListField(child=serializers.CharField())
    option_names = serializers.ListField(child=serializers.CharField())
    currency = serializers.CharField()
    price = Money(allow_null=True, help_text="The lowest of its active variants.")
    available = serializers.IntegerField(help_text="Pieces of all its active variants together.")
    on_sale = serializers.BooleanField(help_text="Whether it is for sale now, if there are any.")
    on_sale_from = serializers.DateTimeField(allow_null=True)
    on_sale_until = serializers.DateTimeField(allow_null=True)
    image = ImageShape(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    variants = VariantShape(many=True, required=False, help_text="With `expand=variants`.")
    media = MediaShape(many=True, required=False, help_text="With `expand=media`.")


@named
class StockShape(Shape):
    variant_id = serializers.UUIDField()
    sku = serializers.CharField(allow_blank=True)
    on_hand = serializers.IntegerField()
    reserved = serializers.IntegerField(help_text="Promised to shoppers who are paying.")
    available = serializers.IntegerField()


@named
class MovementShape(Shape):
    """Of one variant no two movements have the same `at`."""

    variant_id = serializers.UUIDField()
    sku = serializers.CharField(allow_blank=True)
    reason = serializers.ChoiceField(choices=StockMovement.Reason.choices)
    before = serializers.IntegerField()
    after = serializers.IntegerField()
    reference = serializers.CharField(allow_blank=True)
    note = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField()


@named
class PriceShape(Shape):
    price = Money()
    compare_at_price = Money(allow_null=True)


@named
class DropShape(Shape):
    id = serializers.UUIDField()
    product_id = serializers.UUIDField()
    opens_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(allow_null=True)
    per_person = serializers.IntegerField()


@named
class CategoryShape(Shape):
    slug = serializers.CharField()
    name = serializers.CharField()
    parent = serializers.CharField(  # type: ignore[assignment]  # DRF keeps fields apart
        allow_null=True, help_text="The slug of the one above."
    )


@named
class ShopShape(Shape):
    id = serializers.UUIDField()
    name = serializers.CharField()
    handle = serializers.CharField()
    country = serializers.CharField()
    currency = serializers.CharField()
    time_zone = serializers.CharField()
    status = serializers.ChoiceField(choices=Merchant.Status.choices)
    sells = serializers.BooleanField(help_text="Open, and Stripe can pay it out.")
    withdrawal_days = serializers.IntegerField()
    cut_off = serializers.IntegerField(help_text="What is paid before this hour leaves that day.")
    low_stock_at = serializers.IntegerField()


@named
class ShippingRateShape(Shape):
    id = serializers.UUIDField()
    name = serializers.CharField()
    countries = serializers.ListField(child=serializers.CharField())
    regions = serializers.ListField(child=serializers.CharField())
    postcodes = serializers.ListField(child=serializers.CharField(), help_text="Beginnings.")
    price = Money()
    free_from = Money(allow_null=True)
    min_grams = serializers.IntegerField()
    max_grams = serializers.IntegerField(allow_null=True)
    min_value = Money()
    max_value = Money(allow_null=True)
    min_days = serializers.IntegerField()
    max_days = serializers.IntegerField()


class ItemProblem(Shape):
    code = serializers.CharField()
    detail = serializers.CharField()
    errors = serializers.ListField(  # type: ignore[assignment]  # DRF keeps fields apart
        child=serializers.DictField(),
        help_text="Each with `detail`, `code` and a `pointer` into the call's body.",
    )


@named
class ResultShape(Shape):
    """What came of one item; results stand in the order of the items."""

    result = serializers.ChoiceField(choices=["created", "updated", "unchanged", "refused"])
    id = serializers.UUIDField(allow_null=True, help_text="Of the product or the variant.")
    problem = ItemProblem(allow_null=True)


@named
class ResultsShape(Shape):
    results = ResultShape(many=True)
