"""What is kept of a merchant's finished days, so that a year of them is read like a week.

Amounts are minor units of `currency`. All of it can be read again from the ledger and its orders.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalogue.models import Merchant, Product
from feeds.models import Post


class ShopOverview(Merchant):
    """A merchant as whose figures are looked at; the admin's pages of figures hang on it."""

    class Meta:
        proxy = True
        verbose_name = _("overview")
        verbose_name_plural = _("overview")


class KeptDays(models.Model):
    """Up to which day a merchant's days are kept, and when that day ended; desk.days locks it."""

    merchant = models.OneToOneField(
        Merchant, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    last = models.DateField()
    ends_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.merchant_id}: {self.last}"


class Day(models.Model):
    """A day of a merchant's, by their time zone on that day, in one currency."""

    merchant = models.ForeignKey(
        Merchant, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    currency = models.CharField(max_length=3)
    day = models.DateField()

    class Meta:
        abstract = True


class DayMoney(Day):
    """What the ledger says of the day. Any amount may be below zero: what was taken back later."""

    orders = models.PositiveIntegerField()
    # What shoppers paid, delivery and tax in it.
    sales = models.BigIntegerField()
    refunds = models.PositiveIntegerField()
    refunded = models.BigIntegerField()
    # What banks took for disputes, less what they gave back.
    disputed = models.BigIntegerField()
    # What we kept, less what our own offers gave.
    fees = models.BigIntegerField()
    # What left for the merchant's account at Stripe, less what was taken back from there.
    sent = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "currency", "day"], name="desk_day_money_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.merchant_id}: {self.day} {self.sales} {self.currency}"


class DayProduct(Day):
    """What was sold of a product on the day, and what of it was refunded on it."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+", db_index=False)
    orders = models.PositiveIntegerField()
    pieces = models.PositiveIntegerField()
    sales = models.BigIntegerField()
    # Below zero where a refund of an earlier day did not go through after all.
    returned = models.IntegerField()
    refunded = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "currency", "day", "product"],
                include=["orders", "pieces", "sales", "returned", "refunded"],
                name="desk_day_product_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.day} {self.pieces}"


class DayPost(Day):
    """What was sold of a merchant's through a post on the day, whoever wrote it."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+", db_index=False)
    orders = models.PositiveIntegerField()
    pieces = models.PositiveIntegerField()
    sales = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "currency", "day", "post"],
                include=["orders", "pieces", "sales"],
                name="desk_day_post_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.post_id}: {self.day} {self.orders}"
