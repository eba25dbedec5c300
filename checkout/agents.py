"""What buying agents may order: as their shops and, of a person's money, the person will have it.

Every order is placed by `checkout.orders.place`, which asks `permit`; sessions and carts ask
`kept_from` sooner, to say so before anybody pays.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue import agent_sales
from catalogue.models import Product
from checkout.buyers import ByAgent
from checkout.errors import CheckoutError
from checkout.models import AgentPurchase, Order
from checkout.quotes import Quote
from partners import agents as known
from partners import allowances
from partners.callers import Caller
from partners.models import Allowance
from shopping.money import Money


class NotForAgents(CheckoutError):
    """A shop lets no agent sell this, or not this one; `product_ids` are the public ids."""

    code = "not_for_agents"
    text = _("This shop does not sell this through assistants. Buy it on its page.")

    def __init__(self, product_ids: Iterable[str] = ()) -> None:
        self.product_ids = tuple(product_ids)
        super().__init__(*self.product_ids)


class BeyondAllowance(CheckoutError):
    """More than the person lets the agent spend, now or in this money; a person may still buy it."""

    code = "beyond_allowance"
    text = _(
        "This is more than you let this assistant spend. Change that in your account, or buy it"
        " yourself."
    )


def by_agent(caller: Caller) -> ByAgent | None:
    """The app by which a person buys, and their consent; a partner that is an agent, also where it buys
    for guests by another key; None for partners that never were one."""
    consent = known.consent_of(caller)
    if consent is None:
        agent = known.met(caller.partner) if caller.partner is not None else None
        return ByAgent(agent.pk, None) if agent is not None else None
    return ByAgent(known.of_application(consent.application).pk, consent.pk)


def permit(quoted: Quote, by: ByAgent | None) -> None:
    """Raises NotForAgents and BeyondAllowance; in the caller's transaction, whose order is then
    counted. Locks the person's allowance for the agent, so that of two orders at once the second is
    counted after the first."""
    if by is None:
        return
    products = {line.product.pk: str(line.product.public_id) for line in quoted.lines}
    kept = agent_sales.kept_from(by.agent_id, products)
    if kept:
        raise NotForAgents(products[pk] for pk in sorted(kept))
    allowance = allowances.lock(by.consent_id) if by.consent_id is not None else None
    if allowance is not None and not _covers(allowance, quoted.total):
        raise BeyondAllowance


def _covers(allowance: Allowance, total: Money) -> bool:
    if allowance.is_over:
        return False
    bounds = (allowance.per_order, allowance.per_month)
    if total.currency != allowance.currency:
        return bounds == (None, None)
    if allowance.per_order is not None and total.amount > allowance.per_order:
        return False
    if allowance.per_month is None:
        return True
    return spent(allowance) + total.amount <= allowance.per_month


def variants_kept_from(agent_id: int, variants: Iterable[UUID]) -> frozenset[UUID]:
    """Those of these variants (public ids) whose shop does not let the agent sell them; one statement."""
    wanted = list(variants)
    may = Product.objects.filter(agent_sales.sold_by(agent_id), variants__public_id__in=wanted)
    return frozenset(wanted) - frozenset(may.values_list("variants__public_id", flat=True))


def is_allowed(consent_id: int, total: Money) -> bool:
    """Whether an order of `total` would be within what the person lets the agent spend, as things
    stand; nothing is locked or promised."""
    allowance = Allowance.objects.filter(consent_id=consent_id).first()
    return allowance is None or _covers(allowance, total)


def spent(allowance: Allowance) -> int:
    """What the agent ordered in this calendar month, in minor units of the allowance's currency; what
    was cancelled unpaid does not count, what is given back later does."""
    ordered = AgentPurchase.objects.filter(
        consent_id=allowance.consent_id,
        created_at__gte=_month(),
        order__currency=allowance.currency,
    ).exclude(order__status=Order.Status.CANCELLED)
    return int(ordered.aggregate(total=Sum("order__total"))["total"] or 0)


def _month() -> datetime:
    return timezone.localtime().replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def rows_of(order: Order, by: ByAgent | None) -> list[AgentPurchase]:
    """What is written beside an order, not written yet."""
    if by is None:
        return []
    return [AgentPurchase(order=order, agent_id=by.agent_id, consent_id=by.consent_id)]


def name_of(order: Order) -> str:
    """Who placed an order in its buyer's stead; "" where the buyer did. One statement."""
    found = AgentPurchase.objects.filter(order=order).values_list("agent__name", flat=True)
    return found.first() or ""
