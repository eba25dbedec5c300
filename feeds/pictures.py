"""Pictures of posts: picked for a draft, taken over by the post, and gone with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from PIL import Image

from accounts.models import User
from feeds import limits
from feeds.limits import TooOften
from feeds.models import Case, Draft, PendingImage, Post, PostImage
from feeds.refusals import Refused
from shopping.ids import public_id
from shopping.pictures import NoPicture, upright

MOST = 4
MOST_ALT = 500
# Four of them fit in one request: see shopping.uploads.
LARGEST_BYTES = 7 * 1024 * 1024
KINDS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
# What the file dialog offers. Without HEIC in it, a telephone hands over a JPEG.
ACCEPT = ",".join(f"image/{kind.lower()}" for kind in KINDS)
# In pixels: a telephone's column, the feed's column on a sharp screen, and the whole picture.
WIDTHS = (480, 960, 1600)
HIGHEST = 3200
SAVING: dict[str, Any] = {"format": "WEBP", "quality": 82, "method": 4}
NOBODYS_AFTER = timedelta(days=1)
# Nothing is taken that a sweep which is under way may have read as nobody's.
SWEPT_IN = timedelta(hours=1)
BATCH = 200


class PictureRefused(Refused):
    """A file that is not kept; `message` names it and is for whoever picked it.

    `seconds` until it may be tried again, 0 where that would not help.
    """

    def __init__(self, message: str, *, seconds: int = 0) -> None:
        super().__init__(message)
        self.seconds = seconds


def keep(draft: Draft, *, content: File[Any]) -> PendingImage:
    """Keep an uploaded picture of `draft`, drawn anew in several widths; of one that moves, the
    first frame.

    Nothing of what a camera wrote into it is kept. The row comes before its files and joins the
    draft after them, so that a crash leaves no file that no row names. Locks the draft. Raises
    PictureRefused.
    """
    name = str(content.name)[-60:]
    if draft.images.count() >= MOST:
        raise _one_too_many(name)
    try:
        limits.count(limits.PICTURES, draft.user)
    except TooOften as refusal:
        raise _one_too_soon(name, refusal) from None
    image = _stored(draft.user, _drawn(content, name=name))
    with transaction.atomic():
        held = Draft.objects.select_for_update(no_key=True).get(pk=draft.pk)
        if held.post_id is not None or held.images.count() >= MOST:
            raise _one_too_many(name)
        image.draft = held
        image.save(update_fields=["draft"])
    return image


def bring(user: User, *, content: File[Any], alt: str) -> PendingImage:
    """Keep a picture, drawn anew as by `keep`, of no draft: for a post of `user` that `take`s it within
    a day. Raises PictureRefused, and TooOften."""
    limits.count(limits.PICTURES, user)
    return _stored(user, _drawn(content, name=str(content.name)[-60:]), alt=alt)


def take(user: User, *, public_ids: Sequence[UUID]) -> list[PendingImage]:
    """What `user` has brought, in this order, for the post that is published in the caller's transaction,
    which locks them. Raises PictureRefused where one is not there, or not for long enough."""
    since = timezone.now() - NOBODYS_AFTER + SWEPT_IN
    mine = PendingImage.objects.filter(user=user, draft=None, created_at__gt=since)
    mine = mine.filter(public_id__in=public_ids)
    mine = mine.order_by("pk").select_for_update(no_key=True)
    found = {image.public_id: image for image in mine}
    wanted = list(dict.fromkeys(public_ids))
    if len(wanted) > MOST or any(public_id not in found for public_id in wanted):
        raise PictureRefused(_("One of these pictures is not there any more: send it again."))
    return [found[public_id] for public_id in wanted]


def _stored(user: User, files: Mapping[tuple[int, int], bytes], *, alt: str = "") -> PendingImage:
    """The row of a picture that is drawn, and then its files."""
    identity = public_id()
    names = {str(size[0]): f"posts/{identity}-{size[0]}.webp" for size in files}
    width, height = max(files)
    image = PendingImage.objects.create(
        public_id=identity, user=user, files=names, width=width, height=height, alt=alt
    )
    for size, data in files.items():
        default_storage.save(names[str(size[0])], ContentFile(data))
    return image


def _one_too_soon(name: str, refusal: TooOften) -> PictureRefused:
    said = ngettext(
        "“%(name)s” was not taken: that was many pictures. Wait %(minutes)d minute.",
        "“%(name)s” was not taken: that was many pictures. Wait %(minutes)d minutes.",
        refusal.minutes,
    )
    words = said % {"name": name, "minutes": refusal.minutes}
    return PictureRefused(words, seconds=refusal.seconds)


def _one_too_many(name: str) -> PictureRefused:
    said = _("A post carries four pictures at most: “%(name)s” was left out.")
    return PictureRefused(said % {"name": name})


def _drawn(content: File[Any], *, name: str) -> dict[tuple[int, int], bytes]:
    """The files of a picture by width and height, none wider than the picture. Raises PictureRefused."""
    if content.size > LARGEST_BYTES:
        raise PictureRefused(_("“%(name)s” is larger than 7 MB.") % {"name": name})
    try:
        seen = upright(content, kinds=KINDS)
    except NoPicture:
        said = _(
            "“%(name)s” is no JPEG, PNG, WebP, GIF or AVIF picture, is broken or is too large."
        )
        raise PictureRefused(said % {"name": name}) from None
    whole = seen.image
    whole.thumbnail((WIDTHS[-1], HIGHEST), Image.Resampling.LANCZOS)
    files = {}
    for width in [*(width for width in WIDTHS if width < whole.width), whole.width]:
        size = (width, max(round(whole.height * width / whole.width), 1))
        sized = whole if width == whole.width else whole.resize(size, Image.Resampling.LANCZOS)
        written = BytesIO()
        sized.save(written, icc_profile=seen.profile, **SAVING)
        files[sized.size] = written.getvalue()
    return files


def describe(draft: Draft, *, alts: Mapping[UUID, str]) -> None:
    """Set what the pictures of `draft` are described as, by their public ids."""
    for image in draft.images.filter(public_id__in=list(alts)):
        if alts[image.public_id] != image.alt:
            image.alt = alts[image.public_id][:MOST_ALT]
            image.save(update_fields=["alt"])


def let_go(draft: Draft, *, public_ids: Iterable[UUID]) -> None:
    """Take pictures off `draft`; what is not on it is left alone."""
    draft.images.filter(public_id__in=list(public_ids)).update(draft=None)


def hand_over(images: Sequence[PendingImage], *, post: Post) -> None:
    """Let `post` have the pictures of its draft, in this order; the caller has locked the draft."""
    PostImage.objects.bulk_create(
        PostImage(
            post=post,
            position=position,
            files=image.files,
            width=image.width,
            height=image.height,
            alt=image.alt,
        )
        for position, image in enumerate(images)
    )
    PendingImage.objects.filter(pk__in=[image.pk for image in images]).delete()


def sweep() -> int:
    """Delete what no page shows any more: pictures that no draft holds for a day, and those of
    deleted posts, of a reported one after it was decided. Files first, so that a crash leaves rows
    which name them. Returns how many."""
    nobodys = PendingImage.objects.filter(draft=None, created_at__lt=timezone.now() - NOBODYS_AFTER)
    looked_at = Case.objects.filter(post=OuterRef("post"), state=Case.State.OPEN)
    deleted = PostImage.objects.filter(~Exists(looked_at), post__deleted_at__isnull=False)
    gone = 0
    for rows in (nobodys.order_by("pk"), deleted.order_by("pk")):
        for image in rows[:BATCH]:
            for name in image.files.values():
                default_storage.delete(name)
            image.delete()
            gone += 1
    return gone
