"""`/_sandbox/accounts` and `/_sandbox/payouts`: what else only Stripe itself or a bank can do."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox import account_states, accounts, currencies, ids, payouts
from sandbox.api import Sandbox
from sandbox.calls import Call
from sandbox.control import body_of, of, refused
from sandbox.errors import StripeError
from sandbox.faults import BadFault

MEMBERS = {"id", "country", "state", "email"}


def call_of(sandbox: Sandbox, request: Request) -> Call:
    call = Call(store=sandbox.store, settings=sandbox.settings, faults=sandbox.faults)
    call.base_url = str(request.base_url).rstrip("/")
    return call


async def make_account(request: Request) -> Response:
    """Make an account with a chosen id, in one of the states that Stripe's checks end in.

    `{"id": "acct_...", "country": "FR", "state": "complete"}`; one that is there already is put into
    that state.
    """
    sandbox = of(request)
    try:
        given = await body_of(request)
        problem = bad_account(given)
        if problem:
            return refused(problem)
        call = call_of(sandbox, request)
        with sandbox.store.transaction():
            account = chosen(call, given)
    except BadFault as error:
        return refused(str(error))
    except StripeError as error:
        return refused(error.detail["message"])
    sandbox.background.wake()
    return JSONResponse({"account": account}, 201)


def bad_account(given: Any) -> str | None:
    """What is wrong with the wish for an account, as a sentence."""
    if not isinstance(given, dict) or set(given) - MEMBERS:
        return f"Send a JSON object with these members: {', '.join(sorted(MEMBERS))}."
    identifier = given.get("id", "acct_1")
    if not isinstance(identifier, str) or not identifier.startswith("acct_"):
        return "`id` must begin with acct_."
    if given.get("state", "complete") not in account_states.STATES:
        return f"`state` must be one of: {', '.join(account_states.STATES)}."
    return None


def chosen(call: Call, given: dict[str, Any]) -> dict[str, Any]:
    identifier, state = given.get("id") or ids.new("account"), given.get("state", "complete")
    known = call.store.find(identifier, "account")
    if known is not None and not known.get("deleted"):
        return put(call, known, state)
    wanted = {"capabilities": {"transfers": {"requested": True}}, "controller": EXPRESS}
    call.params = {
        **wanted,
        **{name: given[name] for name in ("country", "email") if name in given},
    }
    account = accounts.build(call, identifier)
    accounts.apply(call, account)
    account_states.enter(account, state, now=call.now)
    call.store.save(account)
    return account


EXPRESS = {
    "fees": {"payer": "application"},
    "losses": {"payments": "application"},
    "stripe_dashboard": {"type": "express"},
}


def put(call: Call, account: dict[str, Any], state: str) -> dict[str, Any]:
    with account_states.told(call, account):
        account_states.enter(account, state, now=call.now)
    return account


async def change_account(request: Request) -> Response:
    """`{"state": "restricted"}` ends Stripe's checks so; `{"pay_out": true}` empties the balance."""
    sandbox = of(request)
    try:
        given = await body_of(request)
    except BadFault as error:
        return refused(str(error))
    account = sandbox.store.find(request.path_params["account"], "account")
    if account is None or account.get("deleted"):
        return refused("No such account.", 404)
    state, pay_out = given.get("state"), given.get("pay_out", False)
    if set(given) - {"state", "pay_out"} or not (state or pay_out):
        return refused("Send `state`, or `pay_out` as true.")
    if state is not None and state not in account_states.STATES:
        return refused(f"`state` must be one of: {', '.join(account_states.STATES)}.")
    call = call_of(sandbox, request)
    with sandbox.store.transaction():
        if state is not None:
            account = put(call, account, state)
        paid = payouts.empty(call, account["id"]) if pay_out is True else []
    sandbox.background.wake()
    return JSONResponse({"account": account, "payouts": paid})


async def make_payout(request: Request) -> Response:
    """Pay the platform's money out to its bank: `{"currency": "eur", "amount": 5000}`."""
    sandbox = of(request)
    try:
        given = await body_of(request)
    except BadFault as error:
        return refused(str(error))
    currency, amount = given.get("currency"), given.get("amount")
    if currency not in currencies.SUPPORTED:
        return refused("`currency` must be one that Stripe has, such as eur.")
    if not isinstance(amount, int) or isinstance(amount, bool) or amount < 1:
        return refused("`amount` must be a whole number of minor units, at least 1.")
    call = call_of(sandbox, request)
    try:
        with sandbox.store.transaction():
            payout = payouts.make(call, currency=currency, amount=amount)
    except StripeError as error:
        return refused(error.detail["message"])
    sandbox.background.wake()
    return JSONResponse({"payout": payout}, 201)


async def expire_link(request: Request) -> Response:
    """Let the time of a link to the onboarding page be over."""
    sandbox = of(request)
    link = sandbox.store.find(request.path_params["token"], "account_link")
    if link is None:
        return refused("No such link.", 404)
    with sandbox.store.transaction():
        sandbox.store.save({**link, "expires_at": link["created"] - 1})
    return JSONResponse({"expired": True})
