"""The pages that a merchant sees of Stripe: onboarding, and a view of the account.

They work without a script. What the onboarding page does to the account is what Stripe's checks would.
"""

from __future__ import annotations

import html
from string import Template
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sandbox import account_states, balance_transactions, banks, currencies
from sandbox.api import Sandbox
from sandbox.calls import Call
from sandbox.onboarding_texts import texts_for
from sandbox.pages import FOLDER, HEADERS

LONGEST_NAME = 100


def page(request: Request, name: str, words: dict[str, str], *, status: int = 200) -> Response:
    """A page of the folder with its texts in the visitor's language; every value is escaped here."""
    texts = texts_for(request.headers.get("accept-language", ""))
    values = {key: html.escape(text) for key, text in {**texts, **words}.items()}
    text = Template((FOLDER / "onboarding" / name).read_text()).substitute(values)
    targets = " ".join({"'self'", *words.get("targets", "").split()})
    policy = (
        f"default-src 'none'; style-src 'self'; form-action {targets}; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
    headers = {**HEADERS, "Content-Security-Policy": policy, "Cache-Control": "no-store"}
    return Response(text, status, headers, media_type="text/html")


def nowhere(request: Request) -> Response:
    return page(request, "nowhere.html", {}, status=404)


def origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def call_of(request: Request) -> Call:
    sandbox: Sandbox = request.app.state.sandbox
    return Call(store=sandbox.store, settings=sandbox.settings, faults=sandbox.faults)


async def show(request: Request) -> Response:
    """The form, for the first visit of a link that still lasts; else off to its `refresh_url`."""
    call, token = call_of(request), request.path_params["token"]
    link = call.store.find(token, "account_link")
    if link is None:
        return nowhere(request)
    private = call.store.private(token)
    account = call.store.get(private["account"])
    if request.method == "HEAD":
        return Response(headers=HEADERS)
    if private["visited"] or call.now > link["expires_at"] or account.get("deleted"):
        return RedirectResponse(private["refresh_url"], 303)
    with call.store.transaction():
        call.store.keep(token, {**private, "visited": True})
    return form(request, private, account, typed=call.store.private(account["id"]).get("draft", {}))


async def take(request: Request) -> Response:
    """What the form sends: finish, or leave for later; then back to the shop."""
    call, token = call_of(request), request.path_params["token"]
    link = call.store.find(token, "account_link")
    if link is None:
        return nowhere(request)
    private = call.store.private(token)
    account = call.store.get(private["account"])
    if private["left"] or account.get("deleted"):
        return RedirectResponse(private["refresh_url"], 303)
    sent = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
    typed = {name: sent.get(name, "")[:200] for name in ("legal_name", "number")}
    finished = sent.get("do") == "finish"
    problems = problems_of(typed) if finished else {}
    if problems:
        return form(request, private, account, typed=typed, problems=problems)
    with call.store.transaction():
        kept = {**call.store.private(account["id"]), "draft": typed}
        call.store.keep(account["id"], kept)
        call.store.keep(token, {**private, "visited": True, "left": True})
        if finished:
            complete(call, account, typed)
    sandbox: Sandbox = request.app.state.sandbox
    sandbox.background.wake()
    return RedirectResponse(private["return_url"], 303)


def problems_of(typed: dict[str, str]) -> dict[str, str]:
    """Which field has what wrong with it, as names of texts."""
    problems = {}
    name, number = typed["legal_name"].strip(), banks.plain(typed["number"])
    if not name:
        problems["legal_name"] = "name_missing"
    elif len(name) > LONGEST_NAME:
        problems["legal_name"] = "name_long"
    if not number:
        problems["number"] = "number_missing"
    elif not banks.is_possible(number):
        problems["number"] = "number_wrong"
    return problems


def complete(call: Call, account: dict[str, Any], typed: dict[str, str]) -> None:
    """Take over what was typed and find everything in order."""
    name = typed["legal_name"].strip()
    bank = {"account_number": typed["number"], "account_holder_name": name}
    with account_states.told(call, account):
        account["business_type"] = account["business_type"] or "company"
        account_states.company_of(account)["name"] = name
        banks.attach(call, account, bank)
        account_states.enter(account, "complete", now=call.now)


def form(
    request: Request,
    private: dict[str, Any],
    account: dict[str, Any],
    *,
    typed: dict[str, str],
    problems: dict[str, str] | None = None,
) -> Response:
    """The form with what was typed, and what is wrong with it where something is."""
    texts = texts_for(request.headers.get("accept-language", ""))
    wrong = problems or {}
    words = {
        "action": request.url.path,
        "account": account["id"],
        "email": account["email"] or "",
        "legal_name": typed.get("legal_name", ""),
        "number": typed.get("number", ""),
        "problem": texts["problem"] if wrong else "",
        "title_now": f"{texts['problem_short']}: {texts['title']}" if wrong else texts["title"],
        "targets": f"{origin(private['return_url'])} {origin(private['refresh_url'])}",
    }
    for name in ("legal_name", "number"):
        words[f"{name}_problem"] = texts[wrong[name]] if name in wrong else ""
        words[f"{name}_invalid"] = "true" if name in wrong else "false"
    return page(request, "form.html", words, status=422 if wrong else 200)


async def dashboard(request: Request) -> Response:
    """What the Express dashboard would show first: the balance."""
    call = call_of(request)
    link = call.store.find(request.path_params["token"], "login_link")
    if link is None:
        return nowhere(request)
    account = call.store.private(link["id"])["account"]
    held = balance_transactions.sums(call, account)
    lines = [
        f"{currencies.show(available + pending, currency)} {currency.upper()}"
        for currency, (available, pending) in sorted(held.items())
    ]
    return page(
        request, "dashboard.html", {"account": account, "held": ", ".join(lines) or "0.00 EUR"}
    )
