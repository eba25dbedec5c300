"""What an app asks a person for, and their answer, which is a place to send them to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from django.conf import settings
from django.db import transaction
from oauth2_provider.oauth2_backends import get_oauthlib_core
from oauthlib.common import add_params_to_uri, urlencoded
from oauthlib.oauth2 import FatalClientError, OAuth2Error
from oauthlib.oauth2.rfc6749.errors import AccessDeniedError, CustomOAuth2Error

from accounts.models import User
from partners import allowances, grants
from partners.allowances import Bounds
from partners.models import Application
from partners.oauth.validator import CONSENT, is_ours


class Unknown(Exception):
    """It is not even certain which app asks, or where it wants the person back: they stay here."""


class Refused(Exception):
    """`location` is where the person may go back to, of `app`, with the error that the app reads."""

    def __init__(self, location: str, *, app: str) -> None:
        super().__init__(location)
        self.location = location
        self.app = app

    @property
    def origin(self) -> str:
        return _origin(self.location)


@dataclass(frozen=True, slots=True)
class Asked:
    """An authorization request (RFC 6749, section 4.1.1) that will do; `path` is all of it."""

    application: Application
    scopes: tuple[str, ...]
    redirect_uri: str
    path: str
    credentials: Mapping[str, Any]

    @property
    def origin(self) -> str:
        """Where its answer is sent, for the policy of the page."""
        return _origin(self.redirect_uri)


def read(path: str, resources: list[str]) -> Asked:
    """What is asked by an address of the authorization endpoint; `resources` are those of RFC 8707.

    Raises Unknown and Refused.
    """
    path = _quoted(path)
    try:
        scopes, credentials = _server().validate_authorization_request(path, "GET", None, {})
    except (FatalClientError, ValueError) as error:
        raise Unknown from error
    except OAuth2Error as error:
        back = with_issuer(error.in_uri(error.redirect_uri))
        raise Refused(back, app=_name_of(path)) from error
    request = credentials.pop("request")
    asked = Asked(
        application=request.client,
        scopes=tuple(sorted(set(scopes))),
        redirect_uri=request.redirect_uri,
        path=path,
        credentials=credentials,
    )
    if not all(is_ours(each) for each in resources):
        back = _error(asked, CustomOAuth2Error("invalid_target", state=request.state))
        raise Refused(back, app=asked.application.name)
    return asked


def deny(asked: Asked) -> str:
    """The way back of whoever gives nothing."""
    return _error(asked, AccessDeniedError(state=asked.credentials.get("state")))


@transaction.atomic
def allow(
    asked: Asked, *, user: User, merchant_id: int | None, bounds: Bounds | None = None
) -> str:
    """The way back of whoever gives all that is asked, with a code. `bounds` are how much it may spend,
    where it could spend. That they may give it is the caller's to see. Locks the consent."""
    consent = grants.give(user, asked.application, merchant_id=merchant_id, scopes=asked.scopes)
    if bounds is not None and merchant_id is None:
        allowances.bound(consent, bounds)
    headers, _body, _status = _server().create_authorization_response(
        asked.path,
        "GET",
        None,
        {},
        list(asked.scopes),
        {**asked.credentials, "user": user, CONSENT: consent},
    )
    return with_issuer(headers["Location"])


def with_issuer(uri: str) -> str:
    """Who answers, so that an app that asks several servers is not led astray (RFC 9207)."""
    return str(add_params_to_uri(uri, [("iss", settings.PUBLIC_URL)]))


def _error(asked: Asked, error: OAuth2Error) -> str:
    return with_issuer(error.in_uri(asked.redirect_uri))


def _origin(uri: str) -> str:
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}"


def _name_of(path: str) -> str:
    """Of the app that an address names; "" where there is none such."""
    said = parse_qs(urlsplit(path).query).get("client_id", [""])
    named = Application.objects.filter(client_id=said[0]).values_list("name", flat=True)
    return named.first() or ""


def _quoted(path: str) -> str:
    """As oauthlib reads it: browsers leave more as it is, a brace in somebody's state."""
    before, mark, query = path.partition("?")
    return before + mark + "".join(c if c in urlencoded else quote(c, safe="") for c in query)


def _server() -> Any:
    return get_oauthlib_core().server
