"""Our pages as other sites show them in place of a link: https://oembed.com."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.utils.html import format_html

from catalogue import goods, link_cards, links
from catalogue.models import Product
from catalogue.offers import Offer
from feeds.entries import Entry
from feeds.link_cards import page
from shopping.absolute import absolute
from shopping.link_cards import CardImage
from shopping.xml import HEAD, element

# Seconds for which others may keep an answer: as long as a price may be out of date there.
KEPT = 600
# The least in which a product's frame, and a post's words, can be used; pixels.
LEAST_FRAME = (240, 200)
LEAST_WORDS = 220
WORDS_WIDTH, TICKET_WIDTH = 550, 360
# What a line of a post takes in another site's letters, and what stands around it.
LINE, LETTER, AROUND = 24, 8, 96
Answer = dict[str, str | int]


@dataclass(frozen=True)
class Room:
    """What the asking site has at the most, in pixels; None for as much as one likes."""

    width: int | None = None
    height: int | None = None

    def holds(self, width: int, height: int) -> bool:
        wide = self.width is None or width <= self.width
        return wide and (self.height is None or height <= self.height)

    def cut(self, width: int, height: int) -> tuple[int, int]:
        """As much of a size as there is room for."""
        return min(width, self.width or width), min(height, self.height or height)


def of_product(product: Product, offer: Offer | None, *, room: Room, site: str) -> Answer:
    """A product that is shown, with its merchant and account read, and its offer while it is sold.

    In a frame where `site` may hold one, else a quotation with its price, which leads to the sheet,
    else a link, as there is room. Two statements at the most.
    """
    pictures = [link_cards.image(each, title=product.title) for each in goods.images_of(product)]
    said = _said(
        title=product.title,
        author=product.merchant.name,
        author_url=links.shop(product.merchant),
        pictures=pictures[:1],
        room=room,
    )
    more = _framed(product, room=room, site=site)
    if not more and offer is not None:
        shown = [each for each in pictures[:1] if each.width and each.height]
        more = _ticket(product, offer, [*shown, None], room=room)
    return {"type": "rich" if more else "link", **said, **more}


def _framed(product: Product, *, room: Room, site: str) -> Answer:
    width, height = room.cut(*settings.EMBED_SIZE)
    if width < LEAST_FRAME[0] or height < LEAST_FRAME[1]:
        return {}
    frame = link_cards.frame(product, site=site)
    html = format_html(
        '<iframe src="{}" width="{}" height="{}" title="{}" loading="lazy" frameborder="0"></iframe>',
        *(frame, width, height, product.title),
    )
    return {"html": html, "width": width, "height": height} if frame else {}


def _ticket(
    product: Product, offer: Offer, pictures: Sequence[CardImage | None], *, room: Room
) -> Answer:
    """The product in words of its own, with the first of `pictures` for which there is room."""
    width = room.cut(TICKET_WIDTH, 0)[0]
    if width < LEAST_WORDS:
        return {}
    for picture in pictures:
        high = round(picture.height * width / picture.width) if picture else 0
        height = AROUND + 2 * LINE + high
        if not room.holds(width, height):
            continue
        facts: dict[str, Any] = {"product": product, "offer": offer, "picture": picture}
        facts |= {"width": width, "height": high, "page": links.page(product)}
        facts["buy"] = links.buying(facts["page"], product.public_id)
        html = render_to_string("feeds/_oembed_product.html", facts).strip()
        return {"html": html, "width": width, "height": height}
    return {}


def of_post(entry: Entry, *, room: Room) -> Answer:
    """A post that everybody may see: its words as a quotation with what it carries, which needs no
    script, or a link where there is no room for them. Reads nothing."""
    said = _said(
        title=f"{entry.name}: {' '.join(entry.body.split())}"[:200],
        author=entry.name,
        author_url=absolute(f"/@{entry.handle}/"),
        pictures=_sizes(entry),
        room=room,
    )
    width, _height = room.cut(WORDS_WIDTH, 0)
    height = _height_of(entry, width=width) if width >= LEAST_WORDS else 0
    if not height or not room.holds(width, height):
        return {"type": "link", **said}
    offers = [
        (offer, links.buying(page(entry.public_id), offer.public_id)) for offer in entry.offers
    ]
    facts: dict[str, Any] = {"post": entry, "page": page(entry.public_id), "offers": offers}
    html = render_to_string("feeds/_oembed.html", facts).strip()
    return {"type": "rich", **said, "html": html, "width": width, "height": height}


def as_xml(answer: Answer) -> str:
    """An answer as XML (section 2.3.4.2 of the specification)."""
    inside = "".join(element(name, str(value)) for name, value in answer.items())
    return f"{HEAD}<oembed>{inside}</oembed>\n"


def _said(
    *, title: str, author: str, author_url: str, pictures: Iterable[CardImage], room: Room
) -> Answer:
    """What every answer holds. Of `pictures`, the largest first, it names the first that fits."""
    answer: Answer = {
        "version": "1.0",
        "title": title,
        "author_name": author,
        "author_url": author_url,
        "provider_name": "Étal",
        "provider_url": absolute("/"),
        "cache_age": KEPT,
    }
    fitting = (each for each in pictures if each.width and room.holds(each.width, each.height))
    picture = next(fitting, None)
    if picture is not None:
        answer |= {
            "thumbnail_url": picture.address,
            "thumbnail_width": picture.width,
            "thumbnail_height": picture.height,
        }
    return answer


def _sizes(entry: Entry) -> list[CardImage]:
    """The post's first picture in all of its files, the largest first."""
    return [
        CardImage(
            absolute(default_storage.url(name)),
            picture.alt,
            width,
            round(picture.height * width / picture.width),
        )
        for picture in entry.images[:1]
        for width, name in reversed(picture.files)
    ]


def _height_of(entry: Entry, *, width: int) -> int:
    """About as high as a page shows the words in `width` pixels."""
    letters = width // LETTER
    lines = sum(max(1, math.ceil(len(line) / letters)) for line in entry.body.splitlines())
    return AROUND + LINE * (lines + len(entry.offers))
