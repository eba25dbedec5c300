"""A shop's products for search engines, comparison sites and other networks, as a file: RSS 2.0 with
Google's names (https://support.google.com/merchants/answer/160589), or a table with the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from catalogue import links
from catalogue.models import Merchant
from catalogue.product_feed_items import COLUMNS, SHIPPING, Item, Value, items
from shopping.xml import HEAD, element

NAMES = 'xmlns:g="http://base.google.com/ns/1.0" version="2.0"'
# Items that are written together: a piece costs as much however short it is.
TOGETHER = 50
# Marks that part values, in a cell of a table.
MARKS = str.maketrans(",:", "  ")


def rss(merchant: Merchant) -> Iterator[str]:
    """The file piece by piece; one page of products is in memory at a time."""
    yield f"{HEAD}<rss {NAMES}>\n<channel>\n{element('title', merchant.name)}"
    yield f"{element('link', links.shop(merchant))}{element('description', merchant.name)}\n"
    yield from _together(map(_element, items(merchant)))
    yield "</channel>\n</rss>\n"


def table(merchant: Merchant) -> Iterator[str]:
    """The same, tab-separated, as https://support.google.com/merchants/answer/160567 has it."""
    shipping = f"shipping({':'.join(SHIPPING)})"
    yield "\t".join(shipping if name == "shipping" else name for name in COLUMNS) + "\n"
    yield from _together(map(_line, items(merchant)))


WRITERS: dict[str, Callable[[Merchant], Iterator[str]]] = {"xml": rss, "tsv": table}


def _together(written: Iterable[str]) -> Iterator[str]:
    pieces = iter(written)
    return iter(lambda: "".join(islice(pieces, TOGETHER)), "")


def _element(item: Item) -> str:
    inside = "".join(_tags(name, item[name]) for name in COLUMNS if name in item)
    return f"<item>{inside}</item>\n"


def _tags(name: str, value: Value) -> str:
    if isinstance(value, str):
        return element(f"g:{name}", value)
    return "".join(_tag(name, each) for each in value)


def _tag(name: str, value: str | tuple[str, ...]) -> str:
    if isinstance(value, str):
        return element(f"g:{name}", value)
    parts = zip(SHIPPING, value, strict=True)
    inside = "".join(element(f"g:{part}", words) for part, words in parts)
    return f"<g:{name}>{inside}</g:{name}>"


def _line(item: Item) -> str:
    return "\t".join(_cell(item.get(name, "")) for name in COLUMNS) + "\n"


def _cell(value: Value) -> str:
    """No cell holds a tab or a line's end; a comma parts values, a colon the parts of one."""
    if isinstance(value, str):
        return " ".join(value.split())
    return ",".join(_part(each) for each in value)


def _part(value: str | tuple[str, ...]) -> str:
    if isinstance(value, str):
        return "".join(value.split()).replace(",", "%2C")  # They are addresses.
    return ":".join(" ".join(part.translate(MARKS).split()) for part in value)
