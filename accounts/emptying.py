"""The row that is left of an account: it names nobody, and what was bought and decided leads to it."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import RetiredHandle, User
from shopping.personal import NOWHERE

NAME = "Deleted account"
# Nobody takes a handle soon that others still know somebody by.
RETIRED = timedelta(days=365)


@transaction.atomic
def empty(person: User) -> None:
    """Leave nothing of `person` in their row; nobody signs in by it, now or later. Done twice, it is
    done once."""
    there = User.objects.select_for_update().get(pk=person.pk)
    if str(there.email).endswith(f"@{NOWHERE}"):
        return
    RetiredHandle.objects.update_or_create(
        digest=RetiredHandle.digest_of(there.handle),
        defaults={"until": timezone.now() + RETIRED},
    )
    User.objects.filter(pk=person.pk).update(
        email=f"{there.public_id.hex}@{NOWHERE}",
        handle=f"gone_{there.public_id.hex[-24:]}",
        display_name=NAME,
        bio="",
        avatar="",
        password=make_password(None),
        locale="en",
        last_login=None,
        adult_since=None,
        is_active=False,
        is_staff=False,
        is_superuser=False,
        sign_outs=F("sign_outs") + 1,
    )


def forget_retired() -> None:
    """Handles whose time is over are free again."""
    RetiredHandle.objects.filter(until__lt=timezone.now()).delete()
