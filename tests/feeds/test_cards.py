"""Products that a post carries: chosen, or recognised from a link to their page."""

from __future__ import annotations

import pytest
from django.test import Client, override_settings

from accounts.models import User
from catalogue.models import Merchant, Product
from feeds import posts
from feeds.models import Post
from tests.market import product

HERE = "https://etal.example"


def carried(post: Post) -> list[str]:
    return [card.product.title for card in post.cards.select_related("product")]


@override_settings(PUBLIC_URL=HERE)
@pytest.mark.parametrize(
    ("before", "recognised"),
    [
        ("", True),
        ("(", True),
        ("etal.example", True),
        ("https://etal.example", True),
        ("HTTP://ETAL.example", True),
        ("https://elsewhere.example", False),
        ("https://elsewhere.example/?from=", False),
        ("https://etal.example.elsewhere.example", False),
    ],
)
def test_a_link_to_a_products_page_attaches_it(
    mai: User, corniche: Product, before: str, *, recognised: bool
) -> None:
    body = f"These: {before}/products/{corniche.public_id}/corniche/?variant=1, and no others."
    post = posts.publish(mai, body=body, language="en")
    assert carried(post) == (["Corniche flip-flops"] if recognised else [])


def test_links_fill_the_room_that_chosen_products_leave(mai: User, plage: Merchant) -> None:
    made = [product(plage, f"Towel {number}", price=100) for number in range(6)]
    addresses = " ".join(f"/products/{each.public_id}/towel/" for each in made)
    post = posts.publish(mai, body=addresses, language="en", products=[made[5], made[0]])
    assert carried(post) == ["Towel 5", "Towel 0", "Towel 1", "Towel 2"]


def test_the_composer_shows_what_a_link_attaches(reader: Client, corniche: Product) -> None:
    body = f"/products/{corniche.public_id}/corniche/"
    saved = reader.post("/posts/draft/", {"whole": "1", "body": body}).content.decode()
    assert "because your text links to it" in saved
    assert "Corniche flip-flops" in saved
    assert "because your text links to it" in reader.get("/posts/new/").content.decode()


def test_a_link_to_what_is_not_sold_is_only_a_link(mai: User, corniche: Product) -> None:
    Product.objects.update(status=Product.Status.ARCHIVED)
    body = f"/products/{corniche.public_id}/corniche/"
    assert carried(posts.publish(mai, body=body, language="en")) == []


def test_a_product_that_is_gone_is_named_and_the_rest_stays(
    reader: Client, corniche: Product, plage: Merchant
) -> None:
    towel = product(plage, "Towel", price=100)
    Product.objects.filter(pk=corniche.pk).update(status=Product.Status.ARCHIVED)
    data = {"body": "Both", "products": [corniche.public_id, towel.public_id]}
    answer = reader.post("/posts/new/", data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "“Corniche flip-flops” is no longer on sale." in page
    assert f'value="{towel.public_id}" checked' in page
    assert not Post.objects.exists()


def test_nobody_learns_the_name_of_what_was_never_shown(reader: Client, corniche: Product) -> None:
    Product.objects.update(status=Product.Status.DRAFT)
    page = reader.post("/posts/new/", {"body": "What?", "products": [corniche.public_id]})
    assert "Corniche" not in page.content.decode()
    assert "One of these products is no longer on sale." in page.content.decode()
