"""Telling people what was decided about them, and those who reported what came of it.

Whoever is concerned gets a notice and a mail, always: the statement of reasons of the Digital
Services Act (Regulation (EU) 2022/2065, article 17) is not a mail that one stops. Nobody is told
who reported.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from accounts import mails
from accounts.models import User
from catalogue.models import Merchant
from feeds import decision_links, decision_words, notifications
from feeds.decision_words import REJECTED
from feeds.models import Appeal, Decision, NoticeType

Kind = Decision.Kind


def decided(decision: Decision) -> None:
    """In the transaction of `decision`: tell whom it concerns, and who reported."""
    if decision.kind in (Kind.HIDE, Kind.SUSPEND, Kind.DISMISS):
        _tell_reporters(decision)
    if decision.kind != Kind.DISMISS:
        _tell(decision, what=decision.kind, link=_page(decision), answer=decision.words)


def rejected(appeal: Appeal) -> None:
    """In the transaction that rejects `appeal`."""
    _tell(appeal.decision, what=REJECTED, link=_page(appeal.decision), answer=appeal.answer)


def _page(decision: Decision) -> str:
    """Where to read on, on our site: of what was taken back, the post or profile itself."""
    case = decision.case
    if decision.kind in Decision.MEASURES:
        return decision_links.address(decision)
    if case.post is not None:
        return reverse("feeds:post", args=[case.post.public_id])
    return reverse("feeds:profile", args=[case.person.handle])


def _in_notice(decision: Decision, link: str) -> str:
    """Members of a shop come and go: a notice holds no link that outlasts their part in it."""
    measure = decision.kind in Decision.MEASURES
    return decision_links.own(decision) if measure and decision.case.person.is_shop else link


def _tell_reporters(decision: Decision) -> None:
    case = decision.case
    reporters = case.reports.exclude(reporter=None).values_list("reporter", flat=True)
    notifications.tell_all(
        reporters,
        NoticeType.REPORT,
        reference=f"case:{case.pk}",
        data={
            "acted": decision.kind in Decision.MEASURES,
            # Its author was faster: that is no word about our rules.
            "gone": case.post is not None and case.post.deleted_at is not None,
            "about": "profile" if case.post is None else "post",
            "handle": case.person.handle,
        },
    )


def _tell(decision: Decision, *, what: str, link: str, answer: str) -> None:
    case = decision.case
    reference = f"decision:{decision.pk}:{what}"
    data = {"what": what, "ground": decision.ground, "link": _in_notice(decision, link)}
    notifications.tell(case.person_id, NoticeType.MODERATION, reference=reference, data=data)
    address = _address_of(case.person)
    if address:
        mails.enqueue_all([_mail(decision, to=address, what=what, link=link, answer=answer)])


def _address_of(person: User) -> str:
    """Where a person gets mail; of a shop, where its orders go."""
    if not person.is_shop:
        return person.email or ""
    return Merchant.objects.filter(account=person).values_list("email", flat=True).first() or ""


def _mail(decision: Decision, *, to: str, what: str, link: str, answer: str) -> mails.Mail:
    """In the language of whom it concerns."""
    case = decision.case
    with translation.override(case.person.locale):
        title = decision_words.title(what)
        measure = what in Decision.MEASURES
        context: dict[str, Any] = {
            "subject": title,
            "title": title,
            "effect": decision_words.effect(what),
            "facts": decision_words.facts(decision) if measure else [],
            "redress": decision_words.redress(decision) if measure else "",
            "answer": answer,
            "link": settings.PUBLIC_URL + link,
        }
        return mails.Mail(
            kind=f"moderation_{what}",
            reference=str(decision.public_id),
            to=to,
            subject=title,
            text=render_to_string("mails/decision.txt", context),
            html=render_to_string("mails/decision.html", context),
        )
