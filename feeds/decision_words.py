"""What the page and the mail about a decision say: the statement of reasons, in the language at hand."""

from __future__ import annotations

from datetime import datetime

from babel.dates import format_date
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from feeds.models import Decision
from shopping.templatetags.money import language

Kind = Decision.Kind
REJECTED = "rejected"
SHOWN = 200  # characters of the post, so that its author knows which


def title(what: str) -> str:
    """What happened, for a `Decision.Kind` or REJECTED."""
    return {
        Kind.HIDE: _("Your post is hidden"),
        Kind.SUSPEND: _("Your account is suspended"),
        Kind.RESTORE: _("Your post is shown again"),
        Kind.LIFT: _("Your account is open again"),
        REJECTED: _("Your appeal was rejected"),
    }[what]


def effect(what: str) -> str:
    """What that means for whom it concerns."""
    return {
        Kind.HIDE: _("You alone can still read it. Orders that came from it stay."),
        Kind.SUSPEND: _(
            "Nobody signs in with it, and your profile and posts are shown to nobody. Your orders"
            " go on: the links in their letters still work."
        ),
        Kind.RESTORE: _("We have taken our decision back. It stands where it stood."),
        Kind.LIFT: _("We have taken our decision back. Sign in, and all is where it was."),
        REJECTED: _("We have looked at it again, and our decision stands."),
    }[what]


def facts(decision: Decision, *, most: int = SHOWN) -> list[tuple[str, str]]:
    """What the law wants said of a measure, as pairs of a name and its words: what it is about, the
    ground, what was seen, how it came to be looked at, and who decided. Of a post at most `most`
    characters."""
    case = decision.case
    found = []
    if case.post is not None:
        found.append((_("Your post"), Truncator(case.post.body).chars(most)))
    elif case.person.is_shop:
        found.append((_("Your shop"), f"{case.person.display_name} (@{case.person.handle})"))
    ground = _("%(ground)s: that is against the rules of Étal.")
    return [
        *found,
        (_("Ground"), ground % {"ground": decision.get_ground_display().capitalize()}),
        (_("What was seen"), decision.words),
        (
            _("How it was found"),
            _("It was reported to us.") if case.report_count else _("Our staff saw it."),
        ),
        (
            _("Decided"),
            _("%(day)s, by a person. No machine looked for it or decided it.")
            % {"day": _day(decision.created_at)},
        ),
    ]


def _day(moment: datetime) -> str:
    return format_date(moment.date(), "long", locale=language())


def redress(decision: Decision) -> str:
    """What can be done against it, and until when."""
    said = _(
        "You may appeal once, at no cost; whoever took the decision does not judge the appeal, where"
        " there is somebody else. You may also turn to a certified out-of-court dispute settlement"
        " body, or to a court."
    )
    until = _("Appeals are open until %(day)s.") % {"day": _day(decision.appeals_until)}
    return f"{said} {until}"


def too_late(decision: Decision) -> str:
    """Instead of that, after that day."""
    said = _("Appeals were open until %(day)s. You may still turn to a court.")
    return said % {"day": _day(decision.appeals_until)}
