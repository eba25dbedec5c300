"""What an account still lacks, and what it may do: requirements and capabilities.

https://docs.stripe.com/connect/handling-api-verification and
https://docs.stripe.com/connect/account-capabilities
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sandbox import events
from sandbox.calls import Call, address

# What the onboarding page asks for, and what Stripe's checks ask for where they find fault.
DUE = ["business_type", "company.name", "external_account", "tos_acceptance.date"]
DOCUMENT = "company.verification.document"
STATES = ("incomplete", "pending", "complete", "restricted")


def requirements(
    *,
    due: list[str] | None = None,
    verifying: list[str] | None = None,
    reason: str | None = None,
    errors: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    return {
        "alternatives": [],
        "current_deadline": None,
        "currently_due": list(due or []),
        "disabled_reason": reason,
        "errors": errors or [],
        "eventually_due": list(due or []),
        "past_due": list(due or []),
        "pending_verification": list(verifying or []),
    }


def state_of(account: dict[str, Any]) -> str:
    """One of `STATES`, read from the account itself."""
    asked = account["requirements"]
    if not account["details_submitted"]:
        return "incomplete"
    if asked["pending_verification"]:
        return "pending"
    return "restricted" if asked["currently_due"] else "complete"


def enter(account: dict[str, Any], state: str, *, now: int) -> None:
    """Make the account what it is after Stripe's checks ended like this (one of `STATES`)."""
    account["details_submitted"] = state != "incomplete"
    account["payouts_enabled"] = state == "complete"
    if state != "incomplete":
        account["business_type"] = account["business_type"] or "company"
        account["tos_acceptance"]["date"] = account["tos_acceptance"]["date"] or now
    if state == "complete":
        account["requirements"] = requirements()
    elif state == "pending":
        account["requirements"] = requirements(
            verifying=[DOCUMENT], reason="requirements.pending_verification"
        )
    elif state == "restricted":
        error = {
            "code": "verification_document_not_readable",
            "reason": "The document could not be read. Upload a clear picture of all of it.",
            "requirement": DOCUMENT,
        }
        account["requirements"] = requirements(
            due=[DOCUMENT], reason="requirements.past_due", errors=[error]
        )
    else:
        account["requirements"] = requirements(
            due=[name for name in DUE if lacks(account, name)], reason="requirements.past_due"
        )
    for name in account["capabilities"]:
        account["capabilities"][name] = status_in(state)
    account["charges_enabled"] = account["capabilities"].get("card_payments") == "active"


def lacks(account: dict[str, Any], name: str) -> bool:
    if name == "external_account":
        return not account["external_accounts"]["data"]
    value: Any = account
    for step in name.split("."):
        value = (value or {}).get(step)
    return value is None


def company_of(account: dict[str, Any]) -> dict[str, Any]:
    """What is known of the business behind the account, which begins with nothing."""
    empty = {
        "address": address(None),
        "directors_provided": False,
        "executives_provided": False,
        "name": None,
        "owners_provided": False,
        "phone": None,
        "tax_id_provided": False,
        "verification": None,
    }
    company: dict[str, Any] = account.setdefault("company", empty)
    return company


def review(account: dict[str, Any]) -> None:
    """Look again at what an account that was never submitted still lacks."""
    if not account["details_submitted"]:
        enter(account, "incomplete", now=0)


def status_in(state: str) -> str:
    return {"complete": "active", "pending": "pending"}.get(state, "inactive")


def request(call: Call, account: dict[str, Any], name: str, *, wanted: bool) -> None:
    """Ask for a capability, or give it back."""
    capabilities, private = account["capabilities"], call.store.private(account["id"])
    requested = private.setdefault("requested", {})
    if wanted and name not in capabilities:
        requested[name] = call.now
        capabilities[name] = status_in(state_of(account))
    elif not wanted:
        requested.pop(name, None)
        capabilities.pop(name, None)
    account["charges_enabled"] = capabilities.get("card_payments") == "active"
    call.store.keep(account["id"], private)


@contextmanager
def told(call: Call, account: dict[str, Any]) -> Iterator[None]:
    """Save what the block changes in the account, and tell of it: `account.updated` and its kin."""
    before = copy.deepcopy(account)
    yield
    call.store.save(account)
    changed = {name: before.get(name) for name in account if before.get(name) != account[name]}
    if not changed:
        return
    here = account["id"]
    for name, status in account["capabilities"].items():
        former = before["capabilities"].get(name)
        if former is not None and former != status:
            told_of = capability(call, account, name)
            events.emit(
                call, "capability.updated", told_of, previous={"status": former}, account=here
            )
    events.emit(call, "account.updated", account, previous=changed, account=here)


def capability(call: Call, account: dict[str, Any], name: str) -> dict[str, Any]:
    """One capability as an object of its own. https://docs.stripe.com/api/capabilities"""
    requested = call.store.private(account["id"]).get("requested", {})
    asked = name in account["capabilities"]
    return {
        "id": name,
        "object": "capability",
        "account": account["id"],
        "future_requirements": requirements(),
        "requested": asked,
        "requested_at": requested.get(name),
        "requirements": account["requirements"] if asked else requirements(),
        "status": account["capabilities"].get(name, "unrequested"),
    }
