"""Decisions: hide, suspend, dismiss and take back, each with its reasons."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import OutgoingMail, User
from catalogue import reminders
from catalogue.models import Membership, Merchant, Product
from checkout import carts
from checkout.cart_owners import Owner
from checkout.models import CartLine
from feeds import authors, cases, decisions, edits, notice_preferences, posts, reports
from feeds.cases import NoCase
from feeds.decisions import DecisionRefused
from feeds.models import (
    Case,
    Decision,
    Ground,
    NoticeMail,
    NoticeType,
    Notification,
    Post,
    Promotion,
)
from feeds.notice_preferences import Choice
from feeds.refusals import Refused
from tests.feeds.moderating import WORDS, hidden, reported, staff, suspended
from tests.market import PASSWORD, person

Kind = Decision.Kind


@pytest.fixture
def ana(db: None) -> User:
    return staff()


@pytest.fixture
def words(theo: User) -> Post:
    return posts.publish(theo, body="Five watches, one price", language="en")


def of(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


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
    own = of(theo).get(address).content.decode()
    for said in ("Your post is hidden", "Spam: that is against", WORDS, "Send the appeal"):
        assert said in own
    for somebody in (reader, Client(), of(ana)):
        assert somebody.get(address).status_code == 404
    for verb in ("edit", "delete", "like", "repost"):
        assert of(theo).post(f"{address}{verb}/", {"body": "x", "liked": "yes"}).status_code == 404
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
    assert "Your post is hidden" in of(theo).get(address).content.decode()
    assert of(mai).get(address).status_code == 404
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


def test_a_suspended_person_is_signed_out_for_good_and_signs_in_anew_when_it_is_lifted(
    theo: User, ana: User, words: Post
) -> None:
    browser = of(theo)
    assert browser.get("/notifications/").status_code == 200
    case = suspended(theo, by=ana).case
    for address in ("/notifications/", "/posts/new/", "/orders/", "/account/"):
        assert browser.get(address).status_code == 302
    assert browser.post("/posts/draft/", {"body": "Half"}).status_code == 401
    assert Client().get("/@theo/").status_code == 404
    decisions.lift(case, by=ana, words="We were wrong.")
    # Not by the session of before: whoever had taken it over must not be back.
    assert browser.get("/notifications/").status_code == 302
    anew = Client()
    anew.post("/accounts/login/", {"login": theo.email, "password": PASSWORD})
    assert anew.get("/notifications/").status_code == 200
    assert "Five watches" in Client().get("/@theo/").content.decode()


def test_the_sign_in_says_why_after_the_right_password_alone(theo: User, ana: User) -> None:
    decision = suspended(theo, by=ana)
    strange = {
        email: Client().post("/accounts/login/", {"login": email, "password": "not the password"})
        for email in (theo.email, "nobody@etal.example")
    }
    texts = [answer.content.decode() for answer in strange.values()]
    for text in texts:
        assert "suspended" not in text
        assert "closed" not in text
    assert [answer.status_code for answer in strange.values()] == [200, 200]
    answer = Client().post("/accounts/login/", {"login": theo.email, "password": PASSWORD})
    assert answer.status_code == 302
    page = Client().get(answer["Location"]).content.decode()
    for said in ("Your account is suspended", WORDS, "Send the appeal"):
        assert said in page
    assert decisions.page_of_suspension(theo) == answer["Location"]
    assert decision.case.person == theo


def test_who_is_suspended_is_not_mailed_that_it_is_back_in_stock_until_it_is_lifted(
    theo: User, corniche: Product, ana: User
) -> None:
    reminders.ask(theo, variant=corniche.variants.get())
    case = suspended(theo, by=ana).case
    assert reminders.tell() == 0
    decisions.lift(case, by=ana)
    assert reminders.tell() == 1


def test_what_is_decided_about_oneself_is_no_choice(theo: User, ana: User, words: Post) -> None:
    never = Choice(NoticeType.MODERATION, on_page=False, mail=NoticeMail.NEVER)
    notice_preferences.choose(theo, [never], mails_stopped=True)
    hidden(words, by=ana)
    assert "Your post is hidden" in of(theo).get("/notifications/").content.decode()
    assert OutgoingMail.objects.filter(to=theo.email).exists()


def test_an_account_that_was_closed_otherwise_says_so(theo: User) -> None:
    User.objects.filter(pk=theo.pk).update(is_active=False)
    answer = Client().post("/accounts/login/", {"login": theo.email, "password": PASSWORD})
    assert answer["Location"] == "/accounts/inactive/"


def test_staff_is_not_suspended_and_nobody_twice(mai: User, theo: User, ana: User) -> None:
    with pytest.raises(DecisionRefused):
        decisions.suspend(reported(mai, them=ana), by=staff("ben"), ground="spam", words=WORDS)
    assert User.objects.get(pk=ana.pk).is_active
    suspended(theo, by=ana)
    with pytest.raises(NoCase):
        cases.look_into(User.objects.get(pk=theo.pk), by=ana)


@pytest.mark.parametrize("status", [Merchant.Status.ACTIVE, Merchant.Status.PENDING])
def test_a_suspended_shop_sells_nothing_and_comes_back_as_it_was_let_in(
    theo: User, plage: Merchant, ana: User, status: Merchant.Status
) -> None:
    Membership.objects.create(user=theo, merchant=plage, role=Membership.Role.OWNER)
    Merchant.objects.filter(pk=plage.pk).update(status=status)
    case = suspended(plage.account, by=ana).case
    plage.refresh_from_db()
    assert (plage.status, plage.sells) == (Merchant.Status.SUSPENDED, False)
    assert not authors.may_speak_for(theo, User.objects.get(pk=plage.account_id))
    assert Client().get("/@plagefils/").status_code == 404
    decisions.lift(case, by=ana)
    plage.refresh_from_db()
    was_active = status == Merchant.Status.ACTIVE
    assert plage.sells is was_active
    assert plage.status == (Merchant.Status.ACTIVE if was_active else Merchant.Status.SUSPENDED)
    assert Client().get("/@plagefils/").status_code == 200


def test_a_shop_that_was_suspended_before_stays_so(plage: Merchant, ana: User) -> None:
    Merchant.objects.filter(pk=plage.pk).update(status=Merchant.Status.SUSPENDED)
    case = suspended(plage.account, by=ana).case
    decisions.lift(case, by=ana)
    plage.refresh_from_db()
    assert plage.status == Merchant.Status.SUSPENDED


def test_the_person_is_told_why_in_their_language_whatever_they_chose(
    mai: User, theo: User, ana: User, words: Post
) -> None:
    User.objects.filter(pk=theo.pk).update(locale="fr")
    notice_preferences.stop_mails(theo)
    reports.report(mai, person=theo, post=words, ground=Ground.FRAUD, words="Told by Maï")
    hidden(words, by=ana)
    letter = OutgoingMail.objects.get()
    assert (letter.kind, letter.to, letter.subject) == (
        "moderation_hide",
        "theo@etal.example",
        "Votre post est masqué",
    )
    assert letter.unsubscribe == ""
    for text in (letter.text, letter.html):
        for said in ("Five watches, one price", "règles d’Étal", WORDS, "signalé", "/decisions/"):
            assert said in text
        for secret in ("mai", "Maï"):
            assert secret not in text.split("http")[0].replace("mail", "")
    told = Notification.objects.get(user=theo)
    assert told.type == NoticeType.MODERATION
    assert of(theo).get("/notifications/").status_code == 200


def test_the_same_in_english(mai: User, theo: User, ana: User) -> None:
    decisions.suspend(cases.look_into(theo, by=ana), by=ana, ground=Ground.HATE, words=WORDS)
    letter = OutgoingMail.objects.get()
    assert letter.subject == "Your account is suspended"
    for said in (
        "Hate or harassment: that is against the rules of Étal.",
        WORDS,
        "Our staff saw it.",
        "by a person",
        "out-of-court dispute settlement",
    ):
        assert said in letter.text
    link = letter.text[letter.text.index("/decisions/") :].split()[0]
    assert WORDS in Client().get(link).content.decode()
    assert Client().get(link[:-3] + "x/").status_code == 404


def test_a_dismissal_is_told_to_those_who_reported_alone(
    mai: User, theo: User, ana: User, words: Post
) -> None:
    decisions.dismiss(reported(mai, post=words), by=ana, words="A joke.")
    assert not OutgoingMail.objects.exists()
    told = Notification.objects.get()
    assert (told.user, told.type) == (mai, NoticeType.REPORT)
    assert told.mail_due_at is not None
    assert "we found nothing against our rules" in of(mai).get("/notifications/").content.decode()
    assert "A joke." not in of(mai).get("/notifications/").content.decode()


def test_who_wants_no_mail_about_reports_gets_none(mai: User, ana: User, words: Post) -> None:
    browser = of(mai)
    page = browser.get("/me/notifications/").content.decode()
    assert "What came of your reports" in page
    assert 'name="mail_moderation"' not in page
    browser.post("/me/notifications/", {"page_report": "yes", "mail_report": "never"})
    decisions.dismiss(reported(mai, post=words), by=ana)
    assert Notification.objects.get().mail_due_at is None


def test_staff_opens_a_case_that_nobody_reported(theo: User, ana: User, words: Post) -> None:
    case = cases.look_into(theo, post=words, by=ana)
    assert cases.look_into(theo, post=words, by=ana) == case
    assert (case.report_count, case.opened_by) == (0, ana)
    assert person("nobody", "N").cases.count() == 0
