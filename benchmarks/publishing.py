"""How long after the press on Publish a follower's page shows the post, and its news count it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

from benchmarks.sites import Site
from stack.shopper import Form

AUTHOR, FOLLOWER = 10, 300
POLL_SECONDS = 0.02
MOST_SECONDS = 10


@dataclass
class Seen:
    """Milliseconds from the press on: until the answer, until the follower's page shows the post,
    until the count of new posts has it (which waits a second for what is being committed)."""

    answered: list[float] = field(default_factory=list)
    page: list[float] = field(default_factory=list)
    news: list[float] = field(default_factory=list)

    def row(self) -> dict[str, object]:
        """For build/bench.json."""
        return {
            name: {"median_ms": round(statistics.median(values)), "most_ms": round(max(values))}
            for name, values in vars(self).items()
        }


def _client(site: Site, follows: int) -> httpx.Client:
    known = dict(each.split("=", 1) for each in site.cookies[follows].split("; "))
    session = {"sessionid": known["sessionid"]}
    headers = {"Accept-Language": "en"}
    return httpx.Client(base_url=site.stack.url, headers=headers, cookies=session, timeout=30)


def _wait(is_there: Callable[[], bool], start: float) -> float:
    """Milliseconds since `start` when it is there. Raises RuntimeError."""
    while not is_there():
        if time.monotonic() - start > MOST_SECONDS:
            raise RuntimeError(f"a post was not seen within {MOST_SECONDS} seconds")
        time.sleep(POLL_SECONDS)
    return 1000 * (time.monotonic() - start)


def _publish(author: httpx.Client, follower: httpx.Client, seen: Seen) -> None:
    words = f"Published at {time.time():.6f}"
    form = Form("/posts/new/")
    form.feed(author.get("/posts/new/").text)
    fields = {name: value for name, value in form.fields.items() if name != "q"} | {"body": words}
    since = {"since": str(int(time.time() * 1_000_000))}

    def counted() -> bool:
        return bool(follower.get("/news/following/", params=since).json()["count"])

    start = time.monotonic()
    answer = author.post("/posts/new/", data=fields)
    if answer.status_code != 302:
        raise RuntimeError(f"publishing answered {answer.status_code}")
    seen.answered.append(1000 * (time.monotonic() - start))
    seen.page.append(_wait(lambda: words in follower.get("/following/").text, start))
    seen.news.append(_wait(counted, start))


def publish(site: Site, seen: Seen, *, posts: int) -> None:
    """Publish `posts` over HTTP, one after the other, and wait for each on the follower's side."""
    with _client(site, AUTHOR) as author, _client(site, FOLLOWER) as follower:
        for _number in range(posts):
            _publish(author, follower, seen)
