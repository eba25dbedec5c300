"""The processes keep their connections to PostgreSQL, and do without them when it drops them."""

from __future__ import annotations

import psutil
import pytest
from django.db import connection

from checkout.models import Order
from tests.faults.world import World

pytestmark = [pytest.mark.xdist_group("faults"), pytest.mark.timeout(300)]


def backends(world: World, process: str) -> set[int]:
    """PostgreSQL's processes that serve `process` and its children."""
    top = psutil.Process(world.stack.running[process].pid)
    ports = [
        line.laddr.port
        for each in (top, *top.children(recursive=True))
        for line in each.net_connections("tcp")
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            " AND client_port = ANY(%s)",
            [ports],
        )
        return {pid for (pid,) in cursor.fetchall()}


def buy(world: World) -> Order:
    scene = world.scene()
    assert scene.shopper.pay(scene.form).json()["kind"] == "paid"
    order = scene.settled()
    scene.check(order)
    return order


def test_a_worker_keeps_its_connection_until_postgresql_drops_it(world: World) -> None:
    buy(world)
    kept = backends(world, "worker")
    assert kept
    buy(world)
    assert backends(world, "worker") == kept

    for pid in kept | backends(world, "web"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
            assert cursor.fetchone() == (True,)
    assert buy(world).status == Order.Status.PAID
    assert backends(world, "worker").isdisjoint(kept)
