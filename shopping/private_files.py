"""Files that only their owners may read: what is uploaded to be imported, photos of returned goods.

They lie outside MEDIA_ROOT, which a web server hands to everybody; a view that has asked who is
there opens them.
"""

from __future__ import annotations

from django.conf import settings
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.utils._os import safe_join


class PrivateFiles(FileSystemStorage):
    """The folder `settings.PRIVATE_ROOT`; no file in it has an address."""

    @property
    def base_location(self) -> str:
        return str(settings.PRIVATE_ROOT)

    @property
    def location(self) -> str:
        return safe_join(self.base_location)

    def url(self, name: str | None) -> str:
        """Raises ValueError: a view gives the file out."""
        raise ValueError("private files have no address")


def private_files() -> Storage:
    """For a FileField's `storage`, so that migrations name the place and not the folder."""
    return storages["private"]
