"""What a reply with `#cart` means: which post, product and variant, or why there is none. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from accounts.models import Address, User
from catalogue import goods, rates
from catalogue.models import Merchant, Product, Variant
from catalogue.zones import Place
from checkout import cart_words, choices, selections
from checkout.errors import UnknownProduct
from feeds import cart_replies
from feeds.models import CartReply, Post

State = CartReply.State


@dataclass(frozen=True, slots=True)
class Meaning:
    """`state` is what the reply comes to: ADDED where `variant` is to be added."""

    state: CartReply.State
    carrier: Post | None = None
    product: Product | None = None
    variant: Variant | None = None


def of(reply: CartReply) -> Meaning:
    """What the reply says, by its words, its author's last purchase and what is left."""
    if reply.user is None:
        return Meaning(State.NO_CART)
    if not Post.objects.visible().filter(pk=reply.post_id).exists():
        return Meaning(State.DELETED)
    carrier = cart_replies.carrier(reply)
    if carrier is None:
        return Meaning(State.NO_PRODUCT)
    return among(reply.user, [(each, carrier) for each in products_of(carrier)], said=reply.asked)


def among(user: User, shown: Sequence[tuple[Product, Post | None]], *, said: str) -> Meaning:
    """What `said` means to `user` of the products that are `shown`, each by a post or by itself; at
    least one."""
    offered = [(product, carrier) for product, carrier in shown if _is_offered(product)]
    if not offered:
        product, carrier = shown[0]
        return Meaning(State.WITHDRAWN, carrier, product)
    named = cart_words.product(said, titles=[product.title for product, _carrier in offered])
    if len(offered) > 1 and named is None:
        return Meaning(State.WHICH_PRODUCT, offered[0][1])
    product, carrier = offered[named or 0]
    return of_product(user, carrier, product, said=said)


def of_choice(reply: CartReply, product: UUID, picks: Sequence[str] | None) -> Meaning:
    """What it means with `product` of its post's cards, and a value an option where it is said.

    Without `picks`, the words of the reply count. Raises UnknownProduct for one that is
    not on those cards.
    """
    carried = products_of(reply.carrier) if reply.carrier else []
    chosen = next((each for each in carried if each.public_id == product), None)
    if reply.user is None or reply.carrier is None or chosen is None:
        raise UnknownProduct
    return of_product(reply.user, reply.carrier, chosen, said=reply.asked, picks=picks)


def products_of(carrier: Post) -> list[Product]:
    """Those on the cards of a post, in their order; sold or not."""
    carried = Product.objects.filter(cards__post=carrier).select_related("merchant", "drop")
    return list(carried.order_by("cards__position"))


def _is_offered(product: Product) -> bool:
    """What catalogue.sale.OFFERED asks of the database, of a product with its shop and drop."""
    if product.merchant.status != Merchant.Status.ACTIVE:
        return False
    drop = getattr(product, "drop", None)
    has_ended = drop is not None and drop.has_ended(timezone.now())
    return product.is_offered and not has_ended


def of_product(
    user: User,
    carrier: Post | None,
    product: Product,
    *,
    said: str,
    picks: Sequence[str] | None = None,
) -> Meaning:
    """What `said`, or a value an option, means of one product."""
    variants = goods.variants_of(product)
    if not variants or not _is_offered(product):
        return Meaning(State.WITHDRAWN, carrier, product)
    if not product.merchant.sells:
        return Meaning(State.PAUSED, carrier, product)
    drop = getattr(product, "drop", None)
    if drop is not None and drop.opens_at > timezone.now():
        return Meaning(State.NOT_OPEN, carrier, product)
    if picks is not None:
        state, variant = _choice(product, variants, picks)
        return Meaning(state, carrier, product, variant)
    wanted = _picks(said, product, variants, user=user)
    state, variant = _choice(product, variants, wanted)
    if state == State.ADDED and variant and not _is_delivered(variant, product, user):
        state = State.NOT_DELIVERED
    return Meaning(state, carrier, product, variant)


def _picks(
    said: str, product: Product, variants: Sequence[Variant], *, user: User
) -> list[str] | None:
    """The values that are meant; None where the words name several of one option."""
    named = named_in(said, product, variants)
    there = [variant for variant in variants if choices.available(variant)]
    usual = selections.last_bought(product, user=user) or (there[0] if len(there) == 1 else None)
    if named is None or usual is None:
        return named
    return [word or value for word, value in zip(named, usual.option_values, strict=False)]


def named_in(said: str, product: Product, variants: Sequence[Variant]) -> list[str] | None:
    """The values that the words name, as `cart_words.picks` has it."""
    options = [
        list(dict.fromkeys(variant.option_values[place] for variant in variants))
        for place in range(len(product.option_names))
    ]
    return cart_words.picks(said, names=product.option_names, options=options)


def _choice(
    product: Product, variants: Sequence[Variant], picks: Sequence[str] | None
) -> tuple[CartReply.State, Variant | None]:
    """As the sheet chooses: nobody may guess a size, a colour they may."""
    names = product.option_names
    exact = choices.exact(variants, names=names, picks=picks or ())
    if not any(choices.available(variant) for variant in variants):
        return State.SOLD_OUT, exact
    if picks is None:
        return State.WHICH_VARIANT, None
    choice = choices.choose(variants, names=names, images=(), picks=picks)
    if choice.lost:
        return State.SOLD_OUT, exact
    if choice.variant is None:
        return State.WHICH_VARIANT, None
    return State.ADDED, choice.variant


def _is_delivered(variant: Variant, product: Product, user: User) -> bool:
    """Whether one piece goes to the address that `user` buys to. Without one, nobody knows."""
    home = Address.objects.filter(user=user, is_default=True).first()
    if home is None or not variant.requires_shipping:
        return True
    place = Place.of(home.country, region=home.region, postcode=home.postal_code)
    rate = rates.shipping_to(
        place, merchant_id=product.merchant_id, grams=variant.weight_grams, value=variant.price
    )
    return rate is not None
