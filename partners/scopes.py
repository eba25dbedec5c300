"""What a key or a token may be good for: a resource, read or written."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shopping.capabilities import Capability

# Of a shop: what a member must hold themself to give it to a key or an app.
OF_SHOPS: dict[str, Capability] = {
    "products:read": Capability.VIEW,
    "products:write": Capability.LISTINGS,
    "stock:read": Capability.VIEW,
    "stock:write": Capability.STOCK,
    "orders:read": Capability.VIEW,
    "refunds:write": Capability.REFUND,
    "fulfilment:read": Capability.VIEW,
    "fulfilment:write": Capability.FULFIL,
    "returns:read": Capability.VIEW,
    "returns:write": Capability.FULFIL,
    "webhooks:read": Capability.MANAGE,
    "webhooks:write": Capability.MANAGE,
    "events:read": Capability.VIEW,
    "analytics:read": Capability.VIEW,
    "shop:read": Capability.VIEW,
}
# Of whoever has a profile: a shop posts as itself, a person as themself.
OF_PROFILES: dict[str, Capability] = {
    "posts:read": Capability.VIEW,
    "posts:write": Capability.POST,
}
# Of buying agents, by the protocols that they speak; see partners.agents.
OF_AGENTS = frozenset(
    {
        "agent_checkout:write",
        "dev.ucp.shopping.cart:manage",
        "dev.ucp.shopping.checkout:manage",
        "dev.ucp.shopping.order:read",
    }
)
# Of people who shop, and of partners who let guests shop.
OF_SHOPPERS = frozenset(
    {"carts:read", "carts:write", "purchases:read", "purchases:write", *OF_AGENTS}
)
OF_PARTNERS = frozenset({"commissions:read", "mentions:write"})
SCOPES = frozenset({*OF_SHOPS, *OF_PROFILES, *OF_SHOPPERS, *OF_PARTNERS})
FOR_SHOPS = frozenset({*OF_SHOPS, *OF_PROFILES})
FOR_PEOPLE = frozenset({*OF_PROFILES, *OF_SHOPPERS})
FOR_PARTNERS = frozenset({"products:read", "posts:read", *OF_SHOPPERS, *OF_PARTNERS})


def validate_scope(value: str) -> None:
    """Refuse a scope that opens nothing: a typo would be found when it is too late."""
    if value not in SCOPES:
        raise ValidationError(
            _("“%(value)s” is no scope."), code="unknown_scope", params={"value": value}
        )


def held(scopes: Iterable[str], capabilities: Iterable[str]) -> frozenset[str]:
    """Those of a shop's `scopes` that somebody with these `capabilities` may use."""
    may = set(capabilities)
    needed = OF_SHOPS | OF_PROFILES
    return frozenset(scope for scope in scopes if scope in needed and needed[scope] in may)
