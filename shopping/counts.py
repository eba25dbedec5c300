"""How many there are of what has to be done, as far as anybody needs to know."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

# Counting stops here: "99+" says enough, and costs the same whatever lies behind it.
MOST = 99


def count(rows: QuerySet[Any]) -> str:
    """How many `rows` there are; "99+" for more."""
    found = rows.order_by()[: MOST + 1].count()
    return f"{MOST}+" if found > MOST else str(found)
