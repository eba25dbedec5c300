"""The box below a reply with `#cart`, on the pages of a conversation; only its author gets it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from feeds import articles, cart_replies, timelines
from feeds.models import CartReply, Post
from feeds.requests import person
from feeds.timelines import Entry, Reader


@dataclass(frozen=True, slots=True)
class Boxes:
    """`replies` are those that the reader of this page may read the answers to, the newest first."""

    request: HttpRequest
    replies: Sequence[CartReply]

    def articles(self, entries: Sequence[Entry], *, role: str) -> SafeString:
        """The posts of `entries` below each other, each of them with its box if it has one."""
        known = person(self.request) is not None
        shown = {entry.public_id for entry in entries}
        replies = [reply for reply in self.replies if reply.post.public_id in shown]
        if not replies:
            return articles.articles(entries, signed_in=known, role=role)
        pairs = [
            (entry.public_id, articles.article(entry, signed_in=known, role=role))
            for entry in entries
        ]
        context = {"posts": pairs, "replies": replies}
        return render_to_string("feeds/_boxed.html", context, request=self.request)

    def elsewhere(self, subject: Post, entries: Sequence[Entry], *, reader: Reader) -> SafeString:
        """The newest of the reader's replies to `subject`, where it stands further down than
        `entries`: whoever has just sent it looks for its box."""
        shown = {entry.public_id for entry in entries}
        own = (reply for reply in self.replies if reply.post.reply_to_id == subject.pk)
        newest = next(own, None)
        if newest is None or newest.post.public_id in shown:
            return mark_safe("")
        return self.articles([timelines.one(newest.post, reader=reader)], role="reply")


def boxes_of(request: HttpRequest, subject: Post, entries: Sequence[Entry]) -> Boxes:
    """What the reader of `subject` with `entries` below it is told; one statement if signed in."""
    user = person(request)
    if user is None:
        return Boxes(request, [])
    shown = [entry.public_id for entry in entries]
    return Boxes(request, cart_replies.on_page(user, subject=subject, shown=shown))
