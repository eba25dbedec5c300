"""What people let apps do in their name: given, and ended. Every code and token hangs on a consent.

Whoever makes a token locks its consent first, and whoever ends a consent locks it too: what is being
refreshed in that moment is either ended with it, or finds it ended.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from partners.givers import still_gives
from partners.models import AccessToken, Application, Consent, Grant, RefreshToken
from partners.models.consents import IDLE

# How exactly “last used” is kept: one write in so long, however often it is used.
USE_NOTED_EVERY = timedelta(minutes=1)
BATCH = 5000


def give(
    user: User, application: Application, *, merchant_id: int | None, scopes: Iterable[str]
) -> Consent:
    """Let `application` act for `user`, or for their shop; in the caller's transaction.

    Returns the consent, locked. What it could do before by tokens that are still good, it goes on
    doing. Whether the person may give it is the caller's to see.
    """
    same = {"user": user, "application": application, "merchant_id": merchant_id}
    given = sorted(set(scopes))
    while True:
        found, made = Consent.objects.get_or_create(
            **same, ended_at=None, defaults={"scopes": given}
        )
        consent = Consent.objects.select_for_update(no_key=True).get(pk=found.pk)
        if consent.ended_at is None:
            break
    if made:
        return consent
    if Consent.objects.in_force().filter(pk=consent.pk).exists():
        consent.scopes = sorted({*consent.scopes, *given})
    else:
        consent.scopes, consent.created_at = given, timezone.now()
    consent.save(update_fields=["scopes", "created_at"])
    return consent


def lock(consent_id: int) -> Consent | None:
    """The consent, locked until the caller's transaction ends, so that a token may be made of it;
    None where it was ended, or gives nothing any more."""
    row = (
        Consent.objects.select_for_update(no_key=True, of=("self",))
        .select_related("user")
        .filter(pk=consent_id, ended_at=None)
        .first()
    )
    if row is None or not still_gives(row.user, row.scopes, merchant_id=row.merchant_id):
        return None
    return row


def of(user: User) -> QuerySet[Consent]:
    """What apps may do in the name of `user` now, the newest first: `application` with its owner,
    `merchant` (None: for the person), `scopes`, `created_at`, `last_used_at`. One statement."""
    there = Consent.objects.in_force().filter(user=user)
    return there.select_related(
        "application__partner", "application__merchant__account", "merchant"
    ).order_by("-created_at", "-pk")


@transaction.atomic
def end(user: User, application: Application) -> int:
    """Let `application` do nothing in the name of `user` any more, nor for any shop for which they
    let it: its codes and tokens are gone. Locks the consents in key order; returns how many."""
    consents = Consent.objects.select_for_update(no_key=True).filter(
        user=user, application=application, ended_at=None
    )
    ended = [consent.pk for consent in consents.order_by("pk")]
    Grant.objects.filter(consent__in=ended).delete()
    AccessToken.objects.filter(consent__in=ended).delete()
    RefreshToken.objects.filter(consent__in=ended).delete()
    Consent.objects.filter(pk__in=ended).update(ended_at=timezone.now())
    return len(ended)


def note_use(consent: Consent) -> None:
    """Keep that it was used; written once a minute at most."""
    now = timezone.now()
    if consent.last_used_at is not None and now - consent.last_used_at < USE_NOTED_EVERY:
        return
    unnoted = Q(last_used_at=None) | Q(last_used_at__lt=now - USE_NOTED_EVERY)
    Consent.objects.filter(unnoted, pk=consent.pk).update(last_used_at=now)


def forget_expired() -> int:
    """Delete codes and tokens that are good for nothing, a batch of each kind; how many.

    A refresh token that was replaced is kept as long as it could have been used: whoever comes with
    it meanwhile is found out. An access token stands as long as the refresh token that dates by it.
    """
    now = timezone.now()
    old = now - IDLE
    dated = RefreshToken.objects.filter(access_token=OuterRef("pk"))
    dead: list[QuerySet[Any]] = [
        Grant.objects.filter(expires__lt=old),
        RefreshToken.objects.filter(
            Q(revoked__lt=old)
            | Q(revoked=None, access_token__expires__lt=old)
            | Q(revoked=None, access_token=None)
        ),
        AccessToken.objects.filter(~Exists(dated), expires__lt=now),
    ]
    return sum([_delete(rows) for rows in dead])


def _delete(rows: QuerySet[Any]) -> int:
    chosen = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
    rows.model._default_manager.filter(pk__in=chosen).delete()
    return len(chosen)
