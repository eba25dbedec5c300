"""What browsers are told on every page, and what programs are told that speak in the clear."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client

from tests.access.table import DEVELOPMENT, rows
from tests.second_factors import sign_in
from tests.shops import PASSWORD, Cast

ADMIN = "admin/"
FRAMED = "embed/"
PAGES = [
    row
    for row in {row.pattern: row for row in rows() if row.method == "get"}.values()
    if not row.pattern.startswith(DEVELOPMENT)
]


@pytest.mark.parametrize("row", PAGES, ids=lambda row: row.pattern)
def test_every_answer_says_what_browsers_may_do_with_it(world: Cast, row) -> None:
    answer = sign_in(Client(), world.superuser).get(row.path(world))
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    # A page whose address is a secret tells it to nobody at all.
    wanted = {"strict-origin-when-cross-origin", "no-referrer"}
    assert answer.headers["Referrer-Policy"] in wanted
    policy = answer.headers["Content-Security-Policy"]
    said = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    if "default-src" in said and said["default-src"] == "'none'":
        return
    assert said["object-src"] == said["base-uri"] == "'none'"
    # The admin alone may style inline, and evaluate: docs/adr/0020.
    assert "'unsafe-inline'" not in said["script-src"]
    if not row.pattern.startswith(ADMIN):
        assert "'unsafe-inline'" not in policy
    assert "*" not in said["script-src"]
    assert ("'unsafe-eval'" in policy) == row.pattern.startswith(
        ADMIN
    ) or "'unsafe-eval'" not in policy
    if not row.pattern.startswith(FRAMED):
        assert said["frame-ancestors"] == "'none'"


def test_cookies_that_open_something_are_out_of_scripts_reach(world: Cast) -> None:
    client = Client()
    page = client.get("/accounts/login/")
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())
    assert token
    assert page.cookies[settings.CSRF_COOKIE_NAME]["httponly"]
    sent = {"login": "mai@people.example", "password": PASSWORD}
    session = client.post("/accounts/login/", sent).cookies[settings.SESSION_COOKIE_NAME]
    assert (session["httponly"], session["samesite"], session["path"]) == (True, "Lax", "/")


def test_who_only_reads_gets_no_cookie(world: Cast) -> None:
    """The feed, a post, a shop, a product, search and its suggestions: nothing to be known again by."""
    client = Client()
    product = world.plage.product
    for address in (
        "/",
        "/market/",
        "/explore/",
        "/search/?q=flip",
        f"/@{world.plage.merchant.account.handle}/",
        f"/posts/{world.post.public_id}/",
        f"/products/{product.public_id}/",
        "/sell/",
    ):
        answer = client.get(address, follow=True)
        assert answer.status_code in (200, 404), address
        assert dict(answer.cookies) == {}, address
    assert dict(client.cookies) == {}


@pytest.mark.parametrize("path", ["/api/v1/me/", "/webhooks/stripe/", "/oauth/token"])
def test_a_program_that_speaks_in_the_clear_is_told_so(db: None, settings, path: str) -> None:
    settings.SECURE_SSL_REDIRECT = True
    answer = Client().post(path, headers={"Authorization": "Bearer etal_live_x"})
    assert answer.status_code == 403
    assert "https alone" in answer.content.decode()
    page = Client().get("/accounts/login/")
    assert (page.status_code, page["Location"][:8]) == (301, "https://")
