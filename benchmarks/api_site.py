"""A process of its own that opens a shop with goods for the API, and prints its key.

    python -m benchmarks.api_site PRODUCTS

Needs a site that is migrated.
"""

from __future__ import annotations

import sys
from uuid import uuid4

import django

django.setup()

from accounts.models import User  # noqa: E402 – after the settings
from catalogue import products  # noqa: E402
from catalogue.models import Membership, Merchant, Product, ProductImage  # noqa: E402
from catalogue.products import NewVariant  # noqa: E402
from partners import keys  # noqa: E402
from partners.scopes import FOR_SHOPS  # noqa: E402

BODY = "<p>Stoneware, thrown and glazed by hand in Biarritz; each piece is its own.</p>"


def open_shop() -> tuple[Merchant, User]:
    handle = f"shop_{uuid4().hex[:12]}"
    merchant = Merchant.objects.create(
        account=User.objects.create_shop(handle=handle, display_name=handle),
        name=handle,
        email="shop@bench.example",
        country="FR",
        currency="EUR",
        status=Merchant.Status.ACTIVE,
        payable=True,
        stripe_account_id=f"acct_{handle}",
    )
    owner = User.objects.create(email=f"{handle}@bench.example", handle=f"{handle}_owner")
    Membership.objects.create(user=owner, merchant=merchant, role=Membership.Role.OWNER)
    return merchant, owner


def main() -> None:
    merchant, owner = open_shop()
    for number in range(int(sys.argv[1])):
        product = products.create(
            merchant,
            title=f"Bowl {number}",
            description=BODY,
            variants=[NewVariant(price=2000 + number, sku=f"BOWL-{number}", on_hand=10)],
            actor=owner,
            status=Product.Status.ACTIVE,
        )
        ProductImage.objects.create(product=product, file=f"products/{number}.jpg", alt="A bowl")
    print(keys.make(name="bench", scopes=FOR_SHOPS, made_by=owner, merchant=merchant)[1])


if __name__ == "__main__":
    main()
