"""What a sweep could not do: kept with its reason, and tried again later each time."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from fulfilment.models import Failure
from shopping import waits

# So long what failed waits at the first time.
FIRST_WAIT = timedelta(seconds=5)


def postpone(failures: type[Failure], key: int, *, error: Exception) -> None:
    """`key` failed: keep why, and let others have their turn before it is tried again.

    After each failure it waits twice as long, up to an hour; none is ever given up.
    """
    now = timezone.now()
    with transaction.atomic():
        failure, _new = failures._default_manager.select_for_update().get_or_create(
            pk=key, defaults={"next_attempt_at": now}
        )
        wait = waits.doubled(FIRST_WAIT, attempts=failure.attempts)
        failure.attempts += 1
        failure.last_error = f"{type(error).__name__}: {error}"[:500]
        failure.next_attempt_at = now + wait
        failure.save()
