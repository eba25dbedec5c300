"""Pictures of posts: picked for a draft, taken over by the post, and gone with it."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.core.files.storage import default_storage


class Picture(NamedTuple):
    """A picture as a page shows it: a plain hashable value."""

    files: tuple[tuple[int, str], ...]  # width in pixels, name in the media storage; narrowest first
    width: int  # of the widest
    height: int
    alt: str

    @property
    def src(self) -> str:
        """For browsers that do not choose: the narrowest that fills a telephone."""
        return default_storage.url(self.files[min(1, len(self.files) - 1)][1])

    @property
    def srcset(self) -> str:
        return ", ".join(f"{default_storage.url(name)} {width}w" for width, name in self.files)

    @property
    def whole(self) -> str:
        """The address of the widest."""
        return default_storage.url(self.files[-1][1])


def picture(files: dict[str, str], *, width: int, height: int, alt: str) -> Picture:
    """What the columns of a PostImage or a PendingImage show; see there."""
    ordered = sorted((int(wide), name) for wide, name in files.items())
    return Picture(tuple(ordered), width, height, alt)
