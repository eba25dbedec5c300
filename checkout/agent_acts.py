"""What apps bought in somebody's name, for the pages on which they are ended (`settings.AGENT_ACTS`).
Reads only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.connections import Act
from checkout import orders
from checkout.models import AgentPurchase
from partners.models import Consent
from shopping.templatetags.money import money

EACH = 10
READ = 200


def of(consents: Sequence[Consent]) -> Mapping[int, Sequence[Act]]:
    """The latest orders by each of these consents, by the consents' keys; one statement."""
    if not consents:
        return {}
    found: dict[int, list[Act]] = {each.pk: [] for each in consents}
    latest = AgentPurchase.objects.filter(consent__in=found).select_related("order")
    for bought in latest.order_by("-pk")[:READ]:
        acts = found[bought.consent_id or 0]
        if len(acts) < EACH:
            acts.append(_act(bought))
    return found


def _act(bought: AgentPurchase) -> Act:
    order = bought.order
    said = _("Order %(number)s, %(total)s") % {
        "number": order.reference,
        "total": money(order.total, order.currency),
    }
    link = reverse("checkout:order", args=[orders.token(order)])
    return Act(bought.created_at, said, link)
