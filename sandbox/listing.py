"""Lists as Stripe pages them: newest first, by cursor. https://docs.stripe.com/api/pagination"""

from __future__ import annotations

from typing import Any

from sandbox.calls import Call
from sandbox.errors import bad_parameter

COMPARISONS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
LARGEST = 100


def page(
    call: Call, kind: str, conditions: list[str] | None = None, values: list[Any] | None = None
) -> dict[str, Any]:
    """A page of the caller's objects of a kind that meet the conditions, `created` and cursors."""
    conditions, values = [*(conditions or []), "account = ?"], [*(values or []), call.account]
    limit = call.get("limit", 10)
    if not 1 <= limit <= LARGEST:
        bound = "greater than or equal to 1" if limit < 1 else f"less than or equal to {LARGEST}"
        raise bad_parameter(
            f"This value must be {bound}.", param="limit", code="parameter_invalid_integer"
        )
    created = call.get("created")
    if isinstance(created, int):
        created = {"gte": created, "lte": created}
    for name, second in (created or {}).items():
        conditions.append(f"created {COMPARISONS[name]} ?")
        values.append(second)
    backwards = "ending_before" in call.params
    cursor = "ending_before" if backwards else "starting_after"
    if cursor in call.params:
        call.load(kind, call.params[cursor], param=cursor, status=400)
        conditions.append(f"seq {'>' if backwards else '<'} ?")
        values.append(call.store.position(call.params[cursor], kind))
    found = call.store.select(kind, conditions, values, limit=limit + 1, newest_first=not backwards)
    data = found[:limit]
    if backwards:
        data.reverse()
    return envelope(data, url=call.url, has_more=len(found) > limit)


def envelope(data: list[dict[str, Any]], *, url: str, has_more: bool = False) -> dict[str, Any]:
    return {"object": "list", "data": data, "has_more": has_more, "url": url}


def equal(call: Call, *names: str) -> tuple[list[str], list[Any]]:
    """Conditions for the indexed columns among the call's parameters."""
    given = [name for name in names if call.get(name) is not None]
    return [f"{name} = ?" for name in given], [call.params[name] for name in given]
