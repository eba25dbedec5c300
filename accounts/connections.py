"""What acts for somebody from outside: linked profiles, apps, and what each did.

What they did is known above, by functions that the settings name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import LinkedAccount, User
from accounts.networks import configured


@dataclass(frozen=True, slots=True)
class Act:
    """Something that was done, in one sentence, and the page of ours where it can be looked at."""

    at: datetime
    text: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Connection:
    """One row of the page. `end` is the address that ends it by a POST; `used` says when it did
    something last, `may` what it may do; `acts` are what it did, None where that is not kept. `change`
    is the page on which its bounds are set, "" where it has none; `bounds` says them."""

    name: str
    detail: str
    since: datetime
    end: str
    used: str = ""
    may: Sequence[str] = ()
    acts: Sequence[Act] | None = None
    change: str = ""
    bounds: str = ""


def acts_of(linked: Sequence[LinkedAccount]) -> Mapping[int, Sequence[Act]]:
    """What profiles did, by their keys, the latest first (`settings.LINKED_ACTS`)."""
    found: Mapping[int, Sequence[Act]] = import_string(settings.LINKED_ACTS)(linked)
    return found


def apps_of(user: User) -> Sequence[Connection]:
    """The apps that `user` lets act for them (`settings.OUTSIDE_APPS`, a function of the user)."""
    found: Sequence[Connection] = import_string(settings.OUTSIDE_APPS)(user)
    return found


def title(linked: LinkedAccount) -> str:
    """The network of a profile as people call it."""
    return configured.title(linked.network)
