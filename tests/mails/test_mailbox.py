"""The viewer of kept mails: newest first, and nothing in a mail can run."""

from __future__ import annotations

import os
import re
import runpy
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.urls import include, path

from shopping import urls

urlpatterns = [*urls.urlpatterns, path("mails/", include("shopping.mailbox"))]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture
def keep(settings, tmp_path):
    settings.MAIL_DIR = tmp_path
    settings.EMAIL_FILE_PATH = str(tmp_path)
    count = iter(range(1, 9))

    def keep(*subjects: str, html: str = "<head></head><p style='color:red'>Thank you</p>") -> None:
        backend: Any = get_connection("django.core.mail.backends.filebased.EmailBackend")
        backend.open()
        for subject in subjects:
            mail = EmailMultiAlternatives(
                subject, f"Text of {subject} http://testserver/orders/1/", to=["mai@lefort.example"]
            )
            mail.attach_alternative(html, "text/html")
            backend.send_messages([mail])
        name = backend._get_filename()
        backend.close()
        at = next(count)
        os.utime(name, (at, at))

    return keep


def test_the_newest_mail_stands_first(client, keep):
    keep("Été à Rennes")
    keep("Second", "Third")
    page = client.get("/mails/").content.decode()
    assert page.index("Third") < page.index("Second") < page.index("Été à Rennes")


def test_its_looks_touch_nothing_of_the_frame():
    """A class of the same name made the face at the top as high as a letter."""

    def classes(sheet: str) -> set[str]:
        return set(re.findall(r"\.([a-z][\w-]*)[^{}]*\{", Path("static", sheet).read_text()))

    assert not classes("mailbox.css") & classes("ui.css")


def test_a_mail_that_is_still_being_written_is_left_out(client, keep, tmp_path):
    keep("Whole")
    (tmp_path / "20990101-1.log").write_bytes(b"Subject: Half\n\nnot yet")
    page = client.get("/mails/").content.decode()
    assert "Whole" in page
    assert "Half" not in page


def test_a_mail_shows_its_text_with_links_and_frames_its_html(client, keep):
    keep("Receipt")
    key = client.get("/mails/").context["mails"][0].key
    page = client.get(f"/mails/{key}/")
    content = page.content.decode()
    assert "Text of Receipt" in content
    assert 'href="http://testserver/orders/1/"' in content
    assert f'src="/mails/{key}/html/"' in content
    assert 'sandbox="allow-top-navigation-by-user-activation"' in content
    assert "frame-src" in page["Content-Security-Policy"]
    assert "'self'" in page["Content-Security-Policy"].split("frame-src")[1].split(";")[0]


def test_the_html_part_comes_under_a_policy_that_runs_nothing(client, keep):
    keep("Receipt", html="<head></head><script>alert(1)</script>")
    key = client.get("/mails/").context["mails"][0].key
    part = client.get(f"/mails/{key}/html/")
    policy = {
        words[0]: words[1:]
        for words in (rule.split() for rule in part["Content-Security-Policy"].split(";"))
    }
    assert policy == {
        "default-src": ["'none'"],
        "style-src": ["'unsafe-inline'"],
        "img-src": ["'self'", "data:"],
        "frame-ancestors": ["'self'"],
        "sandbox": ["allow-top-navigation-by-user-activation"],
    }
    assert part["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize("key", ["nothing", "..%2F..%2Fetc%2Fpasswd", "20990101-1.0"])
def test_only_kept_mails_can_be_named(client, keep, key):
    keep("Receipt")
    assert client.get(f"/mails/{key}/").status_code == 404
    assert client.get(f"/mails/{key}/html/").status_code == 404


@pytest.mark.parametrize("debug", [True, False])
def test_only_development_has_the_viewer(debug, settings):
    settings.DEBUG = debug
    routes = [str(entry.pattern) for entry in runpy.run_module("shopping.urls")["urlpatterns"]]
    assert ("mails/" in routes) is debug
