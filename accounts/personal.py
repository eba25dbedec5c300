"""What the tables of accounts, and of Django's and allauth's own, hold of people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.files.storage import Storage, default_storage
from django.db.models import Model, Q
from django.utils.translation import gettext as _

from accounts.models import Address, LinkedAccount, OutgoingMail, RetiredHandle, User
from shopping.personal import Blocker, Fate, NotYet, Table, nobodys

AS_ACCOUNT = "as long as the account"
# Django makes these tables itself.
GROUP_PERMISSIONS: type[Model] = Group.permissions.through
USER_GROUPS: type[Model] = User.groups.through
USER_PERMISSIONS: type[Model] = User.user_permissions.through
# What an upper layer writes as the last mail to somebody who leaves; it goes when it was sent.
FAREWELL = "account-erased"


def addresses_of(person: User) -> set[str]:
    """The e-mail addresses that they have shown to be theirs, in small letters.

    Anybody may sign up with the address of somebody else, whose mails and orders are not theirs for it.
    """
    known = EmailAddress.objects.filter(user=person, verified=True).values_list("email", flat=True)
    return {str(each).lower() for each in known}


def _all_addresses_of(person: User) -> set[str]:
    """Those that they have only said, too."""
    known = EmailAddress.objects.filter(user=person).values_list("email", flat=True)
    return {str(each).lower() for each in (*known, person.email) if each}


def phones_of(person: User) -> set[str]:
    saved = Address.objects.filter(user=person).exclude(phone="")
    return set(saved.values_list("phone", flat=True))


def _mails_to(person: User) -> Q:
    return _to(addresses_of(person))


def _to(addresses: set[str]) -> Q:
    where = Q(pk__in=[])
    for address in addresses:
        where |= Q(to__iexact=address)
    return where


def drop_mails(person: User) -> None:
    """Delete the mails to them, and those to others that name their address; of an address that they
    have not shown to be theirs, those alone that were sent: what waits may be for whose it is.

    Raises NotYet while the last one to them waits to be sent.
    """
    about = Q(pk__in=[])
    for address in addresses_of(person):
        about |= Q(text__icontains=address) | Q(html__icontains=address)
        about |= Q(reply_to__iexact=address)
    said = _to(_all_addresses_of(person))
    waits = Q(kind=FAREWELL, next_attempt_at__isnull=False)
    gone = _mails_to(person) | about | (said & Q(next_attempt_at=None))
    OutgoingMail.objects.filter(gone).exclude(waits).delete()
    if OutgoingMail.objects.filter(said & waits).exists():
        raise NotYet("the last mail to them has not been sent yet")


def sessions_of(person: User) -> Iterator[Session]:
    """Their sessions; a session says whose it is in its data alone, so all are looked at."""
    for session in Session.objects.iterator(chunk_size=1000):
        if session.get_decoded().get("_auth_user_id") == str(person.pk):
            yield session


def end_sessions(person: User) -> None:
    keys = [session.session_key for session in sessions_of(person)]
    Session.objects.filter(pk__in=keys).delete()


def avatar_of(person: User) -> list[tuple[Storage, str]]:
    return [(default_storage, str(person.avatar.name))] if person.avatar else []


def _staff(person: User) -> list[Blocker]:
    if not person.is_staff and not person.is_superuser:
        return []
    return [Blocker(_("You work for the operator. Ask a colleague to end that first."))]


def _sessions(person: User) -> Q:
    return Q(pk__in=[session.session_key for session in sessions_of(person)])


def _themselves(person: Any) -> Q:
    return Q(pk=person.pk)


BLOCKERS = (_staff,)
TABLES = (
    *nobodys(Permission, Group, ContentType, kept="always: they belong to the program"),
    *nobodys(GROUP_PERMISSIONS, kept="as long as the group"),
    *nobodys(SocialApp, kept="never used: networks are configured by the environment"),
    Table(
        model=LogEntry,
        fate=Fate.KEEP,
        acted=("user",),
        kept="always",
        why="what staff and members did in the admin, named by handle alone",
    ),
    Table(
        model=Session,
        fate=Fate.DELETE,
        own=_sessions,
        erase=end_sessions,
        hidden=("session_key", "session_data"),
        kept="until it ends: 14 days after the last sign-in",
        sweep="accounts.sweep_sessions",
    ),
    Table(
        model=EmailConfirmation,
        fate=Fate.DELETE,
        own=("email_address__user",),
        hidden=("key",),
        kept=AS_ACCOUNT,
    ),
    Table(model=Authenticator, fate=Fate.DELETE, own=("user",), hidden=("data",), kept=AS_ACCOUNT),
    Table(
        model=SocialToken,
        fate=Fate.DELETE,
        own=("account__user",),
        hidden=("token", "token_secret"),
        kept="never written",
    ),
    Table(model=SocialAccount, fate=Fate.DELETE, own=("user",), kept=AS_ACCOUNT),
    Table(
        model=USER_GROUPS,
        fate=Fate.DELETE,
        own=("user",),
        kept=AS_ACCOUNT,
    ),
    Table(
        model=USER_PERMISSIONS,
        fate=Fate.DELETE,
        own=("user",),
        kept=AS_ACCOUNT,
    ),
    Table(model=LinkedAccount, fate=Fate.DELETE, own=("user",), kept=AS_ACCOUNT),
    Table(
        model=OutgoingMail,
        fate=Fate.DELETE,
        own=_mails_to,
        erase=drop_mails,
        hidden=("unsubscribe", "last_error"),
        kept="90 days",
        sweep="accounts.sweep_old_mails",
    ),
    # Behind all that looks for their addresses.
    Table(model=Address, fate=Fate.DELETE, own=("user",), kept=AS_ACCOUNT),
    Table(model=EmailAddress, fate=Fate.DELETE, own=("user",), kept=AS_ACCOUNT),
    *nobodys(RetiredHandle, kept="a year; a digest alone", sweep="accounts.sweep_retired_handles"),
    # Emptied by accounts.emptying, last of all: what was bought and decided leads to this row.
    Table(
        model=User,
        fate=Fate.WITHOUT,
        own=_themselves,
        files=avatar_of,
        hidden=("password", "sign_outs", "circle"),
        kept="an emptied row, always",
        why="orders, books and decisions lead to it",
    ),
)
