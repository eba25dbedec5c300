"""`python -m stack production`: the site as in production on this machine, to try operations on.

Everything is below `.local/production`. Demo data stand in it and the stand-in for Stripe charges nothing.
"""

import signal
import time
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from stack import demo_accounts, leftovers
from stack.backups import Backups
from stack.environment import LOCAL, MARK
from stack.errors import StackError
from stack.front import Prometheus
from stack.manage import quietly
from stack.private import check_room, held
from stack.production import TELLING, Production
from stack.run import STOPPING, Stopped, ignore_signals, migrate, say, stop
from stack.services import PostgreSQL, Redis
from stack.standby import PgBouncer, Replica

HOME = LOCAL / "production"
MOST_CONNECTIONS = 100


def primary() -> tuple[PostgreSQL, Backups]:
    """The server, which archives its log, and the archive."""
    backups = Backups(HOME / "postgres")
    server = PostgreSQL(
        HOME / "postgres", max_connections=MOST_CONNECTIONS, options=backups.options
    )
    return server, backups


def production(_arguments: list[str]) -> int:
    """Start all of it, say where it is, and wait for Ctrl-C. A process that ends stays away."""
    for number in STOPPING:
        signal.signal(number, stop)
    try:
        with ExitStack() as stack:
            stack.callback(ignore_signals)
            stack.enter_context(held())
            leftovers.stop_marked(MARK, str(HOME))
            check_room(LOCAL)
            _start(stack)
            while True:
                time.sleep(3600)
    except Stopped as stopped:
        return 0 if stopped.number == signal.SIGINT else 128 + stopped.number


def _start(stack: ExitStack) -> None:
    say("Starting PostgreSQL, its replica, PgBouncer and Redis …")
    server, backups = primary()
    stack.enter_context(server)
    replica = Replica(
        HOME / "replica",
        primary=server.url,
        max_connections=MOST_CONNECTIONS,
        options=[backups.catching_up],
    )
    stack.enter_context(replica)
    pooler = stack.enter_context(PgBouncer(HOME / "pgbouncer", target=server.url))
    redis = stack.enter_context(Redis(HOME / "redis"))
    site = Production(
        HOME / "site",
        database_url=pooler.url,
        replica_url=replica.url,
        redis_url=redis.url,
        env={MARK: str(HOME)},
    )
    # Past the pooler, as all migrations are; and demo data are made in development alone.
    making = {**site.environment, "DATABASE_URL": server.url, "DEBUG": "true"}
    migrate(making)
    stack.callback(site.stop)
    site.start("sandbox")
    demo_accounts.open_all(making)
    say(quietly("demo", words=making, otherwise="The demo data could not be loaded:"))
    say("Starting web, workers, beat and the rest …")
    site.collect()
    site.start(*(name for name in site.names if name != "sandbox"))
    site.proxy.start()
    targets = {name: site.metrics[name] for name in TELLING}
    watching = stack.enter_context(Prometheus(HOME / "prometheus", targets=targets))
    say(_addresses(site, server, watching))


def _addresses(site: Production, server: PostgreSQL, watching: Prometheus) -> str:
    rows = {
        "Shop": f"{site.url}/  (its certificate: {site.proxy.certificate})",
        "Prometheus": f"{watching.url}/alerts",
        "PostgreSQL": server.url,
        "Logs": f"{site.directory}/*.log",
    }
    pids = "\n".join(f"  {name:<18}process {site.running[name].pid}" for name in site.names)
    places = "\n".join(f"  {name:<18}{address}" for name, address in rows.items())
    return f"\n{places}\n\n{pids}\n\nCtrl-C stops everything.\n"


def backup(_arguments: list[str]) -> int:
    """A base backup of the production that runs here, and of its uploads."""
    server, backups = primary()
    server.port = _port()
    server.guest = backups.guest
    made = backups.make(server, _folders(backups))
    say(made)
    return 0


def restore(arguments: list[str]) -> int:
    """Put the database as of a moment (`2026-11-30 12:00:00+00`, else the last) in the place of the one
    that was. The old folder stays beside it. For when production does not run."""
    with held():
        server, backups = primary()
        server.guest = backups.guest
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        lost = server.data
        if lost.exists():
            lost.rename(lost.with_name(f"data.before-{stamp}"))
        moment = " ".join(arguments)
        # Its uploads are where they were.
        say(backups.restore(server, into=lost, moment=moment))
        replica = Replica(HOME / "replica", primary="postgres://x@localhost/x")
        if replica.directory.exists():
            replica.delete()  # It has seen what is to be forgotten.
    say("Now start production again: `python -m stack production`.")
    return 0


def _port() -> int:
    kept = HOME / "postgres" / "port"
    if not (HOME / "postgres" / "pid").exists() or not kept.exists():
        raise StackError(
            "Production does not run here; start it with `python -m stack production`."
        )
    return int(kept.read_text())


def _folders(backups: Backups) -> Mapping[str, str]:
    """Uploads, where the account that makes backups can reach them."""
    media: Path = HOME / "site" / "media"
    reachable = backups.guest is None or backups.guest.can_enter(media)
    return {"MEDIA_ROOT": str(media)} if reachable and media.exists() else {}
