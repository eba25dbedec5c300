"""Who calls the API, however they proved it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from accounts.models import User
from partners.models import Partner


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """One key, or one app in somebody's name.

    `principal` names it for limits, stored answers and the log. `user` is as whom things are done;
    histories name them. It acts for `merchant`, or for `partner`, or, with neither, for `user` as a
    shopper. `live` is False in a test space. A merchant is a catalogue.models.Merchant, which a layer
    above this one knows.
    """

    principal: str
    name: str
    user: User
    merchant: Any | None
    partner: Partner | None
    scopes: frozenset[str]
    live: bool

    @property
    def owner(self) -> str:
        """Whose call it is, whichever of their keys or apps makes it: what costs others something is
        counted by this, for keys are made as many as one likes."""
        if self.merchant:
            return f"shop:{self.merchant.pk}"
        return f"partner:{self.partner.pk}" if self.partner else f"person:{self.user.pk}"

    @property
    def shopper(self) -> User | None:
        """Whom it shops for, where that is a person with an account."""
        return None if self.merchant or self.partner else self.user
