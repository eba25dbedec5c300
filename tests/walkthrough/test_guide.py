"""The guide quotes the programs as they are, and the page for developers shows them whole."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from partners.walkthrough import LANGUAGES
from tests.walkthrough.quoting import GUIDE, PROGRAMS, parts, quoted

STEPS = ["settings", "call", "receive", "forged", "list", "post", "ship"]


def test_the_guide_quotes_each_step_as_it_stands_in_the_program() -> None:
    assert [part for name, part, _words in quoted() if name == "walkthrough.py"] == STEPS
    for name, part, words in quoted():
        assert words == parts(name)[part], f"{name}: {part}"


def test_all_programs_have_the_same_steps() -> None:
    for name in LANGUAGES.values():
        # Python leaves the signature to the library.
        assert [part for part in parts(name) if part != "verify"] == [*STEPS, "all"]


def test_what_the_guide_leads_to_is_there() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    places = {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings}
    for link in re.findall(r"\]\(([^)]+)\)", text):
        path, _hash, place = link.partition("#")
        if not path:
            assert place in places, link
        elif not path.startswith("https://"):
            assert Path(GUIDE.parent, path).exists(), link


@pytest.mark.django_db
def test_the_page_shows_the_very_files(client) -> None:
    page = client.get("/developers/walkthrough/").content.decode()
    shown = re.findall(r'<code translate="no">(.*?)</code></pre>', page, re.DOTALL)
    files = [(PROGRAMS / name).read_text(encoding="utf-8") for name in LANGUAGES.values()]
    assert [html.unescape(each) for each in shown] == files
    assert all("<" not in each for each in shown)
    assert 'href="/developers/walkthrough/"' in client.get("/developers/").content.decode()
