"""What a browser does between our pages and a network's."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.test import Client

from shopping.linked_networks import LinkedNetwork

PAGE = "/account/linked/"


def configure(settings: Any, *networks: dict[str, Any]) -> None:
    settings.LINKED_NETWORKS = [LinkedNetwork(**said) for said in networks]


def leave(browser: Client, *, name: str = "mastodon.example", **fields: str) -> str:
    """Press the button; the network's page, to which one is sent."""
    sent = browser.post(f"{PAGE}{name}/start/", fields)
    assert sent.status_code == 302, sent.content
    return sent["Location"]


def consent(address: str, *, do: str = "allow") -> str:
    """Press Allow there; the address of ours that one is sent back to, without its host."""
    with httpx.Client() as there:
        page = there.get(address)
        assert page.status_code == 200, page.text
        hidden = re.findall(r'name="(\w+)" value="([^"]*)">', page.text)
        url = urlsplit(address)
        answer = there.post(f"{url.scheme}://{url.netloc}/decide", data={**dict(hidden), "do": do})
    back = urlsplit(answer.headers["location"])
    return f"{back.path}?{back.query}"


def link(
    browser: Client, *, do: str = "allow", name: str = "mastodon.example", **fields: str
) -> Any:
    """The whole way; the page on which it ends."""
    return browser.get(consent(leave(browser, name=name, **fields), do=do), follow=True)
