"""What every endpoint does before and after its own work."""

from __future__ import annotations

from typing import Any

import pytest
from redis import Redis

from accounts.models import User
from partners import request_log
from partners.models import RequestLine, StoredAnswer

pytestmark = pytest.mark.django_db
PEOPLE = "/api/v1/people/"


@pytest.fixture(autouse=True)
def _endpoints(settings):
    settings.ROOT_URLCONF = "tests.partners.endpoints"
    # Calls of other tests wait to be written down, of shops that are gone.
    request_log.send()
    Redis.from_url(settings.REDIS_URL).delete(request_log.LIST)


def problem(answer, status: int, code: str) -> dict[str, Any]:
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    told = answer.json()
    assert (told["status"], told["code"]) == (status, code)
    assert told["request_id"] == answer["Request-Id"]
    assert told["detail"]
    return told


# What was sent makes no sense -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({}, "#/handle", "required"),
        ({"handle": ""}, "#/handle", "blank"),
        ({"handle": "x" * 31}, "#/handle", "max_length"),
        ({"handle": 3}, "#/handle", "wrong_type"),
        ({"handle": "mo", "age": "3"}, "#/age", "wrong_type"),
        ({"handle": "mo", "age": True}, "#/age", "wrong_type"),
        ({"handle": "mo", "glad": "yes"}, "#/glad", "wrong_type"),
        ({"handle": "mo", "agee": 3}, "#/agee", "unknown_field"),
        ({"handle": "mo", "a/b~": 3}, "#/a~1b~0", "unknown_field"),
        ({"handle": "a\0b"}, "#/handle", "null_characters_not_allowed"),
        (
            {"handle": "mo", "inner": [{"price": {"amount": 1}}]},
            "#/inner/0/price/currency",
            "required",
        ),
        ([], "#", "invalid"),
        ('"mo"', "#", "invalid"),
    ],
)
def test_a_body_that_will_not_do_says_where(plage, body, pointer, code):
    told = problem(plage("post", PEOPLE, body), 400, "invalid")
    assert [(each["pointer"], each["code"]) for each in told["errors"]] == [(pointer, code)]


def test_every_wrong_place_is_named_at_once(plage):
    told = problem(plage("post", PEOPLE, {"handle": "", "inner": [{}]}), 400, "invalid")
    assert {each["pointer"] for each in told["errors"]} == {"#/handle", "#/inner/0/price"}


def test_what_is_no_json_is_malformed(client, secret):
    answer = client.post(
        PEOPLE, "{", content_type="application/json", headers={"Authorization": f"Bearer {secret}"}
    )
    problem(answer, 400, "malformed")


@pytest.mark.parametrize(
    ("query", "parameter", "code"),
    [
        ("limit=0", "limit", "invalid"),
        ("limit=101", "limit", "invalid"),
        ("limit=٣", "limit", "invalid"),
        ("limit=", "limit", "invalid"),
        ("cursor=nonsense", "cursor", "invalid_cursor"),
        ("cursor=", "cursor", "invalid_cursor"),
        ("cursor=é", "cursor", "invalid_cursor"),
        ("fields=handle,shoe_size", "fields", "unknown_field"),
        ("expand=merchant", "expand", "unknown_field"),
        ("colour=red", "colour", "unknown_parameter"),
        ("q=%00", "q", "invalid"),
    ],
)
def test_a_parameter_that_will_not_do_is_named(plage, query, parameter, code):
    told = problem(plage("get", f"{PEOPLE}?{query}"), 400, code)
    assert told["errors"][0]["parameter"] == parameter


def test_what_a_verb_refuses_keeps_its_words(plage):
    told = problem(plage("post", PEOPLE, {"handle": "refused"}), 422, "not_today")
    assert told["detail"] == "No more people today."


def test_a_fault_of_ours_is_a_problem_too(plage, client):
    client.raise_request_exception = False
    told = problem(plage("post", PEOPLE, {"handle": "broken"}), 500, "server_error")
    assert "a fault of ours" not in str(told)


def test_other_methods_and_addresses_are_problems(plage, client):
    problem(plage("delete", PEOPLE), 405, "method_not_allowed")
    problem(client.get("/api/v1/peoples/"), 404, "no_such_address")
    problem(client.post("/api/v1/people"), 404, "no_such_address")
    problem(plage("get", f"{PEOPLE}nobody/"), 404, "not_found")
    problem(plage("get", PEOPLE, Accept="text/html"), 406, "not_acceptable")


def test_head_is_answered_as_get_is(plage):
    answer = plage("head", PEOPLE)
    assert (answer.status_code, answer.content) == (200, b"")


# Lists ------------------------------------------------------------------------------------------


def test_a_list_is_read_to_its_end_behind_its_cursor(plage, django_assert_num_queries):
    everybody = [user.handle for user in User.objects.order_by("-pk")]
    plage("get", PEOPLE)
    seen, following = [], f"{PEOPLE}?limit=3&fields=handle"
    while following:
        with django_assert_num_queries(2):
            answer = plage("get", following)
        told = answer.json()
        assert all(list(row) == ["handle"] for row in told["data"])
        seen += [row["handle"] for row in told["data"]]
        following = told["next"]
        assert answer.get("Link", "") == (f'<{following}>; rel="next"' if following else "")
        if following:
            assert following.startswith("http://testserver/api/v1/people/?")
    assert seen == everybody


def test_a_cursor_of_another_list_is_none_of_this_one(plage):
    other = plage("get", f"{PEOPLE}?limit=1").json()["next"].partition("cursor=")[2]
    text = other.partition("&")[0]
    changed = ("A" if text[0] != "A" else "B") + text[1:]
    problem(plage("get", f"{PEOPLE}?cursor={changed}"), 400, "invalid_cursor")


# Tags -------------------------------------------------------------------------------------------


def test_who_has_it_already_is_told_so(plage):
    path = f"{PEOPLE}mai/"
    tag = plage("get", path)["ETag"]
    again = plage("get", path, **{"If-None-Match": tag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    User.objects.filter(handle="mai").update(display_name="Maï B.")
    assert plage("get", path, **{"If-None-Match": tag}).status_code == 200


def test_a_change_of_what_changed_meanwhile_is_refused(plage):
    path = f"{PEOPLE}mai/"
    tag = plage("get", path)["ETag"]
    first = plage("patch", path, {"display_name": "First"}, **{"If-Match": tag})
    assert first.status_code == 200
    told = plage("patch", path, {"display_name": "Second"}, **{"If-Match": tag})
    problem(told, 412, "changed_meanwhile")
    assert told["ETag"] == first["ETag"]
    assert User.objects.get(handle="mai").display_name == "First"
    assert (
        plage("patch", path, {"display_name": "Third"}, **{"If-Match": first["ETag"]}).status_code
        == 200
    )


# The same call again ------------------------------------------------------------------------------


def made() -> int:
    return User.objects.filter(display_name="Made").count()


def test_the_same_call_again_is_done_once_and_answered_alike(plage):
    first = plage("post", PEOPLE, {"handle": "once"}, **{"Idempotency-Key": "k1"})
    again = plage("post", PEOPLE, {"handle": "once"}, **{"Idempotency-Key": "k1"})
    assert (first.status_code, again.status_code, made()) == (201, 201, 1)
    assert again.content == first.content
    assert (again["Location"], again["ETag"]) == (first["Location"], first["ETag"])
    assert again["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert again["Request-Id"] != first["Request-Id"]


def test_a_refusal_is_kept_too(plage):
    first = plage("post", PEOPLE, {"handle": "refused"}, **{"Idempotency-Key": "k1"})
    again = plage("post", PEOPLE, {"handle": "refused"}, **{"Idempotency-Key": "k1"})
    assert (again.status_code, again.content) == (422, first.content)


def test_another_call_with_the_same_key_is_refused(plage):
    plage("post", PEOPLE, {"handle": "once"}, **{"Idempotency-Key": "k1"})
    other = plage("post", PEOPLE, {"handle": "twice"}, **{"Idempotency-Key": "k1"})
    problem(other, 422, "idempotency_key_reused")
    assert made() == 1


def test_a_fault_of_ours_is_never_kept(plage, client):
    client.raise_request_exception = False
    plage("post", PEOPLE, {"handle": "broken"}, **{"Idempotency-Key": "k1"})
    assert not StoredAnswer.objects.exists()


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb"])
def test_a_key_that_will_not_do_is_refused(plage, key):
    problem(
        plage("post", PEOPLE, {"handle": "mo"}, **{"Idempotency-Key": key}),
        400,
        "invalid_idempotency_key",
    )
    assert made() == 0


def test_what_moves_money_needs_a_key(plage):
    problem(plage("post", "/api/v1/costly/", {}), 400, "idempotency_key_required")
    answer = plage("post", "/api/v1/costly/", {}, **{"Idempotency-Key": "k1"})
    assert answer.json()["key"].startswith("key:")
    assert answer.json()["key"].endswith(":k1")


# How often, and the log ----------------------------------------------------------------------------


def test_too_many_calls_are_told_to_wait(plage, settings):
    settings.API_CALLS_A_MINUTE = 3
    answers = [plage("get", PEOPLE) for _ in range(5)]
    assert [answer.status_code for answer in answers].count(429) >= 1
    assert answers[0]["RateLimit-Policy"] == '"default";q=3;w=60'
    last = answers[-1]
    if last.status_code == 429:  # Unless a minute began just now.
        problem(last, 429, "too_many_requests")
        assert int(last["Retry-After"]) > 0
        assert last["RateLimit"].startswith('"default";r=0;t=')


def test_a_caller_finds_their_calls_in_the_log(plage, world):
    request_log.write()
    RequestLine.objects.all().delete()
    good = plage("get", f"{PEOPLE}?limit=1")
    bad = plage("post", PEOPLE, {"handle": ""})
    assert request_log.write() == 2
    lines = list(RequestLine.objects.order_by("pk"))
    assert [(str(line.request_id), line.status, line.code) for line in lines] == [
        (good["Request-Id"], 200, ""),
        (bad["Request-Id"], 400, "invalid"),
    ]
    assert {line.merchant_id for line in lines} == {world.plage.merchant.pk}
    assert lines[0].path == f"{PEOPLE}?limit"
    assert request_log.write() == 0


def test_no_secret_stands_in_the_log(plage, secret):
    plage("get", PEOPLE)
    request_log.write()
    assert all(secret not in str(vars(line)) for line in RequestLine.objects.all())
