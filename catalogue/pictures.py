"""Pictures of products: what may be uploaded, and how it is kept."""

from __future__ import annotations

import warnings
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from catalogue.models import Product, ProductImage, Variant

# By what the file is, never by what it is called: a name decides how it is served.
ENDINGS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "AVIF": "avif"}
LARGEST_BYTES = 5 * 1024 * 1024
LARGEST_PIXELS = 30_000_000


def measure(content: File[Any]) -> tuple[str, int, int]:
    """The ending, width and height of an uploaded picture; the file is left at its beginning.

    Raises ValidationError for a file that is too large or no JPEG, PNG, WebP or AVIF picture.
    """
    if content.size > LARGEST_BYTES:
        raise ValidationError(_("A picture has at most 5 MB."), code="too_large")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(content, formats=list(ENDINGS)) as picture:
                width, height, kind = picture.width, picture.height, picture.format or ""
                picture.verify()
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
        OSError,
        SyntaxError,
        ValueError,
    ):
        width, height, kind = 0, 0, ""
    finally:
        content.seek(0)
    if kind not in ENDINGS or not 0 < width * height <= LARGEST_PIXELS:
        raise ValidationError(_("This is no JPEG, PNG, WebP or AVIF picture."), code="no_picture")
    return ENDINGS[kind], width, height


def add(
    product: Product, *, content: File[Any], alt: str, variant: Variant | None = None
) -> ProductImage:
    """Show an uploaded picture of `product` after those it has, under a name of our own.

    Locks the product. Raises ValidationError; see `measure`.
    """
    ending, width, height = measure(content)
    image = ProductImage(product=product, variant=variant, alt=alt, width=width, height=height)
    with transaction.atomic():
        Product.objects.select_for_update(no_key=True).get(pk=product.pk)
        image.position = product.images.count()
        image.file.save(f"{uuid4()}.{ending}", content, save=False)
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
