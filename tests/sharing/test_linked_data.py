"""What search engines read of a product's page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from catalogue import linked_data
from catalogue.linked_data import WRITTEN_OUT, Said
from catalogue.models import (
    Drop,
    Merchant,
    Product,
    ProductImage,
    ShippingRate,
    StockItem,
    Variant,
)
from catalogue.return_terms import ReturnTerms
from fulfilment.models import ReturnPolicy
from shopping.linked_data import script
from tests.sharing import schema
from tests.sizes import sized

HERE = "http://localhost:8000"


def address(product: Product) -> str:
    return f"/products/{product.public_id}/{product.slug}/"


def read(client: Client, product: Product, query: str = "") -> dict[str, Any]:
    (data,) = schema.read(client.get(address(product) + query).content.decode())
    return data


def picture(product: Product, name: str, variant: Variant | None = None) -> ProductImage:
    return ProductImage.objects.create(
        product=product, file=f"products/{name}", variant=variant, width=1600, height=1200
    )


@pytest.fixture
def trainers(foulee: Merchant) -> Product:
    """Two colours and two sizes; Night 42 is sold out and heavier, Pine 41 was dearer before."""
    shoes = Product.objects.create(
        merchant=foulee,
        title="Relais trainers",
        slug="relais",
        currency="EUR",
        option_names=["Colour", "Size", "Lacing"],
        description="<p>Resoled &amp; light.</p>",
        status=Product.Status.ACTIVE,
    )
    for position, words in enumerate(["Pine 41", "Pine 42", "Night 41", "Night 42"]):
        variant = Variant.objects.create(
            product=shoes,
            merchant=foulee,
            option_values=[*words.split(), "Cord"],
            sku=f"R{position}",
            barcode="4006381333931" if position == 0 else "wrong",
            price=11_900,
            compare_at_price=14_900 if position == 0 else None,
            position=position,
            weight_grams=900 if words == "Night 42" else 400,
        )
        StockItem.objects.create(variant=variant, on_hand=0 if words == "Night 42" else 3)
    picture(shoes, "all.jpg")
    picture(shoes, "night.jpg", shoes.variants.get(sku="R2"))
    return shoes


def test_a_product_of_one_form_says_all_that_is_asked_for(
    client: Client, corniche: Product
) -> None:
    Product.objects.update(
        description="<p>Made in Biarritz.</p><ul><li>Cork</li><li>Rubber</li></ul>"
    )
    Variant.objects.update(sku="C-1", barcode="4006381333931")
    picture(corniche, "pair.jpg")
    data = read(client, corniche)
    assert schema.problems(data) == []
    assert schema.left_out(data) == set()
    variant = corniche.variants.get()
    page = HERE + address(corniche)
    assert data == {
        "@context": "https://schema.org/",
        "@type": "Product",
        "name": "Corniche flip-flops",
        "url": page,
        "brand": {"@type": "Brand", "name": "Plage & Fils"},
        "description": "Made in Biarritz. Cork Rubber",
        "image": [f"{HERE}/media/products/pair.jpg"],
        "sku": "C-1",
        "gtin": "4006381333931",
        "offers": {
            "@type": "Offer",
            "url": f"{page}?variant={variant.public_id}",
            "price": "34.00",
            "priceCurrency": "EUR",
            "itemCondition": "https://schema.org/NewCondition",
            "availability": "https://schema.org/InStock",
            "seller": {
                "@type": "Organization",
                "name": "Plage & Fils",
                "url": f"{HERE}/@plagefils/",
            },
            "shippingDetails": {
                "@type": "OfferShippingDetails",
                "shippingDestination": {"@type": "DefinedRegion", "addressCountry": "FR"},
                "shippingRate": {"@type": "MonetaryAmount", "value": "3.90", "currency": "EUR"},
                "deliveryTime": {
                    "@type": "ShippingDeliveryTime",
                    "handlingTime": {
                        "@type": "QuantitativeValue",
                        "minValue": 0,
                        "maxValue": 1,
                        "unitCode": "DAY",
                    },
                    "transitTime": {
                        "@type": "QuantitativeValue",
                        "minValue": 2,
                        "maxValue": 4,
                        "unitCode": "DAY",
                    },
                },
            },
            "hasMerchantReturnPolicy": {
                "@type": "MerchantReturnPolicy",
                "applicableCountry": "FR",
                "returnPolicyCountry": "FR",
                "merchantReturnLink": f"{HERE}/terms/{corniche.merchant.public_id}/",
                "returnPolicyCategory": "https://schema.org/MerchantReturnFiniteReturnWindow",
                "merchantReturnDays": 14,
                "returnMethod": "https://schema.org/ReturnByMail",
                "returnFees": "https://schema.org/ReturnFeesCustomerResponsibility",
            },
        },
    }


def test_forms_are_a_group_that_names_what_differs(client: Client, trainers: Product) -> None:
    data = read(client, trainers)
    assert schema.problems(data) == []
    group, named = schema.nodes_of(data)
    assert group["@type"] == "ProductGroup"
    assert group["productGroupID"] == str(trainers.public_id)
    assert group["variesBy"] == ["https://schema.org/color", "https://schema.org/size"]
    assert group["description"] == "Resoled & light."
    first, _second, third, last = group["hasVariant"]
    assert first["name"] == "Relais trainers – Pine, 41, Cord"
    assert (first["sku"], first["gtin"]) == ("R0", "4006381333931")
    assert (first["color"], first["size"]) == ("Pine", "41")
    assert first["additionalProperty"] == [
        {"@type": "PropertyValue", "name": "Lacing", "value": "Cord"}
    ]
    assert first["image"] == f"{HERE}/media/products/all.jpg"
    assert third["image"] == f"{HERE}/media/products/night.jpg"
    assert first["offers"]["priceSpecification"]["price"] == "149.00"
    assert "gtin" not in third
    assert [each["offers"]["availability"].rpartition("/")[2] for each in group["hasVariant"]] == [
        *["InStock"] * 3,
        "OutOfStock",
    ]
    assert set(named) == {"#shippingDetails", "#hasMerchantReturnPolicy"}
    assert first["offers"]["shippingDetails"] == {"@id": "#shippingDetails"}
    # Its parcel is heavier, and we asked for the rate of another.
    assert "shippingDetails" not in last["offers"]
    assert last["offers"]["hasMerchantReturnPolicy"] == {"@id": "#hasMerchantReturnPolicy"}


def test_of_very_many_forms_the_prices_are_told(client: Client, trainers: Product) -> None:
    for number in range(WRITTEN_OUT):
        Variant.objects.create(
            product=trainers,
            merchant=trainers.merchant,
            option_values=["Rose", str(number), "Cord"],
            price=9_900 + number,
            position=9,
        )
    data = read(client, trainers)
    assert schema.problems(data) == []
    offers = data["offers"]
    assert (offers["lowPrice"], offers["highPrice"]) == ("99.00", "119.00")
    assert offers["offerCount"] == WRITTEN_OUT + 4


def test_whether_it_can_be_bought(client: Client, corniche: Product) -> None:
    def said() -> tuple[str, str]:
        offer = read(client, corniche)["offers"]
        assert schema.AVAILABILITY(offer["availability"])
        return offer["availability"].rpartition("/")[2], offer.get("availabilityStarts", "")

    assert said() == ("InStock", "")
    StockItem.objects.update(on_hand=0)
    assert said() == ("OutOfStock", "")
    StockItem.objects.update(on_hand=5)
    Merchant.objects.update(payable=False)
    assert said() == ("OutOfStock", "")
    Merchant.objects.update(payable=True)
    opens = datetime(2100, 1, 1, 9, tzinfo=UTC)
    drop = Drop.objects.create(product=corniche, opens_at=opens)
    assert said() == ("OutOfStock", "2100-01-01T09:00:00+00:00")
    now = timezone.now()
    Drop.objects.filter(pk=drop.pk).update(
        opens_at=now - timedelta(days=2), ends_at=now - timedelta(days=1)
    )
    assert said() == ("Discontinued", "")


def test_returns_are_what_the_shop_says(client: Client, corniche: Product) -> None:
    def said() -> dict[str, Any]:
        data = read(client, corniche)
        # It has no picture, which is not the shop's rules' fault.
        assert schema.problems(data) == ["Product: no image"]
        policy: dict[str, Any] = data["offers"]["hasMerchantReturnPolicy"]
        return policy

    assert said()["merchantReturnDays"] == 14
    Merchant.objects.update(withdrawal_days=30)
    policy = ReturnPolicy.objects.create(merchant=corniche.merchant)
    assert said()["merchantReturnDays"] == 30
    assert "returnFees" in said()
    # In its own words, which no machine reads.
    ReturnPolicy.objects.filter(pk=policy.pk).update(postage="We pay half of it.")
    assert "returnFees" not in said()
    Merchant.objects.update(withdrawal_days=0)
    assert said()["returnPolicyCategory"] == "https://schema.org/MerchantReturnNotPermitted"
    assert "merchantReturnDays" not in said()


def test_where_it_is_not_delivered_it_says_so(client: Client, corniche: Product) -> None:
    client.cookies["country"] = "US"
    data = read(client, corniche)
    assert data["offers"]["shippingDetails"] == {
        "@type": "OfferShippingDetails",
        "shippingDestination": {"@type": "DefinedRegion", "addressCountry": "US"},
        "doesNotShip": True,
    }
    ShippingRate.objects.update(countries=["US"], free_from=0)
    assert read(client, corniche)["offers"]["shippingDetails"]["shippingRate"]["value"] == "0.00"


def test_what_only_the_shop_sees_says_nothing(client: Client, corniche: Product) -> None:
    owner = User.objects.create_user("o@etal.example", "x" * 12, handle="owner", display_name="O")
    corniche.merchant.memberships.create(user=owner, role="owner")
    Product.objects.update(status=Product.Status.DRAFT)
    client.force_login(owner)
    page = client.get(f"{address(corniche)}?preview=1").content.decode()
    assert schema.read(page) == []
    assert "og:" not in page


def test_the_page_asks_one_thing_more(
    client: Client, trainers: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.get(address(trainers))
    with CaptureQueriesContext(connection) as all_of_it:
        client.get(address(trainers))
    monkeypatch.setattr("catalogue.return_terms.of", lambda merchant: ReturnTerms(14, False))
    with CaptureQueriesContext(connection) as without:
        client.get(address(trainers))
    assert len(all_of_it) == len(without) + 1


NASTY = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.sampled_from(
            [
                "</script>",
                "<script>",
                "<!--",
                "-->",
                "]]>",
                '"',
                "'",
                "\\",
                "&lt;",
                "\u2028",
                "\x00",
            ]
        ),
        max_size=6,
    ).map("".join),
    st.text(st.characters(codec=None, categories=["Cs", "Cc", "Lo", "So"]), max_size=20),
)


@sized(examples=150)
@given(title=NASTY, words=NASTY, option=NASTY)
def test_no_words_end_the_block_or_are_changed(title: str, words: str, option: str) -> None:
    merchant = Merchant(pk=1, name=words, country="FR", account=User(handle="plage"))
    merchant.sells = False  # The database would say so.
    product = Product(
        pk=1,
        title=title,
        slug="x",
        currency="EUR",
        merchant=merchant,
        option_names=["Size", "Handle"],
    )
    forms = [
        Variant(pk=n, product=product, price=100, option_values=[option, f"{words}{n}"])
        for n in (1, 2)
    ]
    data = linked_data.product(
        Said(
            product=product,
            variants=forms,
            shown=forms[0],
            pictures=[],
            summary=words,
            country="FR",
            rate=None,
            terms=ReturnTerms(14, own_postage=False),
            drop=None,
            now=timezone.now(),
        )
    )
    page = f"<head>{script(data)}<title>behind</title></head>"
    blocks = schema.Blocks()
    blocks.feed(page)
    assert blocks.tags == ["head", "script", "title"]
    assert schema.read(page) == [data]
    assert script(data).isascii()
