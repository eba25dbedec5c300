"""The links to the pages of decisions: whoever holds one may read it, and appeal.

A suspended person cannot sign in, so the link is the right. It holds for good.
"""

from __future__ import annotations

from django.core import signing
from django.urls import reverse

from feeds.models import Decision

SALT = "feeds.decision"


def token(decision: Decision) -> str:
    """The secret of the link to `decision`."""
    return signing.dumps(str(decision.public_id), salt=SALT)


def of_token(token: str) -> Decision:
    """The measure that a link names, with its case.

    Raises Decision.DoesNotExist for any other text.
    """
    try:
        name = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        raise Decision.DoesNotExist from None
    rows = Decision.objects.select_related("case__person", "case__post__author")
    return rows.get(public_id=name, kind__in=Decision.MEASURES)


def address(decision: Decision) -> str:
    """The path of its page, on our site."""
    return reverse("feeds:decision", args=[token(decision)])


def own(decision: Decision) -> str:
    """The same for those who are signed in and speak for whom it concerns: no secret is in it."""
    return reverse("feeds:own_decision", args=[decision.public_id])
