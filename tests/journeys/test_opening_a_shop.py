"""From the wish to sell to the first sale."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from playwright.sync_api import Page, expect

from accounts.models import User
from catalogue import merchants
from catalogue.models import Merchant, Product
from checkout.models import Order
from stack.waiting import wait_until
from tests import second_factors
from tests.journeys import shop
from tests.journeys.barriers import expect_no_sideways_scroll, expect_no_violation
from tests.journeys.cast import PASSWORD
from tests.journeys.conftest import DESKTOP, follow

ADMIN = "/admin/"


@pytest.fixture
def nour(stack) -> User:
    user = User.objects.create_user(
        "nour@goats.example", PASSWORD, handle="nour", display_name="Nour"
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    second_factors.set_up(user)
    return user


def signed_in(page: Page) -> Page:
    page.goto("/accounts/login/?next=/sell/")
    page.locator("[name=login]").fill("nour@goats.example")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name=re.compile("Sign in")).click()
    page.locator("[name=code]").fill(second_factors.code())
    page.get_by_role("button", name=re.compile("Sign in")).click()
    page.wait_for_url("**/sell/")
    return page


def save(page: Page) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="Save", exact=True).click()


def left(page: Page) -> list[str]:
    """The steps that the checklist still asks for."""
    page.goto(ADMIN)
    return page.locator(".steps > li:not(.done) .font-medium").all_inner_texts()


def apply(page: Page) -> None:
    page.get_by_label("Name of the shop").fill("Étable")
    page.get_by_label("Handle").fill("étable")
    page.get_by_label("Country").select_option("FR")
    page.get_by_label("What do you sell?").fill("Cheese from our own goats.")
    expect_no_violation(page)
    expect_no_sideways_scroll(page)
    page.get_by_role("button", name="Open the shop").click()
    expect(page.get_by_text("Two to thirty letters, digits or underscores.")).to_be_visible()
    expect(page.get_by_label("What do you sell?")).to_have_value("Cheese from our own goats.")
    page.get_by_label("Handle").fill("etable")
    page.get_by_role("button", name="Open the shop").click()
    page.wait_for_url(f"**{ADMIN}")
    expect(page.get_by_text("Étable: 0 of 7 steps done")).to_be_visible()


def fill_in_the_shop(page: Page) -> None:
    follow(page, page.get_by_role("link", name="Say how you sell"))
    page.locator("[name=terms]").fill("Returns within 30 days.")
    page.locator("[name=legal_name]").fill("Étable SARL")
    page.locator("[name=address]").fill("1 rue de la Chèvre\n35000 Rennes")
    save(page)
    assert left(page)[0] == "Say where you deliver"
    follow(page, page.get_by_role("link", name="Say where you deliver"))
    page.locator("[name=name]").fill("Home")
    page.locator("[name=countries]").fill("FR")
    page.locator("[name=price]").fill("3.90")
    save(page)


def connect_payouts(page: Page) -> None:
    assert left(page)[0] == "Connect payouts"
    follow(page, page.get_by_role("link", name="Connect payouts"))
    page.get_by_role("button", name="Connect with Stripe").click()
    page.locator("#legal_name").fill("Étable SARL")
    page.locator("#number").fill("FR1420041010050500013M02606")
    page.locator("button[value=finish]").click()
    page.wait_for_url("**/admin/catalogue/merchant/**")
    payable = Merchant.objects.filter(payable=True).exists
    wait_until(payable, seconds=30, otherwise="Stripe does not pay the shop")


def list_a_cheese(page: Page) -> None:
    assert left(page)[0] == "List a product"
    follow(page, page.get_by_role("link", name="List a product"))
    page.locator("[name=title]").fill("Goat cheese")
    page.locator("[name=price]").fill("9.00")
    page.locator("[name=on_hand]").fill("3")
    save(page)
    page.goto("/admin/catalogue/product/")
    page.locator("[name=_selected_action]").check()
    page.locator("select[name=action]").select_option("publish")
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile("Run|Go")).click()
    assert Product.objects.get().status == Product.Status.ACTIVE


def post_it(page: Page) -> None:
    assert left(page)[0] == "Publish a post with it"
    follow(page, page.get_by_role("link", name="Publish a post with it"))
    page.get_by_label("Post as").select_option(label="Étable")
    page.get_by_label("Your post").fill("The first cheese of the year.")
    page.get_by_role("searchbox", name="Name of a product").press_sequentially("goat")
    page.get_by_role("checkbox", name=re.compile("Goat cheese")).check()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Your post is published.")).to_be_visible()
    assert left(page) == []


def test_a_shop_is_opened_and_sells(visit, stack, nour):
    page = signed_in(visit(**DESKTOP))
    apply(page)
    fill_in_the_shop(page)
    connect_payouts(page)
    list_a_cheese(page)
    assert left(page)[0] == "We look at your shop"
    merchants.activate(Merchant.objects.get(), actor=None)
    post_it(page)
    guest = visit()
    guest.goto("/")
    shop.open_sheet(guest, Product.objects.get())
    shop.fill_address(guest)
    shop.fill_card(guest)
    shop.pay(guest).click()
    shop.expect_thanks(guest)
    order = Order.objects.get()
    assert (order.status, order.total) == (Order.Status.PAID, 1290)
    wait_until(order.fulfilment_orders.exists, seconds=30, otherwise="it did not reach its shop")
    page.goto("/admin/fulfilment/fulfilmentorder/")
    expect(page.get_by_text(order.reference)).to_be_visible()
