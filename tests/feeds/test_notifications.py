"""Who is told of what, what they see of it, and what counts as read."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from catalogue.models import Membership, Merchant
from feeds import follows, inbox, notice_preferences, notifications, posts, reposts
from feeds.models import (
    Block,
    InterestProfile,
    Like,
    Mute,
    NoticeMail,
    NoticeType,
    Notification,
    Post,
)
from feeds.notice_preferences import Choice
from tests.feeds.conftest import person

pytestmark = pytest.mark.django_db


def write(author: User, body: str, *, reply_to: Post | None = None) -> Post:
    return posts.publish(author, body=body, language="en", reply_to=reply_to)


def told(user: User) -> list[tuple[str, str | None, int]]:
    """Type, actor and the others of each notice that `user` is shown, the newest first."""
    page = inbox.read_page(user)
    return [
        (notice.type, notice.actor and notice.actor.handle, notice.others)
        for notice in [*page.new, *page.earlier]
    ]


def test_an_answer_and_a_mention_of_the_same_person_is_told_once(mai: User, theo: User) -> None:
    ines = person("ines", "Inès Carrel")
    question = write(mai, "Which pair?")
    write(theo, "The coral ones, @mai and @ines, says @theo", reply_to=question)
    assert told(mai) == [("reply", "theo", 0)]
    assert told(ines) == [("mention", "theo", 0)]
    assert told(theo) == []


def test_likes_of_a_post_are_one_notice_until_it_is_read(mai: User, theo: User) -> None:
    ines = person("ines", "Inès Carrel")
    post = write(mai, "Sand everywhere")
    posts.like(post, user=mai)
    for fan in (theo, ines, ines):
        posts.like(post, user=fan)
    assert told(mai) == [("like", "ines", 1)]
    posts.unlike(post, user=ines)
    assert told(mai) == [("like", "theo", 0)]
    notifications.read(Notification.objects.get())
    posts.like(post, user=ines)
    assert told(mai) == [("like", "ines", 0), ("like", "theo", 0)]
    # What was read stays; the like of after that is taken back with its notice.
    posts.unlike(post, user=theo)
    posts.unlike(post, user=ines)
    assert told(mai) == [("like", "theo", 0)]


def test_reposts_are_gathered_and_taken_back_too(mai: User, theo: User) -> None:
    post = write(mai, "Sand everywhere")
    reposts.repost(post, user=theo)
    reposts.repost(post, user=person("ines", "Inès Carrel"))
    assert told(mai) == [("repost", "ines", 1)]
    reposts.unrepost(post, user=theo)
    assert told(mai) == [("repost", "ines", 0)]
    posts.delete(Post.objects.get(author__handle="ines"))
    assert told(mai) == []


def test_who_is_quoted_is_told(mai: User, theo: User) -> None:
    post = write(mai, "Sand everywhere")
    posts.publish(theo, body="Indeed, @mai", language="en", quote_of=post)
    assert told(mai) == [("quote", "theo", 0)]


def test_following_again_and_again_is_told_once(mai: User, theo: User) -> None:
    follows.follow(theo, followed=mai)
    assert told(mai) == [("follow", "theo", 0)]
    follows.unfollow(theo, followed=mai)
    assert told(mai) == []
    follows.follow(theo, followed=mai)
    notifications.read(Notification.objects.get())
    follows.unfollow(theo, followed=mai)
    follows.follow(theo, followed=mai)
    assert Notification.objects.filter(read_at=None).count() == 0
    assert told(mai) == [("follow", "theo", 0)]


@pytest.mark.parametrize("apart", ["blocks", "is blocked", "mutes"])
def test_nobody_is_told_of_those_they_never_meet(mai: User, theo: User, apart: str) -> None:
    post = write(mai, "Sand everywhere")
    posts.like(post, user=theo)
    follows.follow(theo, followed=mai)
    if apart == "mutes":
        Mute.objects.create(muter=mai, muted=theo)
    else:
        pair = (mai, theo) if apart == "blocks" else (theo, mai)
        Block.objects.create(blocker=pair[0], blocked=pair[1])
    assert told(mai) == []
    assert inbox.unread(mai) == 0
    before = Notification.objects.count()
    write(theo, "@mai, look")
    posts.unlike(post, user=theo)
    if apart == "mutes":
        write(theo, "Here too", reply_to=post)
        posts.like(post, user=theo)
    # Not kept for later either: nothing of it comes up when they make peace.
    assert Notification.objects.filter(type__in=["mention", "reply"]).count() == 0
    assert Notification.objects.count() <= before


def test_what_is_gone_or_not_wanted_is_not_shown(mai: User, theo: User) -> None:
    question = write(mai, "Which pair?")
    answer = write(theo, "Coral", reply_to=question)
    other = write(theo, "Or lagoon", reply_to=question)
    posts.delete(answer)
    Post.objects.filter(pk=other.pk).update(hidden_at=timezone.now())
    assert told(mai) == []
    follows.follow(theo, followed=mai)
    off = Choice(NoticeType.FOLLOW, on_page=False, mail=NoticeMail.NEVER)
    notice_preferences.choose(mai, [off], mails_stopped=False)
    assert told(mai) == []
    assert inbox.unread(mai) == 0


def test_unfollowing_without_a_follow_changes_nothing(mai: User, theo: User) -> None:
    reference = f"follow:{theo.pk}"
    notifications.tell(mai.pk, NoticeType.FOLLOW, reference=reference, actor_id=theo.pk)
    follows.unfollow(theo, followed=mai)
    assert told(mai) == [("follow", "theo", 0)]
    assert not InterestProfile.objects.exists()


def test_the_decision_about_a_hidden_post_is_shown(mai: User) -> None:
    post = write(mai, "Sand everywhere")
    Post.objects.filter(pk=post.pk).update(hidden_at=timezone.now())
    notifications.tell(mai.pk, NoticeType.MODERATION, reference="hidden:1", post=post)
    assert told(mai) == [("moderation", None, 0)]


def test_orders_come_before_likes_and_unread_before_read(mai: User, theo: User) -> None:
    notifications.tell(mai.pk, NoticeType.ORDER, reference="order:1", data={"link": "/orders/"})
    follows.follow(theo, followed=mai)
    notifications.read(Notification.objects.get(type="follow"))
    posts.like(write(mai, "Sand"), user=theo)
    assert [type for type, _actor, _others in told(mai)] == ["order", "like", "follow"]


def test_pages_go_through_all_parts_without_repeating(mai: User) -> None:
    for number in range(9):
        type = NoticeType.ORDER if number % 2 else NoticeType.MENTION
        notifications.tell(mai.pk, type, reference=str(number))
    for reference in ("7", "8"):
        notifications.read(Notification.objects.get(reference=reference))
    seen, cursor = [], None
    while True:
        page = inbox.read_page(mai, behind=cursor, size=2)
        seen += [notice.reference for notice in [*page.new, *page.earlier]]
        cursor = page.next
        if cursor is None:
            break
    assert seen == ["5", "3", "1", "6", "4", "2", "0", "8", "7"]


def test_opening_a_notice_reads_it_and_leads_to_the_post(
    reader: Client, mai: User, theo: User
) -> None:
    answer = write(theo, "Coral", reply_to=write(mai, "Which pair?"))
    assert reader.get("/notifications/count/").json() == {"unread": 1}
    page = reader.get("/notifications/").content.decode()
    notice = Notification.objects.get()
    address = f"/notifications/{notice.public_id}/"
    assert f'href="{address}"' in page
    assert "<b>Théo Marin</b> replied to your post" in page
    answered = reader.get(address)
    assert answered["Location"] == reverse("feeds:post", args=[answer.public_id])
    assert reader.get("/notifications/count/").json() == {"unread": 0}


def test_one_and_all_are_marked_read_but_not_what_came_later(
    reader: Client, mai: User, theo: User
) -> None:
    for handle in ("ines", "luc", "zoe"):
        follows.follow(person(handle, handle.title()), followed=mai)
    ours = Notification.objects.order_by("pk")
    reader.post(f"/notifications/{ours[0].public_id}/read/")
    assert inbox.unread(mai) == 2
    page_made = timezone.now()
    follows.follow(theo, followed=mai)
    Notification.objects.filter(actor=theo).update(created_at=timezone.now())
    reader.post("/notifications/read/", {"until": page_made.isoformat()})
    assert list(ours.unread().values_list("actor__handle", flat=True)) == ["theo"]


def test_nobody_reads_or_opens_anothers(reader: Client, theo: User) -> None:
    notifications.tell(theo.pk, NoticeType.ORDER, reference="order:1", data={"link": "/x/"})
    notice = Notification.objects.get()
    assert reader.get(f"/notifications/{notice.public_id}/").status_code == 404
    assert reader.post(f"/notifications/{notice.public_id}/read/").status_code == 404
    reader.post("/notifications/read/")
    assert reader.get("/notifications/?as=theo").status_code == 404
    notice.refresh_from_db()
    assert notice.read_at is None


def test_whoever_posts_for_a_shop_reads_its_notices(
    reader: Client, mai: User, theo: User, plage: Merchant
) -> None:
    posts.like(write(plage.account, "Back for summer"), user=theo)
    assert reader.get("/notifications/?as=plagefils").status_code == 404
    member = Membership.objects.create(user=mai, merchant=plage, role=Membership.Role.READ_ONLY)
    assert reader.get("/notifications/?as=plagefils").status_code == 404
    Membership.objects.filter(pk=member.pk).update(role=Membership.Role.EDITOR)
    assert (
        "<b>Théo Marin</b> liked your post"
        in reader.get("/notifications/?as=plagefils").content.decode()
    )
    assert reader.get("/notifications/count/").json() == {"unread": 1}
    reader.post("/notifications/read/", {"as": "plagefils"})
    assert reader.get("/notifications/count/").json() == {"unread": 0}


def test_a_type_without_words_of_its_own_breaks_nothing(reader: Client, mai: User) -> None:
    Notification.objects.create(user=mai, type="unheard_of", reference="1")
    assert reader.get("/notifications/").status_code == 200


def test_the_page_costs_the_same_however_long(
    reader: Client, mai: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(25):
        follows.follow(person(f"fan{number}", f"Fan {number}"), followed=mai)
    reader.get("/notifications/")
    # Session, member, the three parts of the page, the shops they post for.
    with django_assert_num_queries(6):
        reader.get("/notifications/")


def test_what_was_read_long_ago_is_forgotten(mai: User, theo: User) -> None:
    for age in (89, 91):
        notifications.tell(mai.pk, NoticeType.ORDER, reference=str(age))
        Notification.objects.filter(reference=str(age)).update(
            read_at=timezone.now() - timedelta(days=age)
        )
    notifications.tell(mai.pk, NoticeType.ORDER, reference="unread")
    assert notifications.forget() == 1
    assert set(Notification.objects.values_list("reference", flat=True)) == {"89", "unread"}


def test_preferences_are_kept_and_orders_cannot_be_left_out(reader: Client, mai: User) -> None:
    reader.post(
        "/me/notifications/",
        {"page_like": "yes", "mail_like": "daily", "mail_reply": "sometimes", "stop": "yes"},
    )
    kept = {choice.type: choice for choice in notice_preferences.of(mai)}
    assert kept[NoticeType.LIKE] == Choice(NoticeType.LIKE, True, NoticeMail.DAILY)
    assert kept[NoticeType.REPLY] == Choice(NoticeType.REPLY, False, NoticeMail.DAILY)
    assert kept[NoticeType.ORDER] == Choice(NoticeType.ORDER, True, NoticeMail.AT_ONCE)
    assert not notifications.wants_mail(mai.pk, NoticeType.CART)
    reader.post("/me/notifications/", {"mail_cart": "at_once"})
    assert notifications.wants_mail(mai.pk, NoticeType.CART)
    reader.post("/me/notifications/", {"mail_cart": "never"})
    assert not notifications.wants_mail(mai.pk, NoticeType.CART)


def test_what_nobody_is_told_of_yet_is_no_choice(reader: Client, mai: User) -> None:
    page = reader.get("/me/notifications/").content.decode()
    assert "mail_cart" in page
    assert "mail_moderation" not in page
    reader.post("/me/notifications/", {})
    assert notifications.wants_mail(mai.pk, NoticeType.MODERATION)


def test_a_like_that_comes_twice_counts_once(mai: User, theo: User) -> None:
    post = write(mai, "Sand everywhere")
    posts.like(post, user=theo)
    like = Like.objects.get()
    posts.like(post, user=theo)
    assert Like.objects.get() == like
    assert told(mai) == [("like", "theo", 0)]
