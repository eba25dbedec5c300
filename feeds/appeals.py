"""Appeals: what somebody says against a decision about them, and who answers it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from feeds import authors, decision_news, decision_words, decisions
from feeds.models import Appeal, Decision
from feeds.models.moderation import LONGEST

State = Appeal.State


class AppealRefused(Exception):
    """What cannot be said or answered; `message` is for whoever tried."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@transaction.atomic
def file(decision: Decision, *, words: str) -> Appeal:
    """Whom `decision` concerns says why it is wrong: once, and the first text stands.

    The caller has checked who they are, by the link. Locks the case. Raises AppealRefused without
    words, for too many, where nothing stands any more that could be appealed, and after
    Decision.APPEALS.
    """
    words = words.replace("\x00", "").strip()
    case = decisions.locked(decision.case_id)
    filed = Appeal.objects.filter(decision=decision).first()
    if filed is not None:
        return filed
    decision.case = case
    if not decision.stands:
        raise AppealRefused(_("This decision was taken back: there is nothing to appeal."))
    if not decision.can_be_appealed:
        raise AppealRefused(decision_words.too_late(decision))
    if not words:
        raise AppealRefused(_("Say why the decision is wrong."))
    if len(words) > LONGEST:
        raise AppealRefused(_("That is too long: 1,000 characters at most."))
    return Appeal.objects.create(decision=decision, words=words)


def uphold(appeal: Appeal, *, by: User, answer: str) -> Appeal:
    """The person was right: the measure is taken back, and they are told. See `_answer`."""
    return _answer(appeal, State.UPHELD, by=by, answer=answer)


def reject(appeal: Appeal, *, by: User, answer: str) -> Appeal:
    """The measure stands, and the person is told why. See `_answer`."""
    return _answer(appeal, State.REJECTED, by=by, answer=answer)


@transaction.atomic
def _answer(appeal: Appeal, state: State, *, by: User, answer: str) -> Appeal:
    """Close `appeal`, with the words that the person is sent.

    Locks the case, then the appeal: of two who answer at once, the second finds it answered.
    Raises AppealRefused without an answer, for an appeal that is answered, and for whoever took the
    decision or is concerned by it, where somebody else could look at it.
    """
    answer = answer.replace("\x00", "").strip()
    case = decisions.locked(appeal.decision.case_id)
    appeal = Appeal.objects.select_for_update(no_key=True).get(pk=appeal.pk)
    decision = appeal.decision
    if state not in Appeal.TRANSITIONS[appeal.state]:
        raise AppealRefused(_("Somebody has answered this meanwhile. Look again."))
    if not answer:
        raise AppealRefused(_("Say why: the person is told."))
    if len(answer) > LONGEST:
        raise AppealRefused(_("That is too long: 1,000 characters at most."))
    if not may_answer(decision, by=by):
        raise AppealRefused(
            _("You decided this or it is about you: somebody else looks at the appeal.")
        )
    appeal.state, appeal.answer = state, answer
    appeal.answered_by, appeal.answered_at = by, timezone.now()
    appeal.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    if state == State.UPHELD:
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
