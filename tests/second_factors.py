"""Sign-ins with a second factor: what the admin demands of staff and owners."""

from __future__ import annotations

import time

from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.test import Client

from accounts.models import User

TYPING_SECONDS = 4
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def set_up(user: User) -> Authenticator:
    """`user` has an app that makes codes, and recovery codes; found or made."""
    app = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    if app is None:
        app = TOTP.activate(user, SECRET).instance
        RecoveryCodes.activate(user)
    return app


def code(*, later: int = 0) -> str:
    """What the app shows now, or `later` steps of thirty seconds ahead; of whoever sees that it is
    nearly over, the next."""
    left = 30 - time.time() % 30
    if left < TYPING_SECONDS:
        time.sleep(left)
    return format_hotp_value(hotp_value(SECRET, int(time.time()) // 30 + later))


def sign_in(client: Client, user: User) -> Client:
    """`user` signed in in `client` by password and code; the one way into the admin for tests."""
    client.force_login(user)
    show(client, set_up(user))
    return client


def show(client: Client, factor: Authenticator, **again: bool) -> None:
    """The session of `client` has shown `factor`, as allauth remembers it."""
    session = client.session
    records = session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
    shown = {"method": "mfa", "at": time.time(), "id": factor.pk, "type": factor.type}
    shown |= again
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [*records, shown]
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(factor.user_id)
    session.save()
