"""Finding posts, products, people and hashtags."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from feeds import limits
from feeds.api import examples, shapes
from feeds.api.endpoints import COUNTRY, READ, PostsEndpoint
from feeds.api.shapes import FoundOut
from feeds.search import results
from feeds.search.pages import Cursor
from feeds.search.results import HASHTAGS, PEOPLE, POSTS, PRODUCTS, Results
from partners import paging
from partners.problems import Problem
from partners.queries import one_of
from shopping import queries
from shopping.patience import TookTooLong

KINDS = (POSTS, PRODUCTS, PEOPLE, HASHTAGS)


class Search(PostsEndpoint):
    scopes = {"GET": READ}
    shape, paged, most_rows = FoundOut, True, 50
    filters = frozenset({"q", "kind", "country"})

    @extend_schema(
        operation_id="search",
        summary="Find posts, products, people or hashtags",
        description="The best first. The last word may be the beginning of one; quotes keep words together"
        " and a minus leaves one out. Hashtags are one page.",
        parameters=[
            OpenApiParameter("q", str, required=True, description="What to look for."),
            OpenApiParameter("kind", str, enum=KINDS, description="`posts` without it."),
            COUNTRY,
        ],
        responses={200: FoundOut},
        examples=[examples.shown("A post", shapes.found(post=examples.POST))],
    )
    def get(self, request: Request) -> Response:
        kind, typed = self._asked(request)
        at = paging.place(request, name=f"search:{kind}:{typed}", most=self.most_rows)
        limits.count_search(self.profile, address=self.caller.owner)
        try:
            page = results.page(
                typed,
                kind=kind,
                reader=self.reader,
                size=at.limit,
                cursor=Cursor.of(at.after) if at.after else None,
            )
        except TookTooLong:
            said = _("This search took too long and was given up. Try fewer or other words.")
            raise Problem(400, "took_too_long", said, parameter="q") from None
        return self.part(_rows(page), at, after=page.next or None)

    def _asked(self, request: Request) -> tuple[str, str]:
        """The kind, and the words. Raises Problem 400."""
        kind = one_of(request, "kind", KINDS) or POSTS
        typed = queries.clean(request.query_params.get("q", ""), longest=results.LONGEST)
        if not typed:
            raise Problem(400, "invalid", _("Say what to look for."), parameter="q")
        return kind, typed


def _rows(page: Results) -> list[dict[str, Any]]:
    return [
        *(shapes.found(post=shapes.post(entry)) for entry in page.entries),
        *(shapes.found(product=shapes.card(offer)) for offer in page.products),
        *(shapes.found(profile=shapes.person(user)) for user in page.people),
        *(shapes.found(hashtag=name) for name in page.hashtags),
    ]
