"""The walk-through's programs do what they say, as whoever follows the guide runs them.

Each is a process of its own beside the whole stack. A shopper buys what it posted, and the courier brings
it the signed message over HTTP.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import playwright
import pytest
from standardwebhooks import Webhook

from catalogue.models import Merchant, Product, TaxRate
from checkout.models import Order
from feeds.models import Post
from fulfilment.models import FulfilmentOrder, Shipment
from partners import keys
from stack.environment import ROOT
from stack.ports import free_port
from stack.processes import Stack
from stack.shopper import Shopper
from tests.faults.world import wait_for
from tests.shops import open_shop, person
from webhooks.models import Endpoint

pytestmark = [pytest.mark.xdist_group("walkthrough"), pytest.mark.timeout(300)]

PROGRAMS = ROOT / "docs" / "walkthrough"
# Playwright brings a Node that is new enough for TypeScript, whatever the machine has.
NODE = Path(playwright.__file__).parent / "driver" / "node"
COMMANDS = {
    "curl": [shutil.which("bash") or "bash", str(PROGRAMS / "walkthrough.sh")],
    "Python": [sys.executable, str(PROGRAMS / "walkthrough.py")],
    "TypeScript": [str(NODE), str(PROGRAMS / "walkthrough.ts")],
}
# What the guide says that the key needs, and nothing more.
SCOPES = ["products:read", "products:write", "posts:write", "fulfilment:write", "webhooks:write"]
NUMBER = "6A12345678901"


@dataclass
class Scene:
    """The running stack, a shop in it, and the secret of its key."""

    stack: Stack
    shop: Merchant
    secret: str

    def start(self, program: str) -> subprocess.Popen[str]:
        words = {"ETAL_URL": self.stack.url, "ETAL_KEY": self.secret, "HOOK_PORT": str(free_port())}
        # As on a machine where nobody has set anything.
        words |= {"PATH": os.environ["PATH"], "HOME": str(self.stack.directory)}
        return subprocess.Popen(
            COMMANDS[program],
            env=words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )

    def posted(self, running: subprocess.Popen[str], *, since: int) -> Post:
        """What the program posted, once it waits for somebody to buy it."""

        def found() -> Post | None:
            if running.poll() is not None:
                raise AssertionError(f"it ended:\n{running.communicate()[0]}")
            return Post.objects.filter(author=self.shop.account, pk__gt=since).first()

        return wait_for(found, seconds=60, otherwise="nothing was posted")

    def buy(self, product: Product, post: Post) -> None:
        """A guest buys it from the post with a test card, as the page's script does."""
        key = self.stack.environment["STRIPE_SECRET_KEY"]
        shopper = Shopper(self.stack.url, self.stack.sandbox_url, key)
        form = shopper.open(str(product.public_id), post_id=str(post.public_id))
        shopper.pay(form).raise_for_status()


@pytest.fixture
def scene(database_url: str, redis_url: str, tmp_path: Path) -> Iterator[Scene]:
    env = {"WEB_WORKERS": "1", "WORKER_CONCURRENCY": "1", "SWEEP_SECONDS": "1"}
    TaxRate.objects.create(country="FR", basis_points=2000)
    shop = open_shop("rayon", delivery=490)
    _key, secret = keys.make(
        name="Walk-through", scopes=SCOPES, made_by=person("rose"), merchant=shop
    )
    with Stack(tmp_path, database_url=database_url, redis_url=redis_url, env=env) as stack:
        yield Scene(stack, shop, secret)


def test_a_program_lists_posts_hears_of_the_order_and_ships_it(
    scene: Scene, subtests: pytest.Subtests
) -> None:
    for program in COMMANDS:
        with subtests.test(program):
            walk(scene, program)


def walk(scene: Scene, program: str) -> None:
    since = getattr(Post.objects.order_by("pk").last(), "pk", 0)
    running = scene.start(program)
    try:
        post = scene.posted(running, since=since)
        product = Product.objects.get(cards__post=post)
        refuses_others(Endpoint.objects.filter(merchant=scene.shop).latest("pk"))
        scene.buy(product, post)
        said, _nothing = running.communicate(timeout=90)
    finally:
        running.kill()
    assert running.returncode == 0, said
    order = Order.objects.get(lines__variant__product=product)
    check(product, post, order)
    assert said.splitlines() == [
        said.splitlines()[0],
        "A forged message was refused.",
        f"Listed: Enamel mug, {scene.stack.url}/products/{product.public_id}/enamel-mug/",
        f"Posted: {scene.stack.url}/posts/{post.public_id}/",
        "Now somebody has to buy it. Waiting …",
        f"Paid: {order.reference}, to Mâcon. Verified.",
        f"Shipped: Colissimo {NUMBER}",
        "Done: listed, posted, sold, verified and shipped.",
    ]
    assert said.startswith("Webhooks come to http://127.0.0.1:")


def refuses_others(endpoint: Endpoint) -> None:
    """A signature of another secret, another body, and one of ours that is ten minutes old."""
    body = b'{"type": "fulfilment_order.opened", "data": {}}'
    now = datetime.now(UTC)
    old = now - timedelta(minutes=10)
    right = Webhook(endpoint.secret).sign("evt_1", now, body.decode())
    others = Webhook("whsec_" + "A" * 32).sign("evt_1", now, body.decode())
    stale = Webhook(endpoint.secret).sign("evt_1", old, body.decode())
    for signature, when, sent in (
        (others, now, body),
        (right, now, body + b" "),
        (stale, old, body),
        ("", now, body),
    ):
        headers = {
            "webhook-id": "evt_1",
            "webhook-timestamp": str(int(when.timestamp())),
            "webhook-signature": signature,
        }
        assert httpx.post(endpoint.url, content=sent, headers=headers).status_code == 400
    assert httpx.post(endpoint.url, content=body).status_code == 400


def check(product: Product, post: Post, order: Order) -> None:
    """What the site has of it."""
    variant = product.variants.get()
    assert (product.status, product.title) == (Product.Status.ACTIVE, "Enamel mug")
    assert (variant.price, variant.option_values) == (1250, ["Blue"])
    assert variant.stock.on_hand == 4
    assert post.body == "The enamel mugs are here."
    assert (order.status, order.total) == (Order.Status.PAID, 1250 + 490)
    assert order.lines.get().post == post
    part = order.fulfilment_orders.get()
    assert part.status == FulfilmentOrder.Status.SHIPPED
    parcel = Shipment.objects.get(fulfilment_order=part)
    assert (parcel.carrier, parcel.tracking_number) == ("Colissimo", NUMBER)
