"""What the composer shows of a draft: its products, its pictures, and what it answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from catalogue.models import Product
from catalogue.offers import Offer, offers
from feeds import cards, drafts, limits, pictures, text, timelines
from feeds.entries import Picture, Quoted
from feeds.limits import TooOften
from feeds.models import Draft, PendingImage
from feeds.search import beginnings, products
from feeds.timelines import Reader
from shopping.patience import Deadline, TookTooLong

# Products that a search shows below its field.
FOUND = 8
# Of all statements of such a search together, in milliseconds.
PATIENCE = 1000


@dataclass(frozen=True, slots=True)
class Choices:
    """Products: those ticked, what the search for `query` found beside them, and those that the
    text links to."""

    query: str
    ticked: Sequence[Offer]
    found: Sequence[Offer]
    linked: Sequence[Offer]
    # Why there was no search.
    problem: str = ""
    # The same where there were too many.
    refusal: TooOften | None = None


class Tile(NamedTuple):
    """A picture that waits in the form."""

    public_id: UUID
    alt: str
    picture: Picture

    @classmethod
    def of(cls, image: PendingImage) -> Tile:
        shown = Picture.of(image.files, image.width, image.height, image.alt)
        return cls(image.public_id, image.alt, shown)


@dataclass(frozen=True)
class Composer:
    """A draft as its page shows it."""

    draft: Draft
    choices: Choices
    tiles: Sequence[Tile]
    # What to say of products that can be sold no more.
    gone: str
    # What is answered or quoted.
    subject: Quoted | None

    limit = text.MAX_LENGTH
    most_pictures = pictures.MOST
    most_bytes = pictures.LARGEST_BYTES
    accept = pictures.ACCEPT


def choices(viewer: Reader, *, query: str, chosen: Sequence[UUID] = (), body: str = "") -> Choices:
    """The products to show below the search field. A search is counted, and bounded in time: what was
    ticked is shown also where it is refused or given up."""
    known = Product.objects.on_sale().in_bulk(list(chosen), field_name="public_id")
    ticked = [known[public_id] for public_id in chosen if public_id in known]
    there = {product.pk for product in ticked}
    search = _found(query, viewer)
    found = [number for number in search.found if number not in there]
    named = [product for product in cards.linked(body) if product not in ticked]
    priced = offers(
        [*(product.pk for product in [*ticked, *named]), *found],
        country=viewer.country,
        now=viewer.now,
    )

    def shown(products: list[Product]) -> list[Offer]:
        return [priced[product.pk] for product in products if product.pk in priced]

    room = max(cards.MOST - len(ticked), 0)
    offered = [priced[number] for number in found if number in priced]
    return Choices(
        query, shown(ticked), offered, shown(named[:room]), search.problem, search.refusal
    )


class Search(NamedTuple):
    """Ids of products; the rest as in Choices."""

    found: Sequence[int] = ()
    problem: str = ""
    refusal: TooOften | None = None


def _found(query: str, viewer: Reader) -> Search:
    if not query.strip() or viewer.user is None:
        return Search()
    try:
        limits.count(limits.PRODUCT_SEARCHES, viewer.user)
        with Deadline.after(PATIENCE).kept():
            wanted = beginnings.query(query)
            return Search(products.own_first(wanted, reader=viewer, size=FOUND))
    except TooOften as refusal:
        return Search(problem=refusal.message, refusal=refusal)
    except TookTooLong:
        return Search(
            problem=_("This search took too long and was given up. Try fewer or other words.")
        )


def composer(draft: Draft, *, viewer: Reader, query: str = "") -> Composer:
    """What the page of `draft` shows, for a search for `query`."""
    shown = choices(viewer, query=query, chosen=draft.products, body=draft.body)
    there = {offer.public_id for offer in shown.ticked}
    missing = [public_id for public_id in draft.products if public_id not in there]
    tiles = [Tile.of(image) for image in draft.images.all()] if draft.pk else []
    gone = drafts.gone(missing) if missing else ""
    return Composer(draft, shown, tiles, gone, _subject(draft, viewer))


def _subject(draft: Draft, viewer: Reader) -> Quoted | None:
    subject = draft.reply_to or draft.quote_of
    return None if subject is None else timelines.one(subject, reader=viewer).as_quoted
