"""Fills Oscar's database with one product in plenty, a country, and a list; says the product's key.

python -m benchmarks.oscar.fill
"""

import os

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.oscar.settings"
django.setup()

from django.core.management import call_command  # noqa: E402 - Django has to be set up first
from oscar.core.loading import get_model  # noqa: E402

PLENTY = 1_000_000
# What its list shows; the one product that is ordered stands before them.
LISTED = 60
BODY = "<p>Stoneware, thrown and glazed by hand in Biarritz; each piece is its own.</p>"


def main() -> None:
    call_command("migrate", verbosity=0)
    get_model("address", "Country").objects.get_or_create(
        iso_3166_1_a2="FR",
        defaults={"name": "France", "printable_name": "France", "is_shipping_country": True},
    )
    kind, _ = get_model("catalogue", "ProductClass").objects.get_or_create(
        name="goods", defaults={"requires_shipping": True, "track_stock": True}
    )
    product, _ = get_model("catalogue", "Product").objects.get_or_create(
        title="A cup", product_class=kind
    )
    partner, _ = get_model("partner", "Partner").objects.get_or_create(name="A shop")
    get_model("partner", "StockRecord").objects.get_or_create(
        product=product,
        partner=partner,
        partner_sku="cup",
        defaults={"price": "12.50", "price_currency": "EUR", "num_in_stock": PLENTY},
    )
    for number in range(LISTED):
        listed = get_model("catalogue", "Product").objects.create(
            title=f"Bowl {number}", description=BODY, upc=f"bowl-{number}", product_class=kind
        )
        get_model("partner", "StockRecord").objects.create(
            product=listed,
            partner=partner,
            partner_sku=f"bowl-{number}",
            price="20.00",
            price_currency="EUR",
            num_in_stock=10,
        )
        get_model("catalogue", "ProductImage").objects.create(
            product=listed, original=f"images/{number}.jpg", caption="A bowl"
        )
    print(product.pk)


if __name__ == "__main__":
    main()
