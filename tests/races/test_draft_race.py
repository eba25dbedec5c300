"""One draft from many presses and saves at once, on real PostgreSQL."""

from __future__ import annotations

from functools import partial
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from accounts.models import User
from feeds import drafts, pictures
from feeds.drafts import Place, Written
from feeds.models import Draft, PendingImage, Post, PostImage
from feeds.pictures import PictureRefused
from tests.market import person
from tests.races.crowd import at_once

pytestmark = pytest.mark.django_db(transaction=True)
PRESSES = 8


@pytest.fixture
def mai(settings, tmp_path) -> User:
    settings.MEDIA_ROOT = tmp_path
    return person("mai", "Maï Lefort")


def picture(name: str) -> ContentFile[bytes]:
    file = ContentFile(b"", name)
    Image.new("RGB", (30, 20)).save(file, "PNG")
    return file


def test_many_presses_publish_one_post_with_its_pictures(mai: User) -> None:
    for _turn in range(3):
        draft = drafts.keep(mai, uuid4(), place=Place(), written=Written(body="Once"))
        pictures.keep(draft, content=picture("a.png"))
        before = Post.objects.count()
        answers = at_once([partial(drafts.publish, draft, language="en")] * PRESSES)
        assert len({getattr(answer, "pk", answer) for answer in answers}) == 1
        assert Post.objects.count() == before + 1
        assert Post.objects.latest("id").images.count() == 1
    assert not PendingImage.objects.exists()


def test_saves_that_race_a_press_bring_nothing_back(mai: User) -> None:
    draft = drafts.keep(mai, uuid4(), place=Place(), written=Written(body="Whole"))
    late = Written(body="Who", products=[])
    save = partial(drafts.keep, mai, draft.key, place=Place(), written=late)
    press = partial(drafts.publish, draft, language="en")
    at_once([save, save, press, save, save, press])
    assert Post.objects.get().body in {"Whole", "Who"}
    assert list(Draft.objects.open()) == []


def test_the_fourth_place_is_filled_once(mai: User) -> None:
    draft = drafts.started(mai, uuid4(), place=Place())
    jobs = [partial(pictures.keep, draft, content=picture(f"{n}.png")) for n in range(PRESSES)]
    answers = at_once(jobs)
    refused = [answer for answer in answers if isinstance(answer, PictureRefused)]
    assert len(refused) == PRESSES - pictures.MOST
    assert draft.images.count() == pictures.MOST
    drafts.keep(mai, draft.key, place=Place(), written=Written(body="Four"))
    drafts.publish(draft, language="en")
    assert PostImage.objects.count() == pictures.MOST
