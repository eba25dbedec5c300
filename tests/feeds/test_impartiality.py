"""Nobody of staff decides about themselves or their shop, as long as somebody else is there."""

from __future__ import annotations

import pytest

from accounts.models import User
from catalogue.models import Membership, Merchant
from feeds import appeals, cases, decisions, posts
from feeds.appeals import AppealRefused
from feeds.decisions import DecisionRefused
from feeds.models import Appeal, Case, Decision, Ground, Post
from tests.feeds.moderating import WORDS, hidden, reported, staff, suspended


@pytest.fixture
def ana(db: None) -> User:
    return staff()


@pytest.fixture
def ben(db: None) -> User:
    return staff("ben")


def test_staff_decides_no_case_about_themselves(mai: User, ana: User, ben: User) -> None:
    words = posts.publish(ana, body="Five watches", language="en")
    case = reported(mai, post=words)
    with pytest.raises(DecisionRefused, match="somebody else"):
        decisions.dismiss(case, by=ana)
    assert Case.objects.get().state == Case.State.OPEN
    decisions.hide(case, by=ben, ground=Ground.SPAM, words=WORDS)
    with pytest.raises(DecisionRefused, match="somebody else"):
        decisions.restore(case, by=ana)
    assert not Post.objects.visible().filter(pk=words.pk).exists()


@pytest.mark.parametrize("role", Membership.Role.values)
def test_staff_decides_no_case_about_a_shop_that_they_work_for_whatever_becomes_of_it(
    ana: User, ben: User, plage: Merchant, role: str
) -> None:
    Membership.objects.create(user=ana, merchant=plage, role=role)
    with pytest.raises(DecisionRefused, match="somebody else"):
        decisions.dismiss(cases.look_into(plage.account, by=ben), by=ana)
    # A suspended shop's members are let in nowhere, and are its members nevertheless.
    appeal = appeals.file(suspended(plage.account, by=ben), words="They are five models.")
    staff("eve")
    with pytest.raises(AppealRefused, match="somebody else"):
        appeals.grant(appeal, by=ana, answer="They are.")
    assert Appeal.objects.get().state == Appeal.State.OPEN


def test_an_own_appeal_is_left_to_who_decided_where_nobody_else_is_there(
    ana: User, ben: User
) -> None:
    decision = hidden(posts.publish(ana, body="Five watches", language="en"), by=ben)
    appeal = appeals.file(decision, words="They are five models.")
    assert not appeals.may_answer(decision, by=ana)
    appeals.grant(appeal, by=ben, answer="They are indeed.")
    assert Appeal.objects.get().state == Appeal.State.GRANTED


def test_whoever_is_alone_decides_about_everything(mai: User, ana: User) -> None:
    words = posts.publish(ana, body="Five watches", language="en")
    decisions.dismiss(reported(mai, post=words), by=ana)
    assert Decision.objects.get().kind == Decision.Kind.DISMISS
