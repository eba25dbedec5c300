"""Finding a shop's parts of orders: number, name, e-mail address, SKU, title, tracking number.

The newest parts are looked through first, for what is sought is mostly among them, or is in so many
that they fill a page; else the index of words answers. Both read a bounded or an exact number of
rows, whatever the site's size.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import F, QuerySet

from checkout.order_words import bare_number
from fulfilment.models import FulfilmentOrder, PartWords, Shipment
from shopping import queries

# So many of the newest are looked through before the index is asked.
NEWEST = 1_000
LONGEST = 100


class _Compiled(SearchQuery):
    """A tsquery that is one already."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text

    def as_sql(self, *args: Any, **kwargs: Any) -> Any:
        return "%s::tsquery", [self.text]


def find(
    parts: QuerySet[FulfilmentOrder], typed: str, *, merchants: Collection[int] | None, most: int
) -> list[int]:
    """Keys of those of `parts` that `typed` means, newest first, `most` at most; five statements.

    `merchants` are those whose parts these are, None for everybody's. A number, an e-mail address,
    a SKU and a tracking number have to be whole, in capitals or not; of names and titles all words
    have to be there, the last of them at least with its beginning.
    """
    text = queries.clean(typed, longest=LONGEST).strip()
    if not text:
        return []
    sought = _Compiled(_tsquery(typed, text, merchants))
    plain = parts.select_related(None).prefetch_related(None).order_by("-pk")
    # By their keys: what is in a subquery would be planned as a part of the whole.
    newest = list(plain.values_list("pk", flat=True)[:NEWEST])
    among = PartWords.objects.filter(pk__in=newest, words=sought).order_by("-pk")
    found = set(among.values_list("pk", flat=True)[:most])
    if len(found) < most:
        # By a sum, which no index is in the order of: the index of words has to be asked.
        older = plain.filter(words__words=sought).order_by((F("pk") + 0).desc())
        found |= set(older.values_list("pk", flat=True)[:most])
    parcels = Shipment.objects.exclude(tracking_number="").filter(tracking_number__iexact=text)
    if merchants is not None:
        # Else those of other shops under the same number would take the places.
        parcels = parcels.filter(fulfilment_order__merchant__in=merchants)
    parcels = parcels.order_by((F("fulfilment_order_id") + 0).desc())
    sent = list(parcels.values_list("fulfilment_order_id", flat=True)[:most])
    found |= set(plain.filter(pk__in=sent).values_list("pk", flat=True)) if sent else set()
    return sorted(found, reverse=True)[:most]


def _tsquery(typed: str, text: str, merchants: Collection[int] | None) -> str:
    """The words that the function fulfilment_part_words writes, combined."""
    lower = text.lower()
    number = bare_number(lower)
    exact = [f"=s{lower}", f"=e{lower}"]
    if number.isascii() and number.isdigit():
        exact.append(f"=n{number.lstrip('0')}")
    words = queries.query(typed, longest=LONGEST).names
    meant = " | ".join([*(_quoted(each) for each in exact), *([f"({words})"] if words else [])])
    if merchants is None:
        return meant
    whose = " | ".join(_quoted(f"=m{pk}") for pk in sorted(merchants))
    return f"({whose or _quoted('=m')}) & ({meant})"


def _quoted(lexeme: str) -> str:
    doubled = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"
