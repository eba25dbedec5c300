from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalogue.models import Merchant
from checkout.models.orders import Order
from shopping.money import BASIS_POINTS

# Capitals only: unique is then unique however somebody types it.
CODE = r"^[A-Z0-9][A-Z0-9_-]{2,39}$"
NEEDS_A_MOST = _("Say what an offer for all shops takes off one order at most: you pay for it.")


class Offer(models.Model):
    """Something off an order: by itself, or for whoever knows its code. ADR 0014 says which count.

    Without a merchant it is the operator's and holds for every shop. Amounts are minor units of
    `currency`; an offer that names none holds in all.
    """

    class Kind(models.TextChoices):
        PERCENTAGE = "percentage", _("percentage off the goods")
        AMOUNT = "amount", _("amount off the goods")
        FREE_DELIVERY = "free_delivery", _("free delivery")

    merchant = models.ForeignKey(
        Merchant,
        verbose_name=_("shop"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="offers",
    )
    name = models.CharField(
        _("name"), max_length=80, help_text=_("What shoppers read beside the amount.")
    )
    code = models.CharField(
        _("code"),
        max_length=40,
        null=True,
        blank=True,
        unique=True,
        help_text=_("What shoppers type. Without one, the offer holds by itself."),
        error_messages={"unique": _("This code is taken: choose another one.")},
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    basis_points = models.PositiveIntegerField(
        _("hundredths of a per cent"), null=True, blank=True, help_text=_("1000 is 10 %.")
    )
    amount = models.BigIntegerField(_("amount"), null=True, blank=True)
    # Shops say what goods and parcels cost, and we pay for what our own offers take off them. Minor
    # units, of the order's currency where the offer names none.
    most = models.BigIntegerField(_("at most, for one order"), null=True, blank=True)
    currency = models.CharField(
        _("currency"),
        max_length=3,
        blank=True,
        help_text=_("Needed for amounts. A shop’s offers are in its own currency."),
    )
    minimum = models.BigIntegerField(_("goods for at least"), default=0)
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    total_limit = models.PositiveIntegerField(
        _("orders in all"),
        null=True,
        blank=True,
        help_text=_("Counted from the moment that an offer has a limit."),
    )
    person_limit = models.PositiveIntegerField(_("orders a person"), null=True, blank=True)
    # Pages take one code; agents may say several.
    combines = models.BooleanField(
        _("counts beside other codes"),
        default=False,
        db_default=False,
        help_text=_("Whether one order may have it together with other codes that may be."),
    )
    # Orders that hold one of `total_limit`; only offers with a limit are counted.
    used = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(code=None) | Q(code__regex=CODE),
                name="offer_code_shape",
                violation_error_message=_(
                    "A code is 3 to 40 capital letters, digits, hyphens and underscores."
                ),
            ),
            models.CheckConstraint(
                condition=Q(
                    kind="percentage",
                    basis_points__isnull=False,
                    basis_points__gte=1,
                    basis_points__lte=BASIS_POINTS,
                    amount=None,
                )
                | (
                    Q(kind="amount", amount__isnull=False, amount__gt=0, basis_points=None)
                    & ~Q(currency="")
                )
                | Q(kind="free_delivery", basis_points=None, amount=None),
                name="offer_is_of_one_kind",
                violation_error_message=_(
                    "A percentage has a rate (0.01 to 100 per cent), an amount has an amount with "
                    "its currency, free delivery has neither."
                ),
            ),
            models.CheckConstraint(
                condition=(Q(most=None) | Q(most__gt=0))
                & (Q(merchant__isnull=False) | Q(kind="amount") | Q(most__isnull=False)),
                name="offer_of_ours_has_a_most",
                violation_error_message=NEEDS_A_MOST,
            ),
            models.CheckConstraint(
                condition=Q(minimum=0) | (Q(minimum__gt=0) & ~Q(currency="")),
                name="offer_minimum_has_a_currency",
                violation_error_message=_("Say in which currency the minimum is."),
            ),
            models.CheckConstraint(
                condition=Q(starts_at=None) | Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="offer_ends_after_it_starts",
                violation_error_message=_("An offer ends after it starts."),
            ),
            models.CheckConstraint(
                condition=(Q(total_limit=None) | Q(total_limit__gte=1, used__lte=F("total_limit")))
                & (Q(person_limit=None) | Q(person_limit__gte=1)),
                name="offer_limits_hold",
                violation_error_message=_(
                    "A limit is at least 1, and at least what was used already; switch the offer "
                    "off to end it."
                ),
            ),
        ]
        indexes = [
            models.Index(
                fields=["merchant"], condition=Q(active=True, code=None), name="offer_automatic"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_limited(self) -> bool:
        return self.total_limit is not None or self.person_limit is not None


class OfferUse(models.Model):
    """One order's hold on an offer with a limit; gone again when the order is cancelled unpaid.

    A person is known by `principal` or by `email` (in small letters), whichever is found.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="offer_uses")
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="uses")
    principal = models.CharField(max_length=80)
    email = models.EmailField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "offer"], name="offer_use_unique"),
        ]
        indexes = [
            models.Index(fields=["offer", "principal"], name="offer_use_by_principal"),
            models.Index(fields=["offer", "email"], name="offer_use_by_email"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.offer_id}"


class OrderDiscount(models.Model):
    """A line of an order: what one offer took off one merchant's part, as it was on the day."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="discounts")
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="+")
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=130)
    amount = models.BigIntegerField()
    # Given by the operator, who makes it good to the merchant.
    by_platform = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "offer", "merchant"], name="order_discount_unique"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="order_discount_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.label}"
