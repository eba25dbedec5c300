"""Telling somebody what became of their reply with `#cart`: a notice, and a mail if they want mails."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from accounts import mails
from accounts.models import User
from checkout import cart_reply_words as words
from feeds import notice_preferences, notifications
from feeds.models import CartAnswer, CartReply, NoticeType, Notification, Post

KIND = "cart_reply"
WHY = gettext_lazy(
    "You replied to a post with a hashtag that fills your cart. Everyone sees your reply; only you get"
    " this answer."
)
# Nobody waits for an answer to these.
UNTOLD = (CartReply.State.DELETED, CartReply.State.NO_CART)


def tell(reply: CartReply) -> None:
    """Say once how `reply` (with its user) was answered, in the transaction that answers it."""
    if reply.user is None or reply.state in UNTOLD:
        return
    tell_of(reply, reference=_reference(reply), page=_page(reply), post=reply.post, why=WHY)


def tell_of(
    row: CartAnswer,
    *,
    reference: str,
    page: str,
    post: Post | None,
    why: Promise,
    mailed: bool = True,
) -> None:
    """A notice about `row` (with its user), once for each `reference`, and where it is to be `mailed`
    a mail if they want it: `page` is where the box with Undo is, `why` what the mail says of why it was
    sent."""
    if row.user is None:
        return
    facts = words.facts_of(row)
    if post is None:
        facts["link"] = page
    notifications.tell(row.user.pk, NoticeType.CART, reference=reference, post=post, data=facts)
    if mailed and row.product and notifications.wants_mail(row.user.pk, NoticeType.CART):
        _write(row, row.user, reference=reference, page=page, why=why)


def amend(reply: CartReply) -> None:
    """Let the notice say what has become of `reply` since, for who reads it later; no mail."""
    amend_of(reply, reference=_reference(reply))


def amend_of(row: CartAnswer, *, reference: str) -> None:
    """The same for whatever was told under `reference`."""
    for notice in Notification.objects.filter(user=row.user_id, reference=reference):
        link = {"link": notice.data["link"]} if "link" in notice.data else {}
        notice.data = words.facts_of(row) | link
        notice.save(update_fields=["data"])


def _reference(reply: CartReply) -> str:
    return f"cart_reply:{reply.post_id}"


def _page(reply: CartReply) -> str:
    return reverse("feeds:post", args=[reply.post.public_id])


def _write(row: CartAnswer, user: User, *, reference: str, page: str, why: Promise) -> None:
    """In their language, to the page where the box with Undo is."""
    with translation.override(user.locale):
        facts = words.facts_of(row)
        foot = notice_preferences.foot(user)
        context = {
            "subject": words.sentence(facts),
            "title": words.sentence(facts),
            "named": words.named(facts),
            "shop": facts["shop"],
            "price": row.variant.price_money if row.variant else None,
            "added": row.state == CartReply.State.ADDED,
            "link": f"{settings.PUBLIC_URL}{page}",
            "why": str(why),
            **foot,
        }
        mails.enqueue(
            kind=KIND,
            reference=reference,
            to=user.email or "",
            subject=f"{words.sentence(facts)}: {words.named(facts)}",
            text=render_to_string("mails/cart_reply.txt", context),
            html=render_to_string("mails/cart_reply.html", context),
            unsubscribe=foot["stop"],
        )
