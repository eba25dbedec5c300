"""A shop's owner sets up a passkey because the admin wants one, and signs in with it alone."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Page, expect

from accounts.models import OutgoingMail, User
from catalogue.models import Membership
from tests.journeys.cast import PASSWORD
from tests.journeys.conftest import DESKTOP, PHONE


@pytest.fixture
def owner(market) -> User:
    user = User.objects.create_user(
        "owner@plage.example", PASSWORD, handle="owner", display_name="Nour"
    )
    Membership.objects.create(user=user, merchant=market.shop, role="owner")
    return user


def with_a_device(page: Page) -> Page:
    """The page in a browser whose device keeps passkeys, and knows its owner's finger."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    device = {"protocol": "ctap2", "transport": "internal", "automaticPresenceSimulation": True}
    device |= {"hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True}
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": device})
    return page


def by_password(page: Page) -> None:
    page.locator("[name=login]").fill("owner@plage.example")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


@pytest.mark.parametrize("options", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_an_owner_adds_a_passkey_and_comes_in_with_it(visit, owner, options):
    page = with_a_device(visit(**options))
    page.goto("/admin/")
    by_password(page)
    expect(page.get_by_role("heading", name="A second step, first")).to_be_visible()
    page.get_by_role("link", name="Add a passkey").click()
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("[name=name]")).to_have_value("Passkey 1")
    page.locator("[name=name]").fill("My laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.locator(".codes li")).to_have_count(10)
    page.get_by_role("link", name="I have saved them: go on").click()
    page.wait_for_url("**/admin/")
    assert OutgoingMail.objects.get(kind="webauthn_added").to == "owner@plage.example"
    kinds = Authenticator.objects.filter(user=owner).values_list("type", flat=True)
    assert sorted(kinds) == ["recovery_codes", "webauthn"]

    page.context.clear_cookies(name="sessionid")
    page.goto("/admin/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/admin/")
    expect(page.get_by_role("heading", name="Orders to send")).to_be_visible()

    # With a password the passkey is the second step.
    page.context.clear_cookies(name="sessionid")
    page.goto("/admin/")
    by_password(page)
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/admin/")


def test_a_device_that_has_none_says_so_and_nothing_is_lost(visit, owner):
    page = visit()
    page.goto("/accounts/login/?next=/account/")
    page.locator("[name=login]").fill("owner@plage.example")
    no = "() => Promise.reject(new DOMException('', 'NotAllowedError'))"
    page.evaluate(f"() => {{ navigator.credentials.get = {no} }}")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was done")
    expect(page.locator("[name=login]")).to_have_value("owner@plage.example")
    by_password(page)
    page.wait_for_url("**/account/")
