"""What is too much, or cannot be read, costs nobody anything and is no fault of ours."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from partners import pruning
from partners.models import StoredAnswer
from partners.shapes import Shape
from tests.partners.conftest import Call
from tests.partners.endpoints import Person
from tests.partners.test_manners import PEOPLE, made, problem

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _endpoints(settings):
    settings.ROOT_URLCONF = "tests.partners.endpoints"


def raw(secret: str, body: bytes, **headers: str) -> Any:
    given = {"Authorization": f"Bearer {secret}", **headers}
    return Client(raise_request_exception=False).post(
        PEOPLE, body, content_type="application/json", headers=given
    )


def test_names_that_there_are_not_are_named_up_to_twenty(plage: Call):
    told = problem(plage("post", PEOPLE, {f"n{i:03}": 1 for i in range(150)}), 400, "invalid")
    assert [each["pointer"] for each in told["errors"]] == [f"#/n{i:03}" for i in range(20)]


def test_a_name_is_told_up_to_its_two_hundredth_character(plage: Call):
    answer = plage("post", PEOPLE, {"x" * 100_000: 1})
    assert problem(answer, 400, "invalid")["errors"][0]["pointer"] == "#/" + "x" * 200


def test_what_has_hundreds_of_names_is_not_looked_into(plage: Call):
    answer = plage("post", PEOPLE, {f"n{i}": 1 for i in range(50_000)})
    told = problem(answer, 400, "invalid")
    assert [each["code"] for each in told["errors"]] == ["too_many_fields"]
    assert len(answer.content) < 1000


def test_a_hundred_wrong_places_are_named_and_no_more(plage: Call):
    body = {"handle": "mo", "inner": [{"price": {}} for _ in range(900)]}
    told = problem(plage("post", PEOPLE, body), 400, "invalid")
    assert len(told["errors"]) == 100


def test_a_list_of_too_many_is_not_looked_into(plage: Call):
    told = problem(plage("post", PEOPLE, {"handle": "mo", "inner": [{}] * 5000}), 400, "invalid")
    assert [(each["pointer"], each["code"]) for each in told["errors"]] == [
        ("#/inner", "max_length")
    ]


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"handle": ' * 50_000,
        rb'{"\ud800": 1}',
        rb'{"handle": "\udc00"}',
        rb'{"\ud800": 1, "x": [{"y": "\ud83d\ude00"}]}',
        b'{"handle": "\xff"}',
        b'{"handle": NaN}',
    ],
)
def test_what_cannot_be_read_is_malformed_and_lets_its_key_go(secret: str, body: bytes):
    first = raw(secret, body, **{"Idempotency-Key": "k1"})
    problem(first, 400, "malformed")
    assert not StoredAnswer.objects.filter(status=None).exists()
    assert raw(secret, body, **{"Idempotency-Key": "k1"}).content == first.content


def test_whole_characters_are_read_however_they_are_written(secret: str):
    answer = raw(secret, rb'{"handle": "mo", "age": "\ud83d\ude00"}')
    assert problem(answer, 400, "invalid")["errors"][0]["pointer"] == "#/age"


def test_no_charset_makes_half_characters_or_a_fault(secret: str):
    given = {"Authorization": f"Bearer {secret}"}
    for charset in ("utf-7", "hex", "utf-16"):
        kind = f"application/json; charset={charset}"
        answer = Client(raise_request_exception=False).generic(
            "POST", PEOPLE, b'{"+2AA-": 1}', content_type=kind, headers=given
        )
        assert problem(answer, 400, "invalid")["errors"][0]["pointer"] == "#/+2AA-"


def test_an_answer_that_cannot_be_said_is_a_problem_and_lets_its_key_go(secret: str):
    answer = raw(secret, b'{"handle": "unsayable"}', **{"Idempotency-Key": "k1"})
    problem(answer, 500, "server_error")
    assert not StoredAnswer.objects.exists()


def test_what_is_too_large_to_keep_is_done_once_all_the_same(plage: Call):
    first = plage("post", PEOPLE, {"handle": "large"}, **{"Idempotency-Key": "k1"})
    assert (first.status_code, made()) == (201, 1)
    again = plage("post", PEOPLE, {"handle": "large"}, **{"Idempotency-Key": "k1"})
    assert (again.status_code, again["Content-Type"]) == (409, "application/problem+json")
    assert (again.json()["code"], made()) == ("answer_not_kept", 1)
    assert len(bytes(StoredAnswer.objects.get().body)) < 1000


def test_a_shape_is_made_once_however_many_fields_are_named(plage: Call, monkeypatch):
    plage("get", f"{PEOPLE}?fields=handle")
    monkeypatch.setattr(Person, "get_fields", None)
    names = ",".join(["handle"] * pruning.MOST)
    told = plage("get", f"{PEOPLE}?limit=1&fields={names}").json()
    assert [list(row) for row in told["data"]] == [["handle"]]
    problem(plage("get", f"{PEOPLE}?fields={names},handle"), 400, "invalid")


def test_no_shape_of_ours_has_too_many_names():
    assert all(len(shape().fields) < 100 for shape in Shape.__subclasses__())
