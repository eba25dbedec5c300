"""Pages asked for one after the other, by one visitor: how long each took, and what it cost."""

from __future__ import annotations

import http.client
import statistics
import time
from dataclasses import dataclass, field

from benchmarks.sites import LARGE, SMALL, Site

REQUEST_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Page:
    """A page under measurement. `paths` are asked in turn; `follows` says who asks, 0 signed out.

    `holds` is what the first shows so many times at the least: a fast empty page is no result.
    """

    name: str
    paths: tuple[str, ...]
    follows: int = 0
    part: bool = False
    holds: tuple[str, int] = ("<article", 15)

    def headers(self, site: Site) -> dict[str, str]:
        headers = {"Host": f"localhost:{site.stack.port}", "Accept-Language": "en"}
        if self.follows:
            headers["Cookie"] = site.cookies[self.follows]
        if self.part:
            headers["HX-Request"] = "true"
        return headers

    def path(self, site: Site, number: int) -> str:
        return self.paths[number % len(self.paths)].format(famous=site.famous)


@dataclass
class Readings:
    """What a page gave on one site: milliseconds of each visit; of each round CPU milliseconds a
    visit; bytes of the last answer, statements a visit."""

    times: list[float] = field(default_factory=list)
    rounds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    size: int = 0
    sql: float = 0.0

    @property
    def median(self) -> float:
        return statistics.median(self.times)

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.times, n=20)[-1]


@dataclass
class Compared:
    """A page on the small and on the large site."""

    page: Page
    by_site: dict[str, Readings] = field(
        default_factory=lambda: {SMALL: Readings(), LARGE: Readings()}
    )

    @property
    def growth(self) -> float:
        """The large site's median by the small one's, the median of all rounds."""
        small, large = self.by_site[SMALL].rounds, self.by_site[LARGE].rounds
        return statistics.median(b / a for a, b in zip(small, large, strict=True))

    def row(self) -> dict[str, object]:
        """For build/bench.json."""
        found: dict[str, object] = {"name": self.page.name, "growth": round(self.growth, 3)}
        for name, readings in self.by_site.items():
            found[name] = {
                "median_ms": round(readings.median, 2),
                "p95_ms": round(readings.p95, 2),
                "cpu_ms": round(statistics.median(readings.cpu), 2),
                "sql": readings.sql,
                "html_bytes": readings.size,
                "visits": len(readings.times),
            }
        return found


def _ask(connection: http.client.HTTPConnection, page: Page, site: Site, number: int) -> bytes:
    path = page.path(site, number)
    connection.request("GET", path, headers=page.headers(site))
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"GET {path} of the {site.name} site answered {answer.status}")
    return body


def check(page: Page, site: Site) -> None:
    """Raises RuntimeError where a page, asked its first way, does not hold what it is measured for."""
    connection = http.client.HTTPConnection("127.0.0.1", site.stack.port, timeout=REQUEST_SECONDS)
    body = _ask(connection, page, site, 0).decode()
    connection.close()
    mark, least = page.holds
    if body.count(mark) < least:
        raise RuntimeError(
            f"{page.path(site, 0)} of the {site.name} site shows"
            f" {body.count(mark)} times {mark!r}, not {least}"
        )


def visit(compared: Compared, *, sites: tuple[Site, Site], blocks: int, size: int) -> None:
    """One round: `blocks` times `size` visits of one site, then as many of the other."""
    page = compared.page
    times: dict[str, list[float]] = {site.name: [] for site in sites}
    used: dict[str, float] = dict.fromkeys(times, 0.0)
    connections = {
        site.name: http.client.HTTPConnection("127.0.0.1", site.stack.port, timeout=REQUEST_SECONDS)
        for site in sites
    }
    for block in range(blocks):
        for site in sites if block % 2 else reversed(sites):
            before = site.cpu_seconds()
            for number in range(block * size, (block + 1) * size):
                start = time.perf_counter()
                body = _ask(connections[site.name], page, site, number)
                times[site.name].append(1000 * (time.perf_counter() - start))
            used[site.name] += site.cpu_seconds() - before
            compared.by_site[site.name].size = len(body)
    for name, found in times.items():
        connections[name].close()
        readings = compared.by_site[name]
        readings.times += found
        readings.rounds.append(statistics.median(found))
        readings.cpu.append(1000 * used[name] / len(found))


def walk(page: Page, site: Site, *, visits: int) -> int:
    """So many visits, for the count of their statements; returns how many."""
    connection = http.client.HTTPConnection("127.0.0.1", site.stack.port, timeout=REQUEST_SECONDS)
    for number in range(visits):
        _ask(connection, page, site, number)
    connection.close()
    return visits
