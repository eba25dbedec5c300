"""Which products a search finds, and in which order."""

from __future__ import annotations

import pytest

from accounts.models import User
from catalogue import words
from catalogue.models import Category, Membership, Merchant, Product, Renaming
from feeds import blocks, composer, posts
from feeds.search import products
from feeds.timelines import reader_of
from shopping import queries
from tests.market import product, shop


def found(typed: str, *, user: User | None = None) -> list[str]:
    shelf, _more = products.find(queries.query(typed), reader=reader_of(user, country="FR"))
    return [offer.title for offer in shelf]


# What is typed, and what stands first: titles of the shelf below, in the order of their worth.
SHELF = {
    "Lampe de bureau en laiton": "Une lampe à poser, pour lire le soir.",
    "Serviette de plage rayée": "Coton éponge, séchage rapide.",
    "Beach towel": "Quick to dry, in striped cotton.",
    "Ceramic tea cups": "Two cups, glazed by hand. Good beside a lamp.",
    "Thé vert de Bretagne": "Cueilli en été.",
    "Chaussures de course": "<p class='sommier'>Pour courir&nbsp;: légères.</p>",
    "Sandales d’été": "Cuir souple.",
}
RELEVANCE = [
    ("lampe", ["Lampe de bureau en laiton", "Ceramic tea cups"]),
    ("lamps", ["Lampe de bureau en laiton", "Ceramic tea cups"]),
    ("LAMPES", ["Lampe de bureau en laiton", "Ceramic tea cups"]),
    ("lamp", ["Lampe de bureau en laiton", "Ceramic tea cups"]),
    ("bureau laiton", ["Lampe de bureau en laiton"]),
    ("laiton bur", ["Lampe de bureau en laiton"]),
    ("towels", ["Beach towel"]),
    ("striped cotton", ["Beach towel"]),
    ("the towel", ["Beach towel"]),
    ("serviettes rayees", ["Serviette de plage rayée"]),
    ("rayée", ["Serviette de plage rayée"]),
    ("ete", ["Sandales d’été", "Thé vert de Bretagne"]),
    ("été", ["Sandales d’été", "Thé vert de Bretagne"]),
    ("l'été", ["Sandales d’été", "Thé vert de Bretagne"]),
    ("thé", ["Thé vert de Bretagne"]),
    ("cup", ["Ceramic tea cups"]),
    ("tasse", []),
    ("chaussure", ["Chaussures de course"]),
    ("courses", ["Chaussures de course"]),
    ("courir", ["Chaussures de course"]),
    ("sommier", []),
    ('"beach towel"', ["Beach towel"]),
    ('"towel beach"', []),
    ("lamp -cups", ["Lampe de bureau en laiton"]),
    ("laiton OR towel", ["Beach towel", "Lampe de bureau en laiton"]),
    ("cott", ["Beach towel"]),
    ("cott ", []),
]


@pytest.fixture
def shelf(plage: Merchant) -> Merchant:
    for title, description in SHELF.items():
        made = product(plage, title, price=1000)
        Product.objects.filter(pk=made.pk).update(description=description)
    return plage


def test_what_is_typed_and_what_is_found(shelf: Merchant) -> None:
    assert {typed: found(typed) for typed, _titles in RELEVANCE} == dict(RELEVANCE)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "le la de",
        "the of",
        "-lamp",
        "lamp OR -cups",
        "''\"",
        "&|!():*",
        "%_\\",
        "🪔",
        "\x00",
    ],
)
def test_what_names_nothing_finds_nothing(shelf: Merchant, typed: str) -> None:
    assert queries.query(typed).sought == "" or found(typed) == []


def test_shop_category_and_tags_are_words_of_a_product_and_kept(plage: Merchant) -> None:
    made = product(plage, "Corniche", price=1000)
    seats = Category.objects.create(name="Sièges", slug="seats")
    Product.objects.filter(pk=made.pk).update(category=seats, tags=["osier tressé"])
    for typed in ("plage", "siege", "osier tresse", "corniche siege"):
        assert found(typed) == ["Corniche"], typed
    Merchant.objects.filter(pk=plage.pk).update(name="Dune")
    Category.objects.filter(pk=seats.pk).update(name="Tables")
    while words.recut():
        pass
    assert found("dune tables") == ["Corniche"]
    assert found("plage") == found("siege") == []


def test_a_renamed_shop_is_found_slice_by_slice(
    plage: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "BATCH", 2)
    for number in range(5):
        product(plage, f"Corniche {number}", price=1000)
    Merchant.objects.filter(pk=plage.pk).update(name="Dune")
    assert len(found("plage")) == 5
    left = []
    while words.recut():
        left.append((len(found("plage")), len(found("dune"))))
    assert left == [(3, 2), (1, 4), (0, 5)]
    assert not Renaming.objects.exists()


def test_the_title_outweighs_the_description_and_what_is_left_what_is_sold_out(
    plage: Merchant,
) -> None:
    named = product(plage, "Parasol", price=1000)
    told = product(plage, "Foot", price=1000)
    Product.objects.filter(pk=told.pk).update(description="Of a parasol")
    gone = product(plage, "Parasol", price=1000, stock=0)
    titled = products.ids(queries.query("parasol"), reader=reader_of(None, country="FR"))
    assert titled.ids == [named.pk, gone.pk, told.pk]


def test_what_posts_carry_comes_first(plage: Merchant, theo: User) -> None:
    carried = product(plage, "Parasol", price=1000)
    other = product(plage, "Parasol", price=1000)
    reader = reader_of(None, country="FR")
    assert products.ids(queries.query("parasol"), reader=reader).ids == [other.pk, carried.pk]
    posts.publish(theo, body="Mine", language="en", products=[carried])
    assert products.ids(queries.query("parasol"), reader=reader).ids == [carried.pk, other.pk]


def test_drafts_and_shops_that_do_not_sell_or_are_not_met_are_not_found(
    mai: User, plage: Merchant
) -> None:
    made = product(plage, "Parasol", price=1000)
    assert found("parasol", user=mai) == ["Parasol"]
    Product.objects.filter(pk=made.pk).update(status=Product.Status.DRAFT)
    assert found("parasol", user=mai) == []
    Product.objects.filter(pk=made.pk).update(status=Product.Status.ACTIVE)
    Merchant.objects.filter(pk=plage.pk).update(payable=False)
    assert found("parasol", user=mai) == []
    Merchant.objects.filter(pk=plage.pk).update(payable=True)
    blocks.block(mai, blocked=plage.account)
    assert found("parasol", user=mai) == []
    assert found("parasol") == ["Parasol"]


def test_the_address_of_its_page_finds_a_product(corniche: Product, foulee: Merchant) -> None:
    product(foulee, "Corniche shoes", price=100)
    assert found(f"https://etal.example/products/{corniche.public_id}/corniche/") == [
        "Corniche flip-flops"
    ]
    Product.objects.filter(pk=corniche.pk).update(status=Product.Status.DRAFT)
    assert found(f"/products/{corniche.public_id}/corniche/") == []


def test_who_writes_a_post_is_offered_their_own_shops_products_first(
    mai: User, plage: Merchant
) -> None:
    theirs = product(plage, "Parasol", price=1000)
    product(shop("ombre", "Ombre"), "Parasol of others", price=1000)
    draft = product(plage, "Parasol to come", price=1000)
    Product.objects.filter(pk=draft.pk).update(status=Product.Status.DRAFT)

    def offered() -> list[str]:
        shown = composer.choices(reader_of(mai, country="FR"), query="paras")
        return [offer.title for offer in shown.found]

    assert offered() == ["Parasol of others", "Parasol"]
    Membership.objects.create(user=mai, merchant=plage, role=Membership.Role.EDITOR)
    other = product(shop("dune", "Dune"), "Parasol Parasol", price=1000)
    assert offered()[0] == theirs.title
    assert other.title in offered()[1:]
