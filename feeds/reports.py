"""Reporting a post or a profile. Reports hide nothing, however many: people decide."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from feeds import authors, cases, statements
from feeds.models import Case, Ground, Post, Report
from feeds.refusals import Refused


class ReportRefused(Refused):
    """A report that cannot be taken."""


def waiting(reporter: User, *, person: User, post: Post | None = None) -> Report | None:
    """What `reporter` reported of `post`, or of the profile of `person`, and nobody decided yet."""
    so = {"case__person": person, "case__post": post, "case__state": Case.State.OPEN}
    return Report.objects.filter(reporter=reporter, **so).first()


@transaction.atomic
def report(
    reporter: User, *, person: User, ground: str, words: str = "", post: Post | None = None
) -> Report:
    """`reporter` says what is wrong with `post`, or with the profile of `person`.

    Once is enough while it waits: a repeat gives the report that there is. Somebody apart may be
    reported too. Locks the case. Raises ReportRefused for no or an unknown `ground`, and for what is
    the reporter's own or their shop's, and StatementRefused for overlong `words`.
    """
    if ground not in Ground.values:
        raise ReportRefused(_("Choose what is wrong."))
    words = statements.checked(words)
    if authors.may_speak_for(reporter, person):
        raise ReportRefused(_("This is your own. You can change or delete it."))
    case = cases.open_or_join(person, post=post)
    made, new = Report.objects.get_or_create(
        case=case, reporter=reporter, defaults={"ground": ground, "words": words}
    )
    if new:
        Case.objects.filter(pk=case.pk).update(report_count=F("report_count") + 1)
    return made
