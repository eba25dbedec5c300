"""People report the same, and two moderators decide the same, in the same moment."""

from __future__ import annotations

import pytest

from accounts.models import OutgoingMail, User
from feeds import appeals, decisions, posts, reports
from feeds.appeals import AppealRefused
from feeds.decisions import DecisionRefused
from feeds.models import Appeal, Case, Decision, Ground, Post, Report
from tests.feeds.moderating import WORDS, hidden, reported, staff
from tests.market import person
from tests.races.crowd import at_once, before_it_is_written

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 5


@pytest.fixture
def theo() -> User:
    return person("theo", "Théo")


def say(author: User, *, body: str = "Five watches") -> Post:
    return posts.publish(author, body=body, language="en")


def report(reporter: User, post: Post) -> Report:
    return reports.report(reporter, person=post.author, post=post, ground=Ground.SPAM)


def test_the_same_report_many_times_at_once_is_one(theo: User) -> None:
    mai = person("mai", "Maï")
    for _round in range(ROUNDS):
        post = say(theo)
        made = at_once([lambda post=post: report(mai, post)] * 4)
        assert len({each.pk for each in made if isinstance(each, Report)}) == 1
        assert not [each for each in made if isinstance(each, Exception)]
        assert Case.objects.get(post=post).report_count == 1


def test_the_first_reports_of_many_at_once_are_one_case(theo: User) -> None:
    crowd = [person(f"p{number}", "P") for number in range(6)]
    post = say(theo)
    made = at_once([lambda each=each: report(each, post) for each in crowd])
    assert not [each for each in made if isinstance(each, Exception)]
    case = Case.objects.get()
    assert case.report_count == case.reports.count() == len(crowd)


def test_of_two_moderators_at_once_one_decides(theo: User) -> None:
    ana, ben, mai = staff("ana"), staff("ben"), person("mai", "Maï")
    for _round in range(ROUNDS):
        case = reported(mai, post=say(theo))
        made = at_once(
            [
                lambda case=case: decisions.hide(case, by=ana, ground="spam", words=WORDS),
                lambda case=case: decisions.dismiss(case, by=ben),
            ]
        )
        assert [type(each) for each in made if isinstance(each, Exception)] == [DecisionRefused]
        decision = Decision.objects.get(case=case)
        hides = decision.kind == Decision.Kind.HIDE
        assert Post.objects.visible().filter(pk=case.post_id).exists() is not hides
        case.refresh_from_db()
        assert case.state == (Case.State.ACTIONED if hides else Case.State.DISMISSED)


def test_a_report_that_comes_while_it_is_decided_waits_in_a_case_of_its_own(theo: User) -> None:
    ana, mai, ines = staff("ana"), person("mai", "Maï"), person("ines", "Inès")
    post = say(theo)
    case = reported(mai, post=post)
    report_of_ines = before_it_is_written(
        lambda: decisions.dismiss(case, by=ana) and None, then=lambda: report(ines, post) and None
    )
    assert report_of_ines.exception() is None
    theirs = Report.objects.get(reporter=ines).case
    assert theirs != case
    assert (theirs.state, theirs.report_count) == (Case.State.OPEN, 1)
    assert not ines.notifications.exists()


def test_an_appeal_is_answered_by_one_of_two(theo: User) -> None:
    ana, ben, eve = staff("ana"), staff("ben"), staff("eve")
    for number in range(ROUNDS):
        decision = hidden(say(theo, body=f"Watch {number}"), by=ana)
        appeal = appeals.file(decision, words="No.")
        made = at_once(
            [
                lambda appeal=appeal: appeals.grant(appeal, by=ben, answer="Yes."),
                lambda appeal=appeal: appeals.reject(appeal, by=eve, answer="No."),
            ]
        )
        assert [type(each) for each in made if isinstance(each, Exception)] == [AppealRefused]
        appeal.refresh_from_db()
        back = appeal.state == Appeal.State.GRANTED
        assert decision.case.decisions.filter(kind="restore").exists() is back
        kinds = ["moderation_restore", "moderation_rejected"]
        assert OutgoingMail.objects.filter(kind__in=kinds).count() == number + 1


def test_what_its_author_deletes_meanwhile_is_not_hidden_and_counts_once_less(theo: User) -> None:
    ana, mai = staff("ana"), person("mai", "Maï")
    asked = say(mai, body="Which watch?")
    reply = posts.publish(theo, body="Mine", language="en", reply_to=asked)
    case = reported(mai, post=reply)
    hiding = before_it_is_written(
        lambda: posts.delete(reply) and None,
        then=lambda: decisions.hide(case, by=ana, ground="spam", words=WORDS) and None,
    )
    assert isinstance(hiding.exception(), DecisionRefused)
    asked.refresh_from_db()
    assert asked.reply_count == 0
    assert Case.objects.get().state == Case.State.OPEN
