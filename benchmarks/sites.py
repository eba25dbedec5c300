"""Two seeded sites on one PostgreSQL, one a hundred times as large as the other, and a bare view."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import httpx
import psycopg2

from benchmarks import cpu, reaching
from benchmarks.shop import start_bare, stop_bare
from demo.seeding.sizes import BENCH_FOLLOWS, DOMAIN
from demo.seeding.sizes import Sizes as Seeded
from stack.ports import free_port
from stack.processes import Stack
from stack.services import PostgreSQL, Redis

LARGE, SMALL = "large", "small"
# Whoever follows 3,000 needs as many to follow, also on the small site.
FEWEST_PEOPLE = 3100
# So that there is somebody to wait for: who follows 300 follows who follows ten, and still 300.
ACQUAINTED = """
UPDATE feeds_follow SET followed_id = (SELECT id FROM accounts_user WHERE handle = 'bench_10')
WHERE id = (SELECT max(f.id) FROM feeds_follow f JOIN accounts_user u ON u.id = f.follower_id
            WHERE u.handle = 'bench_300')
  AND NOT EXISTS (SELECT FROM feeds_follow f JOIN accounts_user u ON u.id = f.follower_id
                  JOIN accounts_user them ON them.id = f.followed_id
                  WHERE u.handle = 'bench_300' AND them.handle = 'bench_10')
"""
FAMOUS = """
SELECT u.handle FROM feeds_follow f JOIN accounts_user u ON u.id = f.followed_id
WHERE u.kind = 'person' AND u.is_active GROUP BY u.id ORDER BY count(*) DESC, u.id LIMIT 1
"""


@dataclass
class Site:
    """A seeded database with the web processes before it. `cookies` of the bench's people, by how
    many they follow; `famous` is the handle of the person whom most follow."""

    name: str
    postgresql: PostgreSQL
    stack: Stack
    seeded: list[str] = field(default_factory=list)
    cookies: dict[int, str] = field(default_factory=dict)
    famous: str = ""

    def execute(self, sql: str) -> list[tuple[object, ...]]:
        """See reaching.execute."""
        return reaching.execute(self.stack.database_url, sql)

    def manage(self, *words: str) -> Iterator[str]:
        """See reaching.manage."""
        return reaching.manage(self.stack.environment, *words)

    def cpu_seconds(self) -> float:
        """CPU that its web processes and PostgreSQL have used."""
        server = self.postgresql.process
        roots = [self.stack.running["web"].pid] + ([server.pid] if server else [])
        return cpu.seconds(roots)

    def fill(self, *sizes: str) -> None:
        """Migrate and seed."""
        for _line in self.manage("migrate", "--verbosity", "0"):
            pass
        for line in self.manage("seed", *sizes):
            print(f"  {line}", flush=True)
            self.seeded.append(line)
        self.execute(ACQUAINTED)
        self.famous = str(self.execute(FAMOUS)[0][0])

    def sign_in(self, password: str) -> None:
        """The session cookies of the bench's people, by the sign-in form as a browser would."""
        for follows in BENCH_FOLLOWS:
            email = f"bench_{follows}@{DOMAIN}"
            self.cookies[follows] = cookie(self.stack.url, email=email, password=password)


@dataclass
class Sites:
    postgresql: PostgreSQL
    large: Site
    small: Site
    bare: subprocess.Popen[bytes]
    bare_port: int

    @property
    def both(self) -> tuple[Site, Site]:
        return self.small, self.large

    def bare_cpu_seconds(self) -> float:
        """CPU of the bare view's processes."""
        return cpu.seconds([self.bare.pid])


def cookie(url: str, *, email: str, password: str) -> str:
    """The cookies of somebody who signs in, as their browser sends them. Raises RuntimeError."""
    with httpx.Client(base_url=url, timeout=30) as client:
        page = client.get("/accounts/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        if token is None:
            raise RuntimeError("the sign-in page has no form")
        fields = {"login": email, "password": password, "csrfmiddlewaretoken": token[1]}
        answer = client.post("/accounts/login/", data=fields)
        if answer.status_code != 302:
            raise RuntimeError(f"signing in as {email} answered {answer.status_code}")
        return "; ".join(f"{name}={value}" for name, value in client.cookies.items())


def password_of(site: Site) -> str:
    """What the demo's people sign in with. Raises RuntimeError."""
    said = re.search(r"with the password (\S+)", "\n".join(site.manage("demo", "--signins")))
    if said is None:
        raise RuntimeError("the demo does not say its password")
    return said[1]


def database(postgresql: PostgreSQL, name: str, *, like: str = "template1") -> str:
    """The address of a new database of this name, with what is in the one `like`, which nobody uses."""
    connection = psycopg2.connect(postgresql.url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
    connection.close()
    return urlunsplit(urlsplit(postgresql.url)._replace(path=f"/{name}"))


@contextmanager
def open_sites(directory: Path, *, scale: float) -> Iterator[Sites]:
    """Start everything in `directory`, seed both sites, and stop it all at the end.

    `scale` is the large site's share of the sizes that `manage.py seed` has of its own accord.
    """
    with ExitStack() as stop:
        postgresql = stop.enter_context(PostgreSQL(directory / "postgresql"))
        sites: dict[str, Site] = {}
        env = {"WEB_WORKERS": "2", "ALLOWED_HOSTS": "localhost,127.0.0.1", "DEBUG": "true"}
        env["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
        env |= {name: os.environ[name] for name in ("WEB_THREADS",) if name in os.environ}
        for name, share in ((SMALL, scale / 100), (LARGE, scale)):
            redis = stop.enter_context(Redis(directory / f"redis-{name}"))
            url = database(postgresql, name)
            stack = Stack(directory / name, database_url=url, redis_url=redis.url, env=env)
            stop.callback(stack.stop)
            site = sites[name] = Site(name, postgresql, stack)
            people = max(FEWEST_PEOPLE, round(Seeded().people * share))
            print(f"seeding the {name} site ...", flush=True)
            site.fill("--scale", str(share), "--people", str(people))
        bare_port = free_port()
        bare = start_bare(sites[LARGE].stack, bare_port)
        stop.callback(stop_bare, bare)
        password = password_of(sites[SMALL])
        for site in sites.values():
            site.stack.start("web")
            site.sign_in(password)
        yield Sites(postgresql, sites[LARGE], sites[SMALL], bare, bare_port)
