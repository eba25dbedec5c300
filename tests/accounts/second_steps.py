"""Setting up second steps as a person does it in the pages."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.test import Client

from accounts.models import User
from tests.second_factors import SECRET, code
from tests.shops import PASSWORD

INDEX = "/accounts/2fa/"
ADD_APP, REMOVE_APP = f"{INDEX}totp/activate/", f"{INDEX}totp/deactivate/"
ADD_PASSKEY, CODES = f"{INDEX}webauthn/add/", f"{INDEX}recovery-codes/"
# Where somebody is asked for a password once more, for a code, and for a passkey.
AGAIN = "/accounts/reauthenticate/"
CODE_AGAIN, PASSKEY_AGAIN = f"{INDEX}reauthenticate/", f"{INDEX}webauthn/reauthenticate/"


def prove(client: Client) -> None:
    """The password once more, as the site asks for it of who has no factor."""
    assert client.post(AGAIN, {"password": PASSWORD}).status_code == 302


def prove_by(client: Client, shown: str, *, onward: str = ""):
    """A code of the app once more, or a recovery code."""
    return client.post(CODE_AGAIN, {"code": shown, "next": onward})


def add_app(client: Client):
    """Scan, and type what the app shows."""
    client.get(ADD_APP)
    session = client.session
    session["mfa.totp.secret"] = SECRET
    session.save()
    return client.post(ADD_APP, {"code": code()})


def kinds(user: User) -> list[str]:
    return sorted(Authenticator.objects.filter(user=user).values_list("type", flat=True))
