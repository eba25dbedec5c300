"""Replying `#cart` on a phone: the box below the reply, Undo, sizes, in French, without scripts."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from checkout.models import CartLine
from feeds.models import Post
from tests.journeys.barriers import expect_no_sideways_scroll, expect_no_violation
from tests.journeys.cart import expect_badge
from tests.journeys.conftest import PHONE


def send(page: Page, post: Post, words: str, *, button: str = "Reply") -> None:
    page.goto(f"/posts/{post.public_id}/")
    page.locator("#reply textarea").fill(words)
    page.locator("#reply").get_by_role("button", name=button, exact=True).click()


def box(page: Page) -> Locator:
    return page.locator("[data-cart-reply]").last


def test_a_reply_fills_the_cart_and_one_tap_undoes_it(signed_in, market):
    page = signed_in(**PHONE)
    page.goto(f"/posts/{market.lamp_post.public_id}/")
    expect(page.get_by_placeholder("Reply, or #cart")).to_be_visible()
    send(page, market.lamp_post, "#cart")
    expect(box(page)).to_contain_text("It’s in your cart, @mai")
    expect(box(page)).to_be_in_viewport()
    expect(box(page)).to_contain_text("Phare lamp, €84.00")
    expect(box(page)).to_contain_text("Everyone sees your reply. Only you see this box.")
    expect_badge(page, 1)
    expect_no_violation(page)
    expect_no_sideways_scroll(page)
    assert CartLine.objects.get().post == market.lamp_post
    box(page).get_by_role("button", name="Undo").click()
    expect(box(page)).to_contain_text("Taken out of your cart")
    expect_badge(page, 0)
    assert not CartLine.objects.exists()
    page.reload()
    expect(box(page)).to_contain_text("Taken out of your cart")


def test_the_box_asks_for_a_size(signed_in, market):
    page = signed_in(**PHONE)
    send(page, market.post, "I want these #cart")
    expect(box(page)).to_contain_text("One more choice, @mai")
    expect_no_violation(page)
    box(page).get_by_role("radio", name="Lagoon").check(force=True)
    box(page).get_by_role("radio", name="42").check(force=True)
    box(page).get_by_role("button", name="Add to cart").click()
    expect(box(page)).to_contain_text("It’s in your cart, @mai")
    expect(box(page)).to_contain_text("Corniche flip-flops, Lagoon, 42, €34.00")
    expect_badge(page, 1)
    box(page).get_by_text("Choose another").click()
    box(page).get_by_role("radio", name="43").check(force=True)
    box(page).get_by_role("button", name="Take this instead").click()
    expect(box(page)).to_contain_text("Lagoon, 43")
    expect_badge(page, 1)
    assert CartLine.objects.get().variant == market.variant("Lagoon", "43")
    box(page).get_by_role("link", name="See cart").click()
    expect(page.get_by_role("heading", name="Your cart")).to_be_visible()
    expect(page.locator("output")).to_have_text("1")


def test_in_french_it_is_panier(signed_in, market):
    page = signed_in(locale="fr-FR", **PHONE)
    page.goto(f"/posts/{market.lamp_post.public_id}/")
    expect(page.get_by_placeholder("Répondre, ou #panier")).to_be_visible()
    send(page, market.lamp_post, "Très belle, #panier", button="Répondre")
    expect(box(page)).to_contain_text("C’est dans votre panier, @mai")
    expect(box(page)).to_contain_text("84,00\xa0€")
    box(page).get_by_role("button", name="Annuler").click()
    expect(box(page)).to_contain_text("Retiré de votre panier")
    assert not CartLine.objects.exists()


def test_without_scripts_it_is_links_and_forms(signed_in, market):
    page = signed_in(java_script_enabled=False, **PHONE)
    send(page, market.lamp_post, "#cart")
    expect(box(page)).to_be_visible()
    while (again := box(page).get_by_role("link", name="Look again")).is_visible():
        again.click()
    expect(box(page)).to_contain_text("It’s in your cart, @mai")
    box(page).get_by_role("button", name="Undo").click()
    expect(box(page)).to_contain_text("Taken out of your cart")
    box(page).get_by_role("button", name="Put it back").click()
    expect(box(page)).to_contain_text("It’s in your cart, @mai")
    page.get_by_role("link", name="Back to your reply").last.click()
    expect(box(page)).to_contain_text("It’s in your cart, @mai")
    assert CartLine.objects.get().quantity == 1
