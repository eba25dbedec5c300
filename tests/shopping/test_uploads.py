"""A request's files are bounded before they are written; those within the bound arrive."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory

from shopping import uploads


def test_a_body_that_is_too_large_is_refused_unread(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_BYTES", 1000)
    large = SimpleUploadedFile("large.jpg", b"x" * 1000)
    assert client.post("/preferences/", {"file": large}).status_code == 400
    small = SimpleUploadedFile("small.jpg", b"x" * 500)
    assert client.post("/preferences/", {"file": small}).status_code == 302


def test_a_file_within_the_bound_arrives() -> None:
    body = b"picture" * 10
    request = RequestFactory().post("/", {"file": SimpleUploadedFile("small.jpg", body)})
    upload = request.FILES["file"]
    assert (upload.name, upload.read()) == ("small.jpg", body)
