"""Pictures of products: what may be uploaded, and how it is kept."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from catalogue.models import Product, ProductImage, Variant

# By what the file is, never by what it is called: a name decides how it is served.
ENDINGS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "AVIF": "avif"}
LARGEST_BYTES = 5 * 1024 * 1024
LARGEST_PIXELS = 30_000_000
MODES = ("L", "RGB", "RGBA")
SAVING: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 88, "optimize": True, "progressive": True},
    "PNG": {"optimize": True},
    "WEBP": {"quality": 88},
    "AVIF": {"quality": 75},
}
BROKEN = (
    UnidentifiedImageError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
    OSError,
    RuntimeError,
    SyntaxError,
    ValueError,
)


def measure(content: File[Any]) -> tuple[str, int, int]:
    """The kind, width and height of an uploaded picture; the file is left at its beginning.

    Raises ValidationError for a file that is too large or no JPEG, PNG, WebP or AVIF picture.
    """
    if content.size > LARGEST_BYTES:
        raise ValidationError(_("A picture has at most 5 MB."), code="too_large")
    with _read(content) as picture:
        width, height, kind = picture.width, picture.height, picture.format or ""
        if kind not in ENDINGS or not 0 < width * height <= LARGEST_PIXELS:
            raise ValueError(kind)
        picture.verify()
    return kind, width, height


@contextmanager
def _read(content: File[Any]) -> Iterator[Image.Image]:
    """The picture in `content`; whatever is wrong with it becomes a ValidationError."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(content, formats=list(ENDINGS)) as picture:
                yield picture
    except BROKEN as error:
        raise ValidationError(
            _("This is no JPEG, PNG, WebP or AVIF picture."), code="no_picture"
        ) from error
    finally:
        content.seek(0)


def cleaned(content: File[Any]) -> tuple[ContentFile[bytes], int, int]:
    """An uploaded picture drawn anew, upright, with its width and height.

    Only what is seen is kept: no place where it was taken, no camera, no words, nothing behind its
    end; of one that moves, the first frame. Colours keep their profile. Raises ValidationError;
    see `measure`.
    """
    kind, _width, _height = measure(content)
    drawn = BytesIO()
    with _read(content) as picture:
        upright = ImageOps.exif_transpose(picture)
        profile = picture.info.get("icc_profile")
        if upright.mode not in MODES:
            # The profile tells of the colours as they were.
            profile = None
            upright = upright.convert("RGBA" if "transparency" in upright.info else "RGB")
        clean = Image.frombytes(upright.mode, upright.size, upright.tobytes())
        clean.save(drawn, kind, icc_profile=profile, **SAVING[kind])
    name = f"{uuid4()}.{ENDINGS[kind]}"
    return ContentFile(drawn.getvalue(), name), clean.width, clean.height


def add(
    product: Product, *, content: File[Any], alt: str, variant: Variant | None = None
) -> ProductImage:
    """Show an uploaded picture of `product` after those it has, under a name of our own.

    It is drawn anew before: see `cleaned`. Locks the product. Raises ValidationError; see `measure`.
    """
    clean, width, height = cleaned(content)
    image = ProductImage(product=product, variant=variant, alt=alt, width=width, height=height)
    with transaction.atomic():
        Product.objects.select_for_update(no_key=True).get(pk=product.pk)
        image.position = product.images.count()
        image.file.save(str(clean.name), clean, save=False)
        image.save()
    return image


def edit(image: ProductImage, *, alt: str, position: int, variant: Variant | None) -> ProductImage:
    """Set a picture's words, its place among the others (from 0) and the variant it shows."""
    image.alt, image.position, image.variant = alt, position, variant
    image.save(update_fields=["alt", "position", "variant"])
    return image


def remove(image: ProductImage) -> None:
    """Show a picture no longer. Its file stays: orders point at it by name."""
    image.delete()
