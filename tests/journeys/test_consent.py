"""An app on one's own machine sends people to the page of consent, and calls the API with what it gets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from catalogue.models import Membership
from partners import grants
from partners.models import Application
from tests.journeys.barriers import expect_no_sideways_scroll, expect_no_violation_for_anyone
from tests.journeys.cast import PASSWORD
from tests.journeys.conftest import DESKTOP, PHONE, tab_to
from tests.oauth.apps import VERIFIER, asking, vitrine
from tests.second_factors import code, set_up


class Back(BaseHTTPRequestHandler):
    """The address at which the app waits for people to come back."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<title>Back</title>Thank you.")

    def log_message(self, *_words: object) -> None: ...


@pytest.fixture
def back() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Back)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/back"
    server.shutdown()
    thread.join()


@pytest.fixture
def app(mai: User) -> Application:
    maker = User.objects.create_user(
        "maker@vitrine.example", PASSWORD, handle="maker", display_name="Maker"
    )
    scopes = ["carts:read", "carts:write", "posts:read", "products:read", "products:write"]
    uris = ["http://127.0.0.1/back"]
    return vitrine(maker, client_type="public", scopes=scopes, redirect_uris=uris)[0]


def signs_in(page: Page, email: str) -> None:
    page.locator("[name=login]").fill(email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")


def comes_back(page: Page) -> dict[str, str]:
    page.wait_for_url("http://127.0.0.1:*/back?*")
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def token_for(stack, app: Application, said: dict[str, str], back: str) -> str:
    sent = {"grant_type": "authorization_code", "code": said["code"], "redirect_uri": back}
    sent |= {"client_id": app.client_id, "code_verifier": VERIFIER}
    with urlopen(f"{stack.url}/oauth/token/", urlencode(sent).encode()) as answer:
        return str(json.load(answer)["access_token"])


def me(stack, token: str) -> dict[str, object]:
    asked = Request(f"{stack.url}/api/v1/me/", headers={"Authorization": f"Bearer {token}"})
    with urlopen(asked) as answer:
        return dict(json.load(answer))


@pytest.mark.parametrize("options", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_somebody_lets_an_app_read_their_cart_by_the_keyboard_alone(
    visit, stack, mai, app, back, options
):
    page = visit(**options)
    page.goto(asking(app, "carts:read carts:write", redirect_uri=back))
    signs_in(page, mai.email or "")
    expect(page.get_by_role("heading", name="Let Vitrine act for you?")).to_be_visible()
    expect_no_violation_for_anyone(page)
    expect_no_sideways_scroll(page)
    allow = page.get_by_role("button", name="Allow", exact=True)
    tab_to(page, allow)
    page.keyboard.press("Enter")
    said = comes_back(page)
    assert said["state"] == "xyz"
    token = token_for(stack, app, said, back)
    known = me(stack, token)
    assert (known["acts_for"], known["display_name"]) == ("person", mai.display_name)
    assert known["scopes"] == ["carts:read", "carts:write"]
    assert [each.application for each in grants.of(mai)] == [app]


def test_somebody_says_no_in_french(visit, stack, mai, app, back):
    page = visit(locale="fr-FR")
    page.goto(asking(app, "carts:read", redirect_uri=back))
    signs_in(page, mai.email or "")
    expect(page.get_by_role("heading", name="Laisser Vitrine agir pour vous")).to_be_visible()
    page.get_by_role("button", name="Refuser").click()
    assert comes_back(page)["error"] == "access_denied"
    assert list(grants.of(mai)) == []


def test_an_owner_chooses_a_shop_without_any_script(visit, stack, market, app, back):
    owner = User.objects.create_user(
        "owner@plage.example", PASSWORD, handle="owner", display_name="Nour"
    )
    Membership.objects.create(user=owner, merchant=market.shop, role="owner")
    set_up(owner)
    page = visit(java_script_enabled=False, **DESKTOP)
    page.goto(asking(app, "posts:read", redirect_uri=back))
    signs_in(page, "owner@plage.example")
    page.locator("[name=code]").fill(code())
    page.locator("[name=code]").press("Enter")
    expect(page.get_by_role("group", name="For whom may it act?")).to_be_visible()
    page.get_by_label(market.shop.name).check()
    page.get_by_role("button", name="Allow", exact=True).click()
    known = me(stack, token_for(stack, app, comes_back(page), back))
    assert (known["acts_for"], known["id"]) == ("shop", str(market.shop.public_id))


def test_a_shopper_cannot_give_what_is_a_shops(visit, stack, mai, app, back):
    page = visit()
    page.goto(asking(app, "products:write", redirect_uri=back))
    signs_in(page, mai.email or "")
    expect(page.get_by_role("heading", name="You cannot give Vitrine")).to_be_visible()
    expect_no_violation_for_anyone(page)
    page.get_by_role("button", name="Go back").click()
    assert comes_back(page)["error"] == "access_denied"
