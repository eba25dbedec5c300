"""What a wallet is told: the total for its address, and nothing where nothing can be sold."""

from __future__ import annotations

from catalogue.models import ShippingRate
from tests.checkout_pages.conftest import SCRIPT


def ask(visitor, product, **changes: str):
    form = {**visitor.form(product), **changes}
    return visitor.client.post(f"/buy/{product.public_id}/quote/", form, **SCRIPT)


def test_a_wallet_is_told_what_its_address_comes_to(guest, market):
    ShippingRate.objects.update(countries=["FR"])
    ShippingRate.objects.create(
        merchant=market.shop, name="Abroad", countries=["DE"], price=900, min_days=3, max_days=5
    )
    told = {country: ask(guest, market.lamp, country=country).json() for country in ("FR", "DE")}
    rates = [("Home delivery", 390), ("Abroad", 900)]
    assert list(told.values()) == [
        {
            "amount": 8400 + price,
            "currency": "EUR",
            "shippingRates": [{"id": "delivery", "displayName": name, "amount": price}],
        }
        for name, price in rates
    ]


def test_a_wallet_is_refused_where_the_shop_does_not_deliver(guest, market):
    answer = ask(guest, market.lamp, country="JP")
    assert (answer.status_code, answer.json()) == (422, {"kind": "refused"})


def test_a_wallet_is_refused_what_is_sold_out_or_not_chosen(guest, market):
    assert ask(guest, market.flipflops).status_code == 422
    market.lamp.variants.get().stock.delete()
    assert ask(guest, market.lamp).status_code == 422


def test_the_place_of_wallets_is_unseen_until_the_browser_has_one(guest, market):
    page = guest.open(market.lamp).content.decode()
    assert 'class="stack tight away" id="buy-wallets"' in page
    assert f'data-quote="/buy/{market.lamp.public_id}/quote/"' in page
