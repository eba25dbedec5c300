"""Cases: what is looked at, by whom it was asked for."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from feeds.models import Case, Post
from feeds.refusals import Refused


class NoCase(Refused):
    """There is nothing to look at."""


def open_or_join(person: User, *, post: Post | None = None, by: User | None = None) -> Case:
    """The open case about `post`, or about the profile of `person`; a new one where there is none,
    which keeps that `by` (of staff) asked for it.

    In the caller's transaction; locks the case. Of two who open it at once one finds the other's,
    and one that is being decided meanwhile makes way for another.
    """
    while True:
        case, _new = Case.objects.get_or_create(
            person=person, post=post, state=Case.State.OPEN, defaults={"opened_by": by}
        )
        same = Case.objects.filter(pk=case.pk, state=Case.State.OPEN)
        locked = same.select_for_update(no_key=True).first()
        if locked is not None:
            return locked


@transaction.atomic
def look_into(person: User, *, by: User, post: Post | None = None) -> Case:
    """Open a case that nobody has reported, for `by` of staff; see `open_or_join`.

    Raises NoCase for a post that is out of sight already, and for a suspended account.
    """
    if post is not None and not post.is_there:
        raise NoCase(_("This post is out of sight already."))
    if post is None and not person.is_active:
        raise NoCase(_("This account is suspended already."))
    return open_or_join(person, post=post, by=by)
