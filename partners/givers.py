"""As whom somebody lets an app act, and what they may let it do: what they may do themself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import User
from partners.scopes import FOR_PEOPLE, held
from shopping.accesses import Access
from shopping.capabilities import Capability

ME = "me"


@dataclass(frozen=True, slots=True)
class Giver:
    """The person (`merchant_id` None), or a shop of theirs; `key` is its name in a form."""

    key: str
    name: str
    handle: str
    merchant_id: int | None
    gives: frozenset[str]


def access_of(user: User) -> Access:
    """What `user` may do for shops as things stand; one statement."""
    found: Access = import_string(settings.ADMIN_ACCESS)(user)
    return found


def givers(user: User, scopes: Iterable[str], *, access: Access) -> list[Giver]:
    """The person, and each shop that they work for, with what of `scopes` each may give.

    The operator's staff gives nothing of a shop's: an app would act for all of them. One statement
    where they work for any.
    """
    wanted = frozenset(scopes)
    me = Giver(ME, user.display_name, user.handle, None, wanted & FOR_PEOPLE)
    merchants = apps.get_model("catalogue", "Merchant")._default_manager
    shops = merchants.filter(pk__in=access.names).select_related("account") if access.names else ()
    found = [
        Giver(
            str(shop.public_id),
            shop.name,
            shop.account.handle,
            shop.pk,
            shop_gives(wanted, shop.pk, access=access),
        )
        for shop in shops
    ]
    return [me, *sorted(found, key=lambda each: each.name.casefold())]


def shop_gives(scopes: Iterable[str], merchant_id: int, *, access: Access) -> frozenset[str]:
    """Those of `scopes` that whoever has `access` may use for this shop."""
    if merchant_id not in access.names:
        return frozenset()
    return held(scopes, [each for each in Capability if access.may(each, merchant_id)])


def still_gives(user: User, scopes: Iterable[str], *, merchant_id: int | None) -> frozenset[str]:
    """Those of `scopes` that `user` may give now: nothing once they are suspended, of a shop what
    their role there holds. One statement for a shop, none for the person."""
    if not user.is_active:
        return frozenset()
    if merchant_id is None:
        return frozenset(scopes) & FOR_PEOPLE
    return shop_gives(scopes, merchant_id, access=access_of(user))
