"""Telling somebody what became of their reply with `#cart`: a notice, and a mail if they want mails."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from accounts import mails
from checkout import cart_reply_words as words
from feeds import notice_preferences, notifications
from feeds.models import CartReply, NoticeType, Notification

KIND = "cart_reply"
# Nobody waits for an answer to these.
UNTOLD = (CartReply.State.DELETED, CartReply.State.NO_CART)


def tell(reply: CartReply) -> None:
    """Say once how `reply` (with its user) was answered, in the transaction that answers it."""
    if reply.user is None or reply.state in UNTOLD:
        return
    notifications.tell(
        reply.user.pk,
        NoticeType.CART,
        reference=_reference(reply),
        post=reply.post,
        data=words.facts_of(reply),
    )
    if reply.product and notifications.wants_mail(reply.user.pk, NoticeType.CART):
        _write(reply)


def amend(reply: CartReply) -> None:
    """Let the notice say what has become of `reply` since, for who reads it later; no mail."""
    told = Notification.objects.filter(user=reply.user_id, reference=_reference(reply))
    told.update(data=words.facts_of(reply))


def _reference(reply: CartReply) -> str:
    return f"cart_reply:{reply.post_id}"


def _write(reply: CartReply) -> None:
    """In their language, to the page where the box with Undo is."""
    if reply.user is None:
        return
    with translation.override(reply.user.locale):
        facts = words.facts_of(reply)
        page = reverse("feeds:post", args=[reply.post.public_id])
        foot = notice_preferences.foot(reply.user)
        context = {
            "subject": words.sentence(facts),
            "title": words.sentence(facts),
            "named": words.named(facts),
            "shop": facts["shop"],
            "price": reply.variant.price_money if reply.variant else None,
            "added": reply.state == CartReply.State.ADDED,
            "link": f"{settings.PUBLIC_URL}{page}",
            **foot,
        }
        mails.enqueue(
            kind=KIND,
            reference=str(reply.post.public_id),
            to=reply.user.email or "",
            subject=f"{words.sentence(facts)}: {words.named(facts)}",
            text=render_to_string("mails/cart_reply.txt", context),
            html=render_to_string("mails/cart_reply.html", context),
            unsubscribe=foot["stop"],
        )
