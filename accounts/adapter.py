"""How django-allauth makes and writes to our accounts."""

from __future__ import annotations

import re
import secrets
from typing import Any
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import ratelimit
from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from allauth.core.internal.ratelimit import RateLimitUsage
from allauth.core.internal.ratelimit import consume as count
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.contrib.sites.shortcuts import get_current_site
from django.db import IntegrityError, transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.module_loading import import_string
from django.utils.text import slugify
from django.utils.translation import get_language

from accounts import known_browsers, mails, second_factors
from accounts.models import RetiredHandle, User
from shopping import limits, security_log

TRIES = 5
LONGEST = 24  # leaves room for the digits that make a taken handle unique

# Mails to who asks for a new password, where there is no account to sign in to.
UNKNOWN, CLOSED = "account/email/unknown_account", "account/email/closed_account"
# Its own entry of ACCOUNT_RATE_LIMITS, beside allauth's.
FROM_ANYWHERE = "login_failed_from_anywhere"


def handle_from(email: str) -> str:
    """A handle that says what the address says before its @: "mai.lefort@…" → "mai_lefort"."""
    local = email.partition("@")[0].partition("+")[0]
    name = re.sub(r"_+", "_", slugify(local.replace(".", "_")).replace("-", "_")).strip("_")
    return name[:LONGEST] if len(name) > 1 else "member"


def name_from(email: str) -> str:
    """ "mai.lefort@…" → "Mai Lefort": to begin with, until its owner writes it as they like."""
    return " ".join(part.capitalize() for part in handle_from(email).split("_"))


class AccountAdapter(DefaultAccountAdapter):
    _from_anywhere: RateLimitUsage | None = None

    def save_user(
        self,
        request: HttpRequest,
        user: AbstractBaseUser,
        form: BaseForm,
        commit: bool = True,  # noqa: FBT001, FBT002  allauth's signature
    ) -> AbstractBaseUser:
        """A new member with a free handle; a handle that is taken gets digits behind it."""
        member = super().save_user(request, user, form, commit=False)
        if not isinstance(member, User):
            raise TypeError("AUTH_USER_MODEL is accounts.User")
        base = handle_from(member.email or "")
        member.display_name = name_from(member.email or "")
        member.locale = (get_language() or "en").split("-")[0]
        member.handle = base
        if commit:
            self._save(member, base=base)
        return member

    def _save(self, user: User, *, base: str) -> None:
        for attempt in range(TRIES):
            user.handle = base if attempt == 0 else f"{base}_{secrets.randbelow(90_000) + 10_000}"
            if User.objects.named(user.handle).exists() or RetiredHandle.holds(user.handle):
                continue
            try:
                with transaction.atomic():
                    user.save()
            except IntegrityError:
                # Somebody took the handle between the look and the insert; or the address is
                # registered, which the last try then reports.
                if attempt == TRIES - 1:
                    raise
            else:
                return
        raise IntegrityError("no free handle found")

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Slow guessing down: few wrong passwords from one address for an account, more from all.

        Whoever mistypes another's password on purpose locks themselves out, not its owner: a
        browser that the owner has signed in with is counted by its address alone.
        Raises ValidationError.
        """
        super().pre_authenticate(request, **credentials)
        if known_browsers.knows(request, email=str(credentials.get("email", ""))):
            return
        key = super()._get_login_attempts_cache_key(request, **credentials)
        self._from_anywhere = count(request, app="allauth.account", action=FROM_ANYWHERE, key=key)
        if self._from_anywhere is None:
            security_log.note("sign_in_throttled", request)
            raise self.validation_error("too_many_login_attempts")

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        account: str = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{account}:{limits.address_of(request)}"

    def _rollback_login_failed_rl_usage(self) -> None:
        """A right password does not count."""
        super()._rollback_login_failed_rl_usage()
        if self._from_anywhere is not None:
            self._from_anywhere.rollback()

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """Whoever has set a new password by a mail begins anew."""
        super()._delete_login_attempts_cached_email(request, **credentials)
        key = super()._get_login_attempts_cache_key(request, **credentials)
        ratelimit.clear(request, action=FROM_ANYWHERE, key=key)

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """The end of every sign-in. An account that was suspended between its first step and its
        second stays closed: a session that began then would be good again afterwards.

        Raises ImmediateHttpResponse for it.
        """
        name = user.public_id if isinstance(user, User) else ""
        if not user.is_active:
            security_log.note("sign_in_closed", request, user=name)
            raise ImmediateHttpResponse(self.respond_user_inactive(request, user))
        super().login(request, user)
        security_log.note("signed_in", request, user=name)

    def logout(self, request: HttpRequest) -> None:
        if isinstance(request.user, User):
            security_log.note("signed_out", request, user=request.user.public_id)
        super().logout(request)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Logged by whose account it was, where there is one; never by what was typed."""
        super().authentication_failed(request, **credentials)
        typed = str(credentials.get("email", ""))
        known = User.objects.filter(email__iexact=typed).values_list("public_id", flat=True)
        security_log.note("sign_in_refused", request, user=known.first() or "unknown")

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        super().set_password(user, password)
        name = user.public_id if isinstance(user, User) else ""
        security_log.note("password_changed", self.request, user=name)

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **how: Any) -> HttpResponse:
        """The browser is known from now on."""
        response: HttpResponse = super().post_login(request, user, **how)
        if isinstance(user, User):
            known_browsers.remember(response, user)
        return response

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        """After the right password of a suspended account: the page that says why, if there is one
        (`settings.SUSPENSION_PAGE`, named by string since it is above)."""
        address = import_string(settings.SUSPENSION_PAGE)(user)
        if address:
            return HttpResponseRedirect(address)
        response: HttpResponse = super().respond_user_inactive(request, user)
        return response

    def get_reauthentication_methods(
        self, user: AbstractBaseUser | AnonymousUser
    ) -> list[dict[str, Any]]:
        """How somebody proves that it is still them, the usual way first: a passkey, if they have
        one. Where there is a second factor, the password is no way: whoever stole it gives it
        twice as well as once."""
        ways: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if isinstance(user, User) and second_factors.is_set_up(user):
            ways = [way for way in ways if way["id"] != "reauthenticate"]
        return sorted(ways, key=lambda way: way["id"] != "mfa_reauthenticate:webauthn")

    def is_reauthentication_required(self, *, app: str, **how: Any) -> bool:
        """allauth takes whatever was given again lately, also a password from before the factor.

        Raises ReauthenticationRequired where that will not do; its callers do so themselves.
        """
        if not second_factors.shown_again(self.request):
            raise ReauthenticationRequired
        required: bool = super().is_reauthentication_required(app=app, **how)
        return required

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write the mail to the outbox, so that nobody waits for a mail server.

        Whoever is suspended and asks for a new password is told that they are, and where it says
        why, rather than that there is no account: only who reads their mails learns it.
        """
        if template_prefix == UNKNOWN:
            closed = User.objects.filter(email__iexact=email, is_active=False).first()
            if closed is not None:
                address = import_string(settings.SUSPENSION_PAGE)(closed)
                context = context | {"page": address and settings.PUBLIC_URL + address}
                template_prefix = CLOSED
        everywhere = {"email": email, "current_site": get_current_site(self.request)}
        message = self.render_mail(template_prefix, email, everywhere | context)
        with transaction.atomic():
            mails.enqueue(
                kind=template_prefix.rsplit("/", 1)[-1],
                reference=str(uuid4()),
                to=email,
                subject=str(message.subject),
                text=str(message.body),
            )

    def send_notification_mail(
        self,
        template_prefix: str,
        user: AbstractBaseUser,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Of every change of somebody's second factors they are told, at their one address."""
        if template_prefix.startswith("mfa/") and isinstance(user, User) and user.email:
            self.send_mail(template_prefix, user.email, context or {})

    def format_email_subject(self, subject: str) -> str:
        """Subjects name Étal themselves; no site's name in brackets before them."""
        return subject
