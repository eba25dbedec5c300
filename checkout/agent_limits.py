"""How much agents may ask of us: far more than people do, and far less than would harm anybody.

Counted by agent, by the person for whom it asks, and by shop, of which all agents together hold no more
than so many orders in a while. Without Redis, nobody is refused.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings

from checkout.limits import TEN_MINUTES, TooOften
from shopping import limits
from shopping.limits import Limit

SESSIONS = Limit("agent-sessions", 1200, TEN_MINUTES)
OF_SHOPPER = Limit("agent-shopper", 60, TEN_MINUTES)
ORDERS = Limit("agent-orders", 600, TEN_MINUTES)
# Unpaid orders hold goods: of one shop's no crowd of agents holds all at once.
OF_SHOP = Limit("agent-shop", 600, TEN_MINUTES)


def count_session(agent_id: int, *, shopper: str) -> None:
    """Count a session or cart that is opened. Raises TooOften where it is one too many; `shopper` is ""
    where nobody has said for whom."""
    counted = [(SESSIONS, f"{agent_id}")]
    if shopper:
        counted.append((OF_SHOPPER, shopper))
    _count(counted)


def count_order(agent_id: int, *, shops: Iterable[int]) -> None:
    """Count an order that is about to be placed, of these shops (primary keys). Raises TooOften."""
    _count([(ORDERS, f"{agent_id}"), *((OF_SHOP, f"{shop}") for shop in shops)])


def _count(counted: Iterable[tuple[Limit, str]]) -> None:
    if settings.LIMIT_VISITORS:
        longest = max(limits.count(limit, who) for limit, who in counted)
        if longest:
            raise TooOften(longest)
