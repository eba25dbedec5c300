"""Who and what the journeys and the pages' tests need: a shop by the sea, a lamp, and Maï."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.core.files.base import ContentFile
from django.db import transaction

from accounts.models import Address, User
from catalogue import products, stock
from catalogue.models import Merchant, Product, ProductImage, ShippingRate, TaxRate, Variant
from catalogue.products import NewVariant
from feeds import posts
from feeds.models import Post

ART = Path(__file__).resolve().parents[2] / "demo" / "art"
PASSWORD = "a long enough password"


@dataclass(frozen=True)
class Market:
    """One shop with a pair of flip-flops in two colours and six sizes, and a lamp of one kind."""

    shop: Merchant
    flipflops: Product
    lamp: Product
    post: Post
    lamp_post: Post

    def variant(self, *options: str) -> Variant:
        return self.flipflops.variants.get(option_values=list(options))


def open_market() -> Market:
    """Flip-flops €34.00, a lamp €84.00, delivery €3.90, French VAT 20 %; coral 40 is sold out."""
    TaxRate.objects.get_or_create(
        country="FR", category=None, defaults={"basis_points": 2000, "inclusive": True}
    )
    shop = _shop()
    flipflops = products.create(
        shop,
        title="Corniche flip-flops",
        description="<p>Recycled rubber, moulded in Biarritz.</p>",
        option_names=["Colour", "Size"],
        variants=[
            NewVariant(price=3400, option_values=(colour, size), on_hand=_count(colour, size))
            for colour in ("Coral", "Lagoon")
            for size in ("39", "40", "41", "42", "43", "44")
        ],
        status=Product.Status.ACTIVE,
        actor=None,
    )
    for colour, name in (("Coral", "flipflops.svg"), ("Lagoon", "flipflops-lagoon.svg")):
        first = flipflops.variants.filter(option_values__0=colour)[0]
        _picture(flipflops, name=name, alt=f"{colour} flip-flops", variant=first)
    lamp = products.create(
        shop,
        title="Phare lamp",
        variants=[NewVariant(price=8400, on_hand=5)],
        status=Product.Status.ACTIVE,
        actor=None,
    )
    _picture(lamp, name="lamp.svg", alt="A lamp")
    # The newest post comes first: the lamp is a good way down the feed.
    lamp_post = _post(shop, "A light for long evenings.", lamp)
    post = _post(shop, "The Corniche is back for summer.", flipflops)
    return Market(shop, flipflops, lamp, post, lamp_post)


def sign_up_mai() -> User:
    """A person with a password and a saved address in Rennes; her card is saved by a purchase."""
    mai = User.objects.create_user(
        "mai@lefort.example", PASSWORD, handle="mai", display_name="Maï Lefort"
    )
    Address.objects.create(
        user=mai,
        name="Maï Lefort",
        line1="14 rue des Lices",
        postal_code="35000",
        city="Rennes",
        country="FR",
        is_default=True,
    )
    return mai


def set_stock(variant: Variant, *, pieces: int) -> None:
    with transaction.atomic():
        stock.stocktake({variant.pk: pieces}, actor=None)


def pictures_of(product: Product) -> list[ProductImage]:
    return list(product.images.all())


def _picture(product: Product, *, name: str, alt: str, variant: Variant | None = None) -> None:
    """Below those already there; as it is drawn, for what a shop uploads may not be an SVG."""
    position = product.images.count()
    image = ProductImage(product=product, variant=variant, alt=alt, position=position)
    image.file.save(name, _file(name))


def _shop() -> Merchant:
    account = User.objects.create_shop(handle="plagefils", display_name="Plage & Fils")
    shop = Merchant.objects.create(
        account=account,
        name="Plage & Fils",
        email="shop@plage.example",
        country="FR",
        currency="EUR",
        stripe_account_id="acct_plage",
        payable=True,
        status=Merchant.Status.ACTIVE,
        terms="We send within two days.",
    )
    ShippingRate.objects.create(
        merchant=shop,
        name="Home delivery",
        countries=["FR", "DE", "US"],
        price=390,
        min_days=2,
        max_days=3,
    )
    return shop


def _count(colour: str, size: str) -> int:
    return 0 if (colour, size) == ("Coral", "40") else 20


def _file(name: str) -> ContentFile[bytes]:
    return ContentFile((ART / name).read_bytes())


def _post(shop: Merchant, body: str, product: Product) -> Post:
    return posts.publish(shop.account, body=body, language="en", products=[product])
