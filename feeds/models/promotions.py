from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalogue.models import Merchant
from feeds.models.posts import Post


def price_of_showing() -> int:
    """What one showing of a new promotion costs, minor units."""
    return settings.PROMOTION_PRICE


class Promotion(models.Model):
    """A post that a merchant pays to have shown to those who like a topic, for some time.

    Amounts in minor units of `currency`; `price` is that of one showing.
    """

    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="promotions")
    post = models.ForeignKey(
        Post, on_delete=models.PROTECT, related_name="promotions", verbose_name=_("post")
    )
    topics = ArrayField(models.CharField(max_length=40), verbose_name=_("topics"))
    budget = models.BigIntegerField(_("budget"))
    spent = models.BigIntegerField(_("spent"), default=0)
    price = models.PositiveIntegerField(_("price of one showing"), default=price_of_showing)
    currency = models.CharField(_("currency"), max_length=3)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    stopped_at = models.DateTimeField(_("stopped"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(spent__gte=0, spent__lte=F("budget")),
                name="promotion_within_budget",
                violation_error_message=_("No more is spent than the budget."),
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="promotion_ends_after_start",
                violation_error_message=_("A promotion ends after its beginning."),
            ),
            models.CheckConstraint(
                condition=Q(price__gt=0, budget__gte=F("price")),
                name="promotion_budget_shows_once",
                violation_error_message=_("The budget pays for one showing at least."),
            ),
            models.CheckConstraint(
                condition=~Q(topics=[]),
                name="promotion_has_topics",
                violation_error_message=_("Choose a topic at least."),
            ),
        ]
        indexes = [
            models.Index(fields=["ends_at"], condition=Q(stopped_at=None), name="promotion_running")
        ]

    def __str__(self) -> str:
        return f"{self.merchant}: {self.post_id}"


class Showing(models.Model):
    """A promotion that a person saw, at a place of one reading of the market: paid for once."""

    promotion = models.ForeignKey(Promotion, on_delete=models.PROTECT, related_name="showings")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="showings"
    )
    reading = models.CharField(max_length=32)
    place = models.PositiveIntegerField()
    topic = models.CharField(max_length=40)
    price = models.PositiveIntegerField()
    shown_on = models.DateField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "reading", "place"], name="showing_once")
        ]
        indexes = [
            models.Index(fields=["user", "shown_on", "promotion"], name="showing_of_the_day")
        ]

    def __str__(self) -> str:
        return f"{self.promotion_id} → {self.user_id}"
