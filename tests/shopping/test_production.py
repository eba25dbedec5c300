"""Outside of DEBUG the site does not start without what makes it safe."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from shopping.environment import Environment

ROOT = Path(__file__).resolve().parents[2]
WORDS = {
    "DEBUG": "false",
    "SECRET_KEY": "fifty signs or more that sign nothing outside of a test run",
    "PUBLIC_URL": "https://shop.example",
    "ALLOWED_HOSTS": "shop.example",
    "EMAIL_URL": "smtp://mail.example",
    "DEFAULT_FROM_EMAIL": "Shop <hello@shop.example>",
    "DATABASE_URL": "postgres://nobody@localhost/nothing",
    "REDIS_URL": "redis://localhost/0",
    "STRIPE_SECRET_KEY": "sk_test_x",
    "STRIPE_PUBLISHABLE_KEY": "pk_test_x",
    "STRIPE_WEBHOOK_SECRET": "whsec_x",
}
SHOW = (
    "from shopping import settings as s; print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE,"
    " s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS, s.WEBHOOK_PRIVATE_HOSTS)"
)


def start(script: str = SHOW, **words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONIOENCODING": "utf-8", **WORDS, **words},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_in_development_the_site_answers_on_this_machine_alone() -> None:
    script = "from shopping import settings as s; print(s.ALLOWED_HOSTS, s.DEFAULT_FROM_EMAIL)"
    done = start(script, DEBUG="true", ALLOWED_HOSTS="", DEFAULT_FROM_EMAIL="")
    assert done.stdout == "['localhost', '127.0.0.1'] Étal <hello@etal.example>\n"


def test_with_everything_said_cookies_and_redirects_are_safe() -> None:
    done = start(WEBHOOK_PRIVATE_HOSTS="true")
    assert done.stdout.split() == ["True", "True", "True", "31536000", "False"]


@pytest.mark.parametrize("name", [name for name in WORDS if name != "DEBUG"])
def test_a_missing_word_is_named_and_stops_the_start(name: str) -> None:
    done = start(**{name: ""})
    assert done.returncode == 1
    assert f"set {name} " in done.stderr


@pytest.mark.parametrize("name", ["PUBLIC_URL", "STRIPE_API_BASE"])
@pytest.mark.parametrize("address", ["http://shop.example", "shop.example"])
def test_an_address_without_tls_stops_the_start(name: str, address: str) -> None:
    done = start(**{name: address})
    assert done.returncode == 1
    assert f"{name} has to begin with https:// in production" in done.stderr


WHOLE = {"STRIPE_TEST_SECRET_KEY": "sk_test_y", "STRIPE_TEST_WEBHOOK_SECRET": "whsec_y"}


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ({"STRIPE_TEST_WEBHOOK_SECRET": ""}, "go together"),
        ({"STRIPE_TEST_SECRET_KEY": ""}, "go together"),
        ({"STRIPE_TEST_SECRET_KEY": "sk_live_y"}, "has to begin with sk_test_"),
        ({"STRIPE_TEST_SECRET_KEY": "sk_test_x"}, "has to be another than STRIPE_SECRET_KEY"),
        ({"STRIPE_TEST_WEBHOOK_SECRET": "whsec_x"}, "has to be a secret of its own"),
        (
            {"STRIPE_CONNECT_WEBHOOK_SECRET": "whsec_y"},
            "has to be a secret of its own",
        ),
    ],
)
def test_what_is_a_test_has_keys_of_its_own(words: dict[str, str], why: str) -> None:
    done = start(**{**WHOLE, **words})
    assert done.returncode == 1
    assert why in done.stderr
    assert start(**WHOLE).returncode == 0


def test_the_operators_table_names_each_word_once_and_what_is_needed() -> None:
    table = (ROOT / "docs" / "operations.md").read_text().partition("`make run` sets")[0]
    rows = re.findall(r"^\| (`[A-Z_0-9`, ]+`) \| (.+?) \|", table, re.MULTILINE)
    named = [(word, needed) for words, needed in rows for word in re.findall(r"[A-Z_0-9]+", words)]
    words = [word for word, _needed in named]
    assert sorted(words) == sorted(set(words))
    assert {name.upper() for name in Environment.model_fields} <= set(words)
    assert {word for word, needed in named if needed == "yes"} == set(WORDS) - {"DEBUG"}


def test_taxes_come_from_our_rates_or_from_stripe_and_from_nobody_else() -> None:
    show = "from shopping import settings as s; print(s.TAXES, s.TAX_CODES['food'])"
    assert start(show).stdout.split() == ["rates", "txcd_40040000"]
    done = start(show, TAXES="stripe", TAX_CODES='{"food": "txcd_1"}')
    assert done.stdout.split() == ["stripe", "txcd_1"]
    refused = start(show, TAXES="none")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "TAXES: Input should be 'rates' or 'stripe'" in refused.stderr
    assert "TAX_CODES knows no kind of goods cheese" in start(TAX_CODES='{"cheese": "x"}').stderr
