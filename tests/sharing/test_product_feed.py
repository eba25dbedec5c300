"""A shop's products for other sites: what the file says, what never stands in it, and what it costs."""

from __future__ import annotations

import gzip
import tracemalloc
from collections.abc import Iterator
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from catalogue import product_feed, product_feed_items, rates
from catalogue.models import (
    Category,
    Drop,
    Merchant,
    Product,
    ProductImage,
    ShippingRate,
    StockItem,
    Variant,
)
from catalogue.zones import Place
from shopping import made_files
from shopping.xml import FORBIDDEN
from tests.sizes import sized

HERE = "http://localhost:8000"
G = "{http://base.google.com/ns/1.0}"
Found = dict[str, list[str]]


def address(merchant: Merchant, form: str = "xml") -> str:
    return f"/shops/{merchant.public_id}/products.{form}"


def read(text: str) -> list[Found]:
    """The items of a feed, each value as a list; parts of one are joined by colons."""
    found = []
    for item in ElementTree.fromstring(text).iter("item"):
        values: Found = {}
        for each in item:
            assert each.tag.startswith(G)
            value = ":".join(part.text or "" for part in each) if len(each) else each.text or ""
            values.setdefault(each.tag.removeprefix(G), []).append(value)
        found.append(values)
    return found


def written(merchant: Merchant) -> list[Found]:
    return read("".join(product_feed.rss(merchant)))


def asked(client: Client, merchant: Merchant) -> list[Found]:
    answer = client.get(address(merchant))
    assert answer.status_code == 200
    return read(b"".join(answer).decode())


@pytest.fixture
def trainers(foulee: Merchant) -> Product:
    """Two colours; Night is sold out and was dearer, Rose is not offered."""
    shelf = Category.objects.create(name="Shoes & more", slug="shoes", google_id=187)
    shoes = Product.objects.create(
        merchant=foulee,
        title="Relais <trainers>",
        slug="relais",
        currency="EUR",
        category=shelf,
        option_names=["Couleur", "Pointure"],
        description="<p>Resoled &amp; light.</p><ul><li>Cord</li></ul>",
        status=Product.Status.ACTIVE,
    )
    for position, colour in enumerate(["Pine", "Night", "Rose"]):
        variant = Variant.objects.create(
            product=shoes,
            merchant=foulee,
            option_values=[colour, "42"],
            sku=f"R-{colour}",
            barcode="4006381333931" if colour == "Pine" else "12345",
            price=11_900,
            compare_at_price=14_900 if colour == "Night" else None,
            position=position,
            active=colour != "Rose",
        )
        StockItem.objects.create(variant=variant, on_hand=3 if colour == "Pine" else 0)
        for name in ("own", "own-2"):
            picture(shoes, f"{name}-{colour}.jpg", variant)
    picture(shoes, "all.jpg")
    return shoes


def picture(product: Product, name: str, variant: Variant | None = None) -> None:
    ProductImage.objects.create(product=product, file=f"products/{name}", variant=variant)


def test_each_form_is_an_item_with_all_that_is_known_of_it(
    client: Client, foulee: Merchant, trainers: Product
) -> None:
    pine, night = trainers.variants.filter(active=True)
    page = f"{HERE}/products/{trainers.public_id}/relais/"
    media = f"{HERE}/media/products"
    assert asked(client, foulee) == [
        {
            "id": [str(pine.public_id)],
            "item_group_id": [str(trainers.public_id)],
            "title": ["Relais <trainers> – Pine, 42"],
            "description": ["Resoled & light. Cord"],
            "link": [f"{page}?variant={pine.public_id}"],
            "image_link": [f"{media}/own-Pine.jpg"],
            "additional_image_link": [f"{media}/own-2-Pine.jpg", f"{media}/all.jpg"],
            "availability": ["in_stock"],
            "price": ["119.00 EUR"],
            "condition": ["new"],
            "brand": ["Foulée"],
            "gtin": ["4006381333931"],
            "mpn": ["R-Pine"],
            "google_product_category": ["187"],
            "product_type": ["Shoes & more"],
            "color": ["Pine"],
            "size": ["42"],
            "shipping": ["FR:Home:0.00 EUR"],
        },
        {
            "id": [str(night.public_id)],
            "item_group_id": [str(trainers.public_id)],
            "title": ["Relais <trainers> – Night, 42"],
            "description": ["Resoled & light. Cord"],
            "link": [f"{page}?variant={night.public_id}"],
            "image_link": [f"{media}/own-Night.jpg"],
            "additional_image_link": [f"{media}/own-2-Night.jpg", f"{media}/all.jpg"],
            "availability": ["out_of_stock"],
            "price": ["149.00 EUR"],
            "sale_price": ["119.00 EUR"],
            "condition": ["new"],
            "brand": ["Foulée"],
            "mpn": ["R-Night"],
            "google_product_category": ["187"],
            "product_type": ["Shoes & more"],
            "color": ["Night"],
            "size": ["42"],
            "shipping": ["FR:Home:0.00 EUR"],
        },
    ]


def test_a_plain_product_has_no_group_and_no_number(plage: Merchant, corniche: Product) -> None:
    (item,) = written(plage)
    assert item["title"] == item["description"] == ["Corniche flip-flops"]
    assert item["identifier_exists"] == ["no"]
    assert item["shipping"] == ["FR:Home:3.90 EUR"]
    assert not {"item_group_id", "gtin", "mpn", "image_link", "sale_price"} & set(item)


def test_what_cannot_be_bought_from_the_shop_never_stands_in_it(
    plage: Merchant, foulee: Merchant, corniche: Product, trainers: Product
) -> None:
    now = timezone.now()
    day = timedelta(days=1)
    assert len(written(plage)) == 1
    for status in (Product.Status.DRAFT, Product.Status.ARCHIVED):
        Product.objects.filter(pk=corniche.pk).update(status=status)
        assert written(plage) == []
    Product.objects.update(status=Product.Status.ACTIVE, on_sale_from=now + day)
    assert written(plage) == []
    Product.objects.update(on_sale_from=now - 2 * day, on_sale_until=now - day)
    assert written(plage) == []
    Product.objects.update(on_sale_from=None, on_sale_until=None)
    drop = Drop.objects.create(product=corniche, opens_at=now + day)
    assert written(plage) == []
    Drop.objects.update(opens_at=now - 2 * day)
    assert len(written(plage)) == 1
    Drop.objects.filter(pk=drop.pk).update(ends_at=now - day)
    assert written(plage) == []
    assert len(written(foulee)) == 2  # A shop's own alone.


def test_a_suspended_shop_has_no_file_at_once(
    client: Client, plage: Merchant, corniche: Product
) -> None:
    assert len(asked(client, plage)) == 1
    for status in (Merchant.Status.SUSPENDED, Merchant.Status.PENDING):
        Merchant.objects.update(status=status)
        assert client.get(address(plage)).status_code == 404
    assert client.get(address(plage, "csv")).status_code == 404


def test_a_shop_that_is_not_paid_out_is_out_of_stock(plage: Merchant, corniche: Product) -> None:
    Merchant.objects.update(payable=False)
    plage.refresh_from_db()
    assert [item["availability"] for item in written(plage)] == [["out_of_stock"]]


def test_delivery_costs_what_the_sheet_says(plage: Merchant, corniche: Product) -> None:
    """Whatever a shop's rates are like, they are read as the database reads them."""
    ShippingRate.objects.all().delete()
    made = [
        {"countries": ["FR"], "postcodes": ["20"], "price": 990},
        {"countries": ["FR"], "price": 300, "max_grams": 500},
        {"countries": ["FR", "BE"], "price": 700, "min_grams": 501, "free_from": 9_000},
        {"countries": ["CA"], "regions": ["QC"], "price": 1_500},
        {"countries": ["DE"], "price": 500, "min_value": 5_000},
    ]
    for position, fields in enumerate(made):
        ShippingRate.objects.create(merchant=plage, name=str(position), position=position, **fields)
    of_shop = list(ShippingRate.objects.order_by("position", "id"))
    for country in ("FR", "BE", "CA", "DE", "US"):
        for grams in (0, 500, 501, 9_000):
            for value in (100, 4_999, 5_000, 9_000):
                asked_for = {"grams": grams, "value": value}
                found = rates.anywhere_in(country, among=of_shop, **asked_for)
                place = Place.of(country)
                assert found == rates.shipping_to(place, merchant_id=plage.pk, **asked_for)
    Variant.objects.update(weight_grams=600, price=9_000)
    (item,) = written(plage)
    assert item["shipping"] == ["BE:2:0.00 EUR", "DE:4:5.00 EUR", "FR:2:0.00 EUR"]


def test_as_a_table_it_says_the_same(client: Client, foulee: Merchant, trainers: Product) -> None:
    Product.objects.update(title="Relais\ttrainers\nfor all")
    ShippingRate.objects.update(name="Home: fast, tracked", free_from=None)
    text = b"".join(client.get(address(foulee, "tsv"))).decode()
    head, *lines = [line.split("\t") for line in text.rstrip("\n").split("\n")]
    assert head[-1] == "shipping(country:service:price)"
    assert [len(line) for line in lines] == [len(head)] * 2
    row = dict(zip(head, lines[1], strict=True))
    assert row["title"] == "Relais trainers for all – Night, 42"
    assert (row["price"], row["sale_price"]) == ("149.00 EUR", "119.00 EUR")
    assert row["additional_image_link"].count(",") == 1
    assert row[head[-1]] == "FR:Home fast tracked:3.90 EUR"


@sized(examples=150)
@given(
    words=st.one_of(
        st.text(st.characters(codec="utf-8"), max_size=40),
        st.lists(st.sampled_from(["]]>", "<", "&amp;", '"', "\x00", "\x0b", "\ufffe", "é"])).map(
            "".join
        ),
    )
)
def test_any_words_are_well_formed(words: str) -> None:
    item: product_feed_items.Item = {"title": words, "additional_image_link": [words]}
    text = product_feed.HEAD + product_feed._element(item).replace(
        "<item>", f"<item {product_feed.NAMES}>"
    )
    (values,) = read(f"<rss>{text.removeprefix(product_feed.HEAD)}</rss>")
    # A line's end of any kind is one to a reader of XML.
    plain = FORBIDDEN.sub("", words).replace("\r\n", "\n").replace("\r", "\n")
    assert values["title"] == [plain]
    cells = product_feed._line(item).removesuffix("\n")
    assert cells.count("\t") == len(product_feed_items.COLUMNS) - 1
    assert len(cells.splitlines()) == 1


def test_who_has_it_is_told_so(client: Client, plage: Merchant, corniche: Product) -> None:
    first = client.get(address(plage))
    assert first["Content-Type"] == "application/xml; charset=utf-8"
    assert "public" in first["Cache-Control"]
    assert "max-age=600" in first["Cache-Control"]
    assert "Accept-Encoding" in first["Vary"]
    assert not first.cookies
    for header in (
        {"If-None-Match": first["ETag"]},
        {"If-Modified-Since": first["Last-Modified"]},
    ):
        again = client.get(address(plage), headers=header)
        assert (again.status_code, again.content) == (304, b"")
        assert again["ETag"] == first["ETag"]
    assert client.head(address(plage))["ETag"] == first["ETag"]
    assert client.get(address(plage), headers={"If-None-Match": 'W/"other"'}).status_code == 200


def test_it_is_packed_for_those_who_ask(client: Client, plage: Merchant, corniche: Product) -> None:
    plain = b"".join(client.get(address(plage)))
    zipped = client.get(address(plage), headers={"Accept-Encoding": "br, gzip;q=0.5"})
    body = b"".join(zipped)
    assert zipped["Content-Encoding"] == "gzip"
    assert zipped["Content-Length"] == str(len(body))
    assert gzip.decompress(body) == plain
    for said in ("", "br", "gzip;q=0", "gzip;q=0.0, br"):
        answer = client.get(address(plage), headers={"Accept-Encoding": said})
        assert "Content-Encoding" not in answer
        assert b"".join(answer) == plain


def test_it_is_made_again_only_when_it_is_old(
    client: Client, plage: Merchant, corniche: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = client.get(address(plage))
    Variant.objects.update(price=3_500)
    with CaptureQueriesContext(connection) as asked_again:
        assert client.get(address(plage))["ETag"] == first["ETag"]
    assert len(asked_again) == 1  # The shop.
    later = made_files.time.time() + 601
    monkeypatch.setattr(made_files.time, "time", lambda: later)
    second = client.get(address(plage))
    assert second["ETag"] != first["ETag"]
    assert second["Last-Modified"] != first["Last-Modified"]
    assert b"35.00 EUR" in b"".join(second)
    monkeypatch.setattr(made_files.time, "time", lambda: later + 601)
    # What did not change was not changed.
    third = client.get(address(plage))
    assert (third["ETag"], third["Last-Modified"]) == (second["ETag"], second["Last-Modified"])


def fill(merchant: Merchant, count: int) -> None:
    """So many products with a form, stock and a picture each, and long words."""
    made = Product.objects.bulk_create(
        Product(
            merchant=merchant,
            title=f"Thing {number}",
            slug="thing",
            description="<p>Words and more words.</p>" * 60,
            currency="EUR",
            status=Product.Status.ACTIVE,
        )
        for number in range(count)
    )
    forms = Variant.objects.bulk_create(
        Variant(product=each, merchant=merchant, price=100, sku=f"{each.pk}") for each in made
    )
    StockItem.objects.bulk_create(StockItem(variant=each, on_hand=1) for each in forms)
    ProductImage.objects.bulk_create(ProductImage(product=each, file="a.jpg") for each in made)


def peak(pieces: Iterator[str]) -> tuple[int, int]:
    """The most memory that writing takes, and the length of what is written; bytes."""
    tracemalloc.start()
    length = sum(len(piece) for piece in pieces)
    top = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return top, length


def test_memory_and_statements_do_not_grow_with_the_shop(plage: Merchant, foulee: Merchant) -> None:
    page = product_feed_items.PAGE
    fill(plage, 3 * page)
    fill(foulee, 12 * page)
    peak(product_feed.rss(plage))  # What is loaded once.
    few, short = peak(product_feed.rss(plage))
    many, long = peak(product_feed.rss(foulee))
    assert long > 3.9 * short > 1_000_000
    # A page, and the one before it.
    assert many - few < 1_000_000
    with CaptureQueriesContext(connection) as statements:
        assert len(written(foulee)) == 12 * page
    # Rates, then products, forms and pictures a page; and the empty page behind the last.
    assert len(statements) == 1 + 3 * 12 + 1
