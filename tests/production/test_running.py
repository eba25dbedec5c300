"""What the containers run, started here with the same settings: it sells, it tells, and it bears losses."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import psycopg2
import pytest
from django.test import Client

from accounts.models import User
from checkout.models import Order, StripeEvent
from feeds import posts
from feeds.models import Like
from shopping import replicas
from stack.ports import LOOPBACK
from tests.faults.world import wait_for
from tests.production.world import World
from tests.second_factors import sign_in
from tests.shops import person

pytestmark = [pytest.mark.timeout(900), pytest.mark.xdist_group("production")]

TOKEN = "t" * 32


def signed_in(world: World, user: User) -> httpx.Client:
    """A browser of `user`'s, with a token for forms."""
    session = sign_in(Client(), user).cookies["sessionid"].value
    cookies = {"__Host-sessionid": session, "__Host-csrftoken": TOKEN}
    headers = {"X-CSRFToken": TOKEN, "Referer": world.site.url, "Accept-Encoding": "identity"}
    return httpx.Client(base_url=world.site.url, cookies=cookies, headers=headers, timeout=40)


def paid_and_with_its_shop() -> Order | None:
    return Order.objects.filter(status="paid", fulfilment_opened_at__isnull=False).first()


def _state(replica: Any) -> str:
    with replica.cursor() as cursor:
        cursor.execute("SELECT pg_get_wal_replay_pause_state()")
        return cursor.fetchone()[0]


def lines(log: str) -> list[dict[str, object]]:
    """Each line of a log that is an object."""
    return [json.loads(line) for line in log.splitlines() if line.startswith("{")]


def test_it_sells_and_tells(world: World, subtests: pytest.Subtests) -> None:
    with subtests.test("an order is paid and comes to its shop, through proxy and pooler"):
        assert world.buy().status_code == 200
        order = wait_for(paid_and_with_its_shop, otherwise="the order did not come to its shop")
        wait_for(
            lambda: StripeEvent.objects.filter(processed_at__isnull=False).exists(),
            otherwise="no event of Stripe's came",
        )
    with subtests.test("each process tells what it counted"):
        both = [world.told(name) for name in ("web-1", "web-2")]
        assert sum(told.get("etal_requests_total", 0) for told in both) > 0
        # Whichever process heard first of it.
        payments = [*both, world.told("worker-stripe")]
        assert sum(told.get("etal_payments_total", 0) for told in payments) >= 1
        assert world.told("worker-celery")["etal_tasks_total"] > 0
        assert world.told("worker-celery")["etal_task_wait_seconds_count"] > 0
        # It keeps its answers for some seconds, and there were no books before.
        wait_for(
            lambda: "etal_ledger_difference" in world.told("exporter"),
            otherwise="the exporter does not see the ledger",
        )
        tables = world.told("exporter")
        assert tables["etal_ledger_difference"] == 0
        assert tables["etal_orders_to_fulfil"] == 0
        assert tables["etal_replica_lag_bytes"] >= 0
        assert tables["etal_gauge_failed"] == 0
    with subtests.test("what is told stays inside"):
        browser = httpx.Client(base_url=world.site.url)
        assert browser.get("/metrics").status_code == 404
        assert browser.get("/readyz/").status_code == 404
        inside = {"Host": browser.base_url.netloc.decode(), "X-Forwarded-Proto": "https"}
        web = f"http://{LOOPBACK}:{world.site.ports['web-1']}"
        assert httpx.get(f"{web}/metrics", headers=inside).status_code == 404
        assert httpx.get(f"{web}/readyz/", headers=inside).status_code == 200
    with subtests.test("logs are objects with ids and without people or secrets"):
        told = [each for name in world.site.names for each in lines(world.site.log(name))]
        assert {"/buy/<uuid:public_id>/place/"} <= {str(each.get("route")) for each in told}
        assert str(order.number) in {str(each.get("order")) for each in told}
        logs = "".join(world.site.log(name) for name in world.site.names if name != "sandbox")
        for secret in (order.email, "sk_test_sandbox", "whsec_", order.line1, "4242424242424242"):
            assert secret not in logs, secret
    with subtests.test("press and work are one trace"):

        def traced() -> set[str]:
            spans = world.collector.spans()
            pressed = {span.trace_id for span in spans if span.name.endswith("/place/")}
            return {span.name for span in spans if span.trace_id in pressed}

        wait_for(lambda: "fulfilment.open_for_event" in traced(), otherwise="no trace went on")
    with subtests.test("the proxy serves what is hashed, for a year"):
        page = httpx.get(f"{world.site.url}/").raise_for_status()
        style = re.search(r'/static/[^"]+\.[0-9a-f]{12}\.css', page.text)
        assert style
        served = httpx.get(f"{world.site.url}{style[0]}").raise_for_status()
        assert "immutable" in served.headers["cache-control"]
        assert "strict-transport-security" in page.headers


def test_the_feed_is_read_of_the_replica_and_of_the_primary_where_that_is_not_fit(
    world: World, subtests: pytest.Subtests
) -> None:
    mai, author = person("mai"), person("author")
    post = posts.publish(author, body="The first of them", language="en")
    browser = signed_in(world, mai)
    replica = psycopg2.connect(world.site.replica_url)
    replica.autocommit = True
    with subtests.test("of the replica, as long as it is fit"):
        wait_for(
            lambda: browser.get("/").raise_for_status() and world.feed_reads()[0] > 0,
            otherwise="the replica is never read",
        )
    with subtests.test("whoever wrote reads the primary, and what they wrote"):
        before = world.feed_reads()
        liked = browser.post(f"/posts/{post.public_id}/like/", data={"liked": "yes"})
        assert liked.status_code in {200, 302}
        assert Like.objects.filter(user=mai).exists()
        assert 'aria-pressed="true"' in browser.get("/").text
        after = world.feed_reads()
        assert (after[0], after[1] - before[1]) == (before[0], 1)
        wait_for(
            lambda: browser.get("/").raise_for_status() and world.feed_reads()[0] > before[0],
            otherwise="the replica is never read again",
        )
    with subtests.test("one that is behind is left alone"):
        with replica.cursor() as cursor:
            cursor.execute("SELECT pg_wal_replay_pause()")
        wait_for(lambda: _state(replica) == "paused", otherwise="the replica does not stand still")
        posts.publish(author, body="The second of them", language="en")
        wait_for(
            lambda: (
                "The second of them" in browser.get("/following/").text
                or "The second of them" in browser.get("/@author/").text
            ),
            seconds=60,
            otherwise="what is new is not shown while the replica stands still",
        )
        with replica.cursor() as cursor:
            cursor.execute("SELECT pg_wal_replay_resume()")
    replica.close()
    with subtests.test("without it the primary answers"):
        wait_for(
            lambda: (
                browser.get("/@author/").raise_for_status() and world.feed_reads()[0] > before[0]
            ),
            otherwise="the replica is never read again",
        )
        world.replica.stop()
        read = world.feed_reads()[1]
        assert "The second of them" in browser.get("/@author/").raise_for_status().text
        assert world.feed_reads()[1] > read


def test_one_web_process_less_is_no_outage(world: World) -> None:
    browser = httpx.Client(base_url=world.site.url, timeout=40)
    world.site.kill9("web-1")
    for _each in range(4):
        assert browser.get("/drops/").status_code == 200
    world.site.start("web-1")


def test_nobody_reads_the_replica_where_none_is_named(db: None, client: Client) -> None:
    assert client.get("/").status_code == 200
    assert not replicas._reading.get()
