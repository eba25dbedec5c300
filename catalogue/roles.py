"""What each role may do for a merchant: the one table that says so, and the one place that asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from accounts.models import User
from catalogue.models import Membership, Merchant
from shopping.capabilities import Capability

__all__ = ["OPEN", "ROLES", "Access", "Capability", "access_of", "holders_of", "memberships"]


ROLES: dict[str, frozenset[Capability]] = {
    Membership.Role.OWNER: frozenset(Capability),
    Membership.Role.EDITOR: frozenset(
        {Capability.VIEW, Capability.LISTINGS, Capability.POST, Capability.STOCK},
    ),
    Membership.Role.FULFILMENT: frozenset(
        {Capability.VIEW, Capability.STOCK, Capability.FULFIL},
    ),
    Membership.Role.READ_ONLY: frozenset({Capability.VIEW}),
}
# A suspended merchant's members are let in nowhere; a pending one's prepare their shop.
OPEN = (Merchant.Status.PENDING, Merchant.Status.ACTIVE)


def memberships(user: User, *, capability: Capability) -> QuerySet[Membership]:
    """Those of `user` that give them `capability` for a shop whose members are let in."""
    roles = [role for role, held in ROLES.items() if capability in held]
    return Membership.objects.filter(user=user, role__in=roles, merchant__status__in=OPEN)


def holders_of(merchant_id: int, *, capability: Capability) -> QuerySet[User]:
    """Who has `capability` for this merchant, and an account that is open; nobody for a test space,
    whose news is told to its webhooks alone."""
    roles = [role for role, held in ROLES.items() if capability in held]
    return User.objects.filter(
        memberships__merchant_id=merchant_id, memberships__role__in=roles, is_active=True
    ).order_by("pk")


@dataclass(frozen=True, slots=True)
class Access:
    """What one person may do: everything (operator's staff), or by merchant id.

    `names` holds the shops' names for the same ids, `zone` the time zone that they see times in: that
    of their shops where these share one, else UTC. `tests` are the shops' test spaces: they may do
    there what they may do in the shop, and no list of theirs has rows of both.
    """

    everything: bool = False
    grants: Mapping[int, frozenset[Capability]] = field(default_factory=dict)
    tests: Mapping[int, frozenset[Capability]] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)
    zone: str = "UTC"

    @property
    def enters(self) -> bool:
        """Whether the admin is open to them at all."""
        return self.everything or bool(self.grants)

    @property
    def needs_two_factor(self) -> bool:
        """Whether they do what a stolen password must not be enough for: staff, and owners."""
        return self.everything or bool(self.merchants(Capability.MANAGE))

    def merchants(self, capability: str) -> frozenset[int]:
        """Ids of the merchants for which they hold `capability`, without test spaces; of no meaning
        for staff."""
        return frozenset(pk for pk, held in self.grants.items() if capability in held)

    def spaces(self, capability: str) -> frozenset[int]:
        """The same, and the test spaces of these shops."""
        tests = (pk for pk, held in self.tests.items() if capability in held)
        return self.merchants(capability).union(tests)

    def may(self, capability: str, merchant_id: int | None) -> bool:
        """Whether they hold `capability` for this merchant; a row of nobody's is staff's."""
        if self.everything:
            return True
        held = self.grants.get(merchant_id or 0) or self.tests.get(merchant_id or 0)
        return held is not None and capability in held


def access_of(user: User | AnonymousUser) -> Access:
    """What `user` may do as things stand: one statement, none for staff and strangers."""
    if not user.is_authenticated or not user.is_active:
        return Access()
    if user.is_staff:
        return Access(everything=True)
    held = memberships(user, capability=Capability.VIEW)
    shop = ("merchant__name", "merchant__time_zone", "merchant__test_space")
    found = list(held.values_list("merchant_id", "role", *shop))
    zones = {zone for *_rest, zone, _test in found}
    return Access(
        grants={merchant_id: ROLES[role] for merchant_id, role, *_rest in found},
        tests={test: ROLES[role] for _merchant_id, role, *_rest, test in found if test},
        names={merchant_id: name for merchant_id, _role, name, *_rest in found},
        zone=zones.pop() if len(zones) == 1 else "UTC",
    )
