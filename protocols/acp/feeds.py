"""Keeping product feeds at agents: a few products at a time, only what changed, and on from where it was
cut off."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from catalogue.models import Product
from partners import agents
from protocols.acp import feed_documents
from protocols.acp.versions import VERSION
from protocols.models import AcpFeed, AcpFeedItem
from webhooks.transport import Answer, Wire

log = logging.getLogger(__name__)

BATCH = 100
EVERY = timedelta(minutes=15)
# A push that has not come back by then is dead, and another may go on.
LEASE = timedelta(minutes=5)
# One push goes on for so long at most; what is left is due at once.
SECONDS = 60.0
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
RELATED = ("merchant__account", "category")


class NotTaken(Exception):
    """The agent did not take it; what it said."""


def due(*, most: int = 20) -> list[int]:
    """Feeds (primary keys) whose time has come, those that wait longest first."""
    found = AcpFeed.objects.filter(active=True, partner__active=True, due_at__lte=Now())
    return list(found.order_by("due_at").values_list("pk", flat=True)[:most])


def push(feed_id: int) -> bool:
    """Bring the agent's copy of a feed up to date; whether it is.

    Sends outside any transaction. Of two at once one does it. What was taken is remembered batch by
    batch: whoever goes on after a crash sends at most one batch again, which changes nothing there.
    """
    feed = _claim(feed_id)
    if feed is None:
        return False
    began = time.monotonic()
    try:
        if not feed.feed_id:
            _make(feed)
        while _batch(feed):
            if time.monotonic() - began > SECONDS:
                AcpFeed.objects.filter(pk=feed.pk).update(due_at=Now())
                return False
    except NotTaken as error:
        _failed(feed, str(error))
        return False
    AcpFeed.objects.filter(pk=feed.pk).update(
        position=0, failures=0, pushed_at=Now(), due_at=timezone.now() + EVERY, last_answer=""
    )
    return True


def _claim(feed_id: int) -> AcpFeed | None:
    """The feed, whose next push is put off until this one is surely over."""
    mine = AcpFeed.objects.filter(pk=feed_id, active=True, due_at__lte=Now())
    if not mine.update(due_at=timezone.now() + LEASE):
        return None
    return AcpFeed.objects.select_related("partner").get(pk=feed_id)


def _make(feed: AcpFeed) -> None:
    """Make the feed at the agent's, and keep what it is called there."""
    answer = _send(feed, "POST", "/feeds", {"target_country": feed.target_country})
    try:
        feed.feed_id = str(json.loads(answer.text)["id"])[:200]
    except (ValueError, KeyError, TypeError):
        raise NotTaken("it did not say what the new feed is called") from None
    feed.save(update_fields=["feed_id"])


def _batch(feed: AcpFeed) -> bool:
    """Send what differs of the next products; whether there were any."""
    agent = agents.of_partner(feed.partner)
    sold = feed_documents.sold(agent.pk, feed.target_country).filter(pk__gt=feed.position)
    told = AcpFeedItem.objects.filter(feed=feed, product__gt=feed.position)
    keys = {
        *sold.order_by("pk").values_list("pk", flat=True)[:BATCH],
        *told.order_by("product").values_list("product", flat=True)[:BATCH],
    }
    batch = sorted(keys)[:BATCH]
    if not batch:
        return False
    there = feed_documents.documents(sold.filter(pk__in=batch).select_related(*RELATED))
    before = dict(told.filter(product__in=batch).values_list("product", "digest"))
    ended = Product.objects.filter(pk__in=set(before) - set(there)).select_related(*RELATED)
    gone = feed_documents.gone(ended)
    digests = {pk: digest(document) for pk, document in there.items()}
    changed = {pk: doc for pk, doc in there.items() if before.get(pk) != digests[pk]} | gone
    if changed:
        body = {"products": [changed[pk] for pk in sorted(changed)]}
        _send(feed, "PATCH", f"/feeds/{feed.feed_id}/products", body)
    _remember(feed, {pk: digests[pk] for pk in changed if pk in digests}, set(gone), batch[-1])
    return True


@transaction.atomic
def _remember(feed: AcpFeed, digests: Mapping[int, str], gone: set[int], position: int) -> None:
    rows = [AcpFeedItem(feed=feed, product_id=pk, digest=said) for pk, said in digests.items()]
    AcpFeedItem.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["feed", "product"],
        update_fields=["digest"],
    )
    AcpFeedItem.objects.filter(feed=feed, product__in=gone).delete()
    feed.position = position
    lease = timezone.now() + LEASE
    AcpFeed.objects.filter(pk=feed.pk).update(position=position, due_at=lease)


def _failed(feed: AcpFeed, said: str) -> None:
    failures = feed.failures + 1
    wait = min(FIRST_WAIT * 2 ** min(failures - 1, 12), LONGEST_WAIT)
    AcpFeed.objects.filter(pk=feed.pk).update(
        failures=failures, last_answer=said[:500], due_at=timezone.now() + wait
    )


def _send(feed: AcpFeed, method: str, path: str, body: dict[str, Any]) -> Answer:
    """What the agent answers. Raises NotTaken for anything but yes; its addresses are checked at the
    moment of connecting, as every subscriber's."""
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Etal/1.0",
        "API-Version": VERSION,
    }
    if feed.token:
        headers["Authorization"] = f"Bearer {feed.token}"
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    answer = asyncio.run(_once(method, feed.url.rstrip("/") + path, text, headers))
    if not answer.accepted:
        raise NotTaken(f"{answer.status_code or 'no answer'}: {answer.text}")
    return answer


async def _once(method: str, url: str, text: str, headers: Mapping[str, str]) -> Answer:
    wire = Wire()
    try:
        return await wire.send(method, url, text, headers=headers)
    finally:
        await wire.aclose()


def digest(document: Mapping[str, Any]) -> str:
    """The same for documents that say the same."""
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
