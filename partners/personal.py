"""What the tables of partners, and of the OAuth library, hold of people."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from oauth2_provider.models import DeviceGrant, IDToken

from accounts.models import User
from partners.models import (
    AccessToken,
    Agent,
    Allowance,
    ApiKey,
    Application,
    Consent,
    Grant,
    Partner,
    RefreshToken,
    RequestLine,
    StoredAnswer,
)
from shopping.personal import Blocker, Fate, Table, nobodys

AS_CONSENT = "as long as the consent, tokens until they end"
NEVER = "never written: these flows are off"


def _principals(person: User) -> list[str]:
    """Under which names the apps call that act for them as shoppers, and the keys that they made."""
    consents = Consent.objects.filter(user=person).values_list("public_id", flat=True)
    keys = ApiKey.objects.filter(made_by=person).values_list("public_id", flat=True)
    return [*(f"app:{each}" for each in consents), *(f"key:{each}" for each in keys)]


def _by_principal(person: User) -> Q:
    where = Q(principal__in=_principals(person))
    for each in Consent.objects.filter(user=person).values_list("public_id", flat=True):
        # A protocol of an upper layer names its platform before the consent.
        where |= Q(principal__endswith=f":{each.hex}")
    return where


def end_keys(person: User) -> None:
    """The keys that they made open nothing any more, whoever holds them."""
    ApiKey.objects.filter(made_by=person, revoked_at=None).update(revoked_at=timezone.now())


def _partner(person: User) -> list[Blocker]:
    found = Partner.objects.filter(owner=person, active=True)
    return [
        Blocker(
            _("You run the partner %(name)s. Ask the operator to end it, or to give it to another.")
            % {"name": each.name}
        )
        for each in found
    ]


BLOCKERS = (_partner,)
TABLES = (
    Table(model=IDToken, fate=Fate.DELETE, own=("user",), hidden=("jti",), kept=NEVER),
    Table(
        model=DeviceGrant,
        fate=Fate.DELETE,
        own=("user",),
        hidden=("device_code", "user_code"),
        kept=NEVER,
    ),
    Table(
        model=StoredAnswer,
        fate=Fate.DELETE,
        own=_by_principal,
        hidden=("body", "headers", "fingerprint"),
        kept="a day",
        sweep="partners.forget",
    ),
    Table(
        model=RequestLine,
        fate=Fate.DELETE,
        own=_by_principal,
        kept="30 days",
        sweep="partners.forget",
    ),
    Table(
        model=RefreshToken,
        fate=Fate.DELETE,
        own=("user",),
        hidden=("token", "token_checksum", "token_family", "resource", "access_token"),
        kept=AS_CONSENT,
        sweep="partners.forget_tokens",
    ),
    Table(
        model=AccessToken,
        fate=Fate.DELETE,
        own=("user",),
        hidden=("token", "token_checksum", "resource", "source_refresh_token"),
        kept=AS_CONSENT,
        sweep="partners.forget_tokens",
    ),
    Table(
        model=Grant,
        fate=Fate.DELETE,
        own=("user",),
        hidden=("code", "code_challenge", "nonce", "claims", "resource", "token_family"),
        kept=AS_CONSENT,
        sweep="partners.forget_tokens",
    ),
    Table(
        model=Allowance,
        fate=Fate.DELETE,
        own=("consent__user",),
        kept="as long as the consent",
    ),
    *nobodys(Agent, kept="always: shops choose among them"),
    Table(model=Consent, fate=Fate.DELETE, own=("user",), kept="as long as the account"),
    Table(
        model=ApiKey,
        fate=Fate.KEEP,
        own=("made_by",),
        erase=end_keys,
        hidden=("hash",),
        kept="as long as the shop or partner",
        why="what was done by a key is told by its name; it is ended",
    ),
    Table(
        model=Application,
        fate=Fate.KEEP,
        acted=("user",),
        kept="as long as the shop or partner",
        why="a shop's or a partner's, named by who registered it: the emptied account",
    ),
    Table(
        model=Partner,
        fate=Fate.KEEP,
        acted=("owner",),
        kept="always",
        why="what it brought and was paid is in the books; its owner hands it on first",
    ),
)
