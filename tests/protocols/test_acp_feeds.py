"""Product feeds at agents: what may be sold there, only what changed, and on from where it was cut off."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models.functions import Now

from catalogue import agent_sales, products
from catalogue.models import Merchant, StockItem, Variant
from partners.models import Partner
from protocols.acp import feeds
from protocols.models import AcpFeed, AcpFeedItem
from tests.protocols.schemas import valid

pytestmark = pytest.mark.django_db(transaction=True)
UPSERT = "schema.feed.json#/$defs/UpsertProductsRequest"


@dataclass
class Remote:
    """An agent's Feed API: keeps what it is sent, and answers `status`."""

    url: str = ""
    status: int = 200
    calls: list[tuple[str, str, Any]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)

    def products(self) -> dict[str, Any]:
        """The last of each product."""
        patched = [body for method, _path, body in self.calls if method == "PATCH"]
        return {each["id"]: each for body in patched for each in body["products"]}


@pytest.fixture
def remote(settings: Any) -> Iterator[Remote]:
    settings.DEBUG = settings.WEBHOOK_PRIVATE_HOSTS = True
    kept = Remote()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            body = json.loads(self.rfile.read(length))
            kept.calls.append((self.command, self.path, body))
            kept.tokens.append(self.headers.get("Authorization", ""))
            made = self.command == "POST"
            said = {"id": "feed_1"} if made else {"id": "feed_1", "accepted": True}
            text = json.dumps(said).encode()
            self.send_response(kept.status if kept.status >= 400 else 201 if made else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_PATCH = do_POST

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.url = f"http://127.0.0.1:{server.server_port}/acp/"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield kept
    server.shutdown()
    server.server_close()


@pytest.fixture
def feed(remote: Remote) -> AcpFeed:
    partner = Partner.objects.create(name="Butler", code="butler")
    return AcpFeed.objects.create(
        partner=partner, url=remote.url, token="their-key", target_country="FR"
    )


def push(feed: AcpFeed) -> bool:
    AcpFeed.objects.filter(pk=feed.pk).update(due_at=Now())
    return feeds.push(feed.pk)


def test_it_is_made_filled_and_then_only_told_of_changes(
    feed: AcpFeed, remote: Remote, flipflops: Variant, bookcase: Variant
) -> None:
    assert push(feed)
    made, filled = remote.calls
    assert made == ("POST", "/acp/feeds", {"target_country": "FR"})
    assert filled[:2] == ("PATCH", "/acp/feeds/feed_1/products")
    assert valid(filled[2], UPSERT)
    assert set(remote.tokens) == {"Bearer their-key"}
    [shoes] = [each for each in filled[2]["products"] if "flip" in each["title"]]
    [variant] = shoes["variants"]
    assert variant["price"] == {"amount": 3400, "currency": "EUR"}
    assert variant["availability"] == {"available": True, "status": "in_stock"}
    assert push(feed)
    assert len(remote.calls) == 2
    StockItem.objects.filter(variant=flipflops).update(on_hand=0)
    assert push(feed)
    [changed] = remote.calls[-1][2]["products"]
    assert changed["variants"][0]["availability"] == {"available": False, "status": "out_of_stock"}


def test_what_may_no_longer_be_sold_is_said_to_be_gone(
    feed: AcpFeed, remote: Remote, flipflops: Variant, bookcase: Variant, rayon: Merchant
) -> None:
    assert push(feed)
    products.edit(flipflops.product, actor=None, fields={"agents_may_sell": False})
    agent_sales.choose(rayon, "none", [])
    assert push(feed)
    last = remote.calls[-1][2]
    assert valid(last, UPSERT)
    gone = {"available": False, "status": "discontinued"}
    assert [each["variants"][0]["availability"] for each in last["products"]] == [gone, gone]
    assert not AcpFeedItem.objects.exists()
    assert push(feed)
    assert remote.calls[-1][2] == last
    products.edit(flipflops.product, actor=None, fields={"agents_may_sell": True})
    assert push(feed)
    assert [each["title"] for each in remote.calls[-1][2]["products"]] == ["Corniche flip-flops"]


def test_it_goes_on_from_where_it_was_cut_off(
    feed: AcpFeed,
    remote: Remote,
    flipflops: Variant,
    bookcase: Variant,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(feeds, "BATCH", 1)
    sent = feeds._send

    def cut(feed: AcpFeed, method: str, path: str, body: dict[str, Any]) -> Any:
        if len(remote.calls) == 2:
            raise SystemExit
        return sent(feed, method, path, body)

    with monkeypatch.context() as patch:
        patch.setattr(feeds, "_send", cut)
        with pytest.raises(SystemExit):
            push(feed)
    assert push(feed)
    told = [body["products"][0]["title"] for method, _p, body in remote.calls if method == "PATCH"]
    assert sorted(told) == ["Bookcase", "Corniche flip-flops"]


def test_an_agent_that_does_not_take_it_is_asked_again_later(
    feed: AcpFeed, remote: Remote, flipflops: Variant
) -> None:
    remote.status = 503
    assert not push(feed)
    feed.refresh_from_db()
    assert (feed.failures, feed.last_answer[:3]) == (1, "503")
    assert feed.pk not in feeds.due()
    assert not feeds.push(feed.pk)
    remote.status = 200
    assert push(feed)
    feed.refresh_from_db()
    assert (feed.failures, feed.feed_id) == (0, "feed_1")


def test_no_address_of_our_own_network_is_asked(
    feed: AcpFeed, remote: Remote, flipflops: Variant, settings: Any
) -> None:
    settings.WEBHOOK_PRIVATE_HOSTS = False
    assert not push(feed)
    feed.refresh_from_db()
    assert "NotPublic" in feed.last_answer
    assert remote.calls == []


def test_only_where_the_shop_delivers(feed: AcpFeed, remote: Remote, flipflops: Variant) -> None:
    AcpFeed.objects.filter(pk=feed.pk).update(target_country="US")
    assert push(feed)
    assert [method for method, *_rest in remote.calls] == ["POST"]


def test_as_files(feed: AcpFeed, flipflops: Variant, bookcase: Variant, tmp_path: Path) -> None:
    call_command("acp_feed", "butler", into=tmp_path, country="fr")
    about = json.loads((tmp_path / "metadata.json").read_text())
    assert valid(about, "schema.feed.json#/$defs/FeedMetadata")
    lines = (tmp_path / "products.jsonl").read_text().splitlines()
    assert len(lines) == 2
    assert all(valid(json.loads(line), "schema.feed.json#/$defs/Product") for line in lines)
