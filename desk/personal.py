"""What the tables of the desk hold of people."""

from __future__ import annotations

from desk.models import Application, DayMoney, DayPost, DayProduct, KeptDays
from shopping.personal import Fate, Table, nobodys

BLOCKERS = ()
TABLES = (
    Table(
        model=Application,
        fate=Fate.WITHOUT,
        own=("applicant",),
        without={"about": ""},
        kept="always",
        why="who opened a shop is its history",
    ),
    *nobodys(KeptDays, DayMoney, DayProduct, DayPost, kept="always: sums that name nobody"),
)
