"""A real outside network over HTTP: it signs its people in as Mastodon, X and OpenID Connect do.

Strict where the protocols are: an unknown client, another redirect address, a code that is used
twice or whose proof (PKCE) is wrong gets nothing. `odd` makes it misbehave on purpose.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlencode

import jwt
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, SECRET = "etal-at-the-network", "between-the-two-of-them"
KEY = "the key that the network signs with, which nobody else has"


@dataclass
class Network:
    """`person` is who is signed in there; `asked` counts the calls of each path."""

    url: str = ""
    person: dict[str, Any] = field(default_factory=lambda: {"id": "109", "username": "mai"})
    odd: str = ""
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    tokens: dict[str, dict[str, Any]] = field(default_factory=dict)

    def begin_anew(self) -> None:
        """Nobody was here, and all is well."""
        self.person, self.odd = {"id": "109", "username": "mai"}, ""
        self.asked.clear()
        self.codes.clear()
        self.tokens.clear()

    def settings(self, kind: str, network: str = "mastodon.example") -> dict[str, Any]:
        """As LINKED_NETWORKS has it."""
        return {
            "kind": kind,
            "network": network,
            "name": network,
            "server": self.url,
            "client_id": CLIENT,
            "client_secret": SECRET,
        }

    @property
    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.discovery),
                *(
                    Route(path, self.authorize)
                    for path in ("/oauth/authorize", "/i/oauth2/authorize", "/authorize")
                ),
                Route("/decide", self.decide, methods=["POST"]),
                *(
                    Route(path, self.token, methods=["POST"])
                    for path in ("/oauth/token", "/2/oauth2/token", "/token")
                ),
                Route("/api/v1/accounts/verify_credentials", self.profile),
                Route("/2/users/me", self.wrapped),
                Route("/userinfo", self.userinfo),
                Route("/elsewhere", self.profile),
            ]
        )

    def discovery(self, request: Request) -> Response:
        self.asked.append(request.url.path)
        elsewhere = "http://169.254.169.254/token" if self.odd == "token elsewhere" else ""
        return JSONResponse(
            {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": elsewhere or f"{self.url}/token",
                "userinfo_endpoint": f"{self.url}/userinfo",
                "jwks_uri": f"{self.url}/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            }
        )

    def authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        good = asked.get("client_id") == CLIENT and asked.get("response_type") == "code"
        if not good or asked.get("code_challenge_method") != "S256":
            return Response("refused", 400)
        hidden = "".join(f'<input type="hidden" name="{k}" value="{v}">' for k, v in asked.items())
        return HTMLResponse(
            f'<title>Network</title><form method="post" action="/decide">{hidden}'
            '<button name="do" value="allow">Allow</button>'
            '<button name="do" value="deny">Deny</button></form>'
        )

    async def decide(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        back = {"state": form["state"]}
        if form["do"] == "allow":
            code = secrets.token_urlsafe()
            self.codes[code] = form
            back["code"] = code
        else:
            back["error"] = "access_denied"
        return RedirectResponse(f"{form['redirect_uri']}?{urlencode(back)}", 303)

    async def token(self, request: Request) -> Response:
        self.asked.append(request.url.path)
        form = dict(parse_qsl((await request.body()).decode()))
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        known = request.headers.get("authorization") == f"Basic {basic}" or (
            form.get("client_id"),
            form.get("client_secret"),
        ) == (CLIENT, SECRET)
        given = self.codes.pop(form.get("code", ""), None)
        proof = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(proof).rstrip(b"=").decode()
        if not known or given is None or challenge != given["code_challenge"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        if form.get("redirect_uri") != given["redirect_uri"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        token = secrets.token_urlsafe()
        self.tokens[token] = dict(self.person)
        answer: dict[str, Any] = {"access_token": token, "token_type": "Bearer"}
        if request.url.path == "/token":
            answer["id_token"] = self.id_token()
        return JSONResponse(answer)

    def id_token(self) -> str:
        now = int(time.time())
        said = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 60}
        said["sub"] = "somebody else" if self.odd == "two people" else self.person["id"]
        return jwt.encode(said, KEY, algorithm="HS256")

    def bearer(self, request: Request) -> dict[str, Any] | None:
        self.asked.append(request.url.path)
        return self.tokens.get(request.headers.get("authorization", "").removeprefix("Bearer "))

    def profile(self, request: Request) -> Response:
        person = self.bearer(request)
        if person is None:
            return JSONResponse({"error": "The access token is invalid"}, 401)
        if self.odd == "redirect":
            return RedirectResponse(f"{self.url}/elsewhere", 307)
        if self.odd == "nobody":
            return JSONResponse({"username": "mai"})
        if self.odd == "no json":
            return HTMLResponse("<h1>Down for maintenance</h1>")
        if self.odd == "a list":
            return JSONResponse([1, 2, 3])
        if self.odd == "endless":
            return JSONResponse({"id": "1", "note": "x" * 2_000_000})
        return JSONResponse({"acct": person["username"], "email": "mai@people.example", **person})

    def wrapped(self, request: Request) -> Response:
        person = self.bearer(request)
        return JSONResponse({"data": person}) if person else JSONResponse({}, 401)

    def userinfo(self, request: Request) -> Response:
        person = self.bearer(request)
        if person is None:
            return JSONResponse({}, 401)
        return JSONResponse(
            {
                "sub": person["id"],
                "preferred_username": person["username"],
                "email": "mai@people.example",
                "email_verified": True,
            }
        )


@contextmanager
def running() -> Iterator[Network]:
    """It answers on 127.0.0.1 as long as the block lasts."""
    network = Network()
    server = uvicorn.Server(
        uvicorn.Config(network.app, port=0, log_level="warning", timeout_graceful_shutdown=1)
    )
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < until, "the network did not start"
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    network.url = f"http://127.0.0.1:{port}"
    try:
        yield network
    finally:
        server.should_exit = True
        thread.join(timeout=20)
