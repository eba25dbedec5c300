"""Buying agents, and what people let them spend."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models.consents import Consent
from shopping.ids import public_id


class Agent(models.Model):
    """A program that buys for people, however it proves itself: a partner's, a shop's app, or a platform
    that is known by the address of its profile. One row each, so that shops can say which may sell."""

    public_id = models.UUIDField(default=public_id, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=80)
    # What it is known again by: see partners.agents.
    known_by = models.CharField(_("known by"), max_length=520, unique=True, editable=False)
    created_at = models.DateTimeField(_("first seen"), auto_now_add=True)

    class Meta:
        verbose_name = _("buying agent")
        verbose_name_plural = _("buying agents")

    def __str__(self) -> str:
        return self.name


class Allowance(models.Model):
    """How much an agent may spend in somebody's name: in one order and in a calendar month, in minor
    units of `currency` alone, until a day. None of an amount or a day means without that bound."""

    consent = models.OneToOneField(Consent, on_delete=models.CASCADE, related_name="allowance")
    currency = models.CharField(_("currency"), max_length=3)
    per_order = models.PositiveBigIntegerField(_("most in one order"), null=True, blank=True)
    per_month = models.PositiveBigIntegerField(_("most in a month"), null=True, blank=True)
    # The last day on which it may buy.
    ends_on = models.DateField(_("until"), null=True, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="allowance_in_a_currency"
            ),
            models.CheckConstraint(
                condition=Q(per_order=None)
                | Q(per_month=None)
                | Q(per_order__lte=models.F("per_month")),
                name="allowance_of_an_order_within_its_month",
                violation_error_message=_("One order cannot be more than the whole month."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.consent_id}: {self.per_order} / {self.per_month} {self.currency}"

    @property
    def is_over(self) -> bool:
        """Whether its last day is past."""
        return self.ends_on is not None and self.ends_on < timezone.localdate()
