"""Production starts with all its secrets or not at all, and says which is missing."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

GIVEN = {
    "SECRET_KEY": "x" * 50,
    "DATABASE_URL": "postgres://shop:s%40fe@db.example:6432/etal",
    "REDIS_URL": "redis://cache.example/0",
    "STRIPE_SECRET_KEY": "sk_live_x",
    "STRIPE_PUBLISHABLE_KEY": "pk_live_x",
    "STRIPE_WEBHOOK_SECRET": "whsec_x",
    "ALLOWED_HOSTS": "etal.example",
    "EMAIL_URL": "smtp://mail.example:587",
    "DEFAULT_FROM_EMAIL": "Étal <hello@etal.example>",
    "PUBLIC_URL": "https://etal.example",
}


def start(tmp_path, script="", **changes):
    """A process of its own, outside the project's folder so that no .env is read."""
    words = {**GIVEN, **changes}
    words = {name: word for name, word in words.items() if word is not None}
    path = {"PYTHONPATH": os.getcwd(), "PATH": os.environ["PATH"]}
    return subprocess.run(
        [sys.executable, "-c", f"from shopping import settings as s\n{script}"],
        env=words | path,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(autouse=True)
def without_env_file():
    """A developer's own .env would answer for what is left out here."""
    if os.path.exists(".env"):
        pytest.skip("this folder has a .env file, which settings read")


def test_with_everything_it_starts_closed(tmp_path):
    script = (
        "print(s.DEBUG, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT,"
        " s.SECURE_HSTS_SECONDS > 0, s.WEBHOOK_PRIVATE_HOSTS, s.STRIPE_API_BASE)"
    )
    done = start(tmp_path, script)
    assert done.stderr == ""
    assert done.stdout == "False True True True True False https://api.stripe.com\n"


@pytest.mark.parametrize("name", [name for name in GIVEN if name != "PUBLIC_URL"])
def test_a_missing_secret_is_named_in_a_sentence(tmp_path, name):
    done = start(tmp_path, **{name: None})
    assert done.returncode == 1
    assert done.stderr.startswith("Étal cannot start:")
    assert name in done.stderr
    assert "Traceback" not in done.stderr


def test_a_short_secret_key_is_refused_in_production_only(tmp_path):
    done = start(tmp_path, SECRET_KEY="short")
    assert "at least 50 characters" in done.stderr
    assert start(tmp_path, SECRET_KEY="short", DEBUG="true").returncode == 0


def test_another_database_engine_is_refused(tmp_path):
    done = start(tmp_path, DATABASE_URL="sqlite:///shop.db")
    assert done.stderr == "Étal cannot start: DATABASE_URL has to begin with postgres://.\n"


def test_a_password_with_signs_in_it_arrives_whole(tmp_path):
    script = "d = s.DATABASES['default']; print(d['PASSWORD'], d['HOST'], d['PORT'], d['NAME'])"
    assert start(tmp_path, script).stdout == "s@fe db.example 6432 etal\n"


def test_what_is_no_mail_server_is_refused(tmp_path):
    done = start(tmp_path, EMAIL_URL="mail.example:587")
    assert "EMAIL_URL has to be smtps://" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("smtps://mail.example", "465 True False"),
        ("smtp://mail.example:587", "587 False True"),
    ],
)
def test_mails_travel_encrypted_as_the_scheme_says(tmp_path, url, said):
    script = "print(s.EMAIL_PORT, s.EMAIL_USE_SSL, s.EMAIL_USE_TLS)"
    assert start(tmp_path, script, EMAIL_URL=url).stdout == f"{said}\n"


def test_private_hosts_are_webhooks_only_in_development(tmp_path):
    script = "print(s.WEBHOOK_PRIVATE_HOSTS)"
    assert start(tmp_path, script, WEBHOOK_PRIVATE_HOSTS="true").stdout == "False\n"
    done = start(tmp_path, script, WEBHOOK_PRIVATE_HOSTS="true", DEBUG="true")
    assert done.stdout == "True\n"


def test_pages_take_scripts_from_here_and_from_stripe_alone(tmp_path):
    script = (
        "p = s.CONTENT_SECURITY_POLICY['DIRECTIVES']\n"
        "print(p['script-src'], p['style-src'], p['object-src'], p['frame-ancestors'])"
    )
    own = """["'self'", 'https://js.stripe.com'] ["'self'"] ["'none'"] ["'none'"]\n"""
    assert start(tmp_path, script).stdout == own


@pytest.mark.parametrize(
    ("words", "demanded"),
    [
        ({}, "True"),
        ({"DEBUG": "true"}, "False"),
        ({"DEBUG": "true", "REQUIRE_TWO_FACTOR": "true"}, "True"),
        ({"REQUIRE_TWO_FACTOR": "false"}, "False"),
    ],
)
def test_production_demands_a_second_factor_and_the_demo_does_not(tmp_path, words, demanded):
    assert start(tmp_path, "print(s.REQUIRE_TWO_FACTOR)", **words).stdout == f"{demanded}\n"
