"""Replies on outside networks that ask for the cart: heard once, answered at once, then chosen and undone.

A partner hands one in and gets the text to post back. The row is written first: of two that hand in the
same at once, the second waits for the first, and gets its answer. What is added commits together with
the answer; locks the row, the author's linked profile, then the cart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import linked_accounts
from accounts.models import LinkedAccount, User
from checkout import cart_answers as answers
from checkout import mention_links as links
from checkout import mention_meaning as meanings
from checkout import mention_news as news
from checkout import mention_words as words
from checkout.cart_reply_meaning import Meaning
from checkout.limits import TooOften
from checkout.models import Mention
from checkout.models.mentions import NOT_ASKED, UNLINKED
from feeds import cart_replies, text
from feeds.models import CartReply
from partners.models import Partner

State = CartReply.State
MOST, WINDOW = 10, timedelta(minutes=1)
# How often a day an author who has linked nothing is told how.
INVITATIONS, DAY = 3, timedelta(days=1)
KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A reply as its network has it: `author` is the id that it never gives to anybody else, `handle`
    what people call them now, "" where it is not said. `language` ("fr") is theirs where nobody here
    knows better, "" where the network does not know either."""

    network: str
    external_id: str
    author: str
    text: str
    links: Sequence[str] = ()
    reply_links: Sequence[str] = ()
    handle: str = ""
    language: str = ""


class NotYourNetwork(Exception):
    """The partner may hand in no replies of this network."""

    code = "network_not_yours"

    @property
    def message(self) -> str:
        return _("This network is not one of yours.")


def hear(partner: Partner, heard: Heard) -> Mention:
    """Do what a reply asks for, and answer it: once for each id of its network.

    A repeat, also by another partner of the network, or at the same moment, gets the row as it was
    answered. One transaction with the notice and the mail. Raises NotYourNetwork.
    """
    if not partner.active or heard.network not in partner.networks:
        raise NotYourNetwork(heard.network)
    with transaction.atomic():
        mention, is_new = Mention.objects.get_or_create(
            network=heard.network, external_id=heard.external_id, defaults=_first(partner, heard)
        )
        if not is_new:
            return mention
        if cart_replies.asks(mention.asked):
            _answer(mention, handle=heard.handle)
        mention.answer, mention.answered_at = words.answer(mention), timezone.now()
        mention.save()
        news.tell(mention)
    return mention


def choose(
    user: User, public_id: UUID, *, product: UUID | None, picks: Sequence[str] | None = None
) -> Mention:
    """Answer what was asked in the box of a mention of `user`: a product, a value an option.

    As `cart_replies.choose`, which says what it locks and raises; Mention.DoesNotExist for somebody
    else's. What a profile asked for before it was linked becomes theirs by this.
    """
    with transaction.atomic():
        mention = _locked(user, public_id)
        mention.user = user
        if mention.state == State.TOO_OFTEN and _is_too_often(mention):
            raise TooOften(int(WINDOW.total_seconds()))
        meant = meanings.of_choice(mention, product, picks) if product else meanings.of(mention)
        if mention.state == State.ADDED:
            answers.exchange(mention, meant)
        else:
            answers.settle(mention, meant)
        news.amend(mention)
    return mention


def undo(user: User, public_id: UUID) -> Mention:
    """Take out of the cart what the mention put there, and no more; as `cart_replies.undo`."""
    with transaction.atomic():
        mention = _locked(user, public_id)
        if mention.state == State.ADDED and answers.take_back(mention):
            answers.write(mention, State.UNDONE)
            news.amend(mention)
    return mention


def forget(*, most: int = 1000) -> int:
    """Delete what nobody's account has to do with after KEPT: words of people who are no members.
    At most `most`; returns how many."""
    old = Mention.objects.filter(user=None, created_at__lt=timezone.now() - KEPT)
    keys = list(old.values_list("pk", flat=True)[:most])
    Mention.objects.filter(pk__in=keys).delete()
    return len(keys)


def _first(partner: Partner, heard: Heard) -> dict[str, object]:
    """A row that is written down and not answered yet."""
    return {
        "partner": partner,
        "author": heard.author,
        "asked": heard.text,
        "links": links.ours(heard.links),
        "reply_links": links.ours(heard.reply_links),
        "language": _language(heard),
    }


def _answer(mention: Mention, *, handle: str) -> None:
    """For whoever has linked the profile of its author; the others are told how to, not too often."""
    linked = _linked(mention)
    if linked is None:
        mention.state = UNLINKED if _may_be_invited(mention) else NOT_ASKED
        return
    linked_accounts.rename(linked, handle)
    mention.user, mention.language = linked.user, linked.user.locale
    if not linked.user.is_active:
        answers.settle(mention, Meaning(State.REFUSED))
    elif _is_too_often(mention):
        answers.settle(mention, Meaning(State.TOO_OFTEN))
    else:
        answers.settle(mention, meanings.of(mention))


def _linked(mention: Mention) -> LinkedAccount | None:
    """The author's profile here, locked: it is not ended meanwhile, and its replies take turns."""
    found = LinkedAccount.objects.filter(network=mention.network, external_id=mention.author)
    return found.select_related("user").select_for_update(of=("self",), no_key=True).first()


def _is_too_often(mention: Mention) -> bool:
    """Whether their author has asked MOST times in WINDOW; what was refused for it counts not."""
    if not settings.LIMIT_VISITORS:
        return False
    asked = Mention.objects.filter(user=mention.user, created_at__gt=timezone.now() - WINDOW)
    return asked.exclude(pk=mention.pk).exclude(state=State.TOO_OFTEN).count() >= MOST


def _may_be_invited(mention: Mention) -> bool:
    told = Mention.objects.filter(
        network=mention.network,
        author=mention.author,
        state=UNLINKED,
        created_at__gt=timezone.now() - DAY,
    )
    return told.count() < INVITATIONS


def _locked(user: User, public_id: UUID) -> Mention:
    found = Mention.objects.of(user).filter(public_id=public_id)
    found = found.select_related("user", "carrier", "product__merchant", "variant")
    return found.select_for_update(of=("self",)).get()


def _language(heard: Heard) -> str:
    """In which of our languages they write: as the network says, else as their tag does."""
    known = dict(settings.LANGUAGES)
    said = heard.language.partition("-")[0].lower()
    if said in known:
        return said
    tags = set(text.hashtags(heard.text))
    by_tag = (language for language, tag in settings.CART_HASHTAGS.items() if tag in tags)
    return next((language for language in by_tag if language in known), settings.LANGUAGE_CODE)
