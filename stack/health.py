"""Whether each process of the stack does its work, asked from outside."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

import psutil
from celery import Celery
from kombu.exceptions import OperationalError
from redis import RedisError

ANSWER_SECONDS = 2
# How old a sign of life may be.
ALIVE_SECONDS = 15


def web(url: str, *, host: str = "") -> bool:
    """Whether the site says that it reaches its database and its broker; `host` as its proxy asks."""
    headers = {"Host": host, "X-Forwarded-Proto": "https"} if host else {}
    return _status(f"{url}/readyz/", headers) == 200


def sandbox(url: str) -> bool:
    """Whether the Stripe stand-in answers at all: a call without a key is refused with 401."""
    return _status(f"{url}/v1/customers") == 401


def worker(redis_url: str) -> bool:
    """Whether a worker on this broker answers a ping."""
    with Celery(broker=redis_url, set_as_current=False) as app:
        try:
            return bool(app.control.ping(timeout=0.5, limit=1))
        except (OperationalError, RedisError, OSError):
            return False  # also on a line that was kept to a broker which was started anew


def beat(pid_file: Path) -> bool:
    """Whether beat keeps time: it writes its pid once it has read its schedule."""
    text = pid_file.read_text().strip() if pid_file.exists() else ""
    return text.isdigit() and psutil.pid_exists(int(text))


def courier(alive_file: Path) -> bool:
    """Whether the courier reached its database lately: it then touches this file each second."""
    return alive(alive_file)


def answers(url: str) -> bool:
    """Whether there is an answer of 200, whatever it says."""
    try:
        with urllib.request.urlopen(url, timeout=ANSWER_SECONDS) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def alive(alive_file: Path) -> bool:
    """Whether its process has touched this file lately."""
    try:
        return time.time() - alive_file.stat().st_mtime < ALIVE_SECONDS
    except FileNotFoundError:
        return False


def _status(url: str, headers: Mapping[str, str] | None = None) -> int:
    asked = urllib.request.Request(url, headers=dict(headers or {}))
    try:
        with urllib.request.urlopen(asked, timeout=ANSWER_SECONDS) as answer:
            json.loads(answer.read())
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        return refusal.code
    except (OSError, ValueError):
        return 0
