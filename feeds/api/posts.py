"""Posts: one's own, one of them, and what answers it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalogue.models import Product
from feeds import cart_replies, drafts, edits, limits, pictures, posts, threads, timelines
from feeds.api import examples, shapes
from feeds.api.endpoints import COUNTRY, READ, SHOWN, WRITE, PostsEndpoint
from feeds.api.shapes import ChangeIn, PostIn, PostOut, ReplyOut
from feeds.models import Post
from feeds.pictures import PictureRefused
from partners import paging, preconditions
from partners.problems import Problem

CARTS = "carts:write"
ONE = examples.shown("A post with a product", examples.POST)


class OwnPosts(PostsEndpoint):
    scopes = {"GET": READ, "POST": WRITE}
    shape, paged, derived = PostOut, True, shapes.DERIVED
    refusals = {**PostsEndpoint.refusals, PictureRefused: 422}

    def check_caller(self, request: Request) -> None:
        super().check_caller(request)
        self.need_profile()

    @extend_schema(
        operation_id="posts_list",
        summary="List your own posts",
        description="Of the shop or the person that you act for: posts, replies and reposts, the newest"
        " first.",
        parameters=[COUNTRY],
        responses={200: PostOut},
        examples=[ONE],
    )
    def get(self, request: Request) -> Response:
        return self.timeline(timelines.all_by(self.author), name=f"posts:{self.author.pk}")

    @extend_schema(
        operation_id="posts_create",
        summary="Publish a post",
        description="A shop's key posts as the shop, an app's token as who gave it. A post carries up to"
        " four products, those that its text links to among them. To be refused (422) changes nothing.",
        request=PostIn,
        responses={201: PostOut},
        examples=[
            examples.sent("With a product", examples.NEW),
            examples.shown("Published", examples.POST, status=201),
        ],
    )
    def post(self, request: Request) -> Response:
        words = self.read(PostIn)
        reply_to, quote_of = self._named(words, "reply_to"), self._named(words, "quote")
        if reply_to is not None and quote_of is not None:
            raise Problem(400, "invalid", _("A reply quotes nothing."), pointer="#/quote")
        self._check_cart(words["text"], reply_to)
        limits.count(limits.POSTS, self.author)
        with transaction.atomic():
            made = posts.publish(
                self.author,
                body=words["text"],
                language=words.get("language") or _language(self.author.locale),
                products=drafts.on_sale(words.get("products", ())),
                images=pictures.take(self.author, public_ids=words.get("pictures", ())),
                reply_to=reply_to,
                quote_of=quote_of,
                paid_partnership=words.get("paid_partnership", False),
            )
        return self.one(self.shown(made), status=201, location=f"{request.path}{made.public_id}/")

    def _check_cart(self, text: str, reply_to: Post | None) -> None:
        """A reply with #cart fills its author's cart, which is a scope of its own. Raises Problem 403."""
        fills = reply_to is not None and cart_replies.asks(text)
        if fills and self.caller.shopper and CARTS not in self.caller.scopes:
            words = _("Such a reply fills the cart: this needs the scope %(scope)s.")
            raise Problem(403, "insufficient_scope", words % {"scope": CARTS})

    def _named(self, words: dict[str, Any], name: str) -> Post | None:
        """The post that is answered or quoted. Raises Problem 400."""
        if words.get(name) is None:
            return None
        try:
            return threads.subject(words[name])
        except Post.DoesNotExist:
            pointer = f"#/{name}"
            raise Problem(400, "invalid", _("There is no such post."), pointer=pointer) from None


class OnePost(PostsEndpoint):
    scopes = {"GET": READ, "PATCH": WRITE, "DELETE": WRITE}
    shape, conditional, derived = PostOut, True, shapes.DERIVED
    filters = frozenset({"country", "shown"})

    @extend_schema(
        operation_id="posts_read",
        summary="Read a post",
        description="With its products, their prices and where they are bought. Of a repost, the original.",
        parameters=[COUNTRY, SHOWN],
        responses={200: PostOut},
        examples=[ONE],
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        subject = threads.subject(public_id)
        self.meet(subject.author)
        return self.one(self.shown(subject))

    @extend_schema(
        operation_id="posts_change",
        summary="Edit a post of your own",
        description="For some minutes after it was published; what it said before stays to be read."
        " `products` replaces all its cards. A paid partnership can be owned up to at any time, by"
        " `paid_partnership` alone.",
        request=ChangeIn,
        responses={200: PostOut},
        examples=[
            examples.sent("Take the products off", {"products": []}),
            examples.shown("As it is now", examples.POST),
        ],
    )
    def patch(self, request: Request, public_id: UUID) -> Response:
        words = self.read(ChangeIn, partial=True)
        subject = self._own(public_id)
        limits.count(limits.EDITS, self.author)
        with preconditions.unchanged(request, lambda: self._held(subject), derived=self.derived):
            self._edit(self._own(public_id), words)
        return self.one(self.shown(subject))

    @extend_schema(
        operation_id="posts_delete",
        summary="Delete a post of your own",
        description="Replies to it stay.",
        responses={204: None},
    )
    def delete(self, request: Request, public_id: UUID) -> Response:
        subject = self._own(public_id)
        with preconditions.unchanged(request, lambda: self._held(subject), derived=self.derived):
            posts.delete(subject)
        return Response(status=204)

    def _edit(self, post: Post, words: dict[str, Any]) -> None:
        if words == {"paid_partnership": True} and not post.is_editable:
            edits.declare_partnership(post)
            return
        if "products" in words:
            products = drafts.on_sale(words["products"])
        else:
            carried = Product.objects.on_sale().filter(cards__post=post)
            products = list(carried.order_by("cards__position"))
        edits.edit(
            post,
            body=words.get("text", post.body),
            products=products,
            paid_partnership=words.get("paid_partnership"),
        )

    def _own(self, public_id: UUID) -> Post:
        mine = (
            Post.objects.visible()
            .filter(author=self.author, repost_of=None)
            .select_related("author")
        )
        found: Post = mine.get(public_id=public_id)
        return found

    def _held(self, post: Post) -> dict[str, Any]:
        Post.objects.select_for_update(no_key=True).get(pk=post.pk)
        return self.shown(post)


class Replies(PostsEndpoint):
    scopes = {"GET": READ}
    shape, paged = ReplyOut, True
    filters = frozenset({"country", "shown"})

    @extend_schema(
        operation_id="posts_list_replies",
        summary="List the replies to a post",
        description="The oldest first, each with the first replies to it. A reply that is gone stays as a"
        " gap while others answer it.",
        parameters=[COUNTRY, SHOWN],
        responses={200: ReplyOut},
        examples=[examples.shown("A question", examples.REPLY)],
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        there = Q(deleted_at=None, hidden_at=None) | Q(reply_count__gt=0)
        known = Post.objects.filter(there, repost_of=None, author__is_active=True)
        subject: Post = known.select_related("author").get(public_id=public_id)
        self.meet(subject.author)
        at = paging.place(request, name=f"replies:{subject.pk}")
        before = UUID(at.after) if at.after else None
        page = threads.branches(subject, reader=self.reader, before=before, size=at.limit)
        rows = [shapes.reply(branch) for branch in page.branches]
        return self.part(rows, at, after=str(page.next) if page.next else None)


def _language(locale: str) -> str:
    known = {code for code, _name in settings.LANGUAGES}
    return locale[:2] if locale[:2] in known else "en"
