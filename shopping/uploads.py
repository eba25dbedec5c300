"""How much one request may upload: Django writes files to disk before any view is asked."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

# A product's page with half a dozen new pictures of the largest kind.
MOST_BYTES = 32 * 1024 * 1024


class Bounded(FileUploadHandler):
    """The first of the handlers: refuses a body that is too large and leaves files to the next."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Raises RequestDataTooBig, which is answered with 400, before anything is read."""
        if content_length > MOST_BYTES:
            raise RequestDataTooBig("the upload is too large")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> UploadedFile[bytes] | None:
        return None
