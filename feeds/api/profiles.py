"""Who people and shops are."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from feeds import circles
from feeds.api import examples, shapes
from feeds.api.endpoints import READ, PostsEndpoint, named
from feeds.api.shapes import ProfileOut


class Profile(PostsEndpoint):
    scopes = {"GET": READ}
    shape = ProfileOut
    filters = frozenset()

    @extend_schema(
        operation_id="profiles_read",
        summary="Read a profile",
        description="By its handle, in any case.",
        responses={200: ProfileOut},
        examples=[examples.shown("A shop", examples.PROFILE)],
    )
    def get(self, request: Request, handle: str) -> Response:
        them = named(handle)
        relation = self.meet(them)
        return self.one(
            shapes.profile(
                them,
                followers=circles.count(circles.followers(them, viewer=None)),
                following=circles.count(circles.followed(them, viewer=None)),
                relation=relation,
            )
        )
