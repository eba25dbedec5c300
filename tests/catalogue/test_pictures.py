"""An uploaded picture is drawn anew: what is seen stays, what tells of its maker goes."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image

from catalogue import pictures

MAKER = 0x010F
ORIENTATION = 0x0112
GPS = 0x8825
QUARTER_TURN = 6


def upload(kind: str = "JPEG", *, tail: bytes = b"", mode: str = "RGB") -> ContentFile[bytes]:
    """A picture of 40 × 20 that was taken upright somewhere in Rennes."""
    exif = Image.Exif()
    exif[MAKER] = "Camera of mine"
    exif[ORIENTATION] = QUARTER_TURN
    exif[GPS] = {1: "N", 2: (48.0, 6.0, 51.0)}
    file = BytesIO()
    Image.new(mode, (40, 20), 0).save(file, kind, exif=exif)
    return ContentFile(file.getvalue() + tail, "holiday.jpg")


@pytest.mark.parametrize("kind", pictures.ENDINGS)
def test_nothing_but_the_picture_is_kept_and_it_stands_upright(kind: str) -> None:
    clean, width, height = pictures.cleaned(upload(kind))
    kept = clean.read()
    assert (width, height) == (20, 40)
    with Image.open(BytesIO(kept)) as picture:
        assert (picture.format, picture.size) == (kind, (20, 40))
        assert dict(picture.getexif()) == {}
    assert b"Camera of mine" not in kept
    assert str(clean.name).endswith(f".{pictures.ENDINGS[kind]}")


def test_what_hangs_behind_its_end_is_gone() -> None:
    clean, _width, _height = pictures.cleaned(upload(tail=b"<script>alert(1)</script>"))
    assert b"<script>" not in clean.read()


def test_colours_of_print_become_those_of_a_screen() -> None:
    clean, _width, _height = pictures.cleaned(upload(mode="CMYK"))
    with Image.open(clean) as picture:
        assert picture.mode == "RGB"


@pytest.mark.parametrize("kind", pictures.ENDINGS)
def test_half_a_picture_is_refused(kind: str) -> None:
    whole = upload(kind).read()
    with pytest.raises(ValidationError) as refused:
        pictures.cleaned(ContentFile(whole[: len(whole) // 2], "half.jpg"))
    assert refused.value.code == "no_picture"
