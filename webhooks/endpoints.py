"""Subscribers' addresses: made, given a new secret, switched off and on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from accounts.mails import enqueue_all
from webhooks import letters
from webhooks.models import Endpoint
from webhooks.signing import new_secret

OVERLAP = timedelta(hours=24)
# An endpoint that took nothing for so long is switched off at its next failure.
FAILING_FOR = timedelta(days=5)

# In key order, as all lock deliveries who lock several of them.
GIVE_UP = """
WITH waiting AS (
    SELECT id FROM webhooks_delivery WHERE endpoint_id = %s AND status = 'pending'
    ORDER BY id FOR NO KEY UPDATE
)
UPDATE webhooks_delivery AS delivery SET status = 'failed', next_attempt_at = NULL
FROM waiting WHERE delivery.id = waiting.id
"""


def create(
    url: str, *, merchant_id: int | None, types: Iterable[str] = (), active: bool = True
) -> Endpoint:
    """Subscribe `url` to a merchant's events of `types` (none given: all of them).

    `merchant_id` None is the operator's endpoint, which hears of every merchant's. One that is not
    `active` hears of nothing until it is switched on.

    Raises django.core.exceptions.ValidationError for an address or a type that will not do.
    """
    endpoint = Endpoint(
        url=url,
        merchant_id=merchant_id,
        types=sorted(set(types)),
        active=active,
        off_at=None if active else timezone.now(),
    )
    endpoint.full_clean()
    endpoint.save()
    return endpoint


def edit(endpoint: Endpoint, *, url: str, types: Iterable[str], active: bool) -> Endpoint:
    """Set where an endpoint is, what it hears of, and whether it does.

    Switching it off ends what is on its way to it. Switching it on forgets how long it failed: it
    has as many days again. Raises ValidationError as `create` does.
    """
    endpoint.url, endpoint.types = url, sorted(set(types))
    endpoint.full_clean(exclude=["merchant"])
    with transaction.atomic():
        before = Endpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)
        endpoint.active = active
        endpoint.save(update_fields=["url", "types", "active"])
        if active and not before.active:
            _say(endpoint, off_reason="", off_at=None, failing_since=None)
        if not active:
            _say(endpoint, off_reason=before.off_reason, off_at=before.off_at or timezone.now())
            give_up(endpoint.pk)
    return endpoint


def point(endpoint: Endpoint | None, url: str, *, form: str) -> Endpoint | None:
    """Let an endpoint of a `form` of its own be at `url`, which passed `validate_address`; "" is nowhere.

    In the caller's transaction. At another address than before it is as good as new; at the same one
    it gets another chance where it had failed for days, and none where it said that it is gone.
    """
    if endpoint is None:
        return Endpoint.objects.create(url=url, form=form) if url else None
    row = Endpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)
    if not url:
        Endpoint.objects.filter(pk=row.pk, active=True).update(active=False, off_at=Now())
        give_up(row.pk)
    elif url != row.url or (not row.active and row.off_reason != Endpoint.OffReason.GONE):
        Endpoint.objects.filter(pk=row.pk).update(
            url=url, active=True, off_reason="", off_at=None, failing_since=None
        )
    return row


def remove(endpoint: Endpoint) -> None:
    """End a subscription for good, with what is on its way to it and the log of what was."""
    endpoint.delete()


def rotate(endpoint: Endpoint) -> Endpoint:
    """Give it a new secret; the old one signs beside it for another day."""
    Endpoint.objects.filter(pk=endpoint.pk).update(
        previous_secret=F("secret"),
        previous_secret_until=Now() + OVERLAP,
        secret=new_secret(),
    )
    endpoint.refresh_from_db()
    return endpoint


def end_old_secret(endpoint: Endpoint) -> Endpoint:
    """From the next attempt on the newest secret signs alone; for one that others have seen."""
    Endpoint.objects.filter(pk=endpoint.pk).update(previous_secret="", previous_secret_until=None)
    endpoint.refresh_from_db()
    return endpoint


@transaction.atomic
def switch_off(endpoint_id: int, *, reason: Endpoint.OffReason) -> bool:
    """Switch it off for `reason`, give up what waits for it, and mail those who manage it.

    Returns whether it was still on: of several who come to the same end, one tells of it. Locks
    the endpoint, then its waiting deliveries. FAILING holds only while it is `failing_since` long
    enough: what was taken a moment ago saves it.
    """
    on = Endpoint.objects.filter(pk=endpoint_id, active=True)
    if reason == Endpoint.OffReason.FAILING:
        on = on.filter(failing_since__lt=Now() - FAILING_FOR)
    if not on.update(active=False, off_reason=reason, off_at=Now()):
        return False
    give_up(endpoint_id)
    enqueue_all(letters.switched_off(Endpoint.objects.get(pk=endpoint_id)))
    return True


def give_up(endpoint_id: int) -> None:
    """End the waiting deliveries of an endpoint that is switched off."""
    with connection.cursor() as cursor:
        cursor.execute(GIVE_UP, [endpoint_id])


def _say(endpoint: Endpoint, **fields: object) -> None:
    for name, value in fields.items():
        setattr(endpoint, name, value)
    endpoint.save(update_fields=list(fields))
