"""What browsers load from the stand-in: the script, the frames it opens, a receipt."""

from __future__ import annotations

import html
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from sandbox import currencies
from sandbox.api import Sandbox

FOLDER = Path(__file__).parent / "browser"
SCRIPT_PARTS = ("frames.js", "dialogue.js", "elements.js", "wallet.js", "stripe.js")
RELEASES = ("acacia", "basil", "clover", "dahlia", "endive")
TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}
ASSETS = (
    "payment.html",
    "payment.js",
    "payment.css",
    "card.js",
    "texts.js",
    "three_d_secure.js",
    "three_d_secure.css",
    "wallet.html",
    "wallet.js",
    "wallet.css",
    "onboarding.css",
)
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; font-src *; "
    "base-uri 'none'; form-action 'none'; frame-ancestors *"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
# Frames read their client secret from the address, which must not travel on; hence no-referrer.


def script(request: Request) -> Response:
    """Stripe.js' stand-in: `/v3/` or a release's `/endive/stripe.js`."""
    release = request.path_params.get("release", "v3")
    if release not in ("v3", *RELEASES):
        return PlainTextResponse("No such release of the script.", 404)
    parts = [(FOLDER / "host" / name).read_text() for name in SCRIPT_PARTS]
    version = "3" if release == "v3" else f'"{release}"'
    text = "(function () {\n'use strict';\n"
    text += f"const RELEASE = {version};\n" + "\n".join(parts) + "})();\n"
    headers = {"Cache-Control": "no-cache", "Access-Control-Allow-Origin": "*"}
    return Response(text, headers=headers, media_type="text/javascript")


def asset(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in ASSETS:
        return PlainTextResponse("No such file.", 404)
    file = FOLDER / "frames" / name
    return Response(file.read_text(), headers=HEADERS, media_type=TYPES[file.suffix])


def three_d_secure(request: Request) -> Response:
    """The bank's page: in a frame over the shop, or after a redirect."""
    text = (FOLDER / "frames" / "three_d_secure.html").read_text()
    return Response(text, headers=HEADERS, media_type="text/html")


def receipt(request: Request) -> Response:
    sandbox: Sandbox = request.app.state.sandbox
    charge = sandbox.store.find(request.path_params["charge"], "charge")
    if charge is None:
        return PlainTextResponse("No such charge.", 404)
    amount = currencies.show(charge["amount"], charge["currency"])
    what = html.escape(charge["description"] or "Payment")
    text = (
        "<!doctype html><html lang=en><title>Receipt</title>"
        f"<h1>{what}</h1><p>{amount} {charge['currency'].upper()}</p><p>{charge['id']}</p>"
    )
    return Response(text, headers=HEADERS, media_type="text/html")


def index(request: Request) -> Response:
    """Where to look: a person who opens the address in a browser lands here."""
    sandbox: Sandbox = request.app.state.sandbox
    return JSONResponse(
        {
            "about": "A local stand-in for Stripe; see sandbox/README.md.",
            "api_version": sandbox.settings.api_version,
            "look": ["/_sandbox/state", "/_sandbox/webhooks", "/_sandbox/faults", "/v3/"],
        }
    )
