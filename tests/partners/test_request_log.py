"""The log of calls: nobody can empty it, and it knows nobody's name."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from partners import request_log
from partners.models import RequestLine
from stack.waiting import wait_until
from tests.shops import Cast

pytestmark = pytest.mark.django_db
ME = "/api/v1/me/"


@pytest.fixture(autouse=True)
def _empty(world: Cast) -> None:
    request_log.write()
    RequestLine.objects.all().delete()


def test_a_method_of_any_length_takes_no_other_line_with_it(plage, secret):
    plage("get", ME)
    headers = {"Authorization": f"Bearer {secret}"}
    assert Client().generic("PROPPATCH", ME, headers=headers).status_code == 405
    plage("get", ME)
    assert request_log.write() == 3
    lines = RequestLine.objects.order_by("pk")
    assert [line.method for line in lines] == ["GET", "PROPPATC", "GET"]


@pytest.mark.parametrize(("place", "value"), [(5, "x" * 9), (7, 99_999), (10, "never"), (6, "\0")])
def test_a_line_that_cannot_be_written_takes_no_other_with_it(plage, place, value):
    plage("get", ME)
    request_log.send()
    [line] = request_log._redis().lrange(request_log.LIST, 0, -1)
    bad = json.loads(line)
    bad[place] = value
    request_log._redis().lpush(request_log.LIST, json.dumps(bad), line)
    assert request_log.write() == 2
    assert RequestLine.objects.count() == 2
    assert request_log._redis().llen(request_log.LIST) == 0


def test_what_is_not_written_stays_for_the_next_time(plage, monkeypatch):
    plage("get", ME)

    def dies(_lines: list[bytes]) -> int:
        raise RuntimeError("the worker ends here")

    with monkeypatch.context() as patched:
        patched.setattr(request_log, "_insert", dies)
        with pytest.raises(RuntimeError):
            request_log.write()
    assert request_log.write() == 1


def test_lines_go_to_redis_by_themselves(plage):
    plage("get", ME)
    plage("get", ME)
    there = lambda: request_log._redis().llen(request_log.LIST) == 2  # noqa: E731
    wait_until(there, seconds=10, otherwise="The lines stay in the process.")


def test_one_writes_at_a_time(plage):
    plage("get", ME)
    with request_log._redis().lock(request_log.LOCK, timeout=5):
        assert request_log.write() == 0
    assert request_log.write() == 1


def test_of_parameters_only_the_names_are_logged(plage):
    plage("get", "/api/v1/orders/?q=jane@example.com&status=paid")
    request_log.write()
    assert RequestLine.objects.get().path == "/api/v1/orders/?q&status"


def test_a_thousand_parameters_are_no_fault_of_ours(plage):
    answer = plage("get", f"{ME}?{'&'.join(['a'] * 1500)}")
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")
    assert request_log.write() == 1
