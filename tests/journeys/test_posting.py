"""Writing a post: a picture with words, a product found by its name, and a draft that comes back."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, expect

from feeds.models import Draft, PendingImage, Post
from tests.journeys.barriers import (
    expect_no_sideways_scroll,
    expect_no_violation,
    expect_no_violation_for_anyone,
)
from tests.journeys.conftest import PHONE

FAMILY = "👩‍👩‍👧‍👦"


def photo(name: str) -> dict[str, object]:
    file = BytesIO()
    Image.new("RGB", (800, 600), "teal").save(file, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": file.getvalue()}


def attach_lamp(page: Page) -> None:
    page.get_by_role("searchbox", name="Name of a product").press_sequentially("phare")
    page.get_by_role("checkbox", name=re.compile("Phare lamp")).check()


def test_a_post_with_a_picture_and_a_product(signed_in, market):
    page = signed_in()
    page.goto("/posts/new/")
    body = page.get_by_label("Your post")
    body.fill(FAMILY * 490)
    expect(page.get_by_text("10 characters left")).to_be_visible()
    body.fill("Read by this light")
    attach_lamp(page)
    broken = {"name": "broken.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"}
    page.get_by_label("Add pictures").set_input_files([photo("lamp.jpg"), broken])
    expect(page.get_by_text("“broken.jpg” is no JPEG")).to_be_visible()
    page.get_by_label("What does it show?").fill("A lamp in a dark room")
    expect_no_violation(page)
    expect_no_sideways_scroll(page)
    # Left without pressing anything, and found again as it was.
    expect(page.get_by_text("Draft saved")).to_be_visible()
    body.fill("Read by this light until late")
    page.goto("/")
    page.goto("/posts/new/")
    expect(body).to_have_value("Read by this light until late")
    expect(page.get_by_label("What does it show?")).to_have_value("A lamp in a dark room")
    expect(page.get_by_role("checkbox", name=re.compile("Phare lamp"))).to_be_checked()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Your post is published.")).to_be_visible()
    post = Post.objects.latest("id")
    assert post.body == "Read by this light until late"
    assert [card.product for card in post.cards.all()] == [market.lamp]
    assert [image.alt for image in post.images.all()] == ["A lamp in a dark room"]
    shown = page.locator(f"#p-{post.public_id}")
    expect(shown).to_contain_text("Phare lamp")
    picture = shown.get_by_role("img", name="A lamp in a dark room")
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("picture => picture.naturalWidth") > 0
    page.goto("/posts/new/")
    expect(body).to_have_value("")


def test_without_scripts_a_refused_post_keeps_its_picture(signed_in, visit, market):
    page = signed_in()
    plain = visit(java_script_enabled=False, **PHONE)
    plain.context.add_cookies(page.context.cookies())
    plain.goto("/posts/new/")
    plain.get_by_label("Your post").fill("See http://192.168.0.1/")
    plain.get_by_role("searchbox").fill("phare")
    plain.get_by_role("button", name="Find").click()
    plain.get_by_role("checkbox", name=re.compile("Phare lamp")).check()
    plain.get_by_label("Add pictures").set_input_files(photo("lamp.jpg"))
    plain.get_by_role("button", name="Publish").click()
    expect(plain.get_by_role("alert")).to_contain_text("leads into a private network")
    plain.get_by_label("What does it show?").fill("A lamp")
    plain.get_by_label("Your post").fill("See for yourself")
    plain.get_by_role("button", name="Publish").click()
    expect(plain.get_by_text("Your post is published.")).to_be_visible()
    note, page_below = (
        plain.locator(".toasts").bounding_box(),
        plain.locator("#main").bounding_box(),
    )
    assert note
    assert page_below
    assert note["y"] + note["height"] <= page_below["y"]
    post = Post.objects.latest("id")
    assert [image.alt for image in post.images.all()] == ["A lamp"]
    assert [card.product for card in post.cards.all()] == [market.lamp]


def test_what_is_typed_offline_is_sent_when_the_network_is_back(signed_in, market):
    page = signed_in()
    page.goto("/posts/new/")
    page.context.set_offline(True)
    page.get_by_label("Your post").fill("Written in a tunnel")
    expect(page.get_by_text("Not saved yet")).to_be_visible()
    page.context.set_offline(False)
    page.goto("/posts/new/")
    expect(page.get_by_label("Your post")).to_have_value("Written in a tunnel")
    expect(page.get_by_text("Draft saved")).to_be_visible()
    assert Draft.objects.latest("id").body == "Written in a tunnel"


def test_a_removed_picture_is_not_published(signed_in, market):
    page = signed_in()
    page.goto("/posts/new/")
    page.get_by_label("Your post").fill("One of two")
    page.get_by_label("Add pictures").set_input_files([photo("a.jpg"), photo("b.jpg")])
    page.get_by_label("What does it show?").nth(1).fill("The second")
    page.get_by_role("button", name="Remove this picture").first.click()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Your post is published.")).to_be_visible()
    assert [image.alt for image in Post.objects.latest("id").images.all()] == ["The second"]
    assert PendingImage.objects.get().draft is None


def test_a_paid_partnership_is_labelled_and_can_be_labelled_later(signed_in, market):
    page = signed_in()
    page.goto("/posts/new/")
    page.get_by_label("Your post").fill("Read by this light")
    page.get_by_role("checkbox", name="Paid partnership").check()
    expect(page.get_by_text("Draft saved")).to_be_visible()
    page.goto("/posts/new/")
    expect(page.get_by_role("checkbox", name="Paid partnership")).to_be_checked()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Your post is published.")).to_be_visible()
    labelled = Post.objects.latest("id")
    shown = page.locator(f"#p-{labelled.public_id}")
    expect(shown.get_by_text("Paid partnership", exact=True)).to_be_visible()
    # One that was not labelled, when its time for edits is over.
    Post.objects.filter(pk=labelled.pk).update(
        paid_partnership=False, created_at=timezone.now() - timedelta(days=1)
    )
    page.reload()
    shown.get_by_label("More about this post").click()
    shown.get_by_role("link", name="Label as paid partnership").click()
    button = shown.get_by_role("button", name="Label as paid partnership")
    expect(button).to_be_focused()
    expect(shown.get_by_text("Read by this light")).to_be_visible()
    expect_no_violation_for_anyone(page)
    button.click()
    expect(shown.get_by_text("Paid partnership", exact=True)).to_be_visible()
    expect(shown.get_by_role("button", name="Label as paid partnership")).to_have_count(0)
