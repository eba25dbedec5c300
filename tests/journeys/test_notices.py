"""From unread to read: the number on every page, opening a notice, and marking the rest."""

from __future__ import annotations

from playwright.sync_api import expect

from accounts.models import User
from feeds import follows, notifications, posts
from feeds.models import NoticeType


def test_unread_notices_are_counted_opened_and_marked(signed_in, mai, market):
    theo = User.objects.create_user("theo@etal.example", handle="theo", display_name="Théo Marin")
    question = posts.publish(mai, body="Which pair?", language="en")
    posts.publish(theo, body="The coral ones", language="en", reply_to=question)
    posts.like(question, user=theo)
    follows.follow(theo, followed=mai)
    notifications.tell(
        mai.pk, NoticeType.ORDER, reference="order:1", data={"number": "E-1", "what": "paid"}
    )
    page = signed_in()
    badge = page.locator(".tabbar [data-notice-count]")
    expect(badge).to_have_text("4")
    page.get_by_role("link", name="Notifications").click()
    unread = page.locator(".notice.unread")
    expect(unread).to_have_count(4)
    expect(unread.first).to_contain_text("Your order E-1 is paid")
    page.get_by_role("link", name="Théo Marin replied to your post").click()
    expect(page.get_by_text("The coral ones")).to_be_visible()
    page.goto("/notifications/")
    expect(badge).to_have_text("3")
    page.get_by_role("button", name="Mark as read").first.click()
    expect(unread).to_have_count(2)
    expect(badge).to_have_text("2")
    page.get_by_role("button", name="Mark all as read").click()
    expect(unread).to_have_count(0)
    expect(badge).to_be_hidden()
