"""Whatever is bought, from whom and with which offers and taxes: what UCP shows of it adds up."""

from __future__ import annotations

import random

import pytest

from catalogue.models import Merchant, ShippingRate, TaxRate, Variant
from checkout import session_looks
from checkout.models import Offer
from protocols.ucp.capabilities import ALL
from protocols.ucp.checkout import documents
from tests.protocols.agents import line, opened
from tests.protocols.schemas import valid
from tests.protocols.ucp_calls import EXTENSIONS, adds_up

pytestmark = pytest.mark.django_db
MANY = 12


def offers(chance: random.Random, merchant: Merchant) -> None:
    kinds = {
        "percentage": {"basis_points": chance.randint(1, 10_000)},
        "amount": {"amount": chance.randint(1, 20_000), "currency": "EUR"},
        "free_delivery": {},
    }
    for place in range(chance.randint(0, 4)):
        kind = chance.choice(list(kinds))
        Offer.objects.create(
            name=f"Offer {place}",
            code=chance.choice([None, f"CODE{place}"]),
            kind=kind,
            merchant=merchant,
            combines=chance.choice([True, False]),
            **kinds[kind],
        )


@pytest.mark.parametrize("seed", range(MANY))
def test_totals_are_their_parts(
    seed: int, flipflops: Variant, bookcase: Variant, plage: Merchant, rayon: Merchant
) -> None:
    chance = random.Random(seed)
    for merchant in (plage, rayon):
        ShippingRate.objects.create(
            merchant=merchant,
            name="Express",
            external_id="fast",
            countries=["FR"],
            price=chance.randint(0, 3_000),
            position=chance.randint(0, 1),
        )
    TaxRate.objects.update(
        basis_points=chance.randint(0, 2_500), inclusive=chance.choice([True, False])
    )
    offers(chance, plage)
    session = opened(
        line(flipflops, chance.randint(1, 9)),
        line(bookcase, chance.randint(1, 3)),
        codes=[f"CODE{place}" for place in range(4)],
        rates=chance.choice([[], ["fast"]]),
        destination=chance.choice(["", "home", "home"]),
    )
    look = session_looks.look(session)
    document = documents.session(look, ALL)
    assert adds_up(document)
    assert valid(
        {"ucp": {"version": "2026-04-08", "payment_handlers": {}}, **document},
        "shopping/checkout.json",
        with_=EXTENSIONS,
    )
    assert document["totals"][-1]["amount"] == look.view.sums.total
    for each in document["discounts"]["applied"]:
        assert sum(share["amount"] for share in each["allocations"]) == each["amount"]
    for group in document["fulfillment"]["methods"][0]["groups"]:
        for option in group["options"]:
            *parts, total = [entry["amount"] for entry in option["totals"]]
            assert sum(parts) == total >= 0
