"""The forms that carry what a passkey says: a JSON object, or a clear no."""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# What allauth and fido2 raise for a form that no browser has filled in.
MALFORMED = (AttributeError, KeyError, LookupError, TypeError, ValueError)


class PasskeyForm(AddWebAuthnForm):
    """A passkey signs in by itself, so it has to know who holds it: a finger, a face, a PIN."""

    name = forms.CharField(
        label=_("Its name"),
        max_length=60,
        required=False,
        help_text=_("So that you know it again: my phone, the laptop at the shop."),
    )
    passwordless = None  # type: ignore[assignment]  # Django's way to leave out a field

    def clean(self) -> dict[str, Any]:
        # allauth asks of who signs in by it alone that the device has seen them.
        self.cleaned_data["passwordless"] = True
        try:
            cleaned: dict[str, Any] = super().clean()
        except ValidationError:
            raise
        except MALFORMED:
            raise get_adapter().validation_error("incorrect_code") from None
        return cleaned


class Said(AuthenticateWebAuthnForm):
    def clean_credential(self) -> Authenticator:
        try:
            return super().clean_credential()
        except ValidationError:
            raise
        except MALFORMED:
            raise get_adapter().validation_error("incorrect_code") from None


class SecondStepForm(Said):
    """After a password."""


class SignInForm(Said, LoginWebAuthnForm):
    """In place of a password."""


class AgainForm(Said, ReauthenticateWebAuthnForm):
    """By somebody who is signed in: are they still there?"""
