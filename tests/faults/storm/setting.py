"""A process of its own that opens two shops for a storm, and prints who buys and sells there as JSON.

    python -m tests.faults.storm.setting STAND-IN

Needs a site that is migrated, and the stand-in for Stripe at that address.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import django
import httpx

django.setup()

from django.conf import settings  # noqa: E402 – after the settings

from accounts.models import User  # noqa: E402
from catalogue import agreements, products  # noqa: E402
from catalogue.models import (  # noqa: E402
    Membership,
    Merchant,
    PartnerAgreement,
    Product,
    ShippingRate,
    TaxRate,
)
from catalogue.products import NewVariant  # noqa: E402
from checkout.models import Offer  # noqa: E402
from partners import keys  # noqa: E402
from partners.models import Partner  # noqa: E402
from partners.scopes import FOR_PARTNERS, FOR_SHOPS  # noqa: E402

SHOPS, PLENTY, SCARCE, FEW, MEMBERS = 2, 4, 2, 6, 4
PASSWORD = "a-long-enough-word"
# Of somebody else's at the same account, so that refunds never wait for Stripe's fees to come in.
CUSHION = 5_000_000


def post(stand_in: str, path: str, **more: Any) -> None:
    key = (settings.STRIPE_SECRET_KEY, "")
    httpx.post(f"{stand_in}{path}", auth=key, timeout=30, **more).raise_for_status()


def open_shop(number: int, stand_in: str) -> tuple[Merchant, User]:
    handle = f"storm{number}"
    account = f"acct_{handle}"
    wish = {"id": account, "country": "FR", "state": "complete"}
    post(stand_in, "/_sandbox/accounts", json=wish)
    merchant = Merchant.objects.create(
        account=User.objects.create_shop(handle=handle, display_name=handle.title()),
        name=handle.title(),
        email=f"orders@{handle}.example",
        country="FR",
        currency="EUR",
        status=Merchant.Status.ACTIVE,
        payable=True,
        stripe_account_id=account,
        fee_bps=700 + 300 * number,
    )
    ShippingRate.objects.create(
        merchant=merchant, name="Home", countries=["FR"], price=390 + 110 * number
    )
    owner = User.objects.create_user(f"owner@{handle}.example", PASSWORD, handle=f"{handle}_owner")
    Membership.objects.create(user=owner, merchant=merchant, role=Membership.Role.OWNER)
    return merchant, owner


def stock(merchant: Merchant, owner: User, partner: Partner) -> list[dict[str, object]]:
    agreements.save(PartnerAgreement(merchant=merchant, partner=partner, commission_bps=650))
    made = []
    for number in range(PLENTY + SCARCE):
        pieces = 100_000 if number < PLENTY else FEW
        price = 1900 + 700 * number
        product = products.create(
            merchant,
            title=f"Bowl {number}",
            variants=[NewVariant(price=price, sku=f"BOWL-{number}", on_hand=pieces)],
            status=Product.Status.ACTIVE,
            actor=owner,
        )
        variant = product.variants.get()
        made.append(
            {
                "product": str(product.public_id),
                "variant": str(variant.public_id),
                "price": price,
                "scarce": number >= PLENTY,
            }
        )
    return made


def main() -> None:
    stand_in = sys.argv[1]
    TaxRate.objects.get_or_create(country="FR", category=None, defaults={"basis_points": 2000})
    partner = Partner.objects.create(name="Phare", code="phare")
    Offer.objects.create(
        name="A tenth", kind="percentage", basis_points=1000, most=500, total_limit=60, code="TENTH"
    )
    shops, staff = [], None
    for number in range(SHOPS):
        merchant, owner = open_shop(number, stand_in)
        staff = staff or owner
        _key, secret = keys.make(name="erp", scopes=FOR_SHOPS, made_by=owner, merchant=merchant)
        shops.append({"key": secret, "goods": stock(merchant, owner, partner)})
    assert staff is not None
    _key, secret = keys.make(name="phare", scopes=FOR_PARTNERS, made_by=staff, partner=partner)
    members = []
    for number in range(MEMBERS):
        email = f"member{number}@people.example"
        User.objects.create_user(email, PASSWORD, handle=f"member{number}")
        members.append(email)
    post(
        stand_in,
        "/v1/payment_intents",
        data={
            "amount": CUSHION,
            "currency": "eur",
            "payment_method": "pm_card_visa",
            "confirm": "true",
            "automatic_payment_methods[enabled]": "true",
            "automatic_payment_methods[allow_redirects]": "never",
        },
    )
    told = {"shops": shops, "partner": secret, "members": members, "password": PASSWORD}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
