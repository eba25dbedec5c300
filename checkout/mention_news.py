"""Telling somebody what became of their reply on another network: as for a reply here."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy

from checkout import cart_reply_news as news
from checkout import mention_words as words
from checkout.models import Mention

WHY = gettext_lazy(
    "A profile that you linked to your account replied with a hashtag that fills your cart. You may"
    " end that under Account, Linked accounts and apps."
)

# Mails to one person; what a network's partner hands in beyond them is told by notices alone.
MAILS, DAY = 30, timedelta(days=1)


def tell(mention: Mention) -> None:
    """Say once how `mention` (with its user) was answered, in the transaction that answers it."""
    if words.is_told(mention):
        news.tell_of(
            mention,
            reference=_reference(mention),
            page=words.page(mention),
            post=None,
            why=WHY,
            mailed=_may_be_mailed(mention),
        )


def amend(mention: Mention) -> None:
    """Let the notice say what has become of it since."""
    news.amend_of(mention, reference=_reference(mention))


def _may_be_mailed(mention: Mention) -> bool:
    """Whether they have not had MAILS in a DAY: each that named a product here may have been one."""
    lately = Mention.objects.filter(user=mention.user, created_at__gt=timezone.now() - DAY)
    named = lately.exclude(product=None).exclude(pk=mention.pk)
    return named[:MAILS].count() < MAILS


def _reference(mention: Mention) -> str:
    return f"mention:{mention.pk}"
