"""A shop's test space: a shop of its own, in which a partner's server may do everything for nothing.

It is a merchant with rows of its own, so that whatever works for shops works for it. What keeps it
apart is its status, which every public statement has to ask for by asking for shops that are active,
and its profile, which is closed as that of somebody suspended is. docs/adr/0122 tells why.
"""

from __future__ import annotations

import secrets

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.mails import NOWHERE
from accounts.models import User
from catalogue.merchants import MerchantError
from catalogue.models import Merchant, ShippingRate
from shopping.ids import public_id

# What a test space begins with of what its shop has set; later changes are each one's own.
COPIED = (
    *("country", "currency", "fee_bps", "withdrawal_days", "terms", "cut_off"),
    *("time_zone", "low_stock_at", "legal_name", "vat_number"),
)
MARK = " (test)"
# Where parcels go back to of a shop that has not said where it is.
ADDRESS = "1 Test Street\n75001 Test Town"


def twin_of(merchant: Merchant) -> Merchant:
    """The shop's test space, made if there is none, with its settings and what it asks for delivery.

    One transaction; it locks the merchant, so that of two at once both get the same. Raises
    MerchantError for what is a test space itself, or for a shop that is suspended.
    """
    with transaction.atomic():
        shop = Merchant.objects.select_for_update(no_key=True).get(pk=merchant.pk)
        if shop.is_test:
            raise MerchantError(_("This is a test space already."))
        if shop.status == Merchant.Status.SUSPENDED:
            raise MerchantError(_("This shop is suspended."))
        found = Merchant.objects.filter(test_of=shop).first()
        return found or _make(shop)


def _make(shop: Merchant) -> Merchant:
    name = shop.name[: 80 - len(MARK)] + MARK
    twin = Merchant.objects.create(
        test_of=shop,
        status=Merchant.Status.TEST,
        account=_profile(name, locale=shop.account.locale),
        name=name,
        email=f"{shop.email}{NOWHERE}",
        address=shop.address or ADDRESS,
        **{field: getattr(shop, field) for field in COPIED},
    )
    for rate in ShippingRate.objects.filter(merchant=shop).order_by("pk"):
        rate.pk, rate.public_id, rate.merchant = None, public_id(), twin
        rate._state.adding = True
        rate.save()
    return twin


def _profile(name: str, *, locale: str) -> User:
    """What its posts would be written as, under a handle that nobody types; never open."""
    handle = f"test_{secrets.token_hex(12)}"
    return User.objects.create_shop(
        handle=handle, display_name=name, locale=locale, is_active=False
    )
