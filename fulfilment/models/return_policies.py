"""How a shop takes goods back."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalogue.models import Merchant


class ReturnPolicy(models.Model):
    """What a shop says to whoever sends something back, and what it approves without a look.

    A shop without a row has these defaults: see fulfilment.return_policies.
    """

    merchant = models.OneToOneField(
        Merchant, on_delete=models.PROTECT, related_name="return_policy", verbose_name=_("shop")
    )
    address = models.TextField(
        _("address for returns"),
        max_length=300,
        blank=True,
        help_text=_("Where parcels go. Without one, the address of the company."),
    )
    instructions = models.TextField(
        _("instructions"),
        max_length=1000,
        blank=True,
        help_text=_("Read with the approval: how to pack it, what to write on the label."),
    )
    postage = models.CharField(
        _("who pays the return postage"),
        max_length=200,
        blank=True,
        help_text=_(
            "In your words. Empty: the shopper does, unless it came damaged, wrong or not as described."
        ),
    )
    days_to_send = models.PositiveSmallIntegerField(
        _("days to send it back in"), default=14, db_default=14
    )
    # In minor units of the shop's currency; None: each is looked at by hand.
    approve_up_to = models.BigIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("rules for returns")
        verbose_name_plural = _("rules for returns")
        constraints = [
            models.CheckConstraint(
                condition=Q(days_to_send__gte=1, days_to_send__lte=90),
                name="return_policy_days",
                violation_error_message=_("Give people 1 to 90 days."),
            ),
            models.CheckConstraint(
                condition=Q(approve_up_to=None) | Q(approve_up_to__gte=0),
                name="return_policy_amount_not_negative",
                violation_error_message=_("An amount is not less than nothing."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.merchant)
