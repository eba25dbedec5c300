"""Where secrets are and are not: the repository, files beside it, the browser, and answers."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from tests.security.test_logs import PATTERNS
from tests.shopping.test_production import WORDS

ROOT = Path(settings.BASE_DIR)
# Values that open nothing: of tests, examples and documents.
EXAMPLES = re.compile(
    r"sk_test_(?:x|y|example|123|…|4eC39HqLyjWDarjtT1zdp7dc)|whsec_(?:x|y|example|…)"
    # Of the API's document, the standard's example, and the stack of tests and benches.
    r"|whsec_(?:C2FVsBQIhrscChlQIMV|MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw|c3RhY2stb2YtdGVzdHM)"
)
KEEPING = {
    *("static/feeds/notices.js", "static/feeds/places.js", "static/feeds/drafts.js"),
    "static/checkout/memory.js",
}


def start(words: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from shopping import settings as s; print(s.SECRET_KEY)"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONIOENCODING": "utf-8", **words},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("from a file, and of more than fifty signs: 0123456789\n")
    words = {name: value for name, value in WORDS.items() if name != "SECRET_KEY"}
    done = start(words | {"SECRET_KEY_FILE": str(file)})
    assert done.stdout == file.read_text()


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"SECRET_KEY_FILE": "/nowhere/key"}, "SECRET_KEY_FILE: No such file"),
        ({"REDIS_URL_FILE": "/dev/null"}, "set REDIS_URL or its _FILE, not both"),
    ],
)
def test_a_file_that_will_not_do_stops_the_start(more: dict[str, str], why: str) -> None:
    words = {name: value for name, value in WORDS.items() if f"{name}_FILE" != "SECRET_KEY_FILE"}
    done = start(words | more)
    assert done.returncode == 1
    assert why in done.stderr


def test_no_refusal_to_start_tells_a_secret() -> None:
    done = start(WORDS | {"SECRET_KEY": "too short to sign with", "TRUSTED_PROXIES": "hunter2"})
    assert done.returncode == 1
    assert "too short to sign with" not in done.stderr
    assert "hunter2" not in done.stderr


def test_the_repository_holds_no_secret() -> None:
    files = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    wanted = {"a key of Stripe's", "a webhook's secret", "a key or token of ours"}
    found = []
    for name in filter(None, files):
        if name.startswith(("tests/", "sandbox/", "static/", "locale/")):
            continue
        try:
            text = (ROOT / name).read_text()
        except (UnicodeDecodeError, OSError):
            continue
        found += [
            (name, hit.group())
            for kind in wanted
            for hit in re.finditer(PATTERNS[kind], text)
            if not EXAMPLES.match(hit.group())
        ]
    assert found == []


def test_no_script_keeps_anything_of_a_person() -> None:
    """In the tab alone: how many notices are unread, where one was on a page, what one had typed, and
    under which key a form went out."""
    keeping = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "static").rglob("*.js")
        if "sessionStorage" in path.read_text() and "vendor" not in path.parts
    }
    lasting = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "static").rglob("*.js")
        if re.search(r"\blocalStorage\b|\bindexedDB\b", path.read_text())
        and "htmx" not in path.name
        and "vendor" not in path.parts
    }
    assert keeping <= KEEPING
    assert lasting == set()


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/accounts/login/", "/api/v1/me/"])
def test_trace_is_answered_by_nobody(address: str) -> None:
    """What was sent is never sent back."""
    answer = Client().trace(address, headers={"X-Secret": "hunter2"})
    assert answer.status_code in (401, 403, 405)
    assert b"hunter2" not in answer.content
