from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalogue.models import Product
from checkout.models import Order
from partners.models import Partner
from shopping.ids import public_id
from webhooks.addresses import validate_address
from webhooks.models import Endpoint


class AcpConnection(models.Model):
    """How one agent is spoken to by ACP, beside its API keys: what signs its requests, where it is told
    of orders, and where its product feed goes. What is empty is not done."""

    partner = models.OneToOneField(
        Partner, on_delete=models.PROTECT, related_name="acp", verbose_name=_("partner")
    )
    # Requests without its signature are refused; empty: it proves itself by its key alone.
    request_secret = models.CharField(_("secret of its requests"), max_length=100, blank=True)
    events_url = models.URLField(
        _("address for order events"), max_length=500, blank=True, validators=[validate_address]
    )
    events_secret = models.CharField(_("secret of order events"), max_length=100, blank=True)
    # Where the courier takes them; kept by protocols.acp.connections.
    endpoint = models.OneToOneField(
        Endpoint, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("ACP connection")
        verbose_name_plural = _("ACP connections")
        constraints = [
            models.CheckConstraint(
                condition=Q(events_url="") | ~Q(events_secret=""),
                name="acp_events_are_signed",
                violation_error_message=_("Order events are signed: enter the agent’s secret."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.partner)


class AcpToldOrder(models.Model):
    """What an agent was told of an order last. Whoever tells of it locks the row: what is sent later
    says what is newer, and nothing is said twice."""

    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="+")
    # SHA-256 of the last document; "" before the first.
    digest = models.CharField(max_length=64, blank=True, default="")
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return str(self.order_id)


class AcpFeed(models.Model):
    """A product feed that is kept at an agent's, for one country: pushed a few products at a time.

    `position` is how far the present pass has come, by products' keys; a pass that is cut off goes on
    from there.
    """

    public_id = models.UUIDField(default=public_id, unique=True, editable=False)
    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, related_name="acp_feeds", verbose_name=_("partner")
    )
    url = models.URLField(
        _("address of the agent’s Feed API"), max_length=500, validators=[validate_address]
    )
    token = models.CharField(_("its key for us"), max_length=300, blank=True)
    target_country = models.CharField(_("country"), max_length=2)
    # What the agent calls it; "" until it was made there.
    feed_id = models.CharField(_("feed id"), max_length=200, blank=True, editable=False)
    active = models.BooleanField(_("active"), default=True)
    position = models.BigIntegerField(default=0, editable=False)
    due_at = models.DateTimeField(_("next push"), auto_now_add=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0, editable=False)
    last_answer = models.CharField(_("last answer"), max_length=500, blank=True, editable=False)
    pushed_at = models.DateTimeField(_("last complete push"), null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("ACP product feed")
        verbose_name_plural = _("ACP product feeds")
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "url", "target_country"], name="acp_feed_once_a_country"
            ),
            models.CheckConstraint(
                condition=Q(target_country__regex=r"^[A-Z]{2}$"),
                name="acp_feed_of_a_country",
                violation_error_message=_("A country by its two capital letters."),
            ),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(active=True), name="acp_feed_due")]

    def __str__(self) -> str:
        return f"{self.partner} {self.target_country}"


class AcpFeedItem(models.Model):
    """What a feed was told of a product last, by its digest: only what differs is sent again."""

    feed = models.ForeignKey(AcpFeed, on_delete=models.CASCADE, related_name="items")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["feed", "product"], name="acp_feed_item_once")
        ]

    def __str__(self) -> str:
        return f"{self.feed_id} {self.product_id}"
