"""What people are told of a decision: the statement of reasons, on the page and by mail."""

from __future__ import annotations

from django.test import Client

from accounts.models import OutgoingMail, User
from feeds import cases, decisions, notice_preferences, reports
from feeds.models import Ground, NoticeMail, NoticeType, Notification, Post
from feeds.notice_preferences import Choice
from tests.feeds.moderating import WORDS, hidden, reported, signed_in


def test_what_is_decided_about_oneself_is_no_choice(theo: User, ana: User, words: Post) -> None:
    never = Choice(NoticeType.MODERATION, on_page=False, mail=NoticeMail.NEVER)
    notice_preferences.choose(theo, [never], mails_stopped=True)
    hidden(words, by=ana)
    assert "Your post is hidden" in signed_in(theo).get("/notifications/").content.decode()
    assert OutgoingMail.objects.filter(to=theo.email).exists()


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
        "Votre post a été retiré",
    )
    assert letter.unsubscribe == ""
    for text in (letter.text, letter.html):
        for said in ("Five watches, one price", "règles d’Étal", WORDS, "signalé", "/decisions/"):
            assert said in text
        for secret in ("mai", "Maï"):
            assert secret not in text.split("http")[0].replace("mail", "")
    told = Notification.objects.get(user=theo)
    assert told.type == NoticeType.MODERATION
    assert signed_in(theo).get("/notifications/").status_code == 200


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
    assert (
        "we found nothing against our rules"
        in signed_in(mai).get("/notifications/").content.decode()
    )
    assert "A joke." not in signed_in(mai).get("/notifications/").content.decode()


def test_who_wants_no_mail_about_reports_gets_none(mai: User, ana: User, words: Post) -> None:
    browser = signed_in(mai)
    page = browser.get("/me/notifications/").content.decode()
    assert "What came of your reports" in page
    assert 'name="mail_moderation"' not in page
    browser.post("/me/notifications/", {"page_report": "yes", "mail_report": "never"})
    decisions.dismiss(reported(mai, post=words), by=ana)
    assert Notification.objects.get().mail_due_at is None
