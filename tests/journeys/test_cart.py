"""A guest fills a cart from the feed, changes it, signs in, and has it still; also without scripts."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from checkout.models import CartLine
from tests.journeys.cart import add_button, expect_badge
from tests.journeys.cast import PASSWORD
from tests.journeys.conftest import DESKTOP, PHONE, follow


def toast(page: Page) -> Locator:
    return page.locator(".toast[data-fades]")


def sign_in(page: Page, person: User) -> None:
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill(person.email or "")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/accounts/login/" not in url)


def test_a_guests_cart_from_the_feed_to_their_account(visit, market, mai):
    page = visit(**PHONE)
    page.goto("/")
    expect_badge(page, 0)
    scroll = page.evaluate("scrollY")
    add_button(page, market.lamp).click()
    expect(toast(page)).to_contain_text("It’s in your cart")
    expect_badge(page, 1)
    assert page.url.endswith("/")
    assert page.evaluate("scrollY") >= scroll

    toast(page).get_by_role("button", name="Undo").click()
    expect(toast(page)).to_contain_text("Taken out of your cart")
    expect_badge(page, 0)
    add_button(page, market.lamp).click()
    expect_badge(page, 1)
    follow(page, toast(page).get_by_role("link", name="See cart"))

    expect(page.get_by_role("heading", name="Your cart")).to_be_visible()
    more = page.get_by_role("button", name="Add one Phare lamp")
    more.click()
    expect(page.locator(".summary .total dd")).to_have_text("€171.90")
    expect(more).to_be_focused()
    expect_badge(page, 2)
    expect(page.locator("#cart-says")).to_have_text("Total €171.90.")
    more.click()
    more.click()
    expect(page.locator(".summary .total dd")).to_have_text("€339.90")
    expect_badge(page, 4)
    page.get_by_role("button", name="Remove one Phare lamp").click()
    expect_badge(page, 3)

    page.get_by_role("button", name="Save for later: Phare lamp").click()
    expect(page.get_by_role("heading", name="Saved for later")).to_be_visible()
    expect(page.locator("#cart-title")).to_be_focused()
    expect_badge(page, 0)
    page.get_by_role("button", name="Move to cart: Phare lamp").click()
    expect_badge(page, 3)
    page.get_by_role("button", name="Remove Phare lamp").click()
    expect(page.get_by_text("Your cart is empty. Tap")).to_be_visible()
    expect_badge(page, 0)
    toast(page).get_by_role("button", name="Undo").click()
    expect(page.locator("output")).to_have_text("3")
    expect_badge(page, 3)

    sign_in(page, mai)
    expect_badge(page, 3)  # Without a look at the cart.
    assert CartLine.objects.get().cart.user == mai
    page.goto("/cart/")
    expect(page.locator("output")).to_have_text("3")
    page.goto("/accounts/logout/")
    page.get_by_role("button", name=re.compile("Sign out")).click()
    page.wait_for_url(lambda url: "logout" not in url)
    expect_badge(page, 0)
    page.goto("/cart/")
    expect(page.get_by_text("Your cart is empty. Tap")).to_be_visible()


def test_a_size_is_chosen_on_the_products_own_page_and_the_small_cart_follows(visit, market):
    page = visit(**DESKTOP)
    page.goto("/")
    expect(page.locator("#mini-cart")).to_be_hidden()
    add_button(page, market.flipflops).click()
    page.wait_for_url("**/products/**")
    page.get_by_role("radio", name="Lagoon").check(force=True)
    page.get_by_role("button", name="Add to cart").click()
    expect(page.get_by_role("alert")).to_have_text("Choose a size")
    expect(page.get_by_role("alert")).to_be_in_viewport()
    expect(page.get_by_role("button", name="Add to cart")).to_be_focused()
    expect(page.get_by_role("radio", name="Lagoon")).to_be_checked()
    assert not CartLine.objects.exists()
    page.get_by_role("radio", name="42").check(force=True)
    expect(page.get_by_role("status").filter(has_text="Lagoon, 42")).to_be_visible()
    add_button(page, market.flipflops).click()
    expect(toast(page)).to_contain_text("It’s in your cart")
    expect_badge(page, 1)
    line = CartLine.objects.get()
    assert line.variant == market.variant("Lagoon", "42")
    assert line.post == market.post

    page.goto("/")
    small = page.locator("#mini-cart")
    expect(small).to_contain_text("€37.90")
    add_button(page, market.lamp).click()
    expect(small).to_contain_text("€121.90")
    toast(page).get_by_role("button", name="Undo").click()
    expect(small).to_contain_text("€37.90")
    expect_badge(page, 1)


def test_two_quick_presses_of_a_new_guest_are_one_cart(visit, market):
    """Each waits for the other: the first answer brings the guest's name."""
    page = visit(**PHONE)
    page.goto(f"/products/{market.lamp.public_id}/phare-lamp/")
    page.evaluate("""() => {
        window.seen = [];
        for (const step of ["beforeSend", "afterRequest"]) {
            document.addEventListener(`htmx:${step}`, () => window.seen.push(step));
        }
        const one = document.querySelector('[data-add]');
        const two = one.cloneNode(true);
        one.after(two);
        one.click();
        two.click();
    }""")
    expect_badge(page, 2)
    assert CartLine.objects.get().quantity == 2
    assert page.evaluate("window.seen") == ["beforeSend", "afterRequest"] * 2


def test_a_refused_addition_says_why_where_it_was_asked_for(visit, market):
    page = visit(**PHONE)
    page.goto("/")
    for number in range(1, 6):
        add_button(page, market.lamp).click()
        expect_badge(page, number)
    add_button(page, market.lamp).click()
    expect(toast(page)).to_have_text("Only 5 are left.")
    expect_badge(page, 5)


def test_without_a_network_nothing_is_pretended(visit, market):
    page = visit(**PHONE)
    page.goto("/")
    page.context.set_offline(True)
    add_button(page, market.lamp).click()
    expect(toast(page)).to_have_text("That was not saved. Check the network.")
    expect_badge(page, 0)
    page.context.set_offline(False)
    add_button(page, market.lamp).click()
    expect_badge(page, 1)
    page.goto("/cart/")
    page.context.set_offline(True)
    more = page.get_by_role("button", name="Add one Phare lamp")
    more.click()
    expect(toast(page)).to_have_text("That was not saved. Check the network.")
    expect(page.locator("output")).to_have_text("1")
    page.context.set_offline(False)
    more.click()
    expect(page.locator(".summary .total dd")).to_have_text("€171.90")


def test_without_scripts_the_cart_is_forms(visit, market):
    page = visit(java_script_enabled=False, **PHONE)
    page.goto("/")
    add_button(page, market.lamp).click()
    expect(page.get_by_role("heading", name="Your cart")).to_be_visible()
    page.get_by_role("button", name="Add one Phare lamp").click()
    expect(page.locator(".summary .total dd")).to_have_text("€171.90")
    page.get_by_role("button", name="Save for later: Phare lamp").click()
    page.get_by_role("button", name="Move to cart: Phare lamp").click()
    expect(page.locator("output")).to_have_text("2")
    page.locator(".country summary").click()
    page.get_by_label("Country of delivery").select_option("DE")
    page.get_by_role("button", name="Show prices").click()
    expect(page.get_by_text("Delivery to Germany.")).to_be_visible()
    page.get_by_role("button", name="Remove Phare lamp").click()
    expect(page.get_by_text("Your cart is empty. Tap")).to_be_visible()
