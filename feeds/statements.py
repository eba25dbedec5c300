"""What people and staff write about a case: in a report, a decision, an appeal and its answer."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from feeds import text
from feeds.models.moderation import LONGEST
from feeds.refusals import Refused


class StatementRefused(Refused):
    """Words that cannot be kept."""


def checked(words: str) -> str:
    """`words` as they are kept: see `text.tidy`.

    A line break counts once, as in the page's field, though a browser sends it as two characters.
    Raises StatementRefused for more than LONGEST characters, and for letters with more marks than
    any language has.
    """
    if len(words) <= 2 * LONGEST and not text.is_heaped(words):
        tidy = text.tidy(words)
        if len(tidy) <= LONGEST:
            return tidy
    sentence = _("That is too long: %(most)s characters at most.")
    raise StatementRefused(sentence % {"most": number_format(LONGEST, force_grouping=True)})
