"""The card for other sites' frames: who may frame it, what it knows of its reader, and what it shows."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import User
from catalogue.models import Drop, EmbedOrigin, Merchant, Product, StockItem
from shopping.cookieless import Cookieless


def page(client: Client, product: Product, query: str = "", **headers: str):
    return client.get(f"/embed/{product.public_id}/{query}", **headers)


def policy(answer) -> dict[str, str]:
    parts = answer["Content-Security-Policy"].split("; ")
    return {name: value for name, _space, value in (part.partition(" ") for part in parts)}


@pytest.fixture
def blog(plage: Merchant) -> EmbedOrigin:
    return EmbedOrigin.objects.create(merchant=plage, origin="https://blog.example")


def test_it_stands_in_frames_of_the_sites_that_its_shop_lists(
    client: Client, corniche: Product, plage: Merchant, blog: EmbedOrigin
) -> None:
    EmbedOrigin.objects.create(merchant=plage, origin="http://127.0.0.1:8001")
    answer = page(client, corniche)
    assert policy(answer)["frame-ancestors"] == "https://blog.example http://127.0.0.1:8001"
    assert "X-Frame-Options" not in answer


def test_another_shops_sites_count_for_nothing(
    client: Client, corniche: Product, foulee: Merchant
) -> None:
    EmbedOrigin.objects.create(merchant=foulee, origin="https://blog.example")
    answer = page(client, corniche)
    assert policy(answer)["frame-ancestors"] == "'none'"
    assert answer["X-Frame-Options"] == "DENY"


def test_it_is_a_sandbox_whatever_the_framing_page_grants(
    client: Client, corniche: Product, blog: EmbedOrigin
) -> None:
    found = policy(page(client, corniche))
    assert found["sandbox"] == "allow-scripts allow-popups allow-popups-to-escape-sandbox"
    assert {name: found[name] for name in ("script-src", "connect-src", "frame-src")} == {
        "script-src": "'self'",
        "connect-src": "'none'",
        "frame-src": "'none'",
    }
    assert found["form-action"] == found["base-uri"] == found["object-src"] == "'none'"


def test_who_reads_it_makes_no_difference_and_it_leaves_nothing(
    client: Client, corniche: Product, mai: User, blog: EmbedOrigin
) -> None:
    plain = page(Client(), corniche)
    client.force_login(mai)
    client.cookies["theme"], client.cookies["django_language"] = "dark", "fr"
    client.cookies["guest"], client.cookies["country"] = "forged", "JP"
    answer = page(client, corniche)
    assert answer.content == plain.content
    assert "Set-Cookie" not in answer
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")
    assert answer["Cache-Control"] == "public, max-age=60"
    assert b"csrf" not in answer.content


def test_no_cookie_leaves_even_where_somebody_sets_one(rf) -> None:
    def careless(request: HttpRequest) -> HttpResponse:
        answer = HttpResponse(repr(request.COOKIES))
        answer.set_cookie("sessionid", "1")
        return answer

    asked = rf.get("/embed/x/", headers={"cookie": "sessionid=secret"})
    answer = Cookieless(careless)(asked)
    assert isinstance(answer, HttpResponse)
    assert (answer.content, dict(answer.cookies)) == (b"{}", {})


def test_its_button_leads_to_checkout_in_a_window_of_ours_with_the_partners_code(
    client: Client, corniche: Product, settings
) -> None:
    text = page(client, corniche, "?partner=quiet-house").content.decode()
    there = f"{settings.PUBLIC_URL}/products/{corniche.public_id}/{corniche.slug}/"
    buy = f'href="{there}?partner=quiet-house&amp;buy={corniche.public_id}"'
    assert f'{buy} target="_blank" rel="noopener"' in text
    assert text.count("<a ") == text.count('target="_blank" rel="noopener"')


@pytest.mark.parametrize("code", ["", "Quiet House", '"><script>', "a" * 41])
def test_what_is_no_code_goes_nowhere(client: Client, corniche: Product, code: str) -> None:
    text = page(client, corniche, f"?partner={code}").content.decode()
    assert "partner" not in text
    assert "<script>" not in text


def test_it_says_price_stock_and_arrival_in_the_language_that_is_asked_for(
    client: Client, corniche: Product
) -> None:
    english = page(client, corniche)
    assert "Buy now: " in english.content.decode()
    assert english["Content-Language"] == "en"
    french = page(client, corniche, "?lang=fr")
    assert 'lang="fr"' in french.content.decode()
    assert "Acheter" in french.content.decode()
    assert french["Content-Language"] == "fr"
    assert page(client, corniche, "?lang=xx")["Content-Language"] == "en"


def test_looks_are_chosen_by_the_address(client: Client, corniche: Product) -> None:
    text = page(client, corniche, "?layout=compact&theme=dark").content.decode()
    assert 'data-theme="dark"' in text
    assert "(max-width: 299px)" not in text
    text = page(client, corniche, '?layout=x&theme="x').content.decode()
    assert "data-theme" not in text
    assert "(max-width: 299px)" in text


def test_without_a_piece_it_says_so_and_leads_to_the_page(
    client: Client, corniche: Product
) -> None:
    StockItem.objects.update(on_hand=0)
    text = page(client, corniche).content.decode()
    assert "Tell me when back" in text
    assert "Buy now" not in text


def test_a_drop_waits_and_ends(client: Client, corniche: Product) -> None:
    drop = Drop.objects.create(product=corniche, opens_at=timezone.now() + timedelta(days=1))
    assert "Remind me" in page(client, corniche).content.decode()
    drop.opens_at, drop.ends_at = timezone.now() - timedelta(2), timezone.now() - timedelta(1)
    drop.save()
    text = page(client, corniche).content.decode()
    assert "Ended" in text
    assert "Buy now" not in text


def test_what_is_taken_down_says_so_to_the_same_sites(
    client: Client, corniche: Product, blog: EmbedOrigin
) -> None:
    Product.objects.update(status=Product.Status.ARCHIVED)
    answer = page(client, corniche)
    assert answer.status_code == 410
    assert "This is not sold any more." in answer.content.decode()
    assert corniche.title not in answer.content.decode()
    assert policy(answer)["frame-ancestors"] == "https://blog.example"


def test_a_draft_and_what_there_is_not_are_no_pages(client: Client, corniche: Product) -> None:
    Product.objects.update(status=Product.Status.DRAFT)
    assert page(client, corniche).status_code == 404
    assert client.get(f"/embed/{uuid4()}/").status_code == 404


def test_it_costs_as_many_statements_for_any_list(
    client: Client, corniche: Product, plage: Merchant, django_assert_num_queries
) -> None:
    for number in range(5):
        EmbedOrigin.objects.create(merchant=plage, origin=f"https://{number}.example")
    with django_assert_num_queries(3):
        page(client, corniche)
