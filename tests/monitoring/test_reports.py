"""Errors as they are told to somebody else's server: what broke, and nothing of whom it broke for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.monitoring.collectors import Collector, collecting
from tests.shopping.test_production import ROOT, WORDS

BREAKS = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "shopping.settings"
django.setup()
import sentry_sdk
from django.http import HttpResponse
from django.core.wsgi import get_wsgi_application
from django.test import RequestFactory
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from shopping import urls

def view(request, token):
    card, password = "4242424242424242", "hunter2-of-mai"
    raise ValueError(f"no answer for mai@people.example with sk_live_51HabcdefGHIJKLmnop")

urls.handler500 = lambda request: HttpResponse(status=500)
urls.urlpatterns.insert(0, path("breaks/<str:token>/", csrf_exempt(view)))
factory = RequestFactory(headers={"host": "shop.example"})
factory.cookies["sessionid"] = "a-session-of-mai"
words = {"password": "hunter2-of-mai"}
asked = factory.post("/breaks/a-link-of-mai/?q=a-word-of-mai", words, secure=True).environ
list(get_wsgi_application()(asked, lambda status, headers, *_: print(status[:3])))
sentry_sdk.flush(10)
"""


@pytest.fixture
def collector():
    with collecting() as collector:
        yield collector


def run(**words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", BREAKS],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(ROOT)), **WORDS, **words},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_an_error_is_told_without_the_person_it_happened_to(collector: Collector) -> None:
    done = run(SENTRY_DSN=collector.url.replace("http://", "http://public@") + "/1")
    assert done.stdout.strip() == "500", done.stderr
    reports = collector.reports()
    assert reports, "nothing was told"
    for report in reports:
        assert report["environment"] == "shop.example"
        assert report["request"] == {"method": "POST"}
        assert len(report["tags"]["request"]) == 36
        assert "user" not in report
    errors = [error for report in reports for error in report["exception"]["values"]]
    assert {error["type"] for error in errors} == {"ValueError"}
    sent = b"".join(body for _path, body in collector.got).decode()
    for secret in ("hunter2", "4242424242424242", "people.example", "sk_live", "a-session-of-mai"):
        assert secret not in sent, secret
    for secret in ("a-link-of-mai", "a-word-of-mai"):
        assert secret not in sent, secret


def test_without_an_address_nothing_is_told(collector: Collector) -> None:
    assert run().stdout.strip() == "500"
    assert not collector.got
