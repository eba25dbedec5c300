"""Rows of posts and of how they are read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from feeds.models import Post
from tests.access.api import Row, row
from tests.shops import Cast

POST = "api/v1/posts/<uuid:public_id>/"


def of_plage(step: str = "") -> Callable[[Cast], str]:
    def path(world: Cast) -> str:
        said = Post.objects.create(
            author=world.plage.merchant.account, body="Open today", created_at=timezone.now()
        )
        return f"/api/v1/posts/{said.public_id}/{step}"

    return path


def words(world: Cast) -> dict[str, Any]:
    return {"text": "Open tomorrow too", "products": [str(world.plage.product.public_id)]}


def act(step: str, method: str) -> Row:
    """What a person does to a post of anybody's."""
    return row(f"{POST}{step}/", method, 204, 204, path=of_plage(f"{step}/"), whose="shopper")


ROWS = [
    row("api/v1/posts/", "GET", 200, 200),
    row("api/v1/posts/", "POST", 201, 201, body=words),
    # Posts are for everybody to read, and for their author to change.
    row(POST, "GET", 200, 200, path=of_plage()),
    row(POST, "PATCH", 200, 404, path=of_plage(), body=words),
    row(POST, "DELETE", 204, 404, path=of_plage()),
    row(f"{POST}replies/", "GET", 200, 200, path=of_plage("replies/")),
    *(act(step, method) for step in ("like", "repost", "bookmark") for method in ("PUT", "DELETE")),
    # Sent as JSON, which a file is not.
    row("api/v1/post-pictures/", "POST", 415, 415, body=lambda world: {}),
    row("api/v1/timelines/following/", "GET", 200, 200, whose="shopper"),
    row("api/v1/timelines/market/", "GET", 200, 200, whose="partner"),
    row(
        "api/v1/timelines/<str:handle>/",
        "GET",
        200,
        200,
        path=lambda world: "/api/v1/timelines/plage/",
    ),
    row(
        "api/v1/timelines/hashtags/<str:tag>/",
        "GET",
        200,
        200,
        path=lambda world: "/api/v1/timelines/hashtags/sea/",
    ),
    row(
        "api/v1/profiles/<str:handle>/",
        "GET",
        200,
        200,
        path=lambda world: "/api/v1/profiles/plage/",
    ),
    row("api/v1/search/", "GET", 200, 200, path=lambda world: "/api/v1/search/?q=open"),
]
