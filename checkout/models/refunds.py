"""What of an order a refund gives back."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalogue.models import Merchant
from checkout.models.orders import OrderLine
from checkout.models.payments import Refund


class RefundPartQuerySet(models.QuerySet["RefundPart"]):
    def live(self) -> RefundPartQuerySet:
        """Of refunds that are done or under way; what failed gave nothing back."""
        return self.exclude(refund__status=Refund.Status.FAILED)


class RefundPart(models.Model):
    """Pieces of a line, a parcel's delivery, or goodwill, of one merchant; minor units.

    A refund without parts is of the payment as a whole. Written once, with its refund.
    """

    class Kind(models.TextChoices):
        LINE = "line", _("goods")
        DELIVERY = "delivery", _("delivery")
        GOODWILL = "goodwill", _("goodwill")

    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="parts")
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    line = models.ForeignKey(
        OrderLine, on_delete=models.PROTECT, null=True, blank=True, related_name="refund_parts"
    )
    quantity = models.PositiveIntegerField(default=0)
    # To the shopper, tax and all.
    amount = models.BigIntegerField()
    # Of `amount`, the tax that the merchant need not pay any more.
    tax = models.BigIntegerField(default=0)
    # Of our fee, what the merchant gets back; negative: of our offers' gift, what we get back.
    fee = models.BigIntegerField(default=0)
    restocked = models.BooleanField(default=False)

    objects = RefundPartQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=0, tax__gte=0),
                name="refund_part_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(kind="line", line__isnull=False, quantity__gte=1)
                | (~Q(kind="line") & Q(line=None, quantity=0, restocked=False)),
                name="refund_part_pieces_iff_line",
            ),
            models.UniqueConstraint(
                fields=["refund", "merchant", "kind"],
                condition=~Q(kind="line"),
                name="refund_part_once",
            ),
            models.UniqueConstraint(
                fields=["refund", "line"],
                condition=Q(line__isnull=False),
                name="refund_part_line_once",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """As a person reads it: "2 × Corniche flip-flops", "Delivery"."""
        if self.line is None:
            return str(self.get_kind_display()).capitalize()
        return f"{self.quantity} × {self.line.title}"
