"""Log lines of production: JSON, with ids, without secrets and without people."""

from __future__ import annotations

import json
import logging
import sys
from contextvars import Context
from typing import Any

import pytest
from celery import shared_task
from django.test import Client, override_settings

from shopping.monitoring import context, tasks
from shopping.monitoring.logs import Lines
from shopping.monitoring.secrets import HIDDEN, hide
from tests.shops import Cast, cast


def line(message: str, *arguments: object, **extra: Any) -> dict[str, Any]:
    record = logging.getLogger("shop").makeRecord(
        "shop", logging.WARNING, "shop.py", 1, message, arguments, extra.pop("exc_info", None),
        extra=extra,
    )  # fmt: skip
    text = Lines().format(record)
    assert "\n" not in text
    return json.loads(text)


def test_a_line_is_an_object_with_the_ids_that_it_is_about() -> None:
    def tell() -> dict[str, Any]:
        with context.about(request="0190-a", order=None):
            context.note(order=20418, payment="0190-p")
            told = line("the %s is late", "answer", told={"ms": 3})
        assert not context.ids()
        return told

    told = Context().run(tell)  # Whatever an earlier test of the process noted.
    assert told["message"] == "the answer is late"
    assert (told["level"], told["logger"], told["ms"]) == ("warning", "shop", 3)
    assert (told["request"], told["order"], told["payment"]) == ("0190-a", "20418", "0190-p")


@shared_task(name="tests.tells")
def tells() -> dict[str, str]:
    return dict(context.ids())


def test_a_task_that_a_task_sent_is_about_itself_and_what_its_sender_was() -> None:
    headers: dict[str, Any] = {}
    with context.about(order=20418, task="tests.sender"):
        tasks.send_along(headers)
    told = tells.apply(headers=headers).get()
    assert (told["order"], told["task"]) == ("20418", "tests.tells")


def test_an_exception_is_in_its_line_without_what_it_held() -> None:
    try:
        raise ValueError("postgres://etal:hunter2@db/etal refused mai@people.example")
    except ValueError:
        told = line("broke off", exc_info=sys.exc_info())
    assert "ValueError" in told["error"]
    assert "hunter2" not in told["error"]
    assert "mai@people.example" not in told["error"]


@pytest.mark.parametrize(
    "secret",
    [
        "sk_live_51HabcdefGHIJKLmnop",
        "rk_test_51HabcdefGHIJKLmnop",
        "whsec_c3RhY2stb2YtdGVzdHMtYW5k",
        "pi_3Nabcdefghijklmn_secret_opqrstuvwxyz",
        "Bearer eyJhbGciOiJIUzI1NiJ9.e30.abc",
        "4242 4242 4242 4242",
        "4242424242424242",
        "mai@people.example",
        "0190f3e2aabb:1tZabc:Abcdefghijklmnopqrstuvwxyz0123",
    ],
)
def test_what_is_secret_is_hidden(secret: str) -> None:
    assert hide(f"it was {secret}, they say") in {
        f"it was {HIDDEN}, they say",
        f"it was {HIDDEN} they say",
    }


def test_what_tells_nothing_stays() -> None:
    text = "order É-20418 of 24900 EUR at 2026-11-30T20:00:00+00:00, payment 0190f3e2-aabb-7c1d"
    assert hide(text) == text


@pytest.fixture
def world(db: None) -> Cast:
    return cast()


def test_a_request_has_a_line_that_names_its_route_and_not_its_address(
    world: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    from_link = "/orders/0190f3e2aabb:forged-link-of-somebody/"
    with override_settings(LOG_FORMAT="json"), caplog.at_level(logging.INFO, "etal.requests"):
        answer = Client().get(from_link)
    (record,) = [each for each in caplog.records if each.name == "etal.requests"]
    told = vars(record)["told"]
    assert (told["method"], told["route"], told["status"]) == ("GET", "/orders/<str:token>/", 404)
    assert "forged-link" not in Lines().format(record)
    assert len(answer["Request-Id"]) == 36
