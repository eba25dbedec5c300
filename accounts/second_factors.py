"""The second step of a sign-in, a passkey or a code: who has shown one, and where to set one up.

allauth keeps the factors and asks for them at sign-in. What it does not know is here: which pages
want one (the admin, of staff and owners), and that a session which began by a password alone has
shown none.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import cast
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import mails
from accounts.models import User
from shopping import security_log

Kind = Authenticator.Type
SALT = "accounts.second_factors"
# How a sealed seed begins.
SEALED = "sealed:"
METHOD = "mfa"  # allauth's word for a second factor in what a session remembers of its sign-in


class SecondFactors(DefaultMFAAdapter):
    """What allauth calls things, and for which site a passkey is: the one of PUBLIC_URL."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("That was not right. Try again."),
        "unverified_email": gettext_lazy("Confirm your e-mail address first."),
    }

    def encrypt(self, text: str) -> str:
        """What the database keeps of the seeds of codes: nothing that a copy of it can be read by."""
        return SEALED + _seal().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The seed; those from before stand as they are until they are set up anew.

        Raises cryptography.fernet.InvalidToken under another SECRET_KEY.
        """
        if not encrypted_text.startswith(SEALED):
            return encrypted_text
        return _seal().decrypt(encrypted_text.removeprefix(SEALED).encode()).decode()

    def get_totp_issuer(self) -> str:
        return "Étal"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": urlsplit(settings.PUBLIC_URL).hostname or "", "name": "Étal"}

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Kind) -> str:
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return _("Passkey %(number)s") % {"number": number}


def _seal() -> MultiFernet:
    """By a key of its own that follows from SECRET_KEY; older ones of SECRET_KEY_FALLBACKS still open."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = (salted_hmac(SALT, "", secret=key, algorithm="sha256").digest() for key in keys)
    return MultiFernet([Fernet(urlsafe_b64encode(digest)) for digest in digests])


def end_other_sessions(request: HttpRequest) -> None:
    """Sign the person out of every other browser; this one stays. Locks the person."""
    user = cast(User, request.user)
    with transaction.atomic():
        there = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        user.sign_outs = there.sign_outs + 1
        User.objects.filter(pk=user.pk).update(sign_outs=user.sign_outs)
    update_session_auth_hash(request, user)
    security_log.note("sessions_ended", request, user=user.public_id)


def show(request: HttpRequest, factor: Authenticator) -> None:
    """Remember that this session has just shown `factor`: who has set it up holds it."""
    record_authentication(
        request, factor.user, METHOD, id=factor.pk, type=factor.type, reauthenticated=True
    )


def is_set_up(user: AbstractBaseUser) -> bool:
    """Whether signing in as `user` takes a second step; recovery codes alone are none."""
    factors = Authenticator.objects.filter(user_id=user.pk)
    return factors.exclude(type=Kind.RECOVERY_CODES).exists()


def shown_again(request: HttpRequest) -> bool:
    """Whether what this session gave again last will do to change the factors of its account.

    A password will, or whatever allauth took, where there is no factor yet; after that only a
    factor or a recovery code that the account has now. How long ago is allauth's to judge. Two
    statements.
    """
    user = cast(User, request.user)
    if not is_set_up(user):
        return True
    records = get_authentication_records(request, user)
    again = [record for record in records if record.get("reauthenticated")]
    if not again or again[-1]["method"] != METHOD:
        return False
    return Authenticator.objects.filter(user_id=user.pk, pk=again[-1]["id"]).exists()


def add(
    request: HttpRequest, make: Callable[[], tuple[Authenticator, Authenticator | None]]
) -> bool:
    """Let `make`, which is allauth's, set up a factor, which this session has shown by that.

    The first one of an account ends every other session of it: one that began by a password alone
    may be somebody's who only knows the password. Returns whether recovery codes came with it.
    Locks the person: of two sessions that set up the first at once the second has ended. Raises
    ReauthenticationRequired for a session that ended meanwhile, or has shown too little.
    """
    user = cast(User, request.user)
    with transaction.atomic():
        there = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if there.get_session_auth_hash() != user.get_session_auth_hash():
            raise ReauthenticationRequired
        first = not is_set_up(there)
        factor, codes = make()
        if first:
            user.sign_outs = there.sign_outs + 1
            User.objects.filter(pk=user.pk).update(sign_outs=user.sign_outs)
    if first:
        update_session_auth_hash(request, user)
    show(request, factor)
    return codes is not None


def next_step(request: HttpRequest) -> str | None:
    """Where the person behind `request` has to go before a page that wants two factors.

    None where they may go on: nobody demands it (`settings.REQUIRE_TWO_FACTOR`), or this session
    has shown a factor that the account still has. One statement.
    """
    if not settings.REQUIRE_TWO_FACTOR:
        return None
    user = request.user
    kinds = dict(Authenticator.objects.filter(user_id=user.pk).values_list("pk", "type"))
    shown = {
        record.get("id")
        for record in get_authentication_records(request, user)  # type: ignore[arg-type]
        if record["method"] == METHOD
    }
    able = set(kinds.values()) - {Kind.RECOVERY_CODES}
    if able and shown & kinds.keys():
        return None
    page = "accounts:two_factor_first"
    if able:
        passkey = Kind.WEBAUTHN in able
        page = "mfa_reauthenticate_webauthn" if passkey else "mfa_reauthenticate"
    # A form that was sent cannot be sent again for them; its page can be shown again.
    back = request.get_full_path() if request.method in ("GET", "HEAD") else reverse("admin:index")
    return f"{reverse(page)}?{urlencode({'next': back})}"


def forget(user: User) -> int:
    """Take all factors from `user`, who has lost them, end each of their sessions, and mail them.

    One transaction. Returns how many there were; they sign in by their password then, and the
    admin asks them to set one up anew.
    """
    with transaction.atomic():
        factors = Authenticator.objects.filter(user=user).exclude(type=Kind.RECOVERY_CODES).count()
        gone, _kinds = Authenticator.objects.filter(user=user).delete()
        User.objects.filter(pk=user.pk).update(sign_outs=F("sign_outs") + 1)
        if gone:
            _tell_forgotten(user)
    return factors


def _tell_forgotten(user: User) -> None:
    """Somebody else may have asked for it in their name."""
    with translation.override(user.locale):
        mails.enqueue(
            kind="second_factors_forgotten",
            reference=str(uuid4()),
            to=str(user.email),
            subject=_("The second step of your account at Étal is removed"),
            text=_(
                "The passkeys, the app and the recovery codes of your account at Étal were removed"
                " just now, because we were told that they are lost, and you are signed out"
                " everywhere. Your password alone signs you in until you set up a second step"
                " again.\n\nIf you did not ask for it, change your password and set up a second"
                " step at once, and write to us.\n\nÉtal"
            ),
        )
