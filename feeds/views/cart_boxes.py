"""The box below a reply with `#cart`, on the pages of a conversation; only its author gets it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString

from feeds import cart_replies, timelines
from feeds.articles import EMPTY, article
from feeds.entries import Entry
from feeds.models import CartReply, Post
from feeds.requests import person
from feeds.timelines import Reader


@dataclass(frozen=True, slots=True)
class Boxes:
    """Whatever stands `below` posts, by their public id; `own` is the reader's newest reply to the
    subject that has such a box."""

    below: Mapping[UUID, SafeString]
    own: CartReply | None = None

    def further_down(self, entries: Sequence[Entry], *, reader: Reader) -> SafeString:
        """Their own reply, where it stands further down than `entries`: whoever has just sent it
        looks for its box."""
        if self.own is None or self.own.post.public_id in {entry.public_id for entry in entries}:
            return EMPTY
        entry = timelines.one(self.own.post, reader=reader)
        return article(entry, signed_in=True, role="reply", below=self.below)


def boxes_on(request: HttpRequest, subject: Post) -> Boxes:
    """What the reader of the page of `subject` is told; one statement where that is nothing."""
    user = person(request)
    replies = cart_replies.on_page(user, subject=subject) if user else []
    if not replies:
        return Boxes({})
    own = (reply for reply in replies if reply.post.reply_to_id == subject.pk)
    # The checkout is a layer above: it is named, as the admin's is.
    return Boxes(import_string(settings.CART_BOXES)(request, replies), next(own, None))


def anchor(said: Post) -> str:
    """Where on the page the box of a new reply comes: "#cart-…"; "" for other replies."""
    return f"#cart-{said.public_id}" if CartReply.objects.filter(post=said).exists() else ""
