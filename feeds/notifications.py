"""Telling people what happened to them and their posts."""

from __future__ import annotations

from typing import Any

from feeds.models import Notification, Post


def tell(
    user_id: int,
    type: Notification.Type,
    *,
    reference: str,
    actor_id: int | None = None,
    post: Post | None = None,
    data: dict[str, Any] | None = None,
) -> bool:
    """Tell a person of something, in the caller's transaction; once for each `reference`.

    `data` is what the words of `type` need beside the actor and the post, as JSON. Nobody is told
    of what they did themselves. Returns whether this call told them.
    """
    if actor_id == user_id:
        return False
    _row, new = Notification.objects.get_or_create(
        user_id=user_id,
        reference=reference,
        defaults={"type": type, "actor_id": actor_id, "post": post, "data": data or {}},
    )
    return new
