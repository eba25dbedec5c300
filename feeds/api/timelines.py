"""Lists of posts as people read them."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from feeds import market, timelines
from feeds.api import examples, shapes
from feeds.api.endpoints import COUNTRY, READ, SHOWN, PersonEndpoint, PostsEndpoint, named
from feeds.api.shapes import PostOut
from feeds.market import ReadingLost
from feeds.text import tag_name
from partners import paging
from partners.problems import Problem

ONE = examples.shown("A post with a product", examples.POST)
IN = "&in="


class Following(PersonEndpoint):
    scopes = {"GET": READ}
    shape, paged = PostOut, True

    @extend_schema(
        operation_id="timelines_following",
        summary="Read what those say whom the person follows",
        description="Posts and reposts of theirs and the person's own, the newest first.",
        parameters=[COUNTRY],
        responses={200: PostOut},
        examples=[ONE],
    )
    def get(self, request: Request) -> Response:
        return self.timeline(timelines.following(self.author), name=f"following:{self.author.pk}")


class Market(PostsEndpoint):
    scopes = {"GET": READ}
    shape, paged, most_rows = PostOut, True, timelines.PAGE

    @extend_schema(
        operation_id="timelines_market",
        summary="Read Market",
        description="Everybody's posts: for a person by what they like, for others by what is fresh and"
        " liked. The first page fixes the order; the pages behind it follow that for a while, then"
        " their cursor is refused (400) and one begins anew. Nothing in it is paid for.",
        parameters=[COUNTRY],
        responses={200: PostOut},
        examples=[ONE],
    )
    def get(self, request: Request) -> Response:
        at = paging.place(request, name="market", most=self.most_rows)
        before, _in, token = (at.after or "").partition(IN)
        try:
            page = market.read(
                self.reader,
                before=UUID(before) if before else None,
                token=token,
                sells_places=False,
            )
        except ReadingLost:
            said = _("The order in which you read is kept no longer. Begin without a cursor.")
            raise Problem(400, "invalid_cursor", said, parameter="cursor") from None
        shown = page.entries[: at.limit]
        following = page.next
        if len(page.entries) > at.limit:
            # A reading goes on behind any post of it, and time behind any at all.
            token = page.next.partition(IN)[2] or page.reading or token
            following = f"{shown[-1].row}{IN}{token}" if token else str(shown[-1].row)
        return self.part([shapes.post(entry) for entry in shown], at, after=following or None)


class OfProfile(PostsEndpoint):
    scopes = {"GET": READ}
    shape, paged = PostOut, True
    filters = frozenset({"country", "shown"})

    @extend_schema(
        operation_id="timelines_profile",
        summary="Read what a person or a shop says",
        description="Posts and reposts, the newest first.",
        parameters=[COUNTRY, SHOWN],
        responses={200: PostOut},
        examples=[ONE],
    )
    def get(self, request: Request, handle: str) -> Response:
        them = named(handle)
        self.meet(them)
        return self.timeline(timelines.by_author(them), name=f"profile:{them.pk}")


class Hashtag(PostsEndpoint):
    scopes = {"GET": READ}
    shape, paged = PostOut, True

    @extend_schema(
        operation_id="timelines_hashtag",
        summary="Read the posts that name a hashtag",
        description="Replies too, the latest first; the tag without #, in any case.",
        parameters=[COUNTRY],
        responses={200: PostOut},
        examples=[ONE],
    )
    def get(self, request: Request, tag: str) -> Response:
        if "\0" in tag:
            raise Http404
        name = tag_name(tag)
        return self.timeline(timelines.by_tag(name), name=f"hashtag:{name}")
