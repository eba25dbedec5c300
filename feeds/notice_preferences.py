"""How people want to be told: the choices there are, what holds without a choice, and theirs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import User
from feeds.models import MailStop, NoticeMail, NoticePreference, NoticeType

NEVER, AT_ONCE, DAILY = NoticeMail.NEVER, NoticeMail.AT_ONCE, NoticeMail.DAILY
# When a mail may come, by type; the first is what holds until somebody chooses. Orders have letters
# of their own that belong to the purchase, and the law wants people to be told what is decided
# about them: nothing about either is chosen here. What comes by the
# hundred is never mailed one by one.
MAILS: Mapping[str, tuple[NoticeMail, ...]] = {
    NoticeType.ORDER: (AT_ONCE,),
    NoticeType.CART: (AT_ONCE, NEVER),
    NoticeType.DROP: (AT_ONCE, NEVER),
    NoticeType.MODERATION: (AT_ONCE,),
    NoticeType.ACCOUNT: (AT_ONCE,),
    NoticeType.REPORT: (AT_ONCE, DAILY, NEVER),
    NoticeType.MENTION: (DAILY, AT_ONCE, NEVER),
    NoticeType.REPLY: (DAILY, AT_ONCE, NEVER),
    NoticeType.QUOTE: (DAILY, AT_ONCE, NEVER),
    NoticeType.REPOST: (NEVER, DAILY),
    NoticeType.FOLLOW: (DAILY, NEVER),
    NoticeType.LIKE: (NEVER, DAILY),
}
ALWAYS = (NoticeType.ORDER, NoticeType.MODERATION, NoticeType.ACCOUNT)
SALT = "feeds.mail_stop"


@dataclass(frozen=True, slots=True)
class Choice:
    """How one person wants to be told of one type."""

    type: NoticeType
    on_page: bool
    mail: NoticeMail


def of(user: User) -> list[Choice]:
    """A choice for each type, made or by default, what matters most first."""
    made = {row.type: row for row in NoticePreference.objects.filter(user=user)}
    return [
        Choice(type, made[type].on_page, NoticeMail(made[type].mail))
        if type in made
        else Choice(type, True, MAILS[type][0])
        for type in NoticeType
    ]


def mails(user_ids: Iterable[int], type: NoticeType) -> dict[int, NoticeMail]:
    """When each of these people wants mails about `type`, the stop of all mails left aside."""
    made = NoticePreference.objects.filter(user__in=user_ids, type=type)
    chosen = {user_id: NoticeMail(mail) for user_id, mail in made.values_list("user", "mail")}
    return {user_id: chosen.get(user_id, MAILS[type][0]) for user_id in user_ids}


@transaction.atomic
def choose(user: User, choices: Iterable[Choice], *, mails_stopped: bool) -> None:
    """Keep what `user` chose, and whether all mails about the feed stop.

    A time of mailing that a type does not offer is taken for its default; what is told ALWAYS is no choice.
    """
    NoticePreference.objects.bulk_create(
        [
            NoticePreference(
                user=user,
                type=choice.type,
                on_page=choice.on_page,
                mail=choice.mail if choice.mail in MAILS[choice.type] else MAILS[choice.type][0],
            )
            for choice in choices
            if choice.type not in ALWAYS
        ],
        update_conflicts=True,
        unique_fields=["user", "type"],
        update_fields=["on_page", "mail"],
    )
    if mails_stopped:
        stop_mails(user)
    else:
        MailStop.objects.filter(user=user).delete()


def stop_mails(user: User) -> None:
    """Send `user` no mail about the feed from now on; once is enough."""
    MailStop.objects.get_or_create(user=user)


def mailable() -> QuerySet[User]:
    """Whoever may be mailed about the feed: no shops, no closed accounts, and nobody who has stopped
    these mails."""
    stopped = MailStop.objects.values("user")
    return User.objects.filter(is_active=True, email__isnull=False).exclude(pk__in=stopped)


def has_stopped_mails(user: User) -> bool:
    return MailStop.objects.filter(user=user).exists()


def stop_token(user: User) -> str:
    """The secret of the link by which whoever got a mail stops them without signing in.

    It says who they are and holds for good: mails are read late, and all it can do is stop them.
    """
    return signing.dumps(str(user.public_id), salt=SALT)


def stop_address(user: User) -> str:
    """The absolute address that stops the mails of `user` by one POST, for the mails themselves."""
    return settings.PUBLIC_URL + reverse("feeds:stop_mails", args=[stop_token(user)])


def foot(user: User) -> dict[str, str]:
    """The addresses at the foot of each mail that may be stopped (templates/mails/_stop): `choose`
    and `stop`."""
    choose = settings.PUBLIC_URL + reverse("feeds:notice_preferences")
    return {"choose": choose, "stop": stop_address(user)}


def owner_of(token: str) -> User:
    """Whose `stop_token` this is. Raises User.DoesNotExist for any other text."""
    try:
        return User.objects.get(public_id=signing.loads(token, salt=SALT))
    except signing.BadSignature:
        raise User.DoesNotExist from None
