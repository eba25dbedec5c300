"""The feed at its full size and at a hundredth of it: how its pages grow, and what they are beside
a bare view under the same server."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import load, publishing, sql, visits
from benchmarks.results import Results
from benchmarks.sites import LARGE, SMALL, Site, Sites, open_sites
from benchmarks.visits import Compared, Page
from demo.seeding.sizes import BENCH_FOLLOWS

CLIENTS = 8
BLOCKS, VISITS = 4, 10
COUNTED = 10
POSTS = 5
MOST_GROWTH = 4 / 3
LEAST_SIGNED_IN, LEAST_SIGNED_OUT = 0.15, 0.50
MOST_UNSEEN_MS = 1000
BARE = "bare_view.c8"
WORDS = ("mug", "lampe", "Belaby", "navy jacket", "coral", "vinyle Corta", "bench", "Kelys lamp")
QUERIES = tuple(word.replace(" ", "+") for word in WORDS)
PAGES = (
    *(Page(f"following.{follows}", ("/following/",), follows) for follows in BENCH_FOLLOWS),
    Page("market.signed_in", ("/",), 300),
    Page("market.signed_out", ("/",)),
    Page("hashtag", ("/tags/vintage/",), 300),
    Page("profile", ("/@{famous}/",), 300, holds=("<article", 1)),
    Page("search", tuple(f"/search/?q={q}" for q in QUERIES), 300, holds=("<main", 1)),
    Page(
        "composer.products",
        tuple(f"/posts/products/?q={q}" for q in QUERIES[:4]),
        300,
        part=True,
        holds=("checkbox", 1),
    ),
)
# Eight clients at once on the large site, beside the bare view.
RATES = (
    ("feed.signed_out.c8", "/", 0),
    ("feed.signed_in.c8", "/", 300),
    ("following.signed_in.c8", "/following/", 300),
)


@dataclass
class Feed:
    """All figures of the feed; `rates` are those beside the bare view."""

    rates: Results
    pages: list[Compared] = field(default_factory=lambda: [Compared(page) for page in PAGES])
    seen: publishing.Seen = field(default_factory=publishing.Seen)
    seeded: dict[str, list[str]] = field(default_factory=dict)

    def row(self) -> dict[str, object]:
        """For build/bench.json."""
        return {
            "pages": [compared.row() for compared in self.pages],
            "published": self.seen.row(),
            "seeded": self.seeded,
            "missed": self.missed(),
        }

    def missed(self) -> list[str]:
        """The aims that these figures miss, a sentence each."""
        found = [
            f"{compared.page.name} grows by {compared.growth:.2f}, more than {MOST_GROWTH:.2f}"
            for compared in self.pages
            if compared.growth > MOST_GROWTH
        ]
        for name, _path, follows in RATES:
            ratio = self.rates.ratio(self.rates.figures[name]) or 0.0
            least = LEAST_SIGNED_IN if follows else LEAST_SIGNED_OUT
            if ratio < least:
                found.append(f"{name} is {ratio:.3f} of a bare view, less than {least}")
        slowest = max(self.seen.page)
        if slowest > MOST_UNSEEN_MS:
            found.append(f"a post was seen after {slowest:.0f} ms, more than {MOST_UNSEEN_MS}")
        return found

    def table(self) -> str:
        head = f"{'page':20}{'median ms':>20}{'p95 ms':>18}{'growth':>8}{'CPU ms':>16}"
        lines = [f"{head}{'SQL':>5}{'kB':>6}"]
        for compared in self.pages:
            row = compared.row()
            small, large = compared.by_site[SMALL], compared.by_site[LARGE]
            cpu = [row[name]["cpu_ms"] for name in (SMALL, LARGE)]  # type: ignore[index]
            lines.append(
                f"{compared.page.name:20}{small.median:>9.1f} →{large.median:>9.1f}"
                f"{small.p95:>8.1f} →{large.p95:>8.1f}{compared.growth:>8.2f}"
                f"{cpu[0]:>7.1f} →{cpu[1]:>7.1f}{large.sql:>5g}{large.size / 1000:>6.0f}"
            )
        published = self.seen.row()
        for name, values in published.items():
            lines.append(f"published, {name:10}{values}")
        lines += [f"missed: {sentence}" for sentence in self.missed()] or ["every aim is met"]
        return "\n".join(lines)


def measure(
    directory: Path, results: Results, *, rounds: int, seconds: float, scale: float
) -> Feed:
    """All figures of the feed, rates into `results`."""
    feed = Feed(results)
    with ExitStack() as stop:
        sites = stop.enter_context(open_sites(directory, scale=scale))
        for site in sites.both:
            feed.seeded[site.name] = site.seeded
            for compared in feed.pages:
                visits.check(compared.page, site)
        for number in range(rounds):
            print(f"feed: round {number + 1} of {rounds}", flush=True)
            _rates(sites, results, seconds=seconds)
            for compared in feed.pages:
                visits.visit(compared, sites=sites.both, blocks=BLOCKS, size=VISITS)
        publishing.publish(sites.large, feed.seen, posts=POSTS)
        _count(sites, feed)
    return feed


def _rates(sites: Sites, results: Results, *, seconds: float) -> None:
    """Bare view and pages, one after the other, each by eight clients."""
    before = sites.bare_cpu_seconds()
    done = load.get(sites.bare_port, "/", clients=CLIENTS, seconds=seconds)
    used = sites.bare_cpu_seconds() - before
    results.add(BARE, value=done.rate, cpu_ms=1000 * used / done.answers, unit="req/s")
    for name, path, follows in RATES:
        headers = Page(name, (path,), follows).headers(sites.large)
        before = sites.large.cpu_seconds()
        port = sites.large.stack.port
        done = load.get(port, path, clients=CLIENTS, seconds=seconds, headers=headers)
        used = sites.large.cpu_seconds() - before
        cpu_ms = 1000 * used / done.answers
        results.add(name, value=done.rate, cpu_ms=cpu_ms, unit="req/s", reference=BARE)


def _count(sites: Sites, feed: Feed) -> None:
    """Statements, when all is measured: writing PostgreSQL's log would cost the rounds time."""
    for site in sites.both:
        for compared in feed.pages:
            compared.by_site[site.name].sql = _statements(site, compared.page)
    feed.rates.count_sql(BARE, 0)
    for name, path, follows in RATES:
        feed.rates.count_sql(name, _statements(sites.large, Page(name, (path,), follows)))


def _statements(site: Site, page: Page) -> float:
    def work() -> int:
        return visits.walk(page, site, visits=COUNTED)

    return round(sql.statements(site.postgresql.url, site.postgresql.log, work), 2)
