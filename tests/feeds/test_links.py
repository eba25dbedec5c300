"""Which addresses a post may hold. None of them is ever looked up."""

from __future__ import annotations

import pytest
from django.test import Client, override_settings

from feeds import links, text
from feeds.models import Post

REFUSED = {
    "is no web page": [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "vbscript:msgbox(1)",
        "data:text/html,<b>",
        "data:;base64,PHNjcmlwdD4=",
        "file:///etc/passwd",
        "ftp://example.org/a",
        "gopher://example.org",
        "intent://scan/#Intent",
    ],
    "leads into a private network": [
        "http://localhost/",
        "https://LOCALHOST:9000",
        "http://localhost./",
        "http://shop.localhost",
        "http://printer.local/jobs",
        "http://nas",
        "http://wiki.internal/",
        "http://router.home.arpa",
        "http://127.0.0.1",
        "http://127.1",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://0/",
        "http://10.0.0.8/",
        "http://172.16.1.1",
        "http://192.168.1.1:8080/",
        "http://169.254.169.254/latest/meta-data/",
        "http://100.64.0.1",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[fe80::1]/",
        "http://[fd00::1]:8000/",
        "http://[64:ff9b::7f00:1]/",
        "http:////127.0.0.1/",
        "http://\\127.0.0.1/",
        "http://127.0.0.1\\@example.org/",
        "http://example.org@127.0.0.1/",
        "http://%31%32%37.0.0.1/",
        "http://１２７.0.0.1/",
        "http://127。0。0。1/",
        "http://ⓛocalhost/",
        "http://local\u00adhost/",
    ],
    "holds a name or a password": ["https://bank.example@example.org/", "http://a:b@example.org"],
    "is no web address": [
        "http://1.2.3.4.5/",
        "http://256.1.1.1/",
        "http://example..org/",
        "http://example.org:99999/",
        "http://[::zz]/",
    ],
}
ALLOWED = [
    "https://example.org/",
    "HTTPS://Example.ORG:8443/a?b=c#d",
    "https://exämple.org/é",
    "https://8.8.8.8/",
    "https://[2606:4700:4700::1111]/",
    "https://example.org/@mai",
    "https://example.org/?next=http://localhost/",
    "https://local.example.org/",
    "Opening hours: 9:00, ratio 3:1, and data: plenty.",
    "mailto me at mai@example.org, or javascript: the good parts",
]


@pytest.mark.parametrize(
    ("reason", "address"),
    [(reason, address) for reason, group in REFUSED.items() for address in group],
)
def test_refused(reason: str, address: str) -> None:
    said = links.refusal(f"Look at {address} please")
    assert reason in said
    assert address.split()[0][:12] in said
    # What an older post holds is text, not a link.
    assert "<a " not in text.as_html(address, mentioned=[])


@pytest.mark.parametrize("words", ALLOWED)
def test_allowed(words: str) -> None:
    assert links.refusal(words) == ""


@override_settings(PUBLIC_URL="http://localhost:8000")
def test_this_site_is_no_stranger_wherever_it_runs() -> None:
    assert links.refusal("http://localhost:8000/@mai/") == ""
    assert links.refusal("http://localhost:8001/@mai/")


def test_a_refused_link_is_named_and_the_text_stays(reader: Client) -> None:
    body = "Good: https://example.org. Bad: (http://192.168.0.10/admin)."
    page = reader.post("/posts/new/", {"body": body})
    assert page.status_code == 422
    shown = page.content.decode()
    assert "“http://192.168.0.10/admin” leads into a private network" in shown
    assert body in shown
    assert not Post.objects.exists()
