"""What all pages share: language, theme, errors, and nothing inline."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.http import HttpRequest
from django.test import Client
from django.utils import translation
from django.views.defaults import server_error

from accounts.models import User
from catalogue.models import Product
from feeds import posts

# Linked data is no script: no browser runs it, and the policy lets it be.
SCRIPT = r"""<script(?![^>]*\ssrc=)(?! type="application/ld\+json">)"""
INLINE = re.compile(rf"""\s(?:style|on[a-z]+)=["']|<style|{SCRIPT}""")


def pages(product: Product, post: posts.Post) -> list[str]:
    return [
        *("/cart/", "/", "/following/", "/drops/", "/explore/", "/search/?q=flip", "/tags/sun/"),
        *("/search/?q=look&in=posts", "/search/?q=zzz", "/explore/new/", "/explore/tags/"),
        f"/posts/{post.public_id}/",
        f"/products/{product.public_id}/{product.slug}/",
        *("/@mai/", "/@plagefils/", "/@plagefils/shop/", "/posts/new/"),
        *("/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"),
        *("/accounts/logout/", "/accounts/password/change/", "/nothing/"),
    ]


@pytest.mark.parametrize("signed_in", [False, True])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_page_holds_anything_inline(
    client: Client, mai: User, corniche: Product, language: str, signed_in: bool
) -> None:
    post = posts.publish(mai, body="look #sun", language="en", products=[corniche])
    posts.publish(mai, body="an answer", language="fr", reply_to=post)
    if signed_in:
        client.force_login(mai)
    for address in pages(corniche, post):
        answer = client.get(address, headers={"Accept-Language": language}, follow=True)
        page = answer.content.decode()
        assert answer.status_code == (404 if address == "/nothing/" else 200), address
        assert INLINE.search(page) is None, address
        assert f'<html lang="{language}"' in page
        assert page.count("<h1") == 1, address
        assert "default-src 'self'" in answer["Content-Security-Policy"]


def test_no_template_of_ours_holds_anything_inline() -> None:
    """Mails aside: mail readers know no other styles than inline ones."""
    folder = settings.BASE_DIR / "templates"
    for path in set(folder.rglob("*.html")) - set((folder / "mails").rglob("*")):
        assert INLINE.search(Path(path).read_text()) is None, path


def test_the_error_page_needs_nothing(db: None) -> None:
    with translation.override("en"):
        answer = server_error(HttpRequest())
    assert answer.status_code == 500
    assert "Something broke on our side" in answer.content.decode()


def test_choosing_a_language_and_a_theme(reader: Client, mai: User) -> None:
    answer = reader.post(
        "/preferences/",
        {"language": "fr", "theme": "dark", "country": "de"},
        headers={"Referer": "http://testserver/drops/"},
    )
    assert answer["Location"] == "http://testserver/drops/"
    page = reader.get("/").content.decode()
    assert '<html lang="fr" data-theme="dark">' in page
    mai.refresh_from_db()
    assert mai.locale == "fr"
    assert reader.cookies["country"].value == "DE"
    reader.post("/preferences/", {"theme": "system"})
    assert "data-theme" not in reader.get("/").content.decode().split("<body")[0]


@pytest.mark.parametrize("choice", [{"language": "xx"}, {"theme": "pink"}, {"country": "<b>"}, {}])
def test_an_unknown_choice_changes_nothing(
    client: Client, db: None, choice: dict[str, str]
) -> None:
    answer = client.post("/preferences/", choice, headers={"Referer": "http://evil.example/"})
    assert answer["Location"] == "/"
    assert not answer.cookies


def test_one_members_page_shows_nothing_of_anothers(client: Client, mai: User, theo: User) -> None:
    for person in (mai, theo, mai):
        browser = Client()
        browser.force_login(person)
        page = browser.get("/").content.decode()
        other = theo if person == mai else mai
        assert person.display_name in page
        assert other.display_name not in page


def test_search_finds_products_shops_and_people(
    client: Client, mai: User, corniche: Product
) -> None:
    assert corniche.title in client.get("/search/?q=FLIP").content.decode()
    assert "Plage &amp; Fils" in client.get("/search/?q=plage").content.decode()
    assert "Maï Lefort" in client.get("/search/?q=@mai").content.decode()
    nothing = client.get("/search/?q=%00<b>%25").content.decode()
    assert "&lt;b&gt;%" in nothing


def test_handles_are_found_in_any_case(client: Client, mai: User) -> None:
    answer = client.get("/@MAI/")
    assert (answer.status_code, answer["Location"]) == (301, "/@mai/")
    assert client.get("/@nobody/").status_code == 404
