"""What people write about themselves and their pictures is text: no address in it becomes a link."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from feeds import posts
from feeds.models import Post, PostImage

ADDRESSES = ["javascript:alert(1)", "http://192.168.0.1/", "https://evil.example/"]


@pytest.fixture
def pictured(theo: User) -> Post:
    post = posts.publish(theo, body="Look", language="en")
    files = {"640": "posts/x-640.webp"}
    PostImage.objects.create(post=post, files=files, width=640, height=480, alt=ADDRESSES[0])
    return post


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_profile_leads_nowhere_by_its_words(
    reader: Client, theo: User, pictured: Post, address: str
) -> None:
    User.objects.filter(pk=theo.pk).update(bio=address, display_name=address)
    PostImage.objects.update(alt=address)
    for page in ("/@theo/", f"/posts/{pictured.public_id}/"):
        text = reader.get(page).content.decode()
        assert address in text
        assert f'href="{address}' not in text


def test_an_edit_is_asked_as_a_new_post_is(reader: Client, mai: User) -> None:
    words = posts.publish(mai, body="Look", language="en")
    for address in ADDRESSES[:2]:
        answer = reader.post(f"/posts/{words.public_id}/edit/", {"body": f"Look {address}"})
        assert answer.status_code == 422
    words.refresh_from_db()
    assert words.body == "Look"
