"""Reading a store's folder whole, and then writing it: a file that is wrong leaves everything as it was."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction

from catalogue.models import Merchant
from protocols.stores import delivery, goods, offers, people
from protocols.stores.delivery import Rate
from protocols.stores.files import Folder
from protocols.stores.goods import Good
from protocols.stores.offers import Wish
from protocols.stores.people import Customer

# What other suites put there and a shop has no use for: instruments are the platform's.
IGNORED = ("payment_instruments.csv",)


class BadFiles(Exception):
    """`lines` say what is wrong, by file and row."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


@dataclass(frozen=True, slots=True)
class Store:
    """All of a folder. `notes` say what of it is not taken."""

    goods: list[Good]
    rates: list[Rate]
    wishes: list[Wish]
    customers: list[Customer]
    notes: list[str] = field(default_factory=list)


def read(path: Path) -> Store:
    """Raises BadFiles."""
    folder = Folder(path)
    found, notes = offers.read(folder)
    store = Store(goods.read(folder), delivery.read(folder), found, people.read(folder), notes)
    if folder.problems.lines:
        raise BadFiles(folder.problems.lines)
    return store


def write(merchant: Merchant, store: Store) -> None:
    """Make the shop what the files say; the same files again change nothing but the stock, which is
    counted anew. Outside any transaction. Raises BadFiles for what its rules refuse."""
    problems = goods.write(merchant, store.goods)
    with transaction.atomic():
        delivery.write(merchant, store.rates)
        problems += offers.write(merchant, store.wishes)
        problems += people.write(store.customers)
    if problems:
        raise BadFiles(problems)
