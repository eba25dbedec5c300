"""What other networks show of a link to a post."""

from __future__ import annotations

from uuid import UUID

from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from catalogue import links
from feeds.avatars import SIDE
from feeds.entries import Entry
from shopping.absolute import absolute
from shopping.link_cards import CardImage, LinkCard
from shopping.templatetags.money import money

LONGEST = 200
# Of what it carries, so many products are named beside it.
NAMED = 2


def page(public_id: UUID) -> str:
    return absolute(reverse("feeds:post", args=[public_id]))


def card(entry: Entry, *, buys: UUID | None) -> LinkCard:
    """The card of a post's page. A link over which the sheet of the product `buys` opens is its own
    address where the post carries that: networks lead to the one that the card names. Reads nothing."""
    address = page(entry.public_id)
    offered = next((offer for offer in entry.offers if offer.public_id == buys), None)
    body = Truncator(" ".join(entry.body.split())).chars(LONGEST)
    label = f"{_('Paid partnership')} · " if entry.paid_partnership else ""
    profile = absolute(reverse("feeds:profile", args=[entry.handle]))
    return LinkCard(
        kind="article",
        title=entry.name,
        description=f"{label}{body}",
        address=links.buying(address, offered.public_id) if offered else address,
        page=address,
        image=image(entry),
        properties={
            "article:published_time": entry.created_at.isoformat(),
            "article:author": profile,
        },
        labels={offer.title: money(offer.price, offer.currency) for offer in entry.offers[:NAMED]},
    )


def image(entry: Entry) -> CardImage | None:
    """The post's first picture in its largest file, else that of a product, else its author's."""
    if entry.images:
        first = entry.images[0]
        return CardImage(absolute(first.whole), first.alt, first.width, first.height)
    pictured = next((offer for offer in entry.offers if offer.image), None)
    if pictured:
        address = absolute(default_storage.url(pictured.image))
        return CardImage(address, pictured.image_alt or pictured.title)
    if entry.avatar:
        return CardImage(absolute(default_storage.url(entry.avatar)), entry.name, SIDE, SIDE)
    return None
