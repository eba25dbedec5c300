"""Deciding cases: hide or suspend, do nothing, and take a measure back.

People decide, one after the other: whoever comes second is told so. Each decision says why to whom
it concerns, and whoever reported hears what came of it, in the same transaction.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import suspensions
from accounts.models import User
from feeds import authors, decision_links, decision_news, hiding, shop_suspensions, statements
from feeds.models import Appeal, Case, Decision, Ground, Post
from feeds.refusals import Refused

Kind = Decision.Kind
State = Case.State
LEADS_TO = {
    Kind.HIDE: State.ACTIONED,
    Kind.SUSPEND: State.ACTIONED,
    Kind.DISMISS: State.DISMISSED,
    Kind.RESTORE: State.REVERSED,
    Kind.LIFT: State.REVERSED,
}
OF_POSTS, OF_PEOPLE = (Kind.HIDE, Kind.RESTORE), (Kind.SUSPEND, Kind.LIFT)


class DecisionRefused(Refused):
    """A decision that cannot be."""


def hide(case: Case, *, by: User, ground: str, words: str) -> Decision:
    """Take the case's post out of sight; see `hiding.hide`, and `_decide` for the rest.

    `words` say what was seen: its author is sent them. Raises DecisionRefused without them, without
    a `ground`, and where the post is gone already.
    """
    return _decide(case, Kind.HIDE, by=by, ground=ground, words=words)


def suspend(case: Case, *, by: User, ground: str, words: str) -> Decision:
    """Suspend whom the case is about: they are signed out everywhere and nobody meets them; a shop
    sells no more. See `_decide`.

    Raises DecisionRefused without `ground` and `words`, for staff, and for who is suspended.
    """
    return _decide(case, Kind.SUSPEND, by=by, ground=ground, words=words)


def dismiss(case: Case, *, by: User, words: str = "") -> Decision:
    """Nothing is wrong: `words` are a note for staff. Those who reported are told. See `_decide`."""
    return _decide(case, Kind.DISMISS, by=by, words=words)


def restore(case: Case, *, by: User, words: str = "") -> Decision:
    """Show the post again that the case has hidden; its author is told, with `words`. See `_decide`.

    Raises DecisionRefused while an appeal waits: that is answered instead.
    """
    return _decide(case, Kind.RESTORE, by=by, words=words)


def lift(case: Case, *, by: User, words: str = "") -> Decision:
    """Lift the suspension that the case has brought; as `restore`. All comes back but sessions."""
    return _decide(case, Kind.LIFT, by=by, words=words)


def locked(case_id: int) -> Case:
    """The case, locked until the transaction ends; its person and post come along."""
    rows = Case.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("person", "post__author").get(pk=case_id)


@transaction.atomic
def _decide(case: Case, kind: Kind, *, by: User, words: str, ground: str = "") -> Decision:
    """Write the decision, move the case and the post or account, and tell everybody.

    Locks the case, then what it is about: of two who decide at once, the second finds it decided.
    Raises DecisionRefused where Case.TRANSITIONS has no such step, and for whom it is not to
    decide; StatementRefused for overlong `words`.
    """
    words = statements.checked(words)
    case = locked(case.pk)
    _check(case, kind, by=by, ground=ground, words=words)
    if not _carry_out(case, kind, by=by):
        raise DecisionRefused(_("Nothing is left to do: somebody was here before you."))
    case.state, case.closed_at = LEADS_TO[kind], timezone.now()
    case.save(update_fields=["state", "closed_at"])
    decision = Decision.objects.create(case=case, kind=kind, ground=ground, words=words, by=by)
    decision_news.decided(decision)
    return decision


def impartial(person: User) -> QuerySet[User]:
    """Staff who may decide about `person`: whose business it is not."""
    there = User.objects.filter(is_staff=True, is_active=True).exclude(pk=person.pk)
    return there.exclude(memberships__merchant__account=person)


def may_decide(case: Case, *, by: User) -> bool:
    """Whether `by` may decide `case`: it is not about them or a shop that they work for, or nobody else
    is there."""
    return not authors.has_part_in(by, case.person) or not impartial(case.person).exists()


def _check(case: Case, kind: Kind, *, by: User, ground: str, words: str) -> None:
    if LEADS_TO[kind] not in Case.TRANSITIONS[case.state]:
        raise DecisionRefused(_("Somebody has decided this meanwhile. Look again."))
    if not may_decide(case, by=by):
        raise DecisionRefused(_("This is about you or your shop: somebody else decides it."))
    if kind in (OF_PEOPLE if case.post else OF_POSTS):
        raise DecisionRefused(_("That is not what this case is about."))
    if kind in Decision.MEASURES and (ground not in Ground.values or not words):
        raise DecisionRefused(_("Say on what ground, and what was seen: the person is told."))
    if kind == Kind.SUSPEND and case.person.is_staff:
        raise DecisionRefused(_("Operator’s staff is not suspended here."))
    waiting = Appeal.objects.filter(decision__case=case, state=Appeal.State.OPEN)
    if LEADS_TO[kind] == State.REVERSED and waiting.exists():
        raise DecisionRefused(_("There is an appeal against this: answer it."))


def _carry_out(case: Case, kind: Kind, *, by: User) -> bool:
    """Whether anything was done, or nothing was to be done."""
    if kind == Kind.SUSPEND:
        done = suspensions.suspend(case.person)
        shop_suspensions.suspend(case.person, case_id=case.pk, actor=by)
        return done
    if kind == Kind.LIFT:
        # The account first, as above: no shop of a suspended one is activated.
        done = suspensions.lift(case.person)
        shop_suspensions.lift(case.person, case_id=case.pk, actor=by)
        return done
    if case.post is not None and kind == Kind.HIDE:
        return hiding.hide(case.post)
    if case.post is not None and kind == Kind.RESTORE:
        return hiding.restore(case.post)
    return True


# Reading ----------------------------------------------------------------------------------------


def of_person(public_id: UUID, *, reader: User) -> Decision:
    """The measure of this id, for whoever speaks for whom it concerns.

    Raises Decision.DoesNotExist for anybody else.
    """
    rows = Decision.objects.select_related("case__person", "case__post__author")
    decision = rows.get(public_id=public_id, kind__in=Decision.MEASURES)
    if not authors.may_speak_for(reader, decision.case.person):
        raise Decision.DoesNotExist
    return decision


def why_hidden(post: Post) -> Decision | None:
    """The decision by which `post` is out of sight."""
    rows = Decision.objects.filter(case__post=post, kind=Kind.HIDE, case__state=State.ACTIONED)
    rows = rows.select_related("case__person", "case__post__author")
    return rows.order_by("-pk").first()


def page_of_suspension(user: User) -> str:
    """The page that tells `user` why they are suspended; "" where no decision says so."""
    rows = Decision.objects.filter(case__person=user, kind=Kind.SUSPEND, case__state=State.ACTIONED)
    decision = rows.order_by("-pk").first()
    return decision_links.address(decision) if decision else ""
