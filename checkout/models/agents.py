from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from checkout.models.orders import Order
from partners.models import Agent, Consent


class AgentPurchase(models.Model):
    """That an order was placed by an agent: for a guest of its own, or by somebody's consent.

    Written with its order; what it comes to is the order's.
    """

    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="agent_purchase")
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="purchases")
    # Gone with an app that was taken away; the agent stays.
    consent = models.ForeignKey(
        Consent, on_delete=models.SET_NULL, null=True, related_name="purchases"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("purchase by an agent")
        verbose_name_plural = _("purchases by agents")
        indexes = [models.Index(fields=["consent", "created_at"], name="agent_purchase_of_consent")]

    def __str__(self) -> str:
        return f"{self.order_id} by {self.agent_id}"
