"""Who works for a shop: asked by mail, given another role, removed. A shop always has an owner.

Every verb locks the merchant first, so that of two owners who act at once the second one sees what
the first did.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import mails
from accounts.confirmed import is_confirmed
from accounts.models import User
from catalogue import acts
from catalogue.acts import Kind
from catalogue.models import Invitation, Membership, Merchant
from partners import keys
from partners.models import ApiKey
from shopping.names import plain_name

SALT = "catalogue.invitation"
LIFE = timedelta(days=7)
# Invitations of one shop in twenty-four hours, and of one person for all of their shops; each is a
# mail to somebody who asked for none …
A_DAY = 20
# … and of shops that nobody has looked at yet there are so many in all, of a shop and of a person.
UNSEEN = 3
Role = Membership.Role


class MemberError(Exception):
    """A change that the rules refuse; `message` says why to a person."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NoInvitation(MemberError):
    """The link names none that is open."""


def invite(
    merchant: Merchant, *, email: str, role: str, actor: User, reason: str = ""
) -> Invitation:
    """Ask whoever reads `email` to work for `merchant`; the mail with the link goes on commit.

    One that is open for the same address is taken back. Locks the merchant, then the actor. Raises
    MemberError for an address that is none or a member's, a role that there is not, a name that
    may not stand in a mail, or where the shop or the actor has sent enough.
    """
    email = email.strip()
    try:
        validate_email(email)
    except ValidationError:
        raise MemberError(
            _("Write a whole e-mail address, for example name@shop.example.")
        ) from None
    if role not in Role.values:
        raise MemberError(_("Choose a role."))
    with transaction.atomic():
        merchant = _locked(merchant.pk)
        if Membership.objects.filter(merchant=merchant, user__email__iexact=email).exists():
            raise MemberError(_("%(email)s works for this shop already.") % {"email": email})
        now = timezone.now()
        _check_names(merchant, actor)
        _keep_to_limits(merchant, actor, since=now - timedelta(days=1))
        _open(merchant).filter(email__iexact=email).update(revoked_at=now)
        invitation = Invitation.objects.create(
            merchant=merchant, email=email, role=role, invited_by=actor, expires_at=now + LIFE
        )
        subject = f"{email} · {_label(role)}"
        acts.note(merchant.pk, Kind.INVITED, subject, actor=actor, reason=reason)
        _write(invitation)
    return invitation


def revoke(invitation: Invitation, *, actor: User, reason: str = "") -> None:
    """Let the link lead nowhere. Locks the merchant. Raises NoInvitation where it is not open."""
    with transaction.atomic():
        _locked(invitation.merchant_id)
        there = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None)
        if not there.update(revoked_at=timezone.now()):
            raise NoInvitation(_("This invitation was used or taken back meanwhile."))
        acts.note(
            invitation.merchant_id, Kind.REVOKED, invitation.email, actor=actor, reason=reason
        )


def token(invitation: Invitation) -> str:
    """The secret of the link: it is in the mail and nowhere else."""
    return signing.dumps(str(invitation.public_id), salt=SALT)


def of_token(text: str) -> Invitation:
    """The open invitation that a link names. Raises NoInvitation for any other text."""
    try:
        name = signing.loads(text, salt=SALT)
    except signing.BadSignature:
        raise NoInvitation(_("This link is not whole.")) from None
    found = Invitation.objects.select_related("merchant", "invited_by").filter(public_id=name)
    invitation = found.first()
    if invitation is None or not invitation.is_open:
        raise NoInvitation(_("It was used already, or taken back, or it is too old."))
    return invitation


def may_accept(invitation: Invitation, user: User) -> bool:
    """Whether `user` is who was asked: by their address, and it is known to be theirs."""
    return (user.email or "").lower() == invitation.email.lower() and is_confirmed(user)


def accept(text: str, *, user: User) -> Membership:
    """Make `user` a member by the link's secret, once.

    Locks the merchant. Raises NoInvitation where it is not open any more, MemberError where it is
    for somebody else, or where they are a member already.
    """
    with transaction.atomic():
        _locked(of_token(text).merchant_id)
        invitation = of_token(text)  # Anew: it may have been used while we waited.
        if not may_accept(invitation, user):
            raise MemberError(_("This invitation is for another address."))
        merchant = invitation.merchant
        if Membership.objects.filter(merchant=merchant, user=user).exists():
            raise MemberError(
                _("%(email)s works for this shop already.") % {"email": invitation.email}
            )
        Invitation.objects.filter(pk=invitation.pk).update(
            accepted_at=timezone.now(), accepted_by=user
        )
        membership = Membership.objects.create(merchant=merchant, user=user, role=invitation.role)
        subject = f"{user} · {_label(invitation.role)}"
        reason = _("Invited by %(who)s.") % {"who": invitation.invited_by}
        acts.note(merchant.pk, Kind.JOINED, subject, actor=user, reason=reason)
    return membership


def give_role(membership: Membership, role: str, *, actor: User, reason: str = "") -> None:
    """Let a member do something else. The same again changes nothing.

    Locks the merchant. Raises MemberError for a role that there is not, a member who is gone, and
    the last owner.
    """
    if role not in Role.values:
        raise MemberError(_("Choose a role."))
    with transaction.atomic():
        there = _there(membership)
        before = there.role
        if before == role:
            return
        if before == Role.OWNER:
            _keep_an_owner(there)
            _take_back(there)
        Membership.objects.filter(pk=there.pk).update(role=role)
        changes = {"role": (before, role)}
        subject = f"{there.user} · {_label(before)} → {_label(role)}"
        acts.note(
            there.merchant_id, Kind.ROLE, subject, actor=actor, reason=reason, changes=changes
        )


def remove(membership: Membership, *, actor: User, reason: str = "") -> None:
    """Let somebody work for the shop no longer, from their next click on.

    Locks the merchant. Raises MemberError for a member who is gone, and the last owner.
    """
    with transaction.atomic():
        there = _there(membership)
        if there.role == Role.OWNER:
            _keep_an_owner(there)
            _take_back(there)
        subject = f"{there.user} · {_label(there.role)}"
        acts.note(there.merchant_id, Kind.REMOVED, subject, actor=actor, reason=reason)
        there.delete()


def keys_left_behind(merchant: Merchant) -> models.QuerySet[ApiKey]:
    """The keys that still open the shop, or its test space, and were made by nobody who works there now."""
    there = Membership.objects.filter(merchant=merchant).values("user")
    found = ApiKey.objects.filter(Q(merchant=merchant) | Q(merchant__test_of=merchant))
    found = found.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()), revoked_at=None)
    return found.exclude(made_by__in=there).select_related("made_by").order_by("pk")


def end_key(key: ApiKey, merchant: Merchant, *, actor: User, reason: str = "") -> None:
    """Let a key of `merchant` open nothing any more, and keep who ended it; ended already, it is nothing."""
    with transaction.atomic():
        if keys.revoke(key):
            acts.note(merchant.pk, Kind.CHANGED, f"{key} ✕", actor=actor, row=key, reason=reason)


def _locked(merchant_id: int) -> Merchant:
    return Merchant.objects.select_for_update(no_key=True).get(pk=merchant_id)


def _there(membership: Membership) -> Membership:
    """The membership as it is now, under the merchant's lock."""
    _locked(membership.merchant_id)
    found = Membership.objects.select_related("user").filter(pk=membership.pk).first()
    if found is None:
        raise MemberError(_("They work for this shop no longer."))
    return found


def _open(merchant: Merchant) -> models.QuerySet[Invitation]:
    return merchant.invitations.filter(accepted_at=None, revoked_at=None)


def _keep_an_owner(leaving: Membership) -> None:
    """Raises MemberError where nobody else with an open account owns the shop."""
    owners = Membership.objects.filter(
        merchant_id=leaving.merchant_id, role=Role.OWNER, user__is_active=True
    )
    if not owners.exclude(pk=leaving.pk).exists():
        raise MemberError(_("A shop has an owner. Make somebody else its owner first."))


def _take_back(leaving: Membership) -> None:
    """Of who owns the shop no longer no invitation is left behind: it would be a way back in."""
    left = _open(leaving.merchant).filter(invited_by=leaving.user)
    left.update(revoked_at=timezone.now())


def _check_names(merchant: Merchant, actor: User) -> None:
    """Raises MemberError where a name from before the rule is an address: it goes to strangers."""
    for name in (merchant.name, actor.display_name):
        try:
            plain_name(name)
        except ValidationError as refusal:
            said = {"name": name, "refusal": " ".join(refusal.messages)}
            raise MemberError(
                _("Your invitation would say “%(name)s”. %(refusal)s") % said
            ) from None


def _keep_to_limits(merchant: Merchant, actor: User, *, since: datetime) -> None:
    """Raises MemberError where the shop, or the actor for all shops, has invited enough people.

    Taken back or not: the mail went. Locks the actor, so that two of their shops count one after
    another. Staff invites for any number of shops.
    """
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    if merchant.status == Merchant.Status.SUSPENDED:
        raise MemberError(_("This shop is suspended; it invites nobody."))
    sent = [Invitation.objects.filter(merchant=merchant)]
    if not actor.is_staff:
        sent.append(Invitation.objects.filter(invited_by=actor))
    if merchant.status == Merchant.Status.PENDING:
        unseen = Q(merchant__status=Merchant.Status.PENDING)
        if any(each.filter(unseen).count() >= UNSEEN for each in sent):
            raise MemberError(
                _("A new shop invites three people until we have looked at it. Go on after that.")
            )
    if any(each.filter(created_at__gt=since).count() >= A_DAY for each in sent):
        raise MemberError(
            _("A shop, and a person, sends %(most)s invitations a day. Go on tomorrow.")
            % {"most": A_DAY}
        )


def _label(role: str) -> str:
    return str(Role(role).label)


def _write(invitation: Invitation) -> None:
    merchant = invitation.merchant
    with translation.override(merchant.account.locale):
        address = settings.PUBLIC_URL + reverse("catalogue:invitation", args=[token(invitation)])
        words = {
            "shop": merchant.name,
            "role": _label(invitation.role),
            "address": address,
            "who": invitation.invited_by.display_name,
        }
        mails.enqueue(
            kind="invitation",
            reference=str(invitation.public_id),
            to=invitation.email,
            subject=_("“%(shop)s” invites you to work with them") % words,
            text=_(
                "%(who)s invites you to work for %(shop)s at Étal (%(role)s). This link lets you in, "
                "once and within seven days; you sign in or create an account with this address:\n\n"
                "%(address)s\n\nIf you know nothing of it, do nothing.\n\nÉtal"
            )
            % words,
        )
