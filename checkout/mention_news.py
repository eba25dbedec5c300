"""Telling somebody what became of their reply on another network: as for a reply here."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from checkout import cart_reply_news as news
from checkout import mention_words as words
from checkout.models import Mention

WHY = gettext_lazy(
    "A profile that you linked to your account replied with a hashtag that fills your cart. You may"
    " end that under Account, Linked accounts and apps."
)


def tell(mention: Mention) -> None:
    """Say once how `mention` (with its user) was answered, in the transaction that answers it."""
    if words.is_told(mention):
        news.tell_of(
            mention,
            reference=_reference(mention),
            page=words.page(mention),
            post=None,
            why=WHY,
        )


def amend(mention: Mention) -> None:
    """Let the notice say what has become of it since."""
    news.amend_of(mention, reference=_reference(mention))


def _reference(mention: Mention) -> str:
    return f"mention:{mention.pk}"
