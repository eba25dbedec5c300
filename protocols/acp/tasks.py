"""What ACP has done in the background; a sweep finds what is due."""

from __future__ import annotations

from celery import shared_task

from protocols.acp import feeds


@shared_task(name="protocols.push_acp_feeds")
def push_acp_feeds() -> None:
    """Push the product feeds whose time has come."""
    for feed_id in feeds.due():
        push_acp_feed.delay(feed_id)


@shared_task(name="protocols.push_acp_feed")
def push_acp_feed(feed_id: int) -> None:
    """Push one; another push of it at the same time does nothing."""
    feeds.push(feed_id)
