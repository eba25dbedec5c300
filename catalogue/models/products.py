from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now, Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue.models.merchants import Merchant
from shopping.ids import public_id
from shopping.money import Money

if TYPE_CHECKING:
    from catalogue.models.drops import Drop

# Shopify's name of the only variant of a product without options.
NO_OPTION = "Default Title"
# In minor units: Stripe takes at most eight digits of them in one charge.
HIGHEST_PRICE = 99_999_999


class Category(models.Model):
    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=80, unique=True)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    # https://support.google.com/merchants/answer/6324436
    google_id = models.PositiveIntegerField(
        _("number in Google’s list of categories"), null=True, blank=True
    )

    class Meta:
        verbose_name_plural = _("categories")

    def __str__(self) -> str:
        return self.name


def offered(path: str = "") -> Q:
    """Whether the product behind `path` ("product__") is active and its schedule has begun and is
    not over, by the database's clock. catalogue.sale.ACTIVE says the same in SQL."""
    until = f"{path}on_sale_until"
    return (
        Q(**{f"{path}status": Product.Status.ACTIVE})
        & (Q(**{f"{path}on_sale_from": None}) | Q(**{f"{path}on_sale_from__lte": Now()}))
        & (Q(**{until: None}) | Q(**{f"{until}__gt": Now()}))
    )


def found_by(*fields: str, name: str) -> list[GinIndex]:
    """Indexes by which any part of a text is found, as the admin's `icontains` asks for it."""
    return [
        GinIndex(
            OpClass(Upper(field), name="gin_trgm_ops"),
            fastupdate=False,
            name=f"{name}_{field}_part",
        )
        for field in fields
    ]


class ProductQuerySet(models.QuerySet["Product"]):
    def shown(self) -> ProductQuerySet:
        """What shoppers may see: active products of active merchants within their schedule, also
        of those that cannot sell just now."""
        return self.filter(offered(), merchant__status=Merchant.Status.ACTIVE)

    def on_sale(self) -> ProductQuerySet:
        """What shoppers may buy, apart from drops that are not open yet: active products, within
        their schedule, of merchants who sell. catalogue.sale says the same in SQL."""
        return self.filter(offered(), merchant__sells=True)


class Product(models.Model):
    """What is sold; its variants are what one can put in a parcel."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        ACTIVE = "active", _("active")
        ARCHIVED = "archived", _("archived")

    class TaxKind(models.TextChoices):
        STANDARD = "standard", _("standard rate")
        REDUCED = "reduced", _("reduced rate")
        FOOD = "food", _("food")
        BOOKS = "books", _("books")
        MEDICINE = "medicine", _("medicine")

    # Which status may follow which; catalogue.products.step is the one function that asks.
    TRANSITIONS: ClassVar[dict[str, set[str]]] = {
        Status.DRAFT: {Status.ACTIVE, Status.ARCHIVED},
        Status.ACTIVE: {Status.DRAFT, Status.ARCHIVED},
        Status.ARCHIVED: {Status.ACTIVE},
    }

    public_id = models.UUIDField(default=public_id, unique=True, editable=False)
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="products")
    external_id = models.CharField(_("external id"), max_length=200, blank=True)
    title = models.CharField(_("title"), max_length=200)
    slug = models.SlugField(max_length=200)
    description = models.TextField(_("description"), blank=True, help_text=_("Sanitised HTML."))
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, null=True, blank=True, related_name="products"
    )
    # Which of a country's tax rates is meant; catalogue.rates says what counts where it has none.
    tax_kind = models.CharField(
        _("tax"), max_length=10, choices=TaxKind, default=TaxKind.STANDARD, db_default="standard"
    )
    tags = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    option_names = ArrayField(models.CharField(max_length=60), default=list, blank=True, size=3)
    currency = models.CharField(_("currency"), max_length=3)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    # An active product is shown and sold from the one moment until the other, by the clock itself.
    on_sale_from = models.DateTimeField(_("on sale from"), null=True, blank=True)
    on_sale_until = models.DateTimeField(_("on sale until"), null=True, blank=True)
    # Whether programs that buy for people may; see catalogue.agent_sales.
    agents_may_sell = models.BooleanField(
        _("buying agents may sell it"), default=True, db_default=True
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar = ProductQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["merchant", "-id"], name="product_newest"),
            models.Index(fields=["merchant", "status", "-id"], name="product_of_status"),
            models.Index(fields=["merchant", "updated_at", "id"], name="product_by_change"),
            models.Index(fields=["status", "-id"], name="product_of_any_status"),
            models.Index(
                fields=["on_sale_from"],
                condition=Q(on_sale_from__isnull=False),
                name="product_begins",
            ),
            models.Index(
                fields=["on_sale_until"],
                condition=Q(on_sale_until__isnull=False),
                name="product_ends",
            ),
            # Whose it is, whichever shop's: surfaces outside name a product by it.
            models.Index(
                fields=["external_id", "id"],
                condition=~Q(external_id=""),
                name="product_by_external_id",
            ),
            *found_by("title", "external_id", name="product"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(on_sale_from=None)
                | Q(on_sale_until=None)
                | Q(on_sale_until__gt=F("on_sale_from")),
                name="product_ends_after_it_begins",
                violation_error_message=_("A product goes off sale after it goes on sale."),
            ),
            models.UniqueConstraint(
                fields=["merchant", "external_id"],
                condition=~Q(external_id=""),
                name="product_external_id_unique",
                violation_error_message=_("Another product of this shop has this external id."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_on_sale(self) -> bool:
        """What ProductQuerySet.on_sale asks of the database, of a product that is read already."""
        return self.is_offered and self.merchant.sells

    @property
    def is_offered(self) -> bool:
        """What `offered` asks of the database, of a product that is read already."""
        return self.status == self.Status.ACTIVE and not self.is_waiting and not self.is_over

    @property
    def is_waiting(self) -> bool:
        """Whether its schedule has not begun yet."""
        return self.on_sale_from is not None and timezone.now() < self.on_sale_from

    @property
    def is_over(self) -> bool:
        """Whether its schedule has ended."""
        return self.on_sale_until is not None and timezone.now() >= self.on_sale_until

    @property
    def open_drop(self) -> Drop | None:
        """The drop that it is, while that is open."""
        drop: Drop | None = getattr(self, "drop", None)
        return drop if drop and drop.is_open(timezone.now()) else None

    @property
    def is_closed(self) -> bool:
        """A drop before it opens, or after its end."""
        return getattr(self, "drop", None) is not None and self.open_drop is None


class Variant(models.Model):
    """One buyable form of a product: a size, a colour, a price in minor units."""

    public_id = models.UUIDField(default=public_id, unique=True, editable=False)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="variants")
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="variants")
    sku = models.CharField(_("SKU"), max_length=100, blank=True)
    option_values = ArrayField(models.CharField(max_length=100), default=list, blank=True, size=3)
    price = models.BigIntegerField(_("price in minor units"))
    compare_at_price = models.BigIntegerField(_("compare-at price"), null=True, blank=True)
    weight_grams = models.PositiveIntegerField(_("weight in grams"), default=0)
    barcode = models.CharField(max_length=60, blank=True)
    requires_shipping = models.BooleanField(default=True)
    position = models.PositiveIntegerField(default=0)
    active = models.BooleanField(default=True)
    # Why an inactive variant is off sale: its shop's file lost it, and may bring it back. What the
    # merchant switched off stays off. Of no meaning while it is active.
    retired_by_import = models.BooleanField(default=False, db_default=False, editable=False)

    class Meta:
        ordering = ["position", "id"]
        indexes = [
            models.Index(fields=["merchant", "-id"], name="variant_newest"),
            # As product_by_external_id.
            models.Index(fields=["sku", "id"], condition=~Q(sku=""), name="variant_by_sku"),
            *found_by("sku", name="variant"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "sku"],
                condition=~Q(sku=""),
                name="variant_sku_unique",
                violation_error_message=_("Another variant of this shop has this SKU."),
            ),
            models.UniqueConstraint(
                fields=["product", "option_values"],
                name="variant_options_unique",
                violation_error_message=_("Another variant has the same options."),
            ),
            models.CheckConstraint(
                condition=Q(price__gte=0),
                name="variant_price_not_negative",
                violation_error_message=_("A price is not negative."),
            ),
            models.CheckConstraint(
                condition=Q(compare_at_price=None) | Q(compare_at_price__gt=F("price")),
                name="variant_compare_at_above_price",
                violation_error_message=_("A struck price is higher than the price."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.options_text}".strip()

    @property
    def options_text(self) -> str:
        """ "Coral, 42": what the receipt says behind the title."""
        return ", ".join(value for value in self.option_values if value != NO_OPTION)

    @property
    def price_money(self) -> Money:
        return Money(self.price, self.product.currency)


class ProductImage(models.Model):
    # The database gives one too: the code that is being replaced knows nothing of it.
    public_id = models.UUIDField(
        default=public_id, db_default=RandomUUID(), unique=True, editable=False
    )
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="images")
    variant = models.ForeignKey(
        Variant, on_delete=models.SET_NULL, null=True, blank=True, related_name="images"
    )
    file = models.FileField(upload_to="products/", blank=True)
    source_url = models.URLField(max_length=1000, blank=True)
    alt = models.CharField(_("alternative text"), max_length=300, blank=True)
    width = models.PositiveIntegerField(default=800)
    height = models.PositiveIntegerField(default=600)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.alt or str(self.file)
