"""Decisions: hide, dismiss and take back, by whom and about what."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import OutgoingMail, User
from catalogue.models import Membership, Merchant, Product
from checkout import carts
from checkout.cart_owners import Owner
from checkout.models import CartLine
from feeds import cases, decisions, edits, posts
from feeds.cases import NoCase
from feeds.decisions import DecisionRefused
from feeds.models import Case, Decision, Ground, NoticeType, Notification, Post, Promotion
from feeds.refusals import Refused
from tests.feeds.moderating import WORDS, hidden, reported, signed_in, staff
from tests.market import person

Kind = Decision.Kind


def test_a_hidden_post_counts_no_more_and_counts_again_when_it_is_back(
    mai: User, theo: User, ana: User, words: Post
) -> None:
    reply = posts.publish(theo, body="And six", language="en", reply_to=words)
    quote = posts.publish(theo, body="See", language="en", quote_of=words)
    cases_of = [hidden(each, by=ana, reporter=mai).case for each in (reply, quote)]
    words.refresh_from_db()
    assert (words.reply_count, words.quote_count) == (0, 0)
    for case in cases_of:
        decisions.restore(case, by=ana)
    words.refresh_from_db()
    assert (words.reply_count, words.quote_count) == (1, 1)
    assert [case.state for case in Case.objects.order_by("pk")] == ["reversed", "reversed"]


def test_whoever_comes_second_changes_nothing(mai: User, ana: User, words: Post) -> None:
    case = reported(mai, post=words)
    decisions.dismiss(case, by=ana)
    with pytest.raises(DecisionRefused, match="meanwhile"):
        decisions.hide(case, by=staff("ben"), ground=Ground.SPAM, words=WORDS)
    words.refresh_from_db()
    assert words.hidden_at is None
    assert Decision.objects.get().kind == Kind.DISMISS


@pytest.mark.parametrize(
    ("ground", "said"), [("", WORDS), ("spam", "  "), ("boring", WORDS), ("spam", "x" * 1001)]
)
def test_a_measure_needs_a_ground_and_words(
    mai: User, ana: User, words: Post, ground: str, said: str
) -> None:
    case = reported(mai, post=words)
    with pytest.raises(Refused):
        decisions.hide(case, by=ana, ground=ground, words=said)
    assert not Decision.objects.exists()
    assert not OutgoingMail.objects.exists()
    assert Post.objects.visible().filter(pk=words.pk).exists()


def test_each_kind_is_about_its_own(mai: User, theo: User, ana: User, words: Post) -> None:
    with pytest.raises(DecisionRefused):
        decisions.suspend(reported(mai, post=words), by=ana, ground=Ground.SPAM, words=WORDS)
    with pytest.raises(DecisionRefused):
        decisions.hide(reported(mai, them=theo), by=ana, ground=Ground.SPAM, words=WORDS)
    assert User.objects.get(pk=theo.pk).is_active


def test_what_its_author_deleted_is_not_hidden(mai: User, ana: User, words: Post) -> None:
    case = reported(mai, post=words)
    posts.delete(words)
    with pytest.raises(DecisionRefused):
        decisions.hide(case, by=ana, ground=Ground.SPAM, words=WORDS)
    decisions.dismiss(case, by=ana, words="Gone by itself.")
    with pytest.raises(NoCase):
        cases.look_into(words.author, post=Post.objects.get(pk=words.pk), by=ana)


def test_its_author_alone_reads_it_and_neither_edits_nor_deletes_it(
    reader: Client, theo: User, ana: User, words: Post
) -> None:
    hidden(words, by=ana)
    address = f"/posts/{words.public_id}/"
    own = signed_in(theo).get(address).content.decode()
    for said in ("Your post is hidden", "Spam: that is against", WORDS, "Send the appeal"):
        assert said in own
    for somebody in (reader, Client(), signed_in(ana)):
        assert somebody.get(address).status_code == 404
    for verb in ("edit", "delete", "like", "repost"):
        assert (
            signed_in(theo).post(f"{address}{verb}/", {"body": "x", "liked": "yes"}).status_code
            == 404
        )
    assert not posts.delete(Post.objects.get(pk=words.pk))
    with pytest.raises(posts.PostRefused):
        edits.edit(words, body="Else", products=[])


def test_replies_hold_on_to_a_gap(reader: Client, theo: User, mai: User, ana: User) -> None:
    words = posts.publish(theo, body="Five watches", language="en")
    posts.publish(mai, body="Really?", language="en", reply_to=words)
    hidden(words, by=ana)
    page = reader.get(f"/posts/{words.public_id}/").content.decode()
    assert "Five watches" not in page
    assert "This post is not shown." in page
    assert "Really?" in page


def test_a_shops_hidden_post_is_read_by_its_members(
    mai: User, theo: User, plage: Merchant, ana: User
) -> None:
    Membership.objects.create(user=theo, merchant=plage, role=Membership.Role.EDITOR)
    words = posts.publish(plage.account, body="Five watches", language="en")
    hidden(words, by=ana)
    address = f"/posts/{words.public_id}/"
    assert "Your post is hidden" in signed_in(theo).get(address).content.decode()
    assert signed_in(mai).get(address).status_code == 404
    letter = OutgoingMail.objects.get(kind="moderation_hide")
    assert letter.to == plage.email
    told = Notification.objects.get(type=NoticeType.MODERATION)
    assert told.user == plage.account


def test_promotions_end_and_the_post_sells_nothing(
    mai: User, plage: Merchant, corniche: Product, ana: User
) -> None:
    now = timezone.now()
    words = posts.publish(plage.account, body="Buy", language="en", products=[corniche])
    promotion = Promotion.objects.create(
        merchant=plage,
        post=words,
        topics=["shoes"],
        budget=1000,
        currency="EUR",
        starts_at=now - timedelta(days=1),
        ends_at=now + timedelta(days=1),
    )
    hidden(words, by=ana)
    promotion.refresh_from_db()
    assert promotion.stopped_at is not None
    variant = corniche.variants.get()
    carts.add(Owner(mai.pk), variant.public_id, post=words.public_id)
    assert CartLine.objects.get().post is None


def test_staff_opens_a_case_that_nobody_reported(theo: User, ana: User, words: Post) -> None:
    case = cases.look_into(theo, post=words, by=ana)
    assert cases.look_into(theo, post=words, by=ana) == case
    assert (case.report_count, case.opened_by) == (0, ana)
    assert person("nobody", "N").cases.count() == 0
