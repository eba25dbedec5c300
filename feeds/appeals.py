"""Appeals: what somebody says against a decision about them, and who answers it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from feeds import authors, decision_news, decision_words, decisions, statements
from feeds.models import Appeal, Decision
from feeds.refusals import Refused

State = Appeal.State


class AppealRefused(Refused):
    """What cannot be said or answered."""


@transaction.atomic
def file(decision: Decision, *, words: str) -> Appeal:
    """Whom `decision` concerns says why it is wrong: once, and the first text stands.

    The caller has checked who they are, by the link. Locks the case. Raises AppealRefused without
    words, where nothing stands any more that could be appealed, and after Decision.APPEALS;
    StatementRefused for too many words.
    """
    case = decisions.locked(decision.case_id)
    filed = Appeal.objects.filter(decision=decision).first()
    if filed is not None:
        return filed
    decision.case = case
    if not decision.stands:
        raise AppealRefused(_("This decision was taken back: there is nothing to appeal."))
    if not decision.can_be_appealed:
        raise AppealRefused(decision_words.too_late(decision))
    words = statements.checked(words)
    if not words:
        raise AppealRefused(_("Say why the decision is wrong."))
    return Appeal.objects.create(decision=decision, words=words)


def grant(appeal: Appeal, *, by: User, answer: str) -> Appeal:
    """The person was right: the measure is taken back, and they are told. See `_answer`."""
    return _answer(appeal, State.GRANTED, by=by, answer=answer)


def reject(appeal: Appeal, *, by: User, answer: str) -> Appeal:
    """The measure stands, and the person is told why. See `_answer`."""
    return _answer(appeal, State.REJECTED, by=by, answer=answer)


@transaction.atomic
def _answer(appeal: Appeal, state: State, *, by: User, answer: str) -> Appeal:
    """Close `appeal`, with the words that the person is sent.

    Locks the case, which is what guards its appeal too: of two who answer at once, the second finds
    it answered. Raises AppealRefused without an answer, for an appeal that is answered, and for
    whoever took the decision or is concerned by it, where somebody else could look at it;
    StatementRefused for an overlong answer.
    """
    answer = statements.checked(answer)
    case = decisions.locked(appeal.decision.case_id)
    appeal = Appeal.objects.get(pk=appeal.pk)
    decision = appeal.decision
    if state not in Appeal.TRANSITIONS[appeal.state]:
        raise AppealRefused(_("Somebody has answered this meanwhile. Look again."))
    if not answer:
        raise AppealRefused(_("Say why: the person is told."))
    if not may_answer(decision, by=by):
        raise AppealRefused(
            _("You decided this or it is about you: somebody else looks at the appeal.")
        )
    appeal.state, appeal.answer = state, answer
    appeal.answered_by, appeal.answered_at = by, timezone.now()
    appeal.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    if state == State.GRANTED:
        back = decisions.restore if decision.kind == Decision.Kind.HIDE else decisions.lift
        back(case, by=by, words=answer)
    else:
        decision_news.rejected(appeal)
    return appeal


def may_answer(decision: Decision, *, by: User) -> bool:
    """Whether `by` may answer an appeal against `decision`: anybody of staff but who took it, and
    they too where nobody else is there. Whom it is about only where nobody at all is there."""
    person = decision.case.person
    judges = decisions.impartial(person)
    if authors.has_part_in(by, person):
        return not judges.exists()
    return by.pk != decision.by_id or not judges.exclude(pk=decision.by_id).exists()
