"""Random markets, carts and refunds: what they are made of, and the rows that they become."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

from catalogue import products, rates
from catalogue.models import Merchant, Product, ShippingRate, TaxRate, Variant
from catalogue.products import NewVariant
from checkout import offers
from checkout.models import Offer
from tests import shops

# With none, two and three decimals.
CURRENCIES = ["JPY", "EUR", "KWD"]
COUNTRIES = ["FR", "US", "JP"]
KINDS = ["standard", "reduced", "food"]
CODE = "RANDOM"
PIECES = 9
# Stripe takes no less of it.
LEAST = {"JPY": 50, "EUR": 50, "KWD": 1_000}
# Of a currency with three decimals Stripe takes no single ones: the last digit of an amount is 0.
# https://docs.stripe.com/currencies#three-decimal
COARSE = {"KWD": 10}


@dataclass(frozen=True)
class Goods:
    """A product in one form; of a shop by its place among the shops."""

    shop: int
    price: int
    kind: str
    grams: int
    is_sent: bool
    quantity: int


@dataclass(frozen=True)
class Seller:
    """A shop's fee and what it asks for parcels: light ones, and those above `band` grams."""

    fee_bps: int
    parcel: int
    heavy: int
    band: int
    free_from: int | None


@dataclass(frozen=True)
class Deal:
    """An offer; `shop` is None for the operator's own, which always have a `most`."""

    shop: int | None
    kind: str
    size: int
    minimum: int
    is_limited: bool
    most: int


@dataclass(frozen=True)
class Cart:
    """All that a purchase depends on. `taxes`: kind of goods → basis points in its country."""

    currency: str
    country: str
    taxes: dict[str, int]
    is_inclusive: bool
    sellers: tuple[Seller, ...]
    goods: tuple[Goods, ...]
    automatic: tuple[Deal, ...]
    typed: Deal | None


# Among them some that leave round amounts round.
rates_of_tax = st.sampled_from([0, 0, 1, 210, 825, 1_000, 2_000, 9_999])
sellers = st.builds(
    Seller,
    fee_bps=st.sampled_from([0, 1, 333, 500, 10_000]),
    parcel=st.integers(0, 99).map(lambda tens: 10 * tens),
    heavy=st.integers(0, 499).map(lambda tens: 10 * tens),
    band=st.integers(0, 5_000),
    free_from=st.none() | st.integers(0, 30_000),
)


def deals(shops_: int) -> st.SearchStrategy[Deal]:
    return st.builds(
        Deal,
        shop=st.none() | st.integers(0, shops_ - 1),
        kind=st.sampled_from(["percentage", "amount", "free_delivery"]),
        size=st.integers(1, 9_999),
        minimum=st.sampled_from([0, 0, 1, 5_000]),
        is_limited=st.booleans(),
        # From less than any to more than all.
        most=st.integers(1, 200_000),
    )


@st.composite
def carts(draw: st.DrawFn) -> Cart:
    count = draw(st.integers(1, 4))
    goods = st.builds(
        Goods,
        shop=st.integers(0, count - 1),
        price=st.integers(0, 19_999),
        kind=st.sampled_from(KINDS),
        grams=st.integers(0, 3_000),
        is_sent=st.sampled_from([True, True, True, False]),
        quantity=st.integers(1, 4),
    )
    offers = deals(count)
    currency = draw(st.sampled_from(CURRENCIES))
    if currency in COARSE:
        goods = goods.map(lambda each: replace(each, price=each.price // 100 * 100))
        offers = offers.map(lambda each: replace(each, size=each.size // 10 * 10 or 10))
    return Cart(
        currency=currency,
        country=draw(st.sampled_from(COUNTRIES)),
        taxes=draw(st.dictionaries(st.sampled_from(KINDS), rates_of_tax)),
        is_inclusive=draw(st.booleans()),
        sellers=draw(st.tuples(*[sellers] * count)),
        goods=tuple(draw(st.lists(goods, min_size=1, max_size=6))),
        automatic=tuple(draw(st.lists(offers, max_size=3))),
        typed=draw(st.none() | offers),
    )


@dataclass(frozen=True)
class Market:
    """The rows of a cart's world: a variant for each of its goods, in their order."""

    merchants: list[Merchant]
    variants: list[Variant]


def open_market(cart: Cart) -> Market:
    for kind, basis_points in cart.taxes.items():
        tax = TaxRate(country=cart.country, kind=kind, basis_points=basis_points)
        tax.inclusive = cart.is_inclusive
        rates.save(tax)
    merchants = [_open(number, each, cart) for number, each in enumerate(cart.sellers)]
    variants = [
        _shelf(number, each, merchants[each.shop]) for number, each in enumerate(cart.goods)
    ]
    for number, deal in enumerate(cart.automatic):
        _offer(f"Offer {number}", deal, merchants, cart)
    if cart.typed:
        _offer("Typed", cart.typed, merchants, cart, code=CODE)
    return Market(merchants, variants)


def _open(number: int, seller: Seller, cart: Cart) -> Merchant:
    merchant = shops.open_shop(f"shop{number}", currency=cart.currency)
    merchant.fee_bps = seller.fee_bps
    merchant.save(update_fields=["fee_bps"])
    bands: list[tuple[int, dict[str, Any]]] = [
        (seller.parcel, {"max_grams": seller.band}),
        (seller.heavy, {"min_grams": seller.band + 1}),
    ]
    for price, band in bands:
        rates.save(
            ShippingRate(
                merchant=merchant,
                name="Home",
                countries=COUNTRIES,
                price=price,
                free_from=seller.free_from,
                **band,
            )
        )
    return merchant


def _shelf(number: int, goods: Goods, merchant: Merchant) -> Variant:
    product = products.create(
        merchant,
        title=f"Thing {number}",
        tax_kind=Product.TaxKind(goods.kind),
        variants=[
            NewVariant(
                price=goods.price,
                weight_grams=goods.grams,
                requires_shipping=goods.is_sent,
                on_hand=PIECES,
            )
        ],
        status=Product.Status.ACTIVE,
        actor=None,
    )
    return product.variants.get()


def _offer(
    name: str, deal: Deal, merchants: list[Merchant], cart: Cart, *, code: str | None = None
) -> None:
    amounts: dict[str, Any] = {
        "percentage": {"basis_points": deal.size},
        "amount": {"amount": deal.size},
    }.get(deal.kind, {})
    offers.save(
        Offer(
            name=name,
            code=code,
            merchant=None if deal.shop is None else merchants[deal.shop],
            kind=deal.kind,
            currency=cart.currency,
            minimum=deal.minimum,
            most=deal.most,
            total_limit=3 if deal.is_limited else None,
            **amounts,
        )
    )
