"""The pages for developers say what the document says."""

from __future__ import annotations

import html

import pytest

from partners import error_words, reference
from partners.api.document import document

pytestmark = pytest.mark.django_db


def test_every_call_has_its_place_in_the_reference(client):
    listed = {(call.method, call.path) for calls in reference.nouns().values() for call in calls}
    paths = document()["paths"]
    assert listed == {(m.upper(), path) for path, item in paths.items() for m in item}
    for noun, calls in reference.nouns().items():
        page = html.unescape(client.get(f"/developers/reference/{noun}/").content.decode())
        for call in calls:
            assert call.summary in page
            assert call.path in page
            for answer in call.answers:
                for example in answer.body.examples if answer.body else []:
                    assert example.text in page


def test_a_noun_that_there_is_not_is_not_found(client):
    assert client.get("/developers/reference/nothing/").status_code == 404


def test_every_code_has_its_place_on_the_page_to_which_it_leads(client):
    page = client.get("/developers/errors/").content.decode()
    for code in error_words.codes():
        assert f'id="{code}"' in page
    answer = client.get("/api/v1/me/").json()
    assert answer["type"].endswith(f"/developers/errors/#{answer['code']}")
    assert f'id="{answer["code"]}"' in page
