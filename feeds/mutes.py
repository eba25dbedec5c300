"""Muting: not meeting somebody, who is not told and may do all that they could."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from feeds.models import Mute
from feeds.visibility import outdate


@transaction.atomic
def mute(muter: User, *, muted: User) -> None:
    """`muter` meets `muted` no more; once is enough, and nobody mutes themselves. A follow stays."""
    if muter.pk == muted.pk:
        return
    _mute, new = Mute.objects.get_or_create(muter=muter, muted=muted)
    if new:
        outdate(muter)


@transaction.atomic
def unmute(muter: User, *, muted: User) -> None:
    """Take a mute back; without one, nothing."""
    taken, _by_model = Mute.objects.filter(muter=muter, muted=muted).delete()
    if taken:
        outdate(muter)
