"""Whether the one process of this container does its work: exit 0, or 1. Needs nothing but Python.

Worker, beat and courier touch a file while they work. Web says whether it is ready; the exporter has
figures.
"""

import glob
import os
import sys
import time
import urllib.request
from urllib.parse import urlsplit

OLDEST_SECONDS = 60
ANSWER_SECONDS = 4
SIGNS = ("WORKER_ALIVE_FILE", "BEAT_ALIVE_FILE", "COURIER_ALIVE_FILE")


def touched() -> list[float]:
    """When each sign of life that there is was given last."""
    named = [os.environ[name] for name in SIGNS if os.environ.get(name)]
    return [os.path.getmtime(path) for name in named for path in glob.glob(name)]


def answers(url: str, headers: dict[str, str]) -> bool:
    try:
        asked = urllib.request.Request(url, headers=headers)  # noqa: S310 - our own address
        with urllib.request.urlopen(asked, timeout=ANSWER_SECONDS) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except OSError:
        return False


def main() -> int:
    signs = touched()
    if signs:
        return int(time.time() - max(signs) > OLDEST_SECONDS)
    host = urlsplit(os.environ.get("PUBLIC_URL", "")).netloc
    web = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/readyz/"
    if answers(web, {"Host": host, "X-Forwarded-Proto": "https"}):
        return 0
    if os.environ.get("EXPORTER"):
        return int(not answers(f"http://127.0.0.1:{os.environ['METRICS_PORT']}/", {}))
    return 1


if __name__ == "__main__":
    sys.exit(main())
