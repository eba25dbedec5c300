"""Pictures that an import names by their address: fetched by workers, some at once, until they are here.

A row says what is still wanted. A worker claims some for a while, fetches them outside of any
transaction, and fills in each by itself; one that dies leaves them due again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db.models import QuerySet
from django.utils import timezone

from catalogue import pictures
from catalogue.models import Merchant, PictureFetch, ProductImage
from shopping import rows, waits
from shopping.hints import begun, wake_soon
from webhooks import fetching

log = logging.getLogger(__name__)

WORKER = "catalogue.fetch_pictures"
# Fetched at once, and held in memory: at most so many times pictures.LARGEST_BYTES.
BATCH = 8
# Longer than a batch may take: fetching.DEADLINE, and drawing each anew.
LEASE = timedelta(minutes=5)
# After one minute, ten more, and an hour; then it is given up.
FIRST_WAIT = timedelta(minutes=1)
GROWTH = 10
MOST_ATTEMPTS = 4

CLAIM = """
UPDATE catalogue_picturefetch SET next_at = clock_timestamp() + %s, attempts = attempts + 1
WHERE image_id IN (
    SELECT image_id FROM catalogue_picturefetch WHERE next_at <= now()
    ORDER BY next_at, image_id LIMIT %s FOR UPDATE SKIP LOCKED
)
RETURNING image_id
"""


def want(images: Iterable[ProductImage]) -> None:
    """Let the files of these new `images` be fetched once the transaction is committed."""
    wanted = [PictureFetch(image=image) for image in images]
    if wanted:
        PictureFetch.objects.bulk_create(wanted)
        wake_soon(WORKER)


def again(merchant: Merchant) -> int:
    """Try once more what was given up of a shop's pictures; returns how many there are."""
    wanted = [
        PictureFetch(image=image, next_at=timezone.now()) for image in missing(merchant).only("pk")
    ]
    PictureFetch.objects.bulk_create(
        wanted,
        update_conflicts=True,
        unique_fields=["image"],
        update_fields=["next_at", "attempts", "error"],
    )
    if wanted:
        wake_soon(WORKER)
    return len(wanted)


def missing(merchant: Merchant) -> QuerySet[ProductImage]:
    """A shop's pictures of which the address only is known, and which nobody fetches any more."""
    unseen = ProductImage.objects.filter(product__merchant=merchant, file="")
    return unseen.exclude(source_url="").exclude(fetch__next_at__isnull=False).order_by("pk")


def under_way(merchant: Merchant) -> int:
    """How many of a shop's pictures are still to be fetched."""
    wanted = PictureFetch.objects.filter(image__product__merchant=merchant, next_at__isnull=False)
    return int(wanted.count())


def work() -> bool:
    """Fetch the batch that has waited longest; whether there was one. Call outside of any transaction."""
    begun(WORKER)
    claimed = [image for (image,) in rows.run(CLAIM, [LEASE, BATCH])]
    wanted = list(
        PictureFetch.objects.filter(pk__in=claimed).select_related("image__product__merchant")
    )
    found = fetching.fetch_all(
        [each.image.source_url for each in wanted], most=pictures.LARGEST_BYTES
    )
    for fetch, content in zip(wanted, found, strict=True):
        if isinstance(content, fetching.Unreachable):
            _postpone(fetch, content.message)
        else:
            _fill(fetch, content)
    return bool(claimed)


def _fill(fetch: PictureFetch, content: bytes) -> None:
    """Show the picture; one that will never be a picture is given up at once."""
    try:
        pictures.fill(fetch.image, content=ContentFile(content, name="picture"))
    except ValidationError as error:
        _give_up(fetch, " ".join(error.messages))
    except Exception as error:
        # Of this picture only: the others of the batch are fetched already.
        log.exception("picture %d cannot be kept", fetch.pk)
        _postpone(fetch, type(error).__name__)
    else:
        PictureFetch.objects.filter(pk=fetch.pk).delete()


def _postpone(fetch: PictureFetch, why: str) -> None:
    if fetch.attempts >= MOST_ATTEMPTS:
        _give_up(fetch, why)
        return
    wait = min(FIRST_WAIT * GROWTH ** (fetch.attempts - 1), waits.LONGEST)
    PictureFetch.objects.filter(pk=fetch.pk).update(next_at=timezone.now() + wait, error=why[:300])


def _give_up(fetch: PictureFetch, why: str) -> None:
    PictureFetch.objects.filter(pk=fetch.pk).update(next_at=None, error=why[:300])
