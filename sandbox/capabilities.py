"""What an account may do, one by one. https://docs.stripe.com/api/capabilities"""

from __future__ import annotations

from typing import Any

from stripe.params import AccountCreateParamsCapabilities as NAMES

from sandbox import account_states, accounts, listing
from sandbox.calls import Call
from sandbox.errors import missing_resource


def list_all(call: Call) -> dict[str, Any]:
    account = accounts.existing(call, call.path["account"])
    found = [account_states.capability(call, account, name) for name in account["capabilities"]]
    return listing.envelope(found, url=call.url)


def retrieve(call: Call) -> dict[str, Any]:
    account = accounts.existing(call, call.path["account"])
    if call.path["id"] not in account["capabilities"]:
        raise missing_resource("capability", call.path["id"], param="capability")
    return account_states.capability(call, account, call.path["id"])


def update(call: Call) -> dict[str, Any]:
    """Request a capability, or give it back."""
    account = accounts.existing(call, call.path["account"])
    name = call.path["id"]
    if name not in NAMES.__annotations__:
        raise missing_resource("capability", name, param="capability")
    if "requested" in call.params:
        with account_states.told(call, account):
            account_states.request(call, account, name, wanted=call.params["requested"])
    return account_states.capability(call, account, name)
