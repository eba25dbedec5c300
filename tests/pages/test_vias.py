"""Which partner brought a visitor to a product: one signed cookie of ours, for a week."""

from __future__ import annotations

import time

import pytest
from django.core import signing
from django.test import Client

from catalogue import vias
from catalogue.models import Product
from partners.models import Partner


@pytest.fixture
def blog(db: None) -> Partner:
    return Partner.objects.create(name="The Quiet House", code="quiet-house")


def look(client: Client, product: Product, query: str = ""):
    return client.get(f"/products/{product.public_id}/{product.slug}/{query}")


def known(client: Client, rf) -> dict[str, str]:
    request = rf.get("/")
    request.COOKIES = {name: morsel.value for name, morsel in client.cookies.items()}
    return {product.hex: code for product, code in vias.codes_of(request).items()}


@pytest.mark.parametrize("name", ["partner", "via"])
def test_a_link_is_remembered_for_its_product(
    client: Client, corniche: Product, blog: Partner, rf, name: str
) -> None:
    look(client, corniche, f"?{name}=quiet-house")
    cookie = client.cookies["via"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 604_800)
    assert known(client, rf) == {corniche.public_id.hex: "quiet-house"}
    # It names nothing but products and codes.
    assert set(signing.loads(cookie.value, salt=vias.SALT)) == {corniche.public_id.hex}


def test_the_sheets_own_page_remembers_it_too(
    client: Client, corniche: Product, blog: Partner, rf
) -> None:
    client.get(f"/buy/{corniche.public_id}/?partner=quiet-house")
    assert known(client, rf) == {corniche.public_id.hex: "quiet-house"}


def test_who_asks_not_to_be_followed_is_known_for_the_session_alone(
    client: Client, corniche: Product, blog: Partner, rf
) -> None:
    client.get(
        f"/products/{corniche.public_id}/{corniche.slug}/?partner=quiet-house",
        headers={"sec-gpc": "1"},
    )
    assert client.cookies["via"]["max-age"] == ""
    assert known(client, rf) == {corniche.public_id.hex: "quiet-house"}


@pytest.mark.parametrize("query", ["", "?partner=", "?partner=nobody", "?partner=%00", "?via=A B"])
def test_a_code_of_nobody_is_passed_over_in_silence(
    client: Client, corniche: Product, blog: Partner, query: str
) -> None:
    answer = look(client, corniche, query)
    assert answer.status_code == 200
    assert "via" not in client.cookies


def test_who_brings_no_sales_any_more_is_nobody(
    client: Client, corniche: Product, blog: Partner
) -> None:
    Partner.objects.update(active=False)
    look(client, corniche, "?partner=quiet-house")
    assert "via" not in client.cookies


def test_the_last_one_counts(client: Client, corniche: Product, blog: Partner, rf) -> None:
    Partner.objects.create(name="Another", code="another")
    look(client, corniche, "?partner=quiet-house")
    look(client, corniche, "?partner=another")
    look(client, corniche)
    assert known(client, rf) == {corniche.public_id.hex: "another"}


def test_a_week_later_nobody_brought_them(
    client: Client, corniche: Product, blog: Partner, rf, monkeypatch
) -> None:
    look(client, corniche, "?partner=quiet-house")
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + vias.SECONDS + 1)
    assert known(client, rf) == {}


def test_each_product_has_its_own_week(
    client: Client, corniche: Product, blog: Partner, rf, monkeypatch
) -> None:
    look(client, corniche, "?partner=quiet-house")
    other = Product.objects.exclude(pk=corniche.pk).first() or corniche
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + vias.SECONDS - 1)
    client.get(f"/buy/{other.public_id}/?partner=quiet-house")
    monkeypatch.setattr(time, "time", lambda: now + vias.SECONDS + 1)
    assert known(client, rf) == {other.public_id.hex: "quiet-house"}


@pytest.mark.parametrize("value", ["", "x", "eyJhIjogMX0:1:x"])
def test_what_we_did_not_sign_says_nothing(
    client: Client, corniche: Product, rf, value: str
) -> None:
    client.cookies["via"] = value
    assert known(client, rf) == {}


def test_it_stays_small(client: Client, corniche: Product, blog: Partner, rf, monkeypatch) -> None:
    monkeypatch.setattr(vias, "MOST", 2)
    kept = {f"{number:032x}": ("quiet-house", int(time.time()) - number) for number in range(1, 4)}
    client.cookies["via"] = signing.dumps(kept, salt=vias.SALT)
    look(client, corniche, "?partner=quiet-house")
    assert known(client, rf) == {f"{1:032x}": "quiet-house", corniche.public_id.hex: "quiet-house"}


def test_another_slug_leads_on_with_all_that_was_said(
    client: Client, corniche: Product, blog: Partner
) -> None:
    query = f"?partner=quiet-house&buy={corniche.public_id}"
    answer = client.get(f"/products/{corniche.public_id}/-/{query}")
    assert answer.status_code == 301
    assert answer["Location"] == f"/products/{corniche.public_id}/{corniche.slug}/{query}"
