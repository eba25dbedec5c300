"""The pages for developers say what the document says."""

from __future__ import annotations

import ast
import html
from pathlib import Path

import pytest
from django.conf import settings

from partners import error_words, reference
from partners.api.document import document
from partners.problems import code_of

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


def said_in_the_source():
    """Status and code of each Problem that the API's own modules write out."""
    root = Path(settings.BASE_DIR)
    for path in [*root.glob("*/api/*.py"), *root.glob("partners/**/*.py")]:
        for call in ast.walk(ast.parse(path.read_text())):
            if not isinstance(call, ast.Call) or len(call.args) < 2:
                continue
            name = getattr(call.func, "id", getattr(call.func, "attr", ""))
            status, code = (getattr(each, "value", None) for each in call.args[:2])
            if name in ("Problem", "body") and isinstance(status, int) and isinstance(code, str):
                yield status, code


def test_every_problem_in_the_source_is_told_with_its_status():
    told = error_words.codes()
    said = set(said_in_the_source())
    assert len(said) > 30
    assert {
        (status, code) for status, code in said if told.get(code, (0, ""))[0] != status
    } == set()


def test_every_refusal_of_a_verb_is_told_whatever_its_class_and_in_words_for_who_calls():
    told = error_words.codes()
    for view in error_words.endpoints():
        for error in view.refusals:
            for kind in error_words.kinds(error):
                assert told[code_of(kind)][1], code_of(kind)
    assert [code for code, (_status, words) in told.items() if not words.strip()] == []


def test_no_docstring_and_no_backtick_is_shown_to_readers(client):
    page = html.unescape(client.get("/developers/errors/").content.decode())
    for inside in ("primary key", "`", "outside of any transaction", "An error while validating"):
        assert inside not in page


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("products/nope/", "“nope” is no id: ids are UUIDs."),
        ("products/nope/variants/", "“nope” is no id: ids are UUIDs."),
        ("products/nope", "There is no such address; each ends with a slash."),
        ("nouns/nope/", "There is no such address; each ends with a slash."),
    ],
)
def test_an_address_with_what_is_no_id_says_so(client, path, told):
    answer = client.get(f"/api/v1/{path}")
    assert (answer.status_code, answer.json()["code"]) == (404, "no_such_address")
    assert answer.json()["detail"] == told
