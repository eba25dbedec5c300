"""One placing client: places orders through the verb for some seconds.

    python -m benchmarks.place SECONDS SEED LINES
    python -m benchmarks.place --count-statements LINES

Run in a process of its own with the stack's environment, so that eight of them are eight
connections, as eight web workers would be. It says how many, and the CPU seconds of its own that
they took. It goes up to "awaiting payment": quote, stock,
order, lines, payment, history and events are committed; Stripe is not asked.
"""

from __future__ import annotations

import random
import sys
import time
import uuid

import django

django.setup()

from django.db import connection  # noqa: E402 - Django has to be set up first
from django.test.utils import CaptureQueriesContext  # noqa: E402

from catalogue.models import Variant  # noqa: E402
from checkout.buyers import AddressData, Buyer  # noqa: E402
from checkout.orders import place  # noqa: E402
from checkout.quotes import Item, quote  # noqa: E402
from shopping.money import Money  # noqa: E402

ADDRESS = AddressData(
    name="Maï Lefort",
    line1="14 rue des Lices",
    line2="",
    postal_code="35000",
    city="Rennes",
    region="",
    country="FR",
    phone="",
)


def baskets(lines: int) -> list[tuple[list[Item], Money]]:
    """Baskets of `lines` variants of one currency that go to France, with the total to be shown.

    Raises ValueError where the demo has not so many.
    """
    variants = Variant.objects.filter(
        product__drop=None,  # Of a drop, nobody gets more than its limit.
        product__in=Variant.objects.filter(
            merchant__shipping_rates__countries__contains=["FR"]
        ).values("product"),
        product__currency="EUR",
        product__status="active",
        active=True,
    ).order_by("id")
    items = [Item(variant_id=variant.public_id, quantity=1) for variant in variants]
    whole = [items[start : start + lines] for start in range(0, len(items) - lines + 1, lines)]
    if not whole:
        raise ValueError(f"there are {len(items)} variants for a basket of {lines}")
    return [(basket, quote(basket, country="FR").total) for basket in whole]


def run(seconds: float, seed: int, *, lines: int) -> tuple[int, float]:
    """Place orders for `seconds` seconds; returns how many, and this process's seconds of CPU."""
    chance = random.Random(seed)
    shelf = baskets(lines)
    print("ready", flush=True)
    sys.stdin.readline()
    until = time.monotonic() + seconds
    used = time.process_time()
    placed = 0
    while time.monotonic() < until:
        basket, total = chance.choice(shelf)
        buyer = Buyer(
            principal=f"guest:{uuid.uuid4().hex}", user=None, email="b@example.org", locale="en"
        )
        place(basket, buyer=buyer, address=ADDRESS, key=uuid.uuid4().hex, seen_total=total)
        placed += 1
    return placed, time.process_time() - used


def count_statements(*, lines: int) -> int:
    """Statements of one `place`, as Django sends them."""
    basket, total = baskets(lines)[0]
    buyer = Buyer(principal="guest:count", user=None, email="b@example.org", locale="en")
    with CaptureQueriesContext(connection) as captured:
        place(basket, buyer=buyer, address=ADDRESS, key=uuid.uuid4().hex, seen_total=total)
    control = ("BEGIN", "COMMIT")
    return sum(not query["sql"].startswith(control) for query in captured.captured_queries)


if __name__ == "__main__" and sys.argv[1] == "--count-statements":
    print(count_statements(lines=int(sys.argv[2])))
elif __name__ == "__main__":
    print(*run(float(sys.argv[1]), int(sys.argv[2]), lines=int(sys.argv[3])), flush=True)
