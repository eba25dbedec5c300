"""What a person does to a post with one call: like, repost, bookmark; PUT does it, DELETE takes it back."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from feeds import bookmarks, limits, posts, reposts, threads
from feeds.api.endpoints import WRITE, PersonEndpoint


class Like(PersonEndpoint):
    scopes = {"PUT": WRITE, "DELETE": WRITE}
    filters = frozenset()

    @extend_schema(
        operation_id="posts_like", summary="Like a post", request=None, responses={204: None}
    )
    def put(self, request: Request, public_id: UUID) -> Response:
        subject = threads.subject(public_id)
        limits.count(limits.LIKES, self.author)
        posts.like(subject, user=self.author)
        return Response(status=204)

    @extend_schema(operation_id="posts_unlike", summary="Take a like back", responses={204: None})
    def delete(self, request: Request, public_id: UUID) -> Response:
        posts.unlike(threads.subject(public_id), user=self.author)
        return Response(status=204)


class Repost(PersonEndpoint):
    scopes = {"PUT": WRITE, "DELETE": WRITE}
    filters = frozenset()

    @extend_schema(
        operation_id="posts_repost",
        summary="Bring a post to your followers",
        request=None,
        responses={204: None},
    )
    def put(self, request: Request, public_id: UUID) -> Response:
        subject = threads.subject(public_id)
        limits.count(limits.POSTS, self.author)
        reposts.repost(subject, user=self.author)
        return Response(status=204)

    @extend_schema(
        operation_id="posts_unrepost", summary="Take a repost back", responses={204: None}
    )
    def delete(self, request: Request, public_id: UUID) -> Response:
        reposts.unrepost(threads.subject(public_id), user=self.author)
        return Response(status=204)


class Bookmark(PersonEndpoint):
    scopes = {"PUT": WRITE, "DELETE": WRITE}
    filters = frozenset()

    @extend_schema(
        operation_id="posts_bookmark",
        summary="Keep a post for yourself",
        description="Nobody else is told.",
        request=None,
        responses={204: None},
    )
    def put(self, request: Request, public_id: UUID) -> Response:
        bookmarks.bookmark(threads.subject(public_id), user=self.author)
        return Response(status=204)

    @extend_schema(
        operation_id="posts_unbookmark", summary="Keep it no longer", responses={204: None}
    )
    def delete(self, request: Request, public_id: UUID) -> Response:
        bookmarks.unbookmark(threads.subject(public_id), user=self.author)
        return Response(status=204)
