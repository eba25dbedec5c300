"""What can be done here by UCP, and what of it a platform can do too.

https://ucp.dev/2026-04-08/specification/overview: negotiation, and which capabilities an answer names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from protocols.ucp.versions import PAGES, SCHEMAS, VERSION

CHECKOUT = "dev.ucp.shopping.checkout"
CART = "dev.ucp.shopping.cart"
ORDER = "dev.ucp.shopping.order"
SEARCH = "dev.ucp.shopping.catalog.search"
LOOKUP = "dev.ucp.shopping.catalog.lookup"
FULFILLMENT = "dev.ucp.shopping.fulfillment"
DISCOUNT = "dev.ucp.shopping.discount"
BUYER_CONSENT = "dev.ucp.shopping.buyer_consent"
IDENTITY = "dev.ucp.common.identity_linking"


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """Where it is written down, which capabilities it is an extension of, and how it is set up here."""

    page: str
    schema: str
    folder: str = "shopping"
    extends: tuple[str, ...] = ()
    config: Mapping[str, Any] | None = None

    def declared(self) -> dict[str, Any]:
        """As the business's profile names it."""
        said: dict[str, Any] = {
            "version": VERSION,
            "spec": f"{PAGES}/{self.page}",
            "schema": f"{SCHEMAS}/{self.folder}/{self.schema}.json",
        }
        if self.config is not None:
            said["config"] = dict(self.config)
        if self.extends:
            said["extends"] = list(self.extends) if len(self.extends) > 1 else self.extends[0]
        return said


OURS: Mapping[str, Capability] = {
    CHECKOUT: Capability(page="checkout", schema="checkout"),
    CART: Capability(page="cart", schema="cart"),
    ORDER: Capability(page="order", schema="order"),
    SEARCH: Capability(page="catalog/search", schema="catalog_search"),
    LOOKUP: Capability(page="catalog/lookup", schema="catalog_lookup"),
    FULFILLMENT: Capability(page="fulfillment", schema="fulfillment", extends=(CHECKOUT,)),
    DISCOUNT: Capability(page="discount", schema="discount", extends=(CHECKOUT, CART)),
    BUYER_CONSENT: Capability(page="buyer-consent", schema="buyer_consent", extends=(CHECKOUT,)),
    # Nothing needs a person's token; what one opens, the authorization server's metadata says.
    IDENTITY: Capability(
        page="identity-linking", schema="identity_linking", folder="common", config={"scopes": {}}
    ),
}
ALL = frozenset(OURS)


def declared() -> dict[str, list[dict[str, Any]]]:
    """All of ours, as the profile names them."""
    return {name: [capability.declared()] for name, capability in OURS.items()}


def common(theirs: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """What both can: `theirs` has the versions of each of the platform's capabilities.

    An extension counts where one of what it extends does.
    """
    both = {name for name in OURS if VERSION in theirs.get(name, ())}
    while orphans := {name for name in both if not _has_parent(name, both)}:
        both -= orphans
    return frozenset(both)


def answering(root: str, active: Iterable[str]) -> dict[str, list[dict[str, str]]]:
    """The capabilities that an answer about `root` names: itself and its extensions, of `active`."""
    named = [name for name in OURS if name in set(active)]
    relevant = [name for name in named if name == root or root in OURS[name].extends]
    return {name: [{"version": VERSION}] for name in relevant}


def _has_parent(name: str, both: set[str]) -> bool:
    extends = OURS[name].extends
    return not extends or any(parent in both for parent in extends)
