"""API keys: made, found by their secret, rotated and revoked."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Least, Now
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.models import User
from partners.callers import Caller
from partners.models import ApiKey, Partner
from partners.scopes import FOR_PARTNERS, FOR_SHOPS
from shopping import rows

LIVE, TEST = "etal_live_", "etal_test_"
SHOWN = len(LIVE) + 8
SECRET_BYTES = 32
# Of one shop, test space or partner that open something. Two made at once may be one more: this bounds
# what it costs others, it is no promise.
MOST = 50
# After a rotation the old key opens as long as it takes to change it everywhere.
OVERLAP = timedelta(hours=24)
# When it was last used is known to the minute: not every call writes.
USED_EVERY = timedelta(minutes=1)


def make(
    *,
    name: str,
    scopes: Iterable[str],
    made_by: User,
    merchant: Any | None = None,
    partner: Partner | None = None,
    live: bool = True,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """A new key of a shop, or of a partner, and its secret, which is nowhere else from now on.

    A test key's `merchant` is a test space. Raises ValidationError for a scope that its owner cannot
    have, for a shop that is not open yet, for a name or an owner that will not do, and where it has
    MOST already.
    """
    secret = (LIVE if live else TEST) + secrets.token_urlsafe(SECRET_BYTES)
    key = ApiKey(
        merchant=merchant,
        partner=partner,
        made_by=made_by,
        name=name.strip(),
        prefix=secret[:SHOWN],
        hash=digest(secret),
        scopes=sorted(set(scopes)),
        live=live,
        expires_at=expires_at,
    )
    key.full_clean()
    open_keys = ApiKey.objects.filter(merchant=merchant, partner=partner, revoked_at=None)
    if open_keys.exclude(expires_at__lte=Now()).count() >= MOST:
        raise ValidationError(_("It has %(most)d keys; revoke one first.") % {"most": MOST})
    if not _is_of_its_space(key, merchant):
        raise ValidationError(_("A test key is of a shop's test space, and a live one never is."))
    check_opened(merchant, live=live)
    beyond = set(key.scopes) - (FOR_SHOPS if merchant else FOR_PARTNERS)
    if beyond:
        raise ValidationError(
            {"scopes": _("Not for such a key: %(scopes)s.") % {"scopes": ", ".join(sorted(beyond))}}
        )
    key.save()
    return key, secret


def check_opened(merchant: Any | None, *, live: bool) -> None:
    """Raises ValidationError for what would act in the name of a shop that nobody has approved."""
    if merchant is not None and live and merchant.status != "active":
        raise ValidationError(
            {
                "merchant": _(
                    "This shop is not open yet: until it is, its keys and apps are for tests."
                )
            }
        )


def make_test(*, merchant: Any, **said: Any) -> tuple[ApiKey, str]:
    """A key of the test space of the shop `merchant`, which is made if there is none; see `make`.

    Raises what `settings.TEST_SPACES` raises, too.
    """
    space = import_string(settings.TEST_SPACES)(merchant)
    return make(merchant=space, live=False, **said)


def rotate(key: ApiKey, *, made_by: User) -> tuple[ApiKey, str]:
    """A new key that opens the same, and its secret; the old one ends in a day at the latest.

    Raises ValidationError where the old one opens nothing any more. Locks it.
    """
    with transaction.atomic():
        old = ApiKey.objects.select_for_update(no_key=True).get(pk=key.pk)
        if not old.is_good:
            raise ValidationError(_("This key has ended; make a new one."))
        new, secret = make(
            name=old.name,
            scopes=old.scopes,
            made_by=made_by,
            merchant=old.merchant,
            partner=old.partner,
            live=old.live,
            expires_at=old.expires_at,
        )
        ends = Now() + OVERLAP
        ApiKey.objects.filter(pk=old.pk).update(expires_at=Least(F("expires_at"), ends))
    return new, secret


def rename(key: ApiKey, *, name: str) -> None:
    """Call it otherwise. Raises ValidationError for a name that will not do."""
    key.name = name.strip()
    key.full_clean()
    key.save(update_fields=["name"])


def revoke(key: ApiKey) -> bool:
    """End it at once; whether it had not ended before."""
    return bool(ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=Now()))


def caller_of(secret: str) -> Caller | None:
    """Who proves themself with `secret`; None where it opens nothing. One statement, and a second one
    in the first call of a minute, which notes that it is used."""
    found = rows.run_first(_statement(), [digest(secret)])
    if not found:
        return None
    key, user, merchant, partner = _built(found[0])
    if not key.is_good or not user.is_active or (partner and not partner.active):
        return None
    if not _is_of_its_space(key, merchant):
        return None
    now = timezone.now()
    if key.last_used_at is None or now - key.last_used_at > USED_EVERY:
        unused = Q(last_used_at=None) | Q(last_used_at__lt=now - USED_EVERY)
        ApiKey.objects.filter(unused, pk=key.pk).update(last_used_at=now)
    return Caller(
        principal=f"key:{key.public_id}",
        name=key.name,
        user=user,
        merchant=merchant,
        partner=partner,
        scopes=frozenset(key.scopes),
        live=key.live,
    )


def _is_of_its_space(key: ApiKey, merchant: Any | None) -> bool:
    """Whether a test key acts in a test space, and a live one on what is real."""
    return key.live is not (merchant is not None and merchant.is_test)


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@cache
def _merchant_model() -> Any:
    return ApiKey._meta.get_field("merchant").related_model


# Long texts, which load when somebody asks for them.
_TERMS = ("terms",)


@cache
def _statement() -> str:
    merchant = _merchant_model()
    return f"""
SELECT {rows.columns(ApiKey, "k")}, {rows.columns(User, "u")}, {rows.columns(merchant, "m", _TERMS)},
       {rows.columns(Partner, "p")}
FROM partners_apikey k JOIN accounts_user u ON u.id = k.made_by_id
LEFT JOIN "{merchant._meta.db_table}" m ON m.id = k.merchant_id
LEFT JOIN partners_partner p ON p.id = k.partner_id
WHERE k.hash = %s
"""  # noqa: S608 - made of names of our own models


def _built(row: tuple[Any, ...]) -> tuple[ApiKey, User, Any, Partner | None]:
    merchant = _merchant_model()
    ends = [rows.width(ApiKey), rows.width(User), rows.width(merchant, _TERMS)]
    key_end, user_end, merchant_end = ends[0], ends[0] + ends[1], sum(ends)
    shop, partner = row[user_end:merchant_end], row[merchant_end:]
    return (
        rows.build(ApiKey, row[:key_end]),
        rows.build(User, row[key_end:user_end]),
        None if shop[0] is None else rows.build(merchant, shop, _TERMS),
        None if partner[0] is None else rows.build(Partner, partner),
    )
