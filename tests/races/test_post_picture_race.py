"""A picture that was sent for a post is on one post, however many name it at once."""

from __future__ import annotations

from functools import partial

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from feeds import pictures
from feeds.models import Post, PostImage
from partners import keys
from partners.scopes import FOR_SHOPS
from tests.feeds_api.conftest import calling
from tests.races.crowd import at_once
from tests.shops import shop

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_picture_is_on_one_post(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    plage = shop("plage")
    secret = keys.make(name="k", scopes=FOR_SHOPS, made_by=plage.owner, merchant=plage.merchant)[1]
    for _turn in range(3):
        file = ContentFile(b"", "sea.png")
        Image.new("RGB", (30, 20)).save(file, "PNG")
        brought = pictures.bring(plage.merchant.account, content=file, alt="")
        words = {"text": "Look", "pictures": [str(brought.public_id)]}
        before = Post.objects.count()
        answers = at_once([partial(calling(secret), "post", "/api/v1/posts/", words)] * 6)
        assert sorted(answer.status_code for answer in answers) == [201, *[422] * 5]
        assert Post.objects.count() == before + 1
        assert PostImage.objects.get(post=Post.objects.latest("pk")).files == brought.files
