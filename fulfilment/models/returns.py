"""What shoppers send back: what of it, why, and how far it has come."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from checkout.models import OrderLine, Refund
from fulfilment.models.fulfilment_orders import FulfilmentOrder
from shopping.ids import public_id
from shopping.private_files import private_files


class ReturnQuerySet(models.QuerySet["Return"]):
    def counting(self) -> ReturnQuerySet:
        """Those whose pieces are on their way back or came back: nobody can ask for them again."""
        return self.filter(status__in=Return.COUNTING)

    def to_answer(self) -> ReturnQuerySet:
        return self.filter(status=Return.Status.REQUESTED)

    def on_the_way(self) -> ReturnQuerySet:
        return self.filter(status=Return.Status.APPROVED)

    def to_refund(self) -> ReturnQuerySet:
        return self.filter(status=Return.Status.RECEIVED)

    def work(self) -> dict[str, int]:
        """How many wait for whom, by status; one statement. Statuses that nobody waits for are left
        out."""
        found = self.filter(status__in=Return.OPEN).order_by().values("status")
        return dict(found.annotate(count=models.Count("pk")).values_list("status", "count"))


class Return(models.Model):
    """A shopper's wish to send back pieces of a part; fulfilment.returns moves it."""

    class Status(models.TextChoices):
        REQUESTED = "requested", pgettext_lazy("a return", "asked for")
        APPROVED = "approved", pgettext_lazy("a return", "approved, to be sent back")
        REFUSED = "refused", pgettext_lazy("a return", "refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("a return", "withdrawn by the shopper")
        EXPIRED = "expired", pgettext_lazy("a return", "never sent back")
        RECEIVED = "received", pgettext_lazy("a return", "received")
        REFUNDED = "refunded", pgettext_lazy("a return", "refunded")

    # What comes after its time was over is received all the same; what was received may turn out
    # to be something else.
    TRANSITIONS: ClassVar[dict[str, tuple[str, ...]]] = {
        Status.REQUESTED: (Status.APPROVED, Status.REFUSED, Status.WITHDRAWN),
        Status.APPROVED: (Status.RECEIVED, Status.WITHDRAWN, Status.EXPIRED),
        Status.EXPIRED: (Status.RECEIVED,),
        Status.RECEIVED: (Status.REFUNDED, Status.REFUSED),
        Status.REFUSED: (),
        Status.WITHDRAWN: (),
        Status.REFUNDED: (),
    }
    OPEN: ClassVar[tuple[str, ...]] = (Status.REQUESTED, Status.APPROVED, Status.RECEIVED)
    COUNTING: ClassVar[tuple[str, ...]] = (*OPEN, Status.REFUNDED)

    public_id = models.UUIDField(default=public_id, unique=True, editable=False)
    fulfilment_order = models.ForeignKey(
        FulfilmentOrder, on_delete=models.PROTECT, related_name="returns"
    )
    # What one press of the shopper's button asks for; however often it comes.
    key = models.CharField(max_length=64, editable=False)
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.REQUESTED)
    words = models.TextField(_("the shopper’s words"), max_length=1000, blank=True)
    answer = models.TextField(_("answer"), max_length=1000, blank=True)
    # As they were when it was approved: what the shopper was told holds.
    send_to = models.TextField(_("goes to"), blank=True)
    instructions = models.TextField(_("instructions"), blank=True)
    send_by = models.DateField(_("to be sent by"), null=True, blank=True)
    refund = models.OneToOneField(
        Refund, on_delete=models.PROTECT, null=True, blank=True, related_name="goods_return"
    )
    created_at = models.DateTimeField(_("asked for on"), auto_now_add=True)

    objects = ReturnQuerySet.as_manager()

    class Meta:
        verbose_name = _("return")
        verbose_name_plural = _("returns")
        constraints = [
            models.UniqueConstraint(fields=["fulfilment_order", "key"], name="return_once_a_key"),
            models.CheckConstraint(
                condition=~Q(status="approved") | Q(send_by__isnull=False),
                name="return_approved_until",
            ),
        ]
        indexes = [
            models.Index(
                fields=["send_by"], condition=Q(status="approved"), name="return_awaited_by"
            )
        ]

    def __str__(self) -> str:
        return f"{self.fulfilment_order.order} · {self.get_status_display()}"


class ReturnLine(models.Model):
    """Pieces of an order's line that the shopper sends back, and what came of them."""

    class Reason(models.TextChoices):
        CHANGED_MIND = "changed_mind", _("I changed my mind")
        DOES_NOT_FIT = "does_not_fit", _("It does not fit")
        DAMAGED = "damaged", _("It came damaged")
        WRONG_ITEM = "wrong_item", _("It is not what I ordered")
        NOT_AS_DESCRIBED = "not_as_described", _("It is not as described")
        OTHER = "other", _("Something else")

    class Condition(models.TextChoices):
        AS_NEW = "as_new", _("as new")
        OPENED = "opened", _("opened")
        USED = "used", _("used")
        BROKEN = "broken", _("broken")

    parent = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="return_lines")
    quantity = models.PositiveIntegerField(_("quantity"))
    reason = models.CharField(_("reason"), max_length=20, choices=Reason)
    # None until it was looked at; what did not come is 0.
    received = models.PositiveIntegerField(_("received"), null=True, blank=True)
    condition = models.CharField(_("condition"), max_length=20, choices=Condition, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["parent", "line"], name="return_line_unique"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="return_line_quantity"),
            models.CheckConstraint(
                condition=Q(received=None) | Q(received__lte=F("quantity")),
                name="return_line_received_at_most_all",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.line.title}"

    @property
    def counted(self) -> int:
        """The pieces that are coming, or once it was looked at, that came."""
        return self.quantity if self.received is None else self.received


class ReturnPhoto(models.Model):
    """What a shopper shows of it; read by them and by the shop alone."""

    parent = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="photos")
    public_id = models.UUIDField(default=public_id, unique=True, editable=False)
    file = models.FileField(storage=private_files, max_length=200)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.file.name)


class ReturnEvent(models.Model):
    """A return's history."""

    parent = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="history")
    status = models.CharField(_("status"), max_length=20, choices=Return.Status)
    note = models.CharField(_("note"), max_length=200, blank=True)
    actor = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.parent_id}: {self.status}"
