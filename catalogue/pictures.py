"""Pictures of products: what may be uploaded, and how it is kept."""

from __future__ import annotations

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

from accounts.models import User
from catalogue import history
from catalogue.models import Product, ProductImage, Variant
from shopping import pictures

# By what the file is, never by what it is called: a name decides how it is served.
ENDINGS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "AVIF": "avif"}
# Of one product: its page shows them all, and one form of the admin holds them.
MOST = 50
WORDS = ("alt", "position", "variant")
LARGEST_BYTES = 5 * 1024 * 1024
SAVING: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 88, "optimize": True, "progressive": True},
    "PNG": {"optimize": True},
    "WEBP": {"quality": 88},
    "AVIF": {"quality": 75},
}


def measure(content: File[Any]) -> tuple[str, int, int]:
    """The kind, width and height of an uploaded picture; the file is left at its beginning.

    Raises ValidationError for a file that is too large or no JPEG, PNG, WebP or AVIF picture.
    """
    if content.size > LARGEST_BYTES:
        raise ValidationError(_("A picture has at most 5 MB."), code="too_large")
    with _explained():
        return pictures.measure(content, kinds=ENDINGS)


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except pictures.NoPicture as error:
        raise ValidationError(
            _("This is no JPEG, PNG, WebP or AVIF picture."), code="no_picture"
        ) from error


def upright(content: File[Any]) -> pictures.Upright:
    """What is seen of an uploaded picture. Raises ValidationError; see `measure`."""
    measure(content)
    with _explained():
        return pictures.upright(content, kinds=ENDINGS)


def cleaned(content: File[Any]) -> tuple[ContentFile[bytes], int, int]:
    """An uploaded picture drawn anew, upright, with its width and height.

    See `shopping.pictures.upright` for what is left of it. Raises ValidationError; see `measure`.
    """
    seen = upright(content)
    drawn = BytesIO()
    seen.image.save(drawn, seen.kind, icc_profile=seen.profile, **SAVING[seen.kind])
    name = f"{uuid4()}.{ENDINGS[seen.kind]}"
    return ContentFile(drawn.getvalue(), name), seen.image.width, seen.image.height


def add(
    product: Product,
    *,
    content: File[Any],
    alt: str,
    actor: User | None,
    variant: Variant | None = None,
    source_url: str = "",
) -> ProductImage:
    """Show an uploaded picture of `product` after those it has, under a name of our own.

    `source_url` is where it was fetched from.

    It is drawn anew before: see `cleaned`. Locks the product. Raises ValidationError; see `measure`,
    and for more than `MOST` pictures.
    """
    clean, width, height = cleaned(content)
    image = ProductImage(
        product=product,
        variant=variant,
        alt=alt,
        width=width,
        height=height,
        source_url=source_url,
    )
    with transaction.atomic():
        _locked(product)
        places = list(product.images.values_list("position", flat=True))
        if len(places) >= MOST:
            raise ValidationError(
                _("A product has at most %(most)d pictures."), params={"most": MOST}
            )
        image.position = max(places, default=-1) + 1
        image.file.save(str(clean.name), clean, save=False)
        image.save()
        history.note(product, {"picture": [None, _name(image)]}, actor=actor)
    return image


def fill(image: ProductImage, *, content: File[Any]) -> None:
    """Give a picture, of which the address only is known, its file; drawn anew before: see `cleaned`.

    One that has it already, or that is gone meanwhile, is left as it is. Locks the product. Raises
    ValidationError; see `measure`.
    """
    clean, width, height = cleaned(content)
    with transaction.atomic():
        product = _locked(image.product)
        bare = ProductImage.objects.filter(pk=image.pk, file="").first()
        if bare is None:
            return
        bare.width, bare.height = width, height
        bare.file.save(str(clean.name), clean, save=False)
        bare.save(update_fields=["file", "width", "height"])
        history.note(product, {"picture": [None, _name(bare)]}, actor=None)


def edit(
    image: ProductImage,
    *,
    alt: str,
    position: int,
    variant: Variant | None,
    actor: User | None,
) -> ProductImage:
    """Set a picture's words, its place among the others (from 0) and the variant it shows.

    Locks the product.
    """
    with transaction.atomic():
        product = _locked(image.product)
        image = ProductImage.objects.select_related("variant__product").get(pk=image.pk)
        before = history.values(image, WORDS)
        image.alt, image.position, image.variant = alt, position, variant
        image.save(update_fields=WORDS)
        changed = history.difference(before, history.values(image, WORDS))
        history.note(
            product, {f"picture_{name}": pair for name, pair in changed.items()}, actor=actor
        )
    return image


def remove(image: ProductImage, *, actor: User | None) -> None:
    """Show a picture no longer. Its file stays: orders point at it by name. Locks the product."""
    with transaction.atomic():
        product = _locked(image.product)
        history.note(product, {"picture": [_name(image), None]}, actor=actor)
        image.delete()


def _locked(product: Product) -> Product:
    return Product.objects.select_for_update(no_key=True).get(pk=product.pk)


def _name(image: ProductImage) -> str:
    return image.alt or str(image.file)
