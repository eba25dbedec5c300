"""The box below a reply with `#cart`, which its author alone sees: the answer, and what to do now.

Reads only: a constant number of statements, however many boxes a page has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from catalogue.models import Variant
from catalogue.offers import Offer, offers
from checkout import cart_reply_meaning as meanings
from checkout import cart_reply_words as words
from checkout import choices, notes
from checkout.choices import Choice, Option, Value
from checkout.models import CartLine
from feeds.models import CartAnswer, CartReply, ProductCard

State = CartReply.State
ASKED_ABOUT = (State.ADDED, State.WHICH_VARIANT, State.SOLD_OUT)
ICONS: dict[str, str] = {
    State.ADDED: "tick",
    State.UNDONE: "undo",
    State.SOLD_OUT: "clock",
    State.NOT_OPEN: "clock",
    State.WANTED: "clock",
    State.TOO_OFTEN: "clock",
    State.NOT_DELIVERED: "truck",
    State.PAUSED: "shop",
    State.NO_CART: "shop",
}
# How long its page goes on asking quickly what became of it, and for how long an answer is news.
BRISK = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Box:
    """Everything that its template reads.

    `pieces` are those of its line in the cart, 0 once that is gone; `offers` are the products to
    choose among, `choice` the chips of one, `other` the only other variant that can be had;
    `is_delivered` says whether it goes to the country that the reader looks from. `place` names
    its addresses, which hold `public_id`.
    """

    reply: CartAnswer
    is_first: bool
    pieces: int
    offers: tuple[Offer, ...]
    choice: Choice | None
    other: Variant | None
    is_delivered: bool
    place: str
    public_id: UUID

    @property
    def here(self) -> str:
        """The address of the box."""
        return reverse(f"checkout:{self.place}", args=[self.public_id])

    @property
    def choose(self) -> str:
        return reverse(f"checkout:{self.place}_choose", args=[self.public_id])

    @property
    def undo(self) -> str:
        return reverse(f"checkout:{self.place}_undo", args=[self.public_id])

    @property
    def sentence(self) -> str:
        return words.sentence(words.facts_of(self.reply))

    @property
    def named(self) -> str:
        return words.named(words.facts_of(self.reply))

    @property
    def icon(self) -> str:
        return ICONS.get(self.reply.state, "tag")

    @property
    def is_waiting(self) -> bool:
        return self.reply.state == State.WANTED

    @property
    def is_brisk(self) -> bool:
        """Whether it was written so lately that its answer comes any moment, or has just come."""
        return timezone.now() - self.reply.created_at < BRISK

    @property
    def in_cart(self) -> bool:
        return self.reply.state == State.ADDED and self.pieces > 0

    @property
    def lost(self) -> str:
        """What of it is sold out, and what is left."""
        if self.reply.state != State.SOLD_OUT or self.choice is None or not self.choice.lost:
            return ""
        return notes.sold_out(self.choice.lost).text if self.choice.lost.left else ""

    @property
    def options(self) -> Sequence[Option]:
        """The rows of chips to choose from; none where nothing can be had."""
        if self.choice is None or not choices.available(self.choice.shown):
            return ()
        return self.choice.options

    @property
    def picks(self) -> list[tuple[str, str]]:
        """The form's fields that name its variant."""
        return fields_of(self.reply.variant)

    @property
    def other_picks(self) -> list[tuple[str, str]]:
        return fields_of(self.other)

    @property
    def other_text(self) -> str:
        """What the other variant has that this one has not: "Walnut"."""
        if self.other is None or self.reply.variant is None:
            return ""
        pairs = zip(self.other.option_values, self.reply.variant.option_values, strict=False)
        return ", ".join(theirs for theirs, ours in pairs if theirs != ours)


def of(replies: Iterable[CartReply], *, country: str) -> Mapping[UUID, Box]:
    """The boxes of `replies` (as `feeds.cart_replies.read_by` reads them), by their post's public
    id; `country` (ISO 3166) is where their reader wants delivery."""
    replies = list(replies)
    cards = _cards(replies)
    shown = {reply.pk: cards.get(reply.carrier_id or 0, ()) for reply in replies}
    names = {reply.pk: reply.post.public_id for reply in replies}
    first = _first_of_all(replies)
    found = boxes(replies, shown=shown, names=names, place="cart_reply", country=country)
    return {box.public_id: replace(box, is_first=box.reply.pk == first) for box in found}


def boxes(
    rows: Sequence[CartAnswer],
    *,
    shown: Mapping[int, Sequence[int]],
    names: Mapping[int, UUID],
    place: str,
    country: str,
) -> list[Box]:
    """The boxes of `rows`, with users, products and variants: `shown` are the products to choose
    among, `names` the ids in their addresses, both by the rows' keys."""
    lines = _lines(rows)
    asked = [row for row in rows if row.product and row.state in ASKED_ABOUT]
    variants = _variants(asked)
    wanted = [product for some in shown.values() for product in some]
    wanted += [row.product_id for row in asked if row.product_id]
    found = offers(wanted, country=country, now=timezone.now())
    made = []
    for row in rows:
        there = variants.get(row.product_id or 0, []) if row in asked else []
        made.append(
            Box(
                reply=row,
                is_first=False,
                pieces=lines.get(row.line or 0, 0),
                offers=tuple(found[key] for key in shown.get(row.pk, ()) if key in found),
                choice=_choice(row, there) if there else None,
                other=_other(row, there),
                is_delivered=_is_delivered(row, found.get(row.product_id or 0)),
                place=place,
                public_id=names[row.pk],
            )
        )
    return made


def fields_of(variant: Variant | None) -> list[tuple[str, str]]:
    """Names and values of the form's fields that say `variant`."""
    values = variant.option_values if variant else []
    return [(f"option{place}", value) for place, value in enumerate(values)]


def _lines(replies: Sequence[CartAnswer]) -> dict[int, int]:
    """Line of an open cart → how many pieces are in it; what is saved for later is in none."""
    keys = [reply.line for reply in replies if reply.line]
    there = CartLine.objects.filter(pk__in=keys, saved=False, cart__closed_at=None)
    return dict(there.values_list("pk", "quantity")) if keys else {}


def _variants(replies: Sequence[CartAnswer]) -> dict[int, list[Variant]]:
    keys = {reply.product_id for reply in replies}
    found: dict[int, list[Variant]] = {}
    if keys:
        for variant in Variant.objects.filter(product__in=keys, active=True).select_related(
            "stock"
        ):
            found.setdefault(variant.product_id, []).append(variant)
    return found


def _cards(replies: Sequence[CartReply]) -> dict[int, list[int]]:
    """Post → the products on its cards, for those who have to say which."""
    keys = [reply.carrier_id for reply in replies if reply.state == State.WHICH_PRODUCT]
    found: dict[int, list[int]] = {}
    if keys:
        cards = ProductCard.objects.filter(post__in=keys).order_by("position")
        for post, product in cards.values_list("post", "product"):
            found.setdefault(post, []).append(product)
    return found


def _first_of_all(replies: Sequence[CartReply]) -> int | None:
    """The key of the very first reply with `#cart` of whoever wrote these."""
    users = {reply.user_id for reply in replies if reply.user_id}
    mine = CartReply.objects.filter(user__in=users).order_by("pk")
    return mine.values_list("pk", flat=True).first() if users else None


def _choice(reply: CartAnswer, variants: Sequence[Variant]) -> Choice | None:
    """The chips, with what is picked so far: what was added, or what the words name.

    All that there are, since the form does not ask again when one is pressed: what is struck is
    sold out in every form.
    """
    product = reply.product
    if product is None:
        return None
    if reply.variant is not None:
        picks = reply.variant.option_values
    else:
        picks = meanings.named_in(reply.asked, product, variants) or []
    choice = choices.choose(variants, names=product.option_names, images=(), picks=picks)
    return replace(choice, options=tuple(_chips(option, variants) for option in choice.options))


def _chips(option: Option, variants: Sequence[Variant]) -> Option:
    left: dict[str, int] = {}
    for variant in variants:
        text = variant.option_values[option.position]
        left[text] = left.get(text, 0) + choices.available(variant)
    values = (Value(text, text == option.picked, not count, None) for text, count in left.items())
    return replace(option, values=tuple(values))


def _other(reply: CartAnswer, variants: Sequence[Variant]) -> Variant | None:
    others = [
        variant for variant in variants if variant != reply.variant and choices.available(variant)
    ]
    return others[0] if reply.state == State.ADDED and len(others) == 1 else None


def _is_delivered(reply: CartAnswer, offer: Offer | None) -> bool:
    shipped = reply.variant is None or reply.variant.requires_shipping
    return not shipped or offer is None or offer.delivery is not None
