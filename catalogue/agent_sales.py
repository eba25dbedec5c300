"""Which buying agents may sell which products: what a shop says of agents, and of each product.

The one rule of it: catalogues that agents read, carts, sessions and the orders themselves ask here.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from catalogue.models import Merchant, Product
from partners.models import Agent

ALL, LISTED = Merchant.AgentSales.ALL, Merchant.AgentSales.LISTED


def sold_by(agent_id: int | None) -> Q:
    """Which products the agent may sell; None asks for what any agent may that nobody knows yet."""
    of_shop = Q(merchant__agent_sales=ALL)
    if agent_id is not None:
        of_shop |= Q(_is_listed(agent_id), merchant__agent_sales=LISTED)
    return Q(agents_may_sell=True) & of_shop


def _is_listed(agent_id: int) -> Exists:
    listed = Merchant.agents.through.objects.filter(merchant_id=OuterRef("merchant_id"))
    return Exists(listed.filter(agent_id=agent_id))


def kept_from(agent_id: int, product_ids: Iterable[int]) -> frozenset[int]:
    """Those of these products (primary keys) that the agent may not sell; one statement."""
    wanted = set(product_ids)
    may = Product.objects.filter(sold_by(agent_id), pk__in=wanted).values_list("pk", flat=True)
    return frozenset(wanted - set(may))


def choose(merchant: Merchant, who: str, agents: Iterable[Agent]) -> None:
    """Let all agents, those that are listed, or none sell what is the shop's.

    The list stays while it does not count, for whoever changes their mind. Locks the merchant.
    """
    with transaction.atomic():
        merchant = Merchant.objects.select_for_update(no_key=True).get(pk=merchant.pk)
        merchant.agent_sales = Merchant.AgentSales(who)
        merchant.save(update_fields=["agent_sales"])
        merchant.agents.set(agents)
