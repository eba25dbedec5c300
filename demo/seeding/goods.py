"""Seeded shops' delivery, products, variants and stock."""

from __future__ import annotations

from array import array
from itertools import accumulate
from random import Random

from django.utils.text import slugify

from catalogue.models import (
    Category,
    Membership,
    Merchant,
    Product,
    ProductImage,
    ShippingRate,
    StockItem,
    StockMovement,
    Variant,
)
from demo import files
from demo.seeding import words
from demo.seeding.chance import SPAN, Ids, Skewed, shares, stamp, zipf
from demo.seeding.tables import Rows
from demo.seeding.users import Crowd
from demo.shops import EU

CURRENCIES = ("EUR", "EUR", "EUR", "EUR", "GBP", "USD")
COUNTRIES = {"EUR": "FR", "GBP": "GB", "USD": "US"}
SIZES = ("S", "M", "L", "XL")
STATES = (Product.Status.ACTIVE,) * 97 + (Product.Status.DRAFT,) * 2 + (Product.Status.ARCHIVED,)
SOLD_OUT, STRUCK, SEVERAL = 0.06, 0.1, 0.4


class Shelf:
    """The seeded products by number: `kind` (of words.KINDS) and `shop`. `first` is the key of number
    0; the products of a shop follow each other, and `fame` weighs how often each is carried."""

    def __init__(self, crowd: Crowd, *, first: int) -> None:
        sizes = crowd.seed.sizes
        chance = crowd.seed.chance("goods")
        self.first, self.count = first, sizes.products
        by_shop = zipf(sizes.shops, exponent=0.7, head=5)
        counts = shares(by_shop, total=sizes.products, most=sizes.products)
        self.shop = array("I")
        for shop, count in enumerate(counts):
            self.shop.extend([shop] * count)
        kinds = Skewed(zipf(len(words.KINDS), exponent=0.7))
        self.kind = array("H", kinds.some(chance, self.count))
        fame = zipf(self.count, exponent=0.8, head=20)
        chance.shuffle(fame)
        self.fame = Skewed(fame)
        self._ends = list(accumulate(counts, initial=0))

    def of_shop(self, shop: int, chance: Random) -> int | None:
        """Any product of a shop; None where it has none."""
        start, end = self._ends[shop : shop + 2]
        return chance.randrange(start, end) if start < end else None


def merchants(crowd: Crowd) -> list[Merchant]:
    """The shops behind the crowd's, each with an owner and what delivery costs. They sell, but are
    known to no Stripe: what is bought there is paid out to nobody."""
    seed = crowd.seed
    ids = Ids(seed.chance("merchants"))
    opened = seed.until.timestamp() - SPAN
    shops = Rows(
        Merchant,
        *("public_id", "account_id", "name", "email", "country", "currency", "stripe_account_id"),
        *("connected_at", "payable", "fee_bps", "status", "withdrawal_days", "terms", "created_at"),
    )
    owners = Rows(Membership, "user_id", "merchant_id", "role")
    rates = Rows(
        ShippingRate,
        *("merchant_id", "name", "countries", "price", "free_from", "min_days", "max_days"),
        "position",
    )
    for shop in range(seed.sizes.shops):
        number = crowd.people + shop
        currency = CURRENCIES[shop % len(CURRENCIES)]
        country, handle = COUNTRIES[currency], crowd.handle(number)
        key = shops.add(
            *(ids.of(opened), crowd.first + number, crowd.name(number), f"{handle}@seed.example"),
            *(country, currency, f"acct_seed_{handle}", stamp(opened), True, 500),
            *(Merchant.Status.ACTIVE.value, 14, "", stamp(opened)),
        )
        owner = crowd.people - 1 - shop % crowd.people  # none of the bench's, who are the first
        owners.add(crowd.first + owner, key, Membership.Role.OWNER.value)
        rates.add(key, "Standard", [country], 390 + 10 * (shop % 20), 6000, 2, 4, 0)
        rates.add(key, "Europe", EU, 990, None, 4, 8, 1)
    for rows in (shops, owners, rates):
        rows.close()
    return list(Merchant.objects.filter(pk__gte=shops.first, pk__lt=shops.next).order_by("pk"))


def categories() -> list[int]:
    """The keys of the kinds' categories, made where they are not there, in the order of the kinds."""
    known = {
        slug: Category.objects.get_or_create(slug=slug, defaults={"name": name})[0].pk
        for slug, name in words.CATEGORIES.items()
    }
    return [known[kind.category] for kind in words.KINDS]


def pictures() -> list[tuple[str, str]]:
    """Names and descriptions of the kinds' drawings among the uploaded files, "" without one."""
    drawn = {kind.art for kind in words.KINDS if kind.art}
    named = {art: (files.picture(art), files.label(art)) for art in sorted(drawn)}
    return [named.get(kind.art, ("", "")) for kind in words.KINDS]


def write(
    crowd: Crowd, *, categories: list[int], pictures: list[tuple[str, str]]
) -> tuple[Shelf, int]:
    """Shops with their products, variants, stock and drawings; and how many rows the latter are.

    Not counted are the shops and what the database writes itself: the words that products are found by.
    """
    shops = merchants(crowd)
    tables = _Tables(crowd)
    shelf = Shelf(crowd, first=tables.products.first)
    chance = crowd.seed.chance("products")
    start = crowd.seed.until.timestamp() - SPAN
    for number in range(shelf.count):
        kind = shelf.kind[number]
        made = start + SPAN * number / shelf.count
        product = tables.product(
            shops[shelf.shop[number]],
            number,
            words.KINDS[kind],
            language=crowd.language(crowd.people + shelf.shop[number]),
            category=categories[kind],
            made=made,
            chance=chance,
        )
        name, label = pictures[kind]
        if name:
            tables.images.add(product, name, "", label, 1200, 900, 0)
    return shelf, tables.close()


class _Tables:
    """The tables of a product, written side by side."""

    def __init__(self, crowd: Crowd) -> None:
        self.ids = Ids(crowd.seed.chance("catalogue"))
        self.products = Rows(
            Product,
            *("public_id", "merchant_id", "external_id", "title", "slug", "description"),
            *("category_id", "tags", "option_names", "currency", "status"),
            *("created_at", "updated_at"),
        )
        self.variants = Rows(
            Variant,
            *("public_id", "product_id", "merchant_id", "sku", "option_values", "price"),
            *("compare_at_price", "weight_grams", "barcode", "requires_shipping"),
            *("position", "active"),
        )
        self.stock = Rows(StockItem, "variant_id", "on_hand", "reserved")
        self.movements = Rows(
            StockMovement,
            *("variant_id", "reason", "before", "after", "actor_id", "reference", "created_at"),
            behind=self.variants,
        )
        self.images = Rows(
            ProductImage,
            *("product_id", "file", "source_url", "alt", "width", "height", "position"),
        )

    def product(
        self,
        shop: Merchant,
        number: int,
        kind: words.Kind,
        *,
        language: str,
        category: int,
        made: float,
        chance: Random,
    ) -> int:
        """A product with its variants; returns its key."""
        make = words.name(chance.randrange(400))
        title = words.title(kind, make=make, language=language, chance=chance)
        options = SIZES[: chance.randint(2, 4)] if chance.random() < SEVERAL else ()
        named = ["Taille" if language == "fr" else "Size"] if options else []
        at = stamp(made)
        product = self.products.add(
            *(self.ids.of(made), shop.pk, f"seed-{number}", title, slugify(title)),
            *(f"<p>{title}.</p>", category, [make.lower()], named, shop.currency),
            *(chance.choice(STATES).value, at, at),
        )
        price = 100 * int(5 * chance.paretovariate(0.9)) % 90_000 + 490
        for place, option in enumerate(options or ("",)):
            values = [option] if option else []
            struck = price * 5 // 4 if chance.random() < STRUCK else None
            variant = self.variants.add(
                *(self.ids.of(made), product, shop.pk, f"SEED-{number}-{place}", values, price),
                *(struck, 300, "", True, place, True),
            )
            self._stock(variant, pieces=self._pieces(chance), at=at)
        return product

    def _pieces(self, chance: Random) -> int:
        return 0 if chance.random() < SOLD_OUT else min(1 + int(chance.expovariate(1 / 40)), 500)

    def _stock(self, variant: int, *, pieces: int, at: str) -> None:
        self.stock.add(variant, pieces, 0)
        if pieces:
            reason = StockMovement.Reason.ADJUSTMENT.value
            self.movements.add(variant, reason, 0, pieces, None, "seed", at)

    def close(self) -> int:
        """Returns how many rows there were."""
        tables = (self.products, self.variants, self.stock, self.movements, self.images)
        return sum(rows.close() for rows in tables)
