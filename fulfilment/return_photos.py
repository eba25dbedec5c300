"""Photos of what is sent back: drawn anew, kept where only who asked and the shop may look."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from django.core.files import File
from django.core.files.base import ContentFile
from django.http import FileResponse
from django.utils.translation import gettext as _
from PIL import Image

from fulfilment.models import ReturnPhoto
from shopping.ids import public_id
from shopping.pictures import NoPicture, upright
from shopping.private_files import private_files

MOST = 4
LARGEST_BYTES = 5 * 1024 * 1024
LARGEST_SIDE = 1600
KINDS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
QUALITY = 82


class PhotoRefused(Exception):
    """One of the files is no photo that is taken; its text says which and why."""


def drawn(files: Sequence[File[Any]]) -> list[bytes]:
    """The photos as they are kept: JPEG, upright, at most LARGEST_SIDE pixels a side, without what
    the camera wrote. Raises PhotoRefused, then for none of them."""
    if len(files) > MOST:
        said = _("At most %(count)d photos can be sent. Choose them again.")
        raise PhotoRefused(said % {"count": MOST})
    return [_drawn(each) for each in files]


def keep(photos: Iterable[bytes]) -> list[str]:
    """Store photos under names that nobody can guess; returns them. Not in a transaction."""
    storage = private_files()
    return [storage.save(f"returns/{public_id()}.jpg", ContentFile(each)) for each in photos]


def drop(names: Iterable[str]) -> None:
    """Delete files that no row names."""
    for name in names:
        private_files().delete(name)


def answer(photo: ReturnPhoto) -> FileResponse:
    """The photo for whoever the calling view has let in; no cache keeps it for others."""
    response = FileResponse(photo.file.open("rb"), content_type="image/jpeg")
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _drawn(content: File[Any]) -> bytes:
    name = {"name": str(content.name)[-60:]}
    if content.size > LARGEST_BYTES:
        raise PhotoRefused(_("“%(name)s” is larger than 5 MB. Choose the photos again.") % name)
    try:
        seen = upright(content, kinds=KINDS)
    except NoPicture:
        said = _(
            "“%(name)s” is no JPEG, PNG, WebP, GIF or AVIF picture, is broken or is too large. "
            "Choose the photos again."
        )
        raise PhotoRefused(said % name) from None
    image = seen.image
    image.thumbnail((LARGEST_SIDE, LARGEST_SIDE), Image.Resampling.LANCZOS)
    if image.mode == "RGBA":
        white = Image.new("RGB", image.size, "white")
        white.paste(image, mask=image.getchannel("A"))
        image = white
    written = BytesIO()
    image.save(written, "JPEG", quality=QUALITY, icc_profile=seen.profile)
    return written.getvalue()
