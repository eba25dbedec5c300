from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from checkout.models.carts import Cart
from checkout.models.orders import Order
from partners.models import Agent, Consent, Partner
from shopping.ids import public_id


class CheckoutSession(models.Model):
    """A purchase that another surface prepares: an agent or a platform, by one of its protocols.

    `wanted` is what its caller wants by now, as checkout.session_wants has it; how it stands is
    derived (checkout.session_standing): what was ordered and paid, the order alone knows. A `cart` of
    theirs is a session that cannot be completed, and can be made into one (docs/adr/0127).
    """

    class Surface(models.TextChoices):
        UCP = "ucp", "UCP"
        ACP = "acp", "ACP"

    class Kind(models.TextChoices):
        CHECKOUT = "checkout"
        CART = "cart"

    class Closed(models.TextChoices):
        CANCELLED = "cancelled"
        EXPIRED = "expired"

    public_id = models.UUIDField(default=public_id, unique=True, editable=False)
    surface = models.CharField(max_length=8, choices=Surface)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.CHECKOUT)
    # Whose it is: the stable name of the agent or platform, who alone finds it.
    principal = models.CharField(max_length=200)
    # The agreement by which their sales count, and the person for whom they act; most have neither.
    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    shopper = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The agent that it is, where shops may choose among agents, and by whose leave it acts for the
    # shopper: see checkout.agents.
    agent = models.ForeignKey(
        Agent, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    consent = models.ForeignKey(
        Consent, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    wanted = models.JSONField(default=dict)
    # The buyer's address in small letters, by which their caller knows them again.
    email = models.EmailField(blank=True, default="")
    # What the caller was told last that it comes to (minor units): it is bought at this or not at all.
    shown_total = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True, default="")
    # Which try to order it this is: one that came to nothing leaves its key to no other.
    attempt = models.PositiveIntegerField(default=0)
    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, null=True, blank=True, related_name="sessions"
    )
    # A completion is at work until then, if its process is alive.
    leased_until = models.DateTimeField(null=True, blank=True)
    decline_code = models.CharField(max_length=60, blank=True, default="")
    # The cart of ours into which its buyer took it over, and since when.
    handed_to = models.ForeignKey(
        Cart, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    handed_at = models.DateTimeField(null=True, blank=True)
    # The cart of theirs that it was made from.
    source = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="made"
    )
    closed_as = models.CharField(max_length=10, choices=Closed, blank=True, default="")
    closed_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(principal=""), name="session_is_somebodys"),
            models.CheckConstraint(
                condition=Q(closed_as="", closed_at=None)
                | (~Q(closed_as="") & Q(closed_at__isnull=False)),
                name="session_closed_at_iff_closed",
            ),
            models.CheckConstraint(
                condition=Q(shown_total=None) | Q(shown_total__gte=0, currency__gt=""),
                name="session_total_has_a_currency",
            ),
            models.CheckConstraint(
                condition=Q(kind="checkout") | Q(order=None, leased_until=None),
                name="session_carts_order_nothing",
            ),
            # What one order is, no two sessions have bought.
            models.UniqueConstraint(
                fields=["order"], condition=Q(order__isnull=False), name="session_order_unique"
            ),
        ]
        indexes = [
            models.Index(fields=["principal", "email"], name="session_of_buyer"),
            models.Index(
                fields=["expires_at"], condition=Q(closed_as=""), name="session_to_expire"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.surface} {self.public_id}"

    @property
    def key(self) -> str:
        """The order's key of the present attempt, under which it is placed once."""
        return f"session:{self.public_id}:{self.attempt}"

    @property
    def is_cart(self) -> bool:
        return self.kind == self.Kind.CART
