"""The owner's way to Stripe and back, and what a shop's people read of it."""

from __future__ import annotations

import httpx
import pytest
from django.test import Client
from django.urls import reverse

from catalogue import payouts
from catalogue.models import Membership, Merchant
from checkout import payout_accounts
from tests.admin.filled import opened, said
from tests.buying import Sandbox, sandbox, sandbox_process
from tests.second_factors import sign_in

__all__ = ["sandbox", "sandbox_process"]

OTHERS = ("editor", "fulfilment", "read_only")
STEPS = {
    "connect_payouts": "post",
    "payouts_dashboard": "post",
    "payouts_again": "get",
    "payouts_returned": "get",
}


@pytest.fixture
def shop(world) -> Merchant:
    """Plage before anybody has connected it."""
    merchant = world.plage.merchant
    Merchant.objects.filter(pk=merchant.pk).update(stripe_account_id="", payable=False)
    merchant.refresh_from_db()
    return merchant


def step(name: str, merchant: Merchant) -> str:
    return reverse(f"checkout:{name}", args=[merchant.public_id])


def page_of(merchant: Merchant) -> str:
    return reverse("admin:catalogue_merchant_change", args=[merchant.pk])


def text(response) -> str:
    return " ".join(response.content.decode().split())


def state(merchant: Merchant, **fields) -> payouts.Payouts:
    Merchant.objects.filter(pk=merchant.pk).update(**fields)
    merchant.refresh_from_db()
    return payouts.of(merchant)


def test_from_the_shops_page_to_stripe_and_back_and_it_sells(
    browser, world, shop, sandbox: Sandbox
):
    client = browser(world.plage.owner)
    page = client.get(page_of(shop))
    assert "Connect with Stripe" in text(page)
    response = client.post(step("connect_payouts", shop))
    assert response.status_code == 302
    assert response["Location"].startswith(f"{sandbox.url}/_sandbox/onboarding/")
    with httpx.Client(timeout=30) as visitor:
        form = visitor.get(response["Location"])
        assert form.status_code == 200
        typed = {"legal_name": "Plage SARL", "number": "FR1420041010050500013M02606"}
        done = visitor.post(response["Location"], data=typed | {"do": "finish"})
    assert done.status_code == 303
    back = done.headers["location"]
    assert back.endswith(step("payouts_returned", shop))
    returned = client.get(step("payouts_returned", shop), follow=True)
    assert said(returned) == ["Stripe pays out to this shop now."]
    shop.refresh_from_db()
    assert (shop.payable, shop.sells) == (True, True)
    assert "Open Stripe's dashboard" in text(returned)
    opened = client.post(step("payouts_dashboard", shop))
    assert opened["Location"].startswith(f"{sandbox.url}/_sandbox/dashboard/")


def test_who_leaves_it_half_done_reads_what_is_missing(browser, world, shop, sandbox: Sandbox):
    client = browser(world.plage.owner)
    link = client.post(step("connect_payouts", shop))["Location"]
    httpx.get(link)
    httpx.post(link, data={"do": "save"})
    returned = client.get(step("payouts_returned", shop), follow=True)
    assert said(returned) == ["Stripe still needs something; the list is below."]
    assert "the bank account that the money is to go to" in text(returned)
    assert "Continue at Stripe" in text(returned)
    # The link is used: Stripe sends whoever opens it again here, and here to a new one.
    refused = httpx.get(link)
    assert refused.headers["location"].endswith(step("payouts_again", shop))
    fresh = client.get(step("payouts_again", shop))["Location"]
    assert fresh.startswith(f"{sandbox.url}/_sandbox/onboarding/")
    assert fresh != link


def test_stripe_that_does_not_answer_loses_nothing(browser, world, shop, sandbox: Sandbox):
    client = browser(world.plage.owner)
    sandbox.fault("drop", "accounts.create", times=2)
    page = client.post(step("connect_payouts", shop), follow=True)
    assert said(page) == [
        "Stripe does not answer just now. Nothing is lost: press again in a minute."
    ]
    assert client.post(step("connect_payouts", shop))["Location"].startswith(sandbox.url)
    sandbox.fault("drop", "accounts.retrieve", times=2)
    back = client.get(step("payouts_returned", shop), follow=True)
    assert said(back) == [
        "Stripe does not answer just now. What you told it is kept; we ask again ourselves."
    ]


def test_a_country_that_stripe_does_not_serve_is_said(browser, world, shop, sandbox: Sandbox):
    Merchant.objects.filter(pk=shop.pk).update(country="XK")
    page = browser(world.plage.owner).post(step("connect_payouts", shop), follow=True)
    assert said(page) == [
        "Stripe refuses this shop's account as it is. Look at its country, or write to us."
    ]


def test_nobody_but_the_owner_goes_to_stripe_for_a_shop(browser, world, shop):
    for name, method in STEPS.items():
        for role in OTHERS:
            member = browser(world.plage.members[role])
            assert getattr(member, method)(step(name, shop)).status_code == 403, (name, role)
        assert getattr(browser(world.staff), method)(step(name, shop)).status_code == 403
        stranger = browser(world.rayon.owner)
        assert getattr(stranger, method)(step(name, shop)).status_code == 404
        for who in (None, world.mai):
            gone = getattr(browser(who), method)(step(name, shop))
            assert (gone.status_code, "/admin/login/" in gone["Location"]) == (302, True)
    shop.refresh_from_db()
    assert shop.stripe_account_id == ""


def test_a_member_who_may_only_look_at_a_second_shop_connects_none(browser, world, shop):
    Membership.objects.create(user=world.rayon.owner, merchant=shop, role="read_only")
    assert browser(world.rayon.owner).post(step("connect_payouts", shop)).status_code == 403


def test_an_address_without_a_token_does_nothing(world, shop):
    client = Client(enforce_csrf_checks=True)
    sign_in(client, world.plage.owner)
    assert client.post(step("connect_payouts", shop)).status_code == 403
    assert client.get(step("connect_payouts", shop)).status_code == 405


def test_buttons_are_the_owners_alone(browser, world, shop):
    for who in (world.staff, *(world.plage.members[role] for role in OTHERS)):
        page = text(browser(who).get(page_of(shop)))
        assert "Not connected." in page
        assert "Connect with Stripe" not in page
        assert "owner sees to this" in page
    assert "Connect with Stripe" in text(browser(world.plage.owner).get(page_of(shop)))


def test_each_state_has_its_words(shop):
    asked = {"stripe_account_id": "acct_1", "account_asked_at": shop.created_at}
    assert state(shop).state == "none"
    assert state(shop, stripe_account_id="acct_1") == payouts.Payouts("due")
    due = state(shop, **asked, payout_problem="external_account company.directors_provided")
    assert due == payouts.Payouts(
        "due",
        ("the bank account that the money is to go to", "who owns the company and who acts for it"),
    )
    assert state(shop, payout_problem="requirements.pending_verification").state == "checking"
    assert state(shop, payout_problem="rejected.fraud").state == "closed"
    assert state(shop, payout_problem="account_invalid").state == "closed"
    assert state(shop, payout_problem="", payable=True) == payouts.Payouts("ready")
    assert state(shop, payout_problem="company.tax_id").needs == (
        "the company's registration number",
    )


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("tos_acceptance.date", "your agreement to Stripe's terms"),
        (
            "person_1Ab.verification.document",
            "a document that proves who you are or what the company is",
        ),
        ("individual.dob.day", "your date of birth"),
        ("representative.relationship.title", "who owns the company and who acts for it"),
        ("owners.address.line1", "an address"),
        ("company.name", "the company's name"),
        ("business_profile.url", "the shop's address on the web"),
        ("something.new", "something that Stripe's page names"),
    ],
)
def test_what_stripe_asks_for_is_said_in_words(name, words):
    assert payouts.words(name) == words


def test_the_merchant_is_told_where_nothing_can_be_bought(browser, world, shop):
    told = "Plage sells nothing at the moment"
    client = browser(world.plage.owner)
    product = reverse("admin:catalogue_product_change", args=[world.plage.product.pk])
    for url in ("/admin/", reverse("admin:catalogue_product_changelist"), product):
        assert told in text(client.get(url)), url
        assert told not in text(browser(world.rayon.owner).get(url)), url
    assert told in text(browser(world.staff).get("/admin/"))
    Merchant.objects.filter(pk=shop.pk).update(payable=True, stripe_account_id="acct_later")
    for url in ("/admin/", reverse("admin:catalogue_product_changelist"), product):
        assert told not in text(client.get(url)), url


def test_a_shop_that_is_not_open_yet_is_told_nothing_of_it(browser, world, shop):
    Merchant.objects.filter(pk=shop.pk).update(status=Merchant.Status.PENDING)
    client = browser(world.plage.owner)
    for url in ("/admin/", reverse("admin:catalogue_product_changelist")):
        assert "sells nothing at the moment" not in text(client.get(url)), url


def test_the_operator_reads_how_it_came_about(browser, world, shop, sandbox: Sandbox):
    sandbox.account("acct_later", "restricted")
    payout_accounts.adopt(shop, "acct_later")
    page = text(browser(world.staff).get(page_of(shop)))
    assert "acct_later" in page
    assert "company.verification.document" in page
    assert "cannot be paid" in page
    assert "acct_later" not in text(browser(world.plage.owner).get(page_of(shop)))


def test_the_country_of_a_connected_shop_is_refused_in_words(browser, world):
    client = browser(world.staff)
    url = page_of(world.plage.merchant)
    page = client.post(url, opened(client, url) | {"country": "DE"}, follow=True)
    assert "and stays so" in said(page)[0]
    assert Merchant.objects.get(pk=world.plage.merchant.pk).country == "FR"


def test_a_form_of_the_admin_may_lead_to_stripe_and_nowhere_else(browser, world, settings):
    policy = browser(world.plage.owner).get(page_of(world.plage.merchant))[
        "Content-Security-Policy"
    ]
    assert f"form-action 'self' {settings.STRIPE_PAGES}" in policy
