"""Reporting a post by keyboard on a phone, its author's reasons and appeal, and staff that was wrong."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from feeds import decisions, posts, reports
from feeds.models import Appeal, Decision, Ground, Post, Report
from tests import second_factors
from tests.journeys.barriers import expect_no_sideways_scroll, expect_no_violation
from tests.journeys.cast import PASSWORD
from tests.journeys.conftest import DESKTOP, PHONE, tab_to

WORDS = "The same watch is offered under five names."


def join(handle: str, *, name: str, **rights: bool) -> User:
    return User.objects.create_user(
        f"{handle}@etal.example", PASSWORD, handle=handle, display_name=name, **rights
    )


@pytest.fixture
def watches(theo) -> Post:
    return posts.publish(theo, body="Five watches, one price", language="en")


def enter(page: Page, user: User) -> Page:
    if user.is_staff:
        second_factors.set_up(user)
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill(user.email or "")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name=re.compile("Sign in")).click()
    if user.is_staff:
        page.locator("[name=code]").fill(second_factors.code())
        page.get_by_role("button", name=re.compile("Sign in")).click()
    page.wait_for_url(lambda url: "/accounts/" not in url)
    return page


def report_from(page: Page, place: Locator, *, name: str) -> None:
    """Open the menu of `place`, choose its entry and send a report, by keyboard alone."""
    menu = place.locator(".more-menu")
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    tab_to(page, menu.get_by_role("link", name=name))
    page.keyboard.press("Enter")
    expect(page.get_by_role("radio", name="Spam")).to_be_focused()
    expect_no_violation(page)
    expect_no_sideways_scroll(page)
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Scam or counterfeit")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.type("No such brand")
    tab_to(page, page.get_by_role("button", name="Send the report"))
    page.keyboard.press("Enter")
    expect(place.get_by_role("status").filter(has_text="Thank you.")).to_be_focused()
    expect_no_violation(page)


def expect_no_violation_of_ours(page: Page) -> None:
    """Of the admin's pages the content; the frame around it is unfold's, which has no landmarks."""
    found = Axe().run(page, context="#content-main", options={"resultTypes": ["violations"]})
    wrong = [each for each in found.response["violations"] if each["id"] != "region"]
    assert wrong == []


@pytest.mark.parametrize("device", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_post_and_a_profile_are_reported_where_they_stand(
    signed_in: Callable[..., Page], mai: User, watches: Post, device: dict[str, object]
) -> None:
    page = signed_in(**device)
    page.goto("/@theo/")
    page.evaluate("window.stayed = true")
    report_from(page, page.locator("article").first, name="Report")
    made = Report.objects.get()
    assert (made.reporter, made.case.post, made.ground) == (mai, watches, "fraud")
    report_from(page, page.locator(".profile"), name="Report @theo")
    assert Report.objects.filter(case__post=None).exists()
    assert page.evaluate("window.stayed") is True


def test_what_is_missing_is_said_and_escape_leaves(signed_in, watches: Post) -> None:
    page = signed_in()
    page.goto("/@theo/")
    menu = page.locator("article [data-menu].more-menu").first
    menu.locator("summary").click()
    menu.get_by_role("link", name="Report").click()
    page.locator("form.report").evaluate("form => { form.noValidate = true; }")
    page.get_by_label("What should we know?").fill("typed")
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_role("alert")).to_have_text("Choose what is wrong.")
    expect(page.get_by_label("What should we know?")).to_have_value("typed")
    page.get_by_role("link", name="Cancel").click()
    expect(page.locator("form.report")).to_have_count(0)
    expect(page.locator("article").first).to_be_focused()
    assert not Report.objects.exists()


def test_without_scripts_it_is_a_page(visit, mai: User, watches: Post) -> None:
    page = enter(visit(java_script_enabled=False, **PHONE), mai)
    page.goto(f"/posts/{watches.public_id}/report/")
    page.get_by_label("Illegal goods").check()
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_text("Thank you.")).to_be_visible()
    assert Report.objects.get().ground == "illegal_goods"


def test_from_the_report_to_the_appeal_that_is_granted(
    visit, mai: User, theo: User, watches: Post
) -> None:
    ana = join("ana", name="Ana", is_staff=True)
    ben = join("ben", name="Ben", is_staff=True)
    reports.report(mai, person=theo, post=watches, ground=Ground.FRAUD, words="No such brand")

    office = enter(visit(**DESKTOP), ana)
    office.goto("/admin/")
    office.get_by_role("link", name="Reported").first.click()
    office.get_by_role("link", name="Five watches, one price").click()
    expect(office.get_by_text("No such brand")).to_be_visible()
    expect_no_violation_of_ours(office)
    office.get_by_role("button", name="Hide the post").click()
    expect(office.get_by_text("The person is told: say why.").first).to_be_visible()
    office.get_by_label("Ground").select_option("fraud")
    office.get_by_label("Words to the person").fill(WORDS)
    office.get_by_role("button", name="Hide the post").click()
    expect(office.get_by_text("Post hidden.")).to_be_visible()
    expect_no_violation_of_ours(office)

    author = enter(visit(**PHONE), theo)
    author.goto("/notifications/")
    author.get_by_role("link", name="Your post is hidden").click()
    expect(author.get_by_role("heading", name="Your post is hidden")).to_be_visible()
    expect(author.get_by_text(WORDS)).to_be_visible()
    expect_no_violation(author)
    expect_no_sideways_scroll(author)
    author.goto(f"/posts/{watches.public_id}/")
    author.get_by_label("Why is the decision wrong?").fill("They are five models.")
    author.get_by_role("button", name="Send the appeal").click()
    expect(author.get_by_text("We have it, and write to you")).to_be_visible()
    expect_no_violation(author)

    other = enter(visit(**DESKTOP), ben)
    other.goto("/admin/")
    other.get_by_role("link", name="Appeals").first.click()
    other.get_by_role("link", name="They are five models.").click()
    other.get_by_label("Answer").fill("They are indeed.")
    expect_no_violation_of_ours(other)
    other.get_by_role("button", name="They are right: take it back").click()
    expect(other.get_by_text("Answered. They are told by mail.")).to_be_visible()
    assert Appeal.objects.get().answered_by == ben

    author.goto("/@theo/")
    expect(author.get_by_text("Five watches, one price")).to_be_visible()
    author.goto("/notifications/")
    expect(author.get_by_text("Your post is shown again")).to_be_visible()


def test_who_is_suspended_reads_why_at_the_sign_in(visit, theo: User) -> None:
    ana = join("ana", name="Ana", is_staff=True)
    case = reports.report(ana, person=theo, ground=Ground.HATE).case
    decisions.suspend(case, by=ana, ground=Ground.HATE, words="Threats, in ten replies.")
    page = enter(visit(**PHONE), theo)
    expect(page.get_by_role("heading", name="Your account is suspended")).to_be_visible()
    expect(page.get_by_text("Threats, in ten replies.")).to_be_visible()
    expect_no_violation(page)
    page.get_by_label("Why is the decision wrong?").fill("It was not me.")
    page.get_by_role("button", name="Send the appeal").click()
    expect(page.get_by_text("We have it, and write to you")).to_be_visible()
    assert Decision.objects.get().appeal.words == "It was not me."
