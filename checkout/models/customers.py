from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from shopping.ids import public_id


class Customer(models.Model):
    """A person as Stripe knows them."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="customer"
    )
    stripe_id = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.stripe_id


class SavedCard(models.Model):
    """What may be shown of a card that Stripe keeps for a person."""

    public_id = models.UUIDField(default=public_id, unique=True, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="cards")
    payment_method_id = models.CharField(max_length=64, unique=True)
    brand = models.CharField(max_length=20)
    last4 = models.CharField(max_length=4)
    exp_month = models.PositiveSmallIntegerField()
    exp_year = models.PositiveSmallIntegerField()
    is_default = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=Q(is_default=True), name="saved_card_one_default"
            )
        ]

    def __str__(self) -> str:
        return f"{self.brand} {self.last4}"

    @property
    def is_expired(self) -> bool:
        """Whether the last month that is printed on the card is over."""
        today = timezone.now().date()
        return (self.exp_year, self.exp_month) < (today.year, today.month)


class CardSetup(models.Model):
    """A SetupIntent whose card was kept: what is told of it again must change nothing any more."""

    setup_id = models.CharField(max_length=64, unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="setups")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.setup_id


class ReplacedCard(models.Model):
    """A card that Stripe is still to forget: saved anew since, or deleted by its owner.

    `attempt_hash` is that of the attempts to pay with it: while one of them is under way at the
    bank, the card stays.
    """

    payment_method_id = models.CharField(max_length=64, unique=True)
    attempt_hash = models.CharField(max_length=64, blank=True, default="", db_default="")
    next_attempt_at = models.DateTimeField(db_index=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.payment_method_id
