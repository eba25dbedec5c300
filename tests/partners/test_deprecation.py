"""What is to go says so in each answer, in the document and in the reference, a year before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.conf import settings as site
from django.test import Client

from partners import reference
from partners.api import Deprecation
from partners.api.document import document

pytestmark = pytest.mark.django_db
HANDLES = "/api/v1/handles/"
WORDS = "Deprecated since 2027-01-01, and gone from 2028-01-01 on. Use `people/` instead."


@pytest.fixture(autouse=True)
def _leaving(settings: Any) -> Iterator[None]:
    """The endpoint, and a document that is made with it and kept for no other test."""
    settings.ROOT_URLCONF = "tests.partners.leaving"
    for kept in (document, reference.nouns):
        kept.cache_clear()
    yield
    for kept in (document, reference.nouns):
        kept.cache_clear()


def assert_told(answer: Any, *, before: str = "") -> None:
    """That the headers of `answer` say it, behind what its Link says `before`."""
    assert answer["Deprecation"] == "@1798761600"
    assert answer["Sunset"] == "Sat, 01 Jan 2028 00:00:00 GMT"
    leads_to = f"{site.PUBLIC_URL}/developers/reference/handles/"
    assert answer["Link"] == f'{before}<{leads_to}>; rel="deprecation"; type="text/html"'


def test_each_answer_says_it_also_a_refusal(plage: Any, client: Client):
    assert_told(plage("post", HANDLES, {"handle": "mo"}))
    wrong = plage("post", HANDLES, {})
    assert wrong.status_code == 400
    assert_told(wrong)
    stranger = client.get(HANDLES)
    assert stranger.status_code == 401
    assert_told(stranger)


def test_a_page_of_a_list_says_it_beside_what_comes_next(plage: Any):
    page = plage("get", f"{HANDLES}?limit=1")
    assert_told(page, before=f'<{page.json()["next"]}>; rel="next", ')


def test_an_answer_that_is_given_again_says_it_once(plage: Any):
    key = {"Idempotency-Key": "once"}
    plage("post", HANDLES, {"handle": "mo"}, **key)
    again = plage("post", HANDLES, {"handle": "mo"}, **key)
    assert again["Idempotent-Replayed"] == "true"
    assert_told(again)


def test_what_stays_says_nothing(plage: Any):
    answer = plage("get", "/api/v1/me/")
    assert answer.status_code == 200
    assert not {"Deprecation", "Sunset", "Link"} & set(answer.headers)


def test_a_page_elsewhere_may_read_it(plage: Any):
    answer = plage("post", HANDLES, {"handle": "mo"}, Origin="https://elsewhere.example")
    exposed = answer["Access-Control-Expose-Headers"].lower().split(", ")
    assert {"deprecation", "sunset", "link"} <= set(exposed)


def test_the_document_and_the_reference_say_it(client: Client):
    paths = document()["paths"]
    for method, own in (("get", " All of them."), ("post", "")):
        operation = paths[HANDLES][method]
        assert operation["deprecated"] is True
        assert operation["description"] == WORDS + own
    assert "deprecated" not in paths["/api/v1/me/"]["get"]
    page = client.get("/developers/reference/handles/").content.decode()
    assert page.count("Deprecated</span>") == 2
    assert "gone from 2028-01-01 on. Use <code>people/</code> instead." in page
    assert "Deprecated</span>" not in client.get("/developers/reference/me/").content.decode()


def test_a_year_of_notice_is_the_least():
    with pytest.raises(ValueError, match="a year before"):
        Deprecation(since=date(2027, 1, 1), sunset=date(2027, 12, 31), instead="Nothing.")
