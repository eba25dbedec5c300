"""Profiles on outside networks that belong to people here: linking and ending."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import mails
from accounts.models import LinkedAccount, User
from accounts.networks import configured


class LinkedElsewhere(Exception):
    """The profile belongs to somebody else here, who alone may end that."""

    def __init__(self, shown: str) -> None:
        super().__init__(shown)
        self.shown = shown

    @property
    def message(self) -> str:
        """A whole sentence in the active language."""
        said = _(
            "%(profile)s is linked to another account of Étal. Nothing was changed: sign in there"
            " and end it first."
        )
        return said % {"profile": self.shown}


def link(user: User, *, network: str, external_id: str, handle: str) -> LinkedAccount:
    """Keep that the profile `external_id` of `network` is that of `user`, who has proved it there.

    A repeat renews its `handle`. `user` is mailed about a new one: somebody else may have linked
    it in their session. Raises LinkedElsewhere where somebody else has it; nothing has changed then.
    """
    handle = configured.spelled(network, handle)
    with transaction.atomic():
        linked, made = LinkedAccount.objects.get_or_create(
            network=network, external_id=external_id, defaults={"user": user, "handle": handle}
        )
        if linked.user_id != user.pk:
            raise LinkedElsewhere(handle or linked.shown)
        if made:
            _tell(user, linked)
        rename(linked, handle)
    return linked


def rename(linked: LinkedAccount, handle: str) -> None:
    """Keep what people call the profile now, where its network says so."""
    name = configured.spelled(linked.network, handle)
    if name and linked.handle != name:
        linked.handle = name
        linked.save(update_fields=["handle"])


def of(user: User) -> QuerySet[LinkedAccount]:
    """Theirs, the first linked first."""
    return LinkedAccount.objects.filter(user=user).order_by("pk")


def end(user: User, public_id: UUID) -> LinkedAccount:
    """Forget the profile; from now on its replies are answered as a stranger's.

    A reply that is being answered is waited for. Raises LinkedAccount.DoesNotExist for one that is
    not theirs.
    """
    with transaction.atomic():
        linked = of(user).select_for_update().get(public_id=public_id)
        LinkedAccount.objects.filter(pk=linked.pk).delete()
    return linked


def _tell(user: User, linked: LinkedAccount) -> None:
    with translation.override(user.locale):
        mails.enqueue(
            kind="profile_linked",
            reference=str(linked.public_id),
            to=str(user.email),
            subject=_("%(profile)s is linked to your account at Étal") % {"profile": linked.shown},
            text=_(
                "The profile %(profile)s was linked to your account at Étal just now. Its replies"
                " can put products into your cart; nothing is ordered until you pay.\n\nIf it was"
                " not you, end it under Account, Linked accounts and apps, and change your"
                " password.\n\nÉtal"
            )
            % {"profile": linked.shown},
        )
