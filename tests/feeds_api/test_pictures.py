"""Pictures are sent first, and are on the post that names them."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from feeds.models import PendingImage, Post, PostImage
from partners import keys
from partners.scopes import FOR_SHOPS
from tests.feeds_api.test_posts import POSTS, said

pytestmark = pytest.mark.django_db


def drawn() -> bytes:
    written = BytesIO()
    Image.new("RGB", (600, 300), "navy").save(written, "PNG")
    return written.getvalue()


def send(secret: str, content: bytes, **more: str):
    sent = {"file": SimpleUploadedFile("sea.png", content, "image/png"), **more}
    given = {"Authorization": f"Bearer {secret}"}
    return Client().post("/api/v1/post-pictures/", sent, headers=given)


def test_a_picture_is_on_the_post_that_names_it(world, secret, plage):
    sent = send(secret, drawn(), alt="The sea")
    assert sent.status_code == 201, sent.content
    told = sent.json()
    assert (told["width"], told["height"], told["alt"]) == (600, 300, "The sea")
    made = plage("post", POSTS, {"text": "Look", "pictures": [told["id"]]})
    [shown] = made.json()["pictures"]
    assert shown == {name: told[name] for name in ("url", "width", "height", "alt")}
    assert not PendingImage.objects.exists()
    # It is on one post.
    said(plage("post", POSTS, {"text": "Again", "pictures": [told["id"]]}), 422, "picture_refused")
    assert PostImage.objects.get().post == Post.objects.get(body="Look")


def test_nobody_takes_anothers_or_one_that_is_swept_soon(world, secret, plage):
    rayon = keys.make(
        name="r", scopes=FOR_SHOPS, made_by=world.rayon.owner, merchant=world.rayon.merchant
    )[1]
    theirs, old = send(rayon, drawn()).json()["id"], send(secret, drawn()).json()["id"]
    image = PendingImage.objects.get(public_id=old)
    PendingImage.objects.filter(pk=image.pk).update(
        created_at=image.created_at - timedelta(hours=23, minutes=30)
    )
    for name in (theirs, old):
        said(plage("post", POSTS, {"text": "Look", "pictures": [name]}), 422, "picture_refused")
    assert not Post.objects.filter(body="Look").exists()
    assert PendingImage.objects.count() == 2


def test_what_is_no_picture_is_refused(secret):
    said(send(secret, b"hello"), 422, "picture_refused")
    assert not PendingImage.objects.exists()
