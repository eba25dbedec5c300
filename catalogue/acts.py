"""The log of a shop: who did what to it, and why. Rows are only added."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Model

from accounts.models import User
from catalogue.models import MerchantAct

LONGEST = 200
Kind = MerchantAct.Kind


def note(
    merchant_id: int,
    kind: Kind,
    subject: str,
    *,
    actor: User,
    row: Model | None = None,
    reason: str = "",
    changes: Mapping[str, tuple[Any, Any]] | None = None,
) -> MerchantAct:
    """Write one row, in the transaction of what it tells of.

    `actor` is the operator wherever they are staff, and then has to give a reason: the database
    refuses (IntegrityError) what has none.
    """
    return MerchantAct.objects.create(
        merchant_id=merchant_id,
        actor=actor,
        operator=actor.is_staff,
        kind=kind,
        subject=subject[:LONGEST],
        model=row._meta.label_lower if row else "",
        object_id=str(row.pk) if row else "",
        reason=" ".join(reason.split())[:300],
        changes={name: list(pair) for name, pair in (changes or {}).items()},
    )


def note_operator(
    merchant_id: int,
    kind: str,
    row: Model,
    *,
    actor: User,
    reason: str,
    what: str = "",
    changes: Mapping[str, tuple[Any, Any]] | None = None,
) -> MerchantAct:
    """What staff did in the admin to `row` of a merchant's; `what` names the button, if one was."""
    subject = " · ".join(filter(None, [f"{row._meta.verbose_name} {row}", what]))
    return note(
        merchant_id, Kind(kind), subject, actor=actor, row=row, reason=reason, changes=changes
    )
