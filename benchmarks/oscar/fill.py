"""Fills Oscar's database with one product in plenty and a country; says the product's key.

python -m benchmarks.oscar.fill
"""

import os

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.oscar.settings"
django.setup()

from django.core.management import call_command  # noqa: E402 - Django has to be set up first
from oscar.core.loading import get_model  # noqa: E402

PLENTY = 1_000_000


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
    print(product.pk)


if __name__ == "__main__":
    main()
