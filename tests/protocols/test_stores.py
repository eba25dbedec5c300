"""A folder of CSV files becomes a shop that can sell; what is wrong with them is said by file and row."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Address, User
from catalogue import rates
from catalogue.models import Merchant, Product, ShippingRate
from catalogue.rates import Parcel
from catalogue.zones import Place
from checkout.models import Offer
from protocols.stores import loading
from protocols.stores.loading import BadFiles

pytestmark = pytest.mark.django_db(transaction=True)

FILES = {
    "products.csv": "id,title,price,image_url\nroses,Red Rose,3500,https://x.example/r.jpg\n"
    "gardenias,Gardenias,2500,\n",
    "inventory.csv": "product_id,quantity\nroses,1000\ngardenias,0\n",
    "customers.csv": "id,name,email\ncust_1,John Doe,john.doe@example.com\n"
    "cust_2,Jane Doe,jane.doe@example.com\n",
    "addresses.csv": "id,customer_id,street_address,city,state,postal_code,country\n"
    "addr_1,cust_1,123 Main St,Springfield,IL,62704,US\n",
    "shipping_rates.csv": "id,country_code,service_level,price,title\n"
    "us_std,US,standard,500,Standard Shipping (US)\n"
    "us_exp,US,express,1500,Express Shipping (US)\n"
    "all_std,default,standard,2000,International\n",
    "discounts.csv": "code,type,value,description\n10OFF,percentage,10,10% Off\n"
    "FIXED500,fixed_amount,500,5 Off\n",
    "promotions.csv": "id,type,min_subtotal,eligible_item_ids,description\n"
    "promo_1,free_shipping,10000,,Free shipping over 100\n"
    'promo_2,free_shipping,,"[""roses""]",Free shipping on roses\n',
    "payment_instruments.csv": "id,type\ninstr_1,card\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "flower_shop"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text)
    return folder


def rates_to(country: str) -> list[str]:
    merchant = Merchant.objects.get()
    found = rates.choices(Place(country, "", ""), [Parcel(merchant.pk, 0, 3500)])
    return [rate.name for rate in found.get(merchant.pk, [])]


def test_the_shop_is_what_the_files_say(folder: Path):
    call_command("load_store", folder, verbosity=0)
    merchant = Merchant.objects.get(account__handle="flower_shop")
    assert (merchant.status, merchant.currency, merchant.name) == ("active", "USD", "Flower Shop")
    roses, gardenias = Product.objects.order_by("-external_id")
    assert (roses.external_id, roses.title, roses.status) == ("roses", "Red Rose", "active")
    variant = roses.variants.get()
    assert (variant.sku, variant.price, variant.stock.on_hand) == ("roses", 3500, 1000)
    assert gardenias.variants.get().stock.on_hand == 0
    assert rates_to("US") == ["Standard Shipping (US)", "Express Shipping (US)"]
    assert rates_to("CA") == ["International"]
    ten, five, free = Offer.objects.order_by("pk")
    assert (ten.code, ten.kind, ten.basis_points, ten.combines) == (
        "10OFF",
        "percentage",
        1000,
        True,
    )
    assert (five.code, five.kind, five.amount, five.currency) == ("FIXED500", "amount", 500, "USD")
    assert (free.code, free.kind, free.minimum) == (None, "free_delivery", 10000)
    john = User.objects.get(email="john.doe@example.com")
    assert john.display_name == "John Doe"
    assert not john.has_usable_password() or not john.check_password("")
    assert Address.objects.get(user=john).line1 == "123 Main St"


def test_the_same_files_again_change_nothing(folder: Path):
    def all_there() -> list[object]:
        return [
            *Product.objects.values_list("pk", "title").order_by("pk"),
            *ShippingRate.objects.values_list("pk", "price").order_by("pk"),
            *Offer.objects.values_list("pk", "code").order_by("pk"),
            *User.objects.values_list("pk", "email").order_by("pk"),
            *Address.objects.values_list("pk", "line1").order_by("pk"),
        ]

    call_command("load_store", folder, verbosity=0)
    before = all_there()
    call_command("load_store", folder, verbosity=0)
    assert all_there() == before


def test_what_changed_in_the_files_changes_in_the_shop(folder: Path):
    call_command("load_store", folder, verbosity=0)
    for name, old, new in [
        ("products.csv", "3500", "4000"),
        ("shipping_rates.csv", "1500", "1600"),
        ("discounts.csv", "percentage,10", "percentage,15"),
    ]:
        (folder / name).write_text(FILES[name].replace(old, new))
    call_command("load_store", folder, verbosity=0)
    assert Product.objects.get(external_id="roses").variants.get().price == 4000
    assert ShippingRate.objects.get(external_id="us_exp").price == 1600
    assert Offer.objects.get(code="10OFF").basis_points == 1500


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("products.csv", "id,title\n", "products.csv, row 1: these columns are missing: price"),
        (
            "products.csv",
            "id,title,price\nroses,,9.5\n",
            "products.csv, row 2, price: a whole number from 0, not “9.5”",
        ),
        (
            "products.csv",
            "id,title,price\nroses,Rose,1\nroses,Rose,1\n",
            "products.csv, row 3, id: “roses” came earlier in the file",
        ),
        (
            "inventory.csv",
            "product_id,quantity\ntulips,3\n",
            "inventory.csv, product_id: products.csv has no “tulips”",
        ),
        (
            "shipping_rates.csv",
            "id,country_code,service_level,price\na,XX,express,1\n",
            "shipping_rates.csv, row 2, country_code: a country of two letters, or default, not “XX”",
        ),
        (
            "discounts.csv",
            "code,type,value\nX10,half,1\n",
            "discounts.csv, row 2, type: one of percentage, fixed_amount, not “half”",
        ),
        (
            "customers.csv",
            "id,name,email\na,Ann,ann\n",
            "customers.csv, row 2, email: an e-mail address",
        ),
        (
            "addresses.csv",
            FILES["addresses.csv"].replace("cust_1", "cust_9"),
            "addresses.csv, row 2, customer_id: customers.csv has nobody of this id",
        ),
    ],
)
def test_what_is_wrong_is_said_and_nothing_written(folder: Path, name: str, text: str, said: str):
    (folder / name).write_text(text)
    with pytest.raises(BadFiles) as error:
        loading.read(folder)
    assert said in error.value.lines
    with pytest.raises(SystemExit):
        call_command("load_store", folder, verbosity=0)
    assert not Merchant.objects.exists()


def test_products_are_needed_and_a_folder_is(folder: Path):
    (folder / "products.csv").unlink()
    with pytest.raises(BadFiles, match=r"products\.csv: this file is needed"):
        loading.read(folder)
    with pytest.raises(CommandError, match="no folder"):
        call_command("load_store", folder / "products.csv")


def test_what_is_not_taken_is_said(folder: Path):
    assert loading.read(folder).notes == [
        "promotions.csv, row 3: offers here hold for all goods of the shop; this one is left out"
    ]
