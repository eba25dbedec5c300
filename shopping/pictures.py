"""Uploaded pictures: told by what they are, never by what they are called, and drawn anew."""

from __future__ import annotations

import struct
import warnings
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.files import File
from PIL import Image, ImageOps, UnidentifiedImageError

LARGEST_PIXELS = 30_000_000
# A profile of colours has some kB, and goes into each file that is made of the picture.
LARGEST_PROFILE = 64 * 1024
MODES = ("L", "RGB", "RGBA")
BROKEN = (
    UnidentifiedImageError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)


class NoPicture(Exception):
    """A file that holds none of the kinds asked for, or too many pixels, or is broken."""


@dataclass(frozen=True, slots=True)
class Upright:
    """What is seen of a picture, and nothing else. `kind` is that of its file: "JPEG"."""

    kind: str
    image: Image.Image
    profile: bytes | None


@contextmanager
def _read(content: File[Any], kinds: Collection[str]) -> Iterator[Image.Image]:
    """The picture in `content`; whatever is wrong with it becomes NoPicture."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(content, formats=list(kinds)) as picture:
                yield picture
    except BROKEN as error:
        raise NoPicture from error
    finally:
        content.seek(0)


def measure(content: File[Any], *, kinds: Collection[str]) -> tuple[str, int, int]:
    """The kind, width and height of a picture of `kinds` (Pillow's names), before it is unpacked.

    The file is left at its beginning. Raises NoPicture.
    """
    with _read(content, kinds) as picture:
        width, height, kind = picture.width, picture.height, picture.format or ""
        if kind not in kinds or not 0 < width * height <= LARGEST_PIXELS:
            raise ValueError(kind)
        picture.verify()
    return kind, width, height


def upright(content: File[Any], *, kinds: Collection[str]) -> Upright:
    """A picture drawn anew as its camera was held; of one that moves, the first frame.

    Only what is seen is kept: no place where it was taken, no camera, no words, nothing behind its
    end. Colours keep their profile. Raises NoPicture.
    """
    kind, _width, _height = measure(content, kinds=kinds)
    with _read(content, kinds) as picture:
        seen = ImageOps.exif_transpose(picture)
        profile = picture.info.get("icc_profile") or b""
        if seen.mode not in MODES:
            # The profile tells of the colours as they were.
            profile = b""
            seen = seen.convert("RGBA" if "transparency" in seen.info else "RGB")
        clean = Image.frombytes(seen.mode, seen.size, seen.tobytes())
    return Upright(kind, clean, profile if 0 < len(profile) <= LARGEST_PROFILE else None)
