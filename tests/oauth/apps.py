"""An app as its makers write one: it asks, gets a code, and swaps it; the steps of a flow by name."""

from __future__ import annotations

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from django.test import Client

from accounts.models import User
from partners import applications
from partners.models import Application, Partner
from tests.second_factors import sign_in

AUTHORIZE, TOKEN = "/oauth/authorize/", "/oauth/token/"
REVOKE, INTROSPECT = "/oauth/revoke/", "/oauth/introspect/"
BACK = "https://vitrine.example/back"
VERIFIER = "a-verifier-that-is-as-long-as-the-rfc-wants-it-to-be"


def challenge(verifier: str = VERIFIER) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def vitrine(owner: User, **fields: Any) -> tuple[Application, str]:
    """An app of a partner's, and its secret."""
    partner = (
        fields.pop("partner", None)
        or Partner.objects.get_or_create(
            code="vitrine", defaults={"name": "Vitrine SARL", "owner": owner}
        )[0]
    )
    given: dict[str, Any] = {
        "name": "Vitrine",
        "made_by": owner,
        "client_type": "confidential",
        "flow": "authorization-code",
        "scopes": ["products:read", "products:write", "refunds:write", "carts:read", "carts:write"],
        "redirect_uris": [BACK],
        "partner": partner,
    }
    return applications.register(**given | fields)


def asking(app: Application, scope: str, /, **changes: Any) -> str:
    """The address to which the app sends somebody; None leaves a parameter out."""
    sent = {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": app.redirect_uris.split()[0],
        "scope": scope,
        "state": "xyz",
        "code_challenge": challenge(),
        "code_challenge_method": "S256",
    }
    sent |= changes
    return f"{AUTHORIZE}?{urlencode({k: v for k, v in sent.items() if v is not None})}"


def browser(user: User) -> Client:
    return sign_in(Client(enforce_csrf_checks=False), user)


def answer_of(response: Any) -> dict[str, str]:
    """The parameters of a redirect to the app."""
    assert response.status_code == 302, response.content.decode()[:2000]
    return {
        name: values[0] for name, values in parse_qs(urlsplit(response["Location"]).query).items()
    }


def code_for(app: Application, user: User, scope: str, *, giver: str = "me") -> str:
    """A code by somebody's press on Allow, who sets no bounds to what it may spend."""
    said = {"answer": "allow", "as": giver, "currency": "EUR"}
    pressed = browser(user).post(asking(app, scope), said)
    return answer_of(pressed)["code"]


def basic(app: Application, secret: str) -> dict[str, str]:
    coded = base64.b64encode(f"{app.client_id}:{secret}".encode()).decode()
    return {"Authorization": f"Basic {coded}"}


def post(path: str, app: Application, secret: str = "", **sent: str) -> Any:
    """What the app's server posts, with its secret, or with its name alone."""
    if secret:
        return Client().post(path, sent, headers=basic(app, secret))
    return Client().post(path, {"client_id": app.client_id, **sent})


def redeem(app: Application, secret: str, code: str, **changes: str) -> Any:
    sent = {"grant_type": "authorization_code", "code": code, "code_verifier": VERIFIER}
    sent |= {"redirect_uri": app.redirect_uris.split()[0]}
    return post(TOKEN, app, secret, **{k: v for k, v in (sent | changes).items() if v})


def refresh(app: Application, secret: str, token: str, **sent: str) -> Any:
    return post(TOKEN, app, secret, grant_type="refresh_token", refresh_token=token, **sent)


def tokens_for(
    app: Application, secret: str, user: User, scope: str, *, giver: str = "me"
) -> dict[str, Any]:
    """All of the flow."""
    given = redeem(app, secret, code_for(app, user, scope, giver=giver))
    assert given.status_code == 200, given.content
    return dict(given.json())


def is_refused(response: Any, error: str, status: int = 400) -> bool:
    said = (response.status_code, response.json()["error"], response["Cache-Control"])
    assert said == (status, error, "no-store"), response.content
    return True
