"""What becomes of a post's text: nothing that it holds is ever markup."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from feeds import posts, text
from feeds.models import Hashtag, Mention


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "https://etal.example/\"onmouseover='alert(1)'",
        "#<b>tag</b>",
    ],
)
def test_markup_is_shown_not_obeyed(client: Client, mai: User, body: str) -> None:
    posts.publish(mai, body=body, language="en")
    page = client.get("/").content.decode()
    for tag in ("<script>alert", "<img src=x", "<b>tag", "onmouseover='alert"):
        assert tag not in page
    assert 'href="javascript:' not in page


def test_addresses_tags_and_mentions_become_links(mai: User) -> None:
    html = text.as_html(
        "See https://example.org/a_(b), (https://example.org/c), #Été and @mai, not @nobody or a#b.",
        mentioned=["mai"],
    )
    assert '<a href="https://example.org/a_(b)" rel="nofollow ugc noopener">' in html
    assert '<a href="https://example.org/c" rel="nofollow ugc noopener">example.org/c</a>),' in html
    assert '<a href="/tags/%C3%A9t%C3%A9/">#Été</a>' in html
    assert '<a href="/@mai/">@mai</a>' in html
    assert "not @nobody or a#b." in html


def test_tags_and_mentions_are_written_once_each(mai: User, theo: User) -> None:
    posts.publish(mai, body="#sun #Sun @theo @Theo @nobody #1", language="en")
    assert list(Hashtag.objects.values_list("name", flat=True)) == ["sun"]
    assert [mention.user for mention in Mention.objects.all()] == [theo]


def test_text_is_tidied() -> None:
    assert text.tidy("  a\r\n\r\n\r\n\r\nb\x00\u202e c\u00a0! ") == "a\n\nb  c\u00a0!"
