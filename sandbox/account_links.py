"""Links to the onboarding page and to a merchant's dashboard, each for one visit.

https://docs.stripe.com/api/account_links and https://docs.stripe.com/api/accounts/login_link
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from sandbox import accounts, ids
from sandbox.calls import Call
from sandbox.errors import bad_parameter, invalid, missing_parameter

LASTS = 300  # seconds


def create(call: Call) -> dict[str, Any]:
    """A link to the onboarding page; it works once, within five minutes."""
    account = accounts.existing(call, call.params["account"])
    for name in ("refresh_url", "return_url"):
        check_address(call, name)
    if call.params["type"] == "account_update" and collects(account) == "stripe":
        raise bad_parameter(
            "You cannot create `account_update` type Account Links for this account.", param="type"
        )
    token = ids.token(24)
    link = {
        "id": token,
        "object": "account_link",
        "created": call.now,
        "expires_at": call.now + LASTS,
        "url": f"{call.base_url}/_sandbox/onboarding/{token}",
    }
    private = {
        "account": account["id"],
        "refresh_url": call.params["refresh_url"],
        "return_url": call.params["return_url"],
        "visited": False,
        "left": False,
    }
    call.store.save(link, private=private)
    return {name: link[name] for name in link if name != "id"}


def check_address(call: Call, name: str) -> None:
    given = call.get(name)
    if not given:
        raise missing_parameter(name)
    try:
        address = urlsplit(given)
    except ValueError:
        address = urlsplit("")
    if address.scheme not in ("http", "https") or not address.hostname:
        raise bad_parameter("Not a valid URL", param=name, code="url_invalid")


def collects(account: dict[str, Any]) -> str:
    return str(account["controller"]["requirement_collection"])


def login(call: Call) -> dict[str, Any]:
    """A link to the Express dashboard of an account that has been set up."""
    account = accounts.existing(call, call.path["account"])
    if account["controller"]["stripe_dashboard"]["type"] != "express":
        raise invalid(
            f"Cannot create a login link for an account without an Express dashboard ({account['id']}).",
            param="account",
        )
    if not account["details_submitted"]:
        raise invalid(
            "Cannot create a login link for an account that has not completed onboarding.",
            param="account",
        )
    token = ids.token(24)
    link = {
        "id": token,
        "object": "login_link",
        "created": call.now,
        "url": f"{call.base_url}/_sandbox/dashboard/{token}",
    }
    call.store.save(link, private={"account": account["id"]})
    return {name: link[name] for name in link if name != "id"}
