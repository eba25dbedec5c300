"""The picture that stands for a person."""

from __future__ import annotations

from functools import partial
from io import BytesIO
from typing import Any
from uuid import uuid4

from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from PIL import ImageOps

from accounts.models import User
from catalogue import pictures
from shopping import rows

# Pixels of a side; the largest face on a page has 88 of them, on a screen that shows them finely.
SIDE = 320
FOLDER = "avatars/"


def change(user: User, *, content: File[Any]) -> None:
    """Show an uploaded picture of `user`: its middle, square, drawn anew, under a name of our own.

    Raises ValidationError; see `catalogue.pictures.measure`. Locks the user.
    """
    seen = pictures.upright(content)
    drawn = BytesIO()
    square = ImageOps.fit(seen.image, (SIDE, SIDE))
    square.save(drawn, "WEBP", quality=88, icc_profile=seen.profile)
    name = default_storage.save(f"{FOLDER}{uuid4()}.webp", ContentFile(drawn.getvalue()))
    _show(user, name)


def remove(user: User) -> None:
    """Show the first letter of the name again. Locks the user."""
    _show(user, "")


@transaction.atomic
def _show(user: User, name: str) -> None:
    """The picture before goes with the commit, if it is one that was uploaded here."""
    before = rows.lock(User, user.pk).avatar.name or ""
    User.objects.filter(pk=user.pk).update(avatar=name)
    user.avatar.name = name
    if before.startswith(FOLDER):
        transaction.on_commit(partial(default_storage.delete, before))
