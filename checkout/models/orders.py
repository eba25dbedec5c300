from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from accounts.models import PostalAddress
from catalogue.models import NO_OPTION, Merchant, ShippingRate, Variant
from checkout.models.carts import Cart
from feeds.models import Post
from partners.models import Partner
from shopping.ids import public_id


class Order(PostalAddress):
    """A promise to send things for a stated total; the address is a snapshot."""

    class Status(models.TextChoices):
        AWAITING_PAYMENT = "awaiting_payment", _("awaiting payment")
        PAID = "paid", _("paid")
        CANCELLED = "cancelled", _("cancelled")

    # The one table of an order's life; checkout.orders.move consults it and nothing else assigns.
    TRANSITIONS: ClassVar[dict[str, tuple[str, ...]]] = {
        Status.AWAITING_PAYMENT: (Status.PAID, Status.CANCELLED),
        Status.PAID: (Status.CANCELLED,),
        Status.CANCELLED: (),
    }

    public_id = models.UUIDField(default=public_id, unique=True, editable=False)
    number = models.BigIntegerField(
        unique=True,
        editable=False,
        db_default=models.Func(models.Value("checkout_order_number"), function="nextval"),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="orders",
    )
    # Who placed it by the API for a guest of theirs, and may read it.
    partner = models.ForeignKey(
        Partner,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        db_index=False,
        related_name="orders",
    )
    # The test space that it was placed in, whose lines alone it has; none for what is really bought.
    test_shop = models.ForeignKey(
        Merchant,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        db_index=False,
        related_name="test_orders",
    )
    email = models.EmailField()
    locale = models.CharField(max_length=10, default="en")
    # Who placed it ("user:7", "guest:…", "key:…") and under which key: a repeat finds this row.
    principal = models.CharField(max_length=80)
    idempotency_key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64)
    status = models.CharField(max_length=20, choices=Status, default=Status.AWAITING_PAYMENT)
    currency = models.CharField(max_length=3)
    items_total = models.BigIntegerField()
    delivery_total = models.BigIntegerField(default=0)
    discount_total = models.BigIntegerField(default=0)
    tax_added = models.BigIntegerField(default=0, help_text=_("Tax on top of prices."))
    tax_included = models.BigIntegerField(default=0, help_text=_("Tax inside prices."))
    total = models.BigIntegerField()
    reserved_until = models.DateTimeField(null=True, blank=True)
    placed_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=40, blank=True)
    # Whose lines leave it when the order is paid; empty for what was bought at once.
    cart = models.ForeignKey(
        Cart,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    # Stripe's id of what priced its taxes, and no other order's; None where our own rates did.
    tax_calculation = models.CharField(  # noqa: DJ001
        max_length=100, null=True, blank=True, editable=False
    )
    # Set once by the step after payment; empty on a paid order is what its sweep looks for.
    fulfilment_opened_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["principal", "idempotency_key"], name="order_key_unique"
            ),
            models.UniqueConstraint(
                fields=["cart", "currency"],
                condition=Q(status="awaiting_payment", cart__isnull=False),
                name="order_one_unpaid_per_cart",
            ),
            models.CheckConstraint(
                condition=Q(
                    total=F("items_total")
                    + F("delivery_total")
                    + F("tax_added")
                    - F("discount_total")
                ),
                name="order_total_is_its_parts",
            ),
            models.CheckConstraint(
                condition=Q(
                    items_total__gte=0,
                    delivery_total__gte=0,
                    discount_total__gte=0,
                    tax_added__gte=0,
                    tax_included__gte=0,
                    total__gte=0,
                ),
                name="order_amounts_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(status="awaiting_payment", paid_at=None)
                | Q(status="paid", paid_at__isnull=False)
                | Q(status="cancelled"),
                name="order_paid_at_iff_paid",
            ),
            models.CheckConstraint(
                condition=Q(status="cancelled", cancelled_at__isnull=False)
                | (~Q(status="cancelled") & Q(cancelled_at=None)),
                name="order_cancelled_at_iff_cancelled",
            ),
            models.UniqueConstraint(
                fields=["tax_calculation"],
                condition=Q(tax_calculation__isnull=False),
                name="order_tax_calculation_unique",
            ),
            # No shopper meets it among their orders.
            models.CheckConstraint(
                condition=Q(test_shop=None) | Q(user=None), name="order_test_is_nobodys"
            ),
            # Stock is held exactly while payment is awaited.
            models.CheckConstraint(
                condition=Q(status="awaiting_payment", reserved_until__isnull=False)
                | (~Q(status="awaiting_payment") & Q(reserved_until=None)),
                name="order_reserved_iff_awaiting",
            ),
        ]
        indexes = [
            models.Index(
                fields=["reserved_until"],
                condition=Q(status="awaiting_payment"),
                name="order_reservation_due",
            ),
            models.Index(
                fields=["paid_at"],
                condition=Q(status="paid", fulfilment_opened_at=None),
                name="order_to_fulfil",
            ),
            models.Index(fields=["user", "-id"], name="order_by_shopper"),
            models.Index(
                fields=["partner", "-id"],
                condition=Q(partner__isnull=False),
                name="order_by_partner",
            ),
            models.Index(
                fields=["test_shop", "-id"],
                condition=Q(test_shop__isnull=False),
                name="order_of_test_space",
            ),
            # As a comparison without regard to case asks for it.
            models.Index(Upper("email"), name="order_by_email"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """The number as people read it: É-20418."""
        return reference(self.number)

    @property
    def is_test(self) -> bool:
        """Whether it was placed in a test space, and is paid with Stripe's test money."""
        return self.test_shop_id is not None

    @property
    def discount_lines(self) -> list[tuple[str, int]]:
        """What each offer took off, all shops together: its label, and minor units below zero."""
        if not self.discount_total:
            return []
        sums: dict[tuple[int, str], int] = {}
        for offer_id, label, amount in self.discounts.values_list("offer_id", "label", "amount"):
            sums[offer_id, label] = sums.get((offer_id, label), 0) - amount
        return [(label, amount) for (_offer, label), amount in sums.items()]


class OrderNote(models.Model):
    """What the shopper wrote to the shops when they ordered; most orders have none."""

    LONGEST: ClassVar[int] = 500

    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="note")
    text = models.CharField(max_length=LONGEST)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="order_note_says_something")
        ]

    def __str__(self) -> str:
        return self.text[:60]


def reference(number: int) -> str:
    """The number of an order as people read it: É-20418."""
    return f"É-{number}"


class OrderLine(models.Model):
    """What was bought, as it was on the day."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="order_lines")
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="order_lines")
    post = models.ForeignKey(
        Post, on_delete=models.PROTECT, null=True, blank=True, related_name="order_lines"
    )
    title = models.CharField(max_length=200)
    option_values = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    sku = models.CharField(max_length=100, blank=True)
    image = models.CharField(max_length=200, blank=True, help_text=_("Name in the media storage."))
    quantity = models.PositiveIntegerField()
    unit_price = models.BigIntegerField()
    total = models.BigIntegerField()
    tax_bps = models.PositiveIntegerField(default=0)
    tax = models.BigIntegerField(default=0)
    tax_is_included = models.BooleanField(default=True)
    # Its share of what offers took off; tax is on the rest.
    discount = models.BigIntegerField(default=0)
    # Who brought the sale, and what their agreement with the shop gave them of it on the day: basis
    # points of `total` less `discount`, and minor units. Refunds leave both; see checkout.commissions.
    partner = models.ForeignKey(
        Partner,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="order_lines",
    )
    commission_bps = models.PositiveIntegerField(default=0)
    commission = models.BigIntegerField(default=0)
    # Pieces of refunds that are done or under way; kept by checkout.refund_parts.
    refunded_quantity = models.PositiveIntegerField(db_default=0, editable=False)
    # Pieces that left in parcels; kept by fulfilment.dispatching.
    dispatched_quantity = models.PositiveIntegerField(db_default=0, editable=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["order", "variant"], name="order_line_unique"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="order_line_quantity"),
            models.CheckConstraint(
                condition=Q(total=F("quantity") * F("unit_price"), unit_price__gte=0, tax__gte=0),
                name="order_line_total",
            ),
            models.CheckConstraint(
                condition=Q(discount__gte=0, discount__lte=F("total")), name="order_line_discount"
            ),
            models.CheckConstraint(
                condition=Q(partner__isnull=False) | Q(commission_bps=0, commission=0),
                name="order_line_commission_is_a_partners",
            ),
            models.CheckConstraint(
                condition=Q(
                    commission__gte=0,
                    commission__lte=F("total") - F("discount"),
                    commission_bps__lte=10_000,
                ),
                name="order_line_commission",
            ),
            models.CheckConstraint(
                condition=Q(refunded_quantity__lte=F("quantity")),
                name="order_line_refunded_quantity",
                violation_error_message=_("No more pieces are refunded than were bought."),
            ),
            models.CheckConstraint(
                condition=Q(dispatched_quantity__lte=F("quantity")),
                name="order_line_dispatched_quantity",
                violation_error_message=_("No more pieces are sent than were bought."),
            ),
        ]
        indexes = [
            # A shop's orders, newest first, paid or not.
            models.Index(fields=["merchant", "-order"], name="order_line_of_shop"),
            models.Index(
                fields=["partner", "-id"],
                condition=Q(partner__isnull=False),
                name="order_line_by_partner",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.title}"

    @property
    def options_text(self) -> str:
        return ", ".join(value for value in self.option_values if value != NO_OPTION)


class OrderDelivery(models.Model):
    """How one merchant's part of an order travels, and what that costs."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="deliveries")
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="+")
    rate = models.ForeignKey(ShippingRate, on_delete=models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=60)
    amount = models.BigIntegerField()
    tax_bps = models.PositiveIntegerField(default=0)
    tax = models.BigIntegerField(default=0)
    tax_is_included = models.BooleanField(default=True)
    arrives_from = models.DateField()
    arrives_to = models.DateField()
    # What offers took off `amount`; tax is on the rest.
    discount = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "merchant"], name="order_delivery_unique"),
            models.CheckConstraint(
                condition=Q(amount__gte=0, tax__gte=0), name="order_delivery_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(discount__gte=0, discount__lte=F("amount")),
                name="order_delivery_discount",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order}: {self.name}"


class OrderEvent(models.Model):
    """An order's history, written in the transaction that changed it."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="history")
    type = models.CharField(max_length=40)
    data = models.JSONField(default=dict)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.type}"
