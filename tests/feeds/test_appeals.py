"""Appeals: once, signed in or not, answered by somebody else, and told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import OutgoingMail, User
from catalogue.models import Membership, Merchant
from feeds import appeals, decision_links, decisions, posts
from feeds.appeals import AppealRefused
from feeds.decisions import DecisionRefused
from feeds.models import Appeal, Case, Decision, Notification, Post
from feeds.refusals import Refused
from tests.feeds.moderating import hidden, staff, suspended

State = Appeal.State


@pytest.fixture
def ben(db: None) -> User:
    return staff("ben")


@pytest.fixture
def decision(words: Post, ana: User) -> Decision:
    return hidden(words, by=ana)


def address(decision: Decision) -> str:
    return f"/decisions/{decision_links.token(decision)}/"


def test_whoever_holds_the_link_appeals_signed_out(client: Client, decision: Decision) -> None:
    answer = client.post(address(decision), {"words": "They are five models."}, follow=True)
    assert answer.redirect_chain == [(address(decision), 302)]
    page = answer.content.decode()
    assert "They are five models." in page
    assert "We have it, and write to you when it is answered." in page
    assert "<textarea" not in page
    assert Appeal.objects.get().words == "They are five models."


def test_a_second_text_changes_nothing(client: Client, decision: Decision) -> None:
    for said in ("First", "Second"):
        client.post(address(decision), {"words": said})
    assert Appeal.objects.get().words == "First"


@pytest.mark.parametrize("said", ["", "  ", "x" * 1001])
def test_what_cannot_be_read_is_refused_and_stays_typed(
    client: Client, decision: Decision, said: str
) -> None:
    answer = client.post(address(decision), {"words": said})
    assert answer.status_code == 422
    assert f"{said}</textarea>" in answer.content.decode()
    assert not Appeal.objects.exists()


def test_who_was_right_has_the_post_back_and_is_told(
    words: Post, decision: Decision, ben: User
) -> None:
    appeal = appeals.file(decision, words="They are five models.")
    appeals.grant(appeal, by=ben, answer="They are indeed.")
    assert Post.objects.visible().filter(pk=words.pk).exists()
    assert Case.objects.get().state == Case.State.REVERSED
    letter = OutgoingMail.objects.get(kind="moderation_restore")
    assert letter.subject == "Your post is shown again"
    assert "They are indeed." in letter.text
    assert f"/posts/{words.public_id}/" in letter.text
    told = Notification.objects.filter(user=words.author).order_by("-pk")[0]
    assert told.data["what"] == "restore"
    page = Client().get(address(decision)).content.decode()
    assert "You were right: the decision is taken back." in page


def test_who_was_not_right_is_told_why(words: Post, decision: Decision, ben: User) -> None:
    User.objects.filter(pk=words.author_id).update(locale="fr")
    appeal = appeals.file(decision, words="They are five models.")
    appeals.reject(appeal, by=ben, answer="Ce sont les mêmes.")
    assert not Post.objects.visible().filter(pk=words.pk).exists()
    letter = OutgoingMail.objects.get(kind="moderation_rejected")
    assert letter.subject == "Votre recours est rejeté"
    assert "Ce sont les mêmes." in letter.text
    assert "Ce sont les mêmes." in Client().get(address(decision)).content.decode()
    appeal.refresh_from_db()
    assert (appeal.state, appeal.answered_by) == (State.REJECTED, ben)


def test_a_suspension_is_lifted_by_an_appeal(theo: User, ana: User, ben: User) -> None:
    appeal = appeals.file(suspended(theo, by=ana), words="It was not me.")
    appeals.grant(appeal, by=ben, answer="Somebody had your password.")
    assert User.objects.get(pk=theo.pk).is_active
    assert OutgoingMail.objects.filter(kind="moderation_lift", to=theo.email).exists()


def test_whoever_decided_answers_only_where_nobody_else_is_there(
    decision: Decision, ana: User
) -> None:
    appeal = appeals.file(decision, words="They are five models.")
    ben = staff("ben")
    with pytest.raises(AppealRefused, match="somebody else"):
        appeals.grant(appeal, by=ana, answer="Yes.")
    assert Appeal.objects.get().state == State.OPEN
    User.objects.filter(pk=ben.pk).update(is_active=False)
    appeals.grant(appeal, by=ana, answer="Yes.")
    assert Appeal.objects.get().state == State.GRANTED


def test_an_appeal_is_answered_once_and_with_words(decision: Decision, ben: User) -> None:
    appeal = appeals.file(decision, words="They are five models.")
    for answer in ("", " ", "x" * 1001):
        with pytest.raises(Refused):
            appeals.reject(appeal, by=ben, answer=answer)
    appeals.reject(appeal, by=ben, answer="No.")
    with pytest.raises(AppealRefused, match="meanwhile"):
        appeals.grant(appeal, by=ben, answer="Yes.")
    assert Decision.objects.count() == 1


def test_what_waits_for_an_appeal_is_not_taken_back_beside_it(
    decision: Decision, ana: User
) -> None:
    appeals.file(decision, words="They are five models.")
    with pytest.raises(DecisionRefused, match="appeal"):
        decisions.restore(decision.case, by=ana)


def test_what_was_taken_back_cannot_be_appealed(
    client: Client, decision: Decision, ana: User
) -> None:
    decisions.restore(decision.case, by=ana)
    page = client.get(address(decision)).content.decode()
    assert "Your post is shown again" in page
    assert "<textarea" not in page
    assert client.post(address(decision), {"words": "Too late"}).status_code == 422
    assert not Appeal.objects.exists()


def test_no_decision_is_changed_or_deleted(decision: Decision) -> None:
    rows = Decision.objects.filter(pk=decision.pk)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        rows.update(words="Something else")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        rows.delete()
    assert rows.get().words == decision.words


def test_no_other_link_is_a_way_in(client: Client, decision: Decision, ana: User) -> None:
    back = decisions.restore(decision.case, by=ana)
    for text in (str(decision.public_id), "forged", decision_links.token(back)):
        assert client.get(f"/decisions/{text}/").status_code == 404


def test_appeals_close_after_six_months_which_the_page_and_the_mail_say(
    client: Client, decision: Decision, monkeypatch: pytest.MonkeyPatch
) -> None:
    until = decision.created_at + timedelta(days=184)
    said = f"Appeals are open until {until:%B} {until.day}, {until.year}."
    assert said in client.get(address(decision)).content.decode()
    assert said in OutgoingMail.objects.get(kind="moderation_hide").text
    monkeypatch.setattr(Decision, "APPEALS", timedelta(0))
    page = client.get(address(decision)).content.decode()
    assert "Appeals were open until" in page
    assert "<textarea" not in page
    answer = client.post(address(decision), {"words": "Too late"})
    assert answer.status_code == 422
    assert not Appeal.objects.exists()


def test_who_leaves_a_shop_no_longer_reads_what_was_decided_about_it(
    mai: User, plage: Merchant, ana: User
) -> None:
    member = Membership.objects.create(user=mai, merchant=plage, role=Membership.Role.EDITOR)
    post = posts.publish(plage.account, body="Five watches", language="en")
    decision = hidden(post, by=ana)
    browser = Client()
    browser.force_login(mai)
    # What it signs; behind it stand the time and the signature.
    secret = decision_links.token(decision).partition(":")[0]
    link = Notification.objects.get(user=plage.account).data["link"]
    assert link == f"/decisions/own/{decision.public_id}/"
    for page in (link, f"/posts/{post.public_id}/"):
        text = browser.get(page).content.decode()
        assert "Your post is hidden" in text
        assert f'action="{link}"' in text
        assert secret not in text
    member.delete()
    assert browser.get(link).status_code == 404
    assert browser.post(link, {"words": "Still here"}).status_code == 404
    Membership.objects.create(user=mai, merchant=plage, role=Membership.Role.EDITOR)
    assert browser.post(link, {"words": "Five models"}, follow=True).status_code == 200
    assert Appeal.objects.get().words == "Five models"
    letter = OutgoingMail.objects.get(kind="moderation_hide")
    assert secret in letter.text
