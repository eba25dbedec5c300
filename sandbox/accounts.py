"""Connected accounts (v1). https://docs.stripe.com/api/accounts"""

from __future__ import annotations

import re
from typing import Any

from sandbox import account_states, balance_transactions, banks, currencies, listing
from sandbox.calls import Call, address, merge_metadata
from sandbox.errors import bad_parameter, invalid

COUNTRY = "US"
COUNTRIES = """
AE AT AU BE BG BR CA CH CY CZ DE DK EE ES FI FR GB GI GR HK HR HU IE IN IT JP LI LT LU LV MT MX MY NL NO
NZ PL PT RO SE SG SI SK TH US
"""
CURRENCIES = {
    "AE": "aed", "AU": "aud", "BR": "brl", "CA": "cad", "CH": "chf", "CZ": "czk", "DK": "dkk", "GB": "gbp",
    "GI": "gbp", "HK": "hkd", "HU": "huf", "IN": "inr", "JP": "jpy", "LI": "chf", "MX": "mxn", "MY": "myr",
    "NO": "nok", "NZ": "nzd", "PL": "pln", "RO": "ron", "SE": "sek", "SG": "sgd", "TH": "thb", "US": "usd",
}  # fmt: skip
# Who pays fees, who bears losses, which dashboard and who collects requirements, for the old `type`s.
OF_TYPE = {
    "standard": ("account", "stripe", "full", "stripe"),
    "express": ("application_express", "application", "express", "stripe"),
    "custom": ("application_custom", "application", "none", "application"),
}
PROFILE = """
annual_revenue estimated_worker_count mcc minority_owned_business_designation name product_description
specified_commercial_transactions_act_url support_address support_email support_phone support_url url
"""
COMPANY = ("name", "phone", "structure")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


def create(call: Call) -> dict[str, Any]:
    """Make an account that has still to be set up, by its onboarding page or by a control request."""
    account = build(call)
    apply(call, account)
    account_states.enter(account, "incomplete", now=call.now)
    call.store.save(account)
    return account


def build(call: Call, identifier: str | None = None) -> dict[str, Any]:
    """An account with its country, its controller and the capabilities that the call asks for."""
    country = call.get("country", COUNTRY).upper()
    if country not in COUNTRIES.split():
        raise bad_parameter(
            f"Country '{country}' is unknown. Try using a 2-character alphanumeric country code instead, "
            "such as 'US', 'EG', or 'GB'.",
            param="country",
            code="country_unsupported",
        )
    account = call.new("account", identifier)
    del account["livemode"]
    return {
        **account,
        "business_profile": {
            **dict.fromkeys(PROFILE.split()),
            "minority_owned_business_designation": None,
        },
        "business_type": None,
        "capabilities": {},
        "charges_enabled": False,
        "controller": controller(call),
        "country": country,
        "default_currency": CURRENCIES.get(country, "eur"),
        "details_submitted": False,
        "email": None,
        "external_accounts": listing.envelope(
            [], url=f"/v1/accounts/{account['id']}/external_accounts"
        ),
        "future_requirements": account_states.requirements(),
        "metadata": {},
        "payouts_enabled": False,
        "requirements": account_states.requirements(),
        "settings": settings(),
        "tos_acceptance": {"date": None, "ip": None, "user_agent": None},
        "type": call.get("type") or "none",
    }


def controller(call: Call) -> dict[str, Any]:
    kind, given = call.get("type"), call.get("controller") or {}
    if kind and given:
        raise bad_parameter(
            "You may not specify both `type` and `controller`. Use `controller` alone.",
            param="type",
        )
    payer, losses, dashboard, collects = OF_TYPE[kind or "standard"]
    if given:
        payer = given.get("fees", {}).get("payer", payer)
        losses = given.get("losses", {}).get("payments", losses)
        dashboard = given.get("stripe_dashboard", {}).get("type", dashboard)
        collects = given.get("requirement_collection", collects)
    if dashboard == "full" and losses == "application":
        raise bad_parameter(
            "Accounts with the full dashboard bear their own losses: controller[losses][payments] must "
            "be stripe.",
            param="controller[losses][payments]",
        )
    if dashboard == "express" and (losses == "stripe" or payer == "account"):
        raise bad_parameter(
            "When controller[stripe_dashboard][type]=express, the platform must pay fees "
            "(controller[fees][payer]=application) and be liable for losses "
            "(controller[losses][payments]=application).",
            param="controller[stripe_dashboard][type]",
        )
    return {
        "fees": {"payer": payer},
        "is_controller": True,
        "losses": {"payments": losses},
        "requirement_collection": collects,
        "stripe_dashboard": {"type": dashboard},
        "type": "application",
    }


def settings() -> dict[str, Any]:
    kana = ("statement_descriptor_kana", "statement_descriptor_kanji")
    prefixes = ("statement_descriptor_prefix_kana", "statement_descriptor_prefix_kanji")
    return {
        "bacs_debit_payments": {"display_name": None, "service_user_number": None},
        "branding": dict.fromkeys(("icon", "logo", "primary_color", "secondary_color")),
        "card_issuing": {"tos_acceptance": {"date": None, "ip": None}},
        "card_payments": {
            "decline_on": {"avs_failure": False, "cvc_failure": False},
            **dict.fromkeys(("statement_descriptor_prefix", *prefixes)),
        },
        "dashboard": {"display_name": None, "timezone": "Etc/UTC"},
        "invoices": {"default_account_tax_ids": None, "hosted_payment_method_save": None},
        "payments": dict.fromkeys(("statement_descriptor", *kana, *prefixes)),
        "payouts": {
            "debit_negative_balances": True,
            "schedule": {"delay_days": 2, "interval": "daily"},
            "statement_descriptor": None,
        },
        "sepa_debit_payments": {},
    }


def apply(call: Call, account: dict[str, Any]) -> None:
    """Carry the call's parameters over into the account; raises `StripeError` for what is refused."""
    email = call.get("email")
    if email is not None and not EMAIL.fullmatch(email):
        raise bad_parameter(f"Invalid email address: {email}", param="email", code="email_invalid")
    for name in ("business_type", "email"):
        if name in call.params:
            account[name] = call.get(name)
    if call.get("default_currency"):
        account["default_currency"] = supported(call.params["default_currency"])
    apply_profile(call, account)
    apply_company(call, account)
    for name, wish in (call.get("capabilities") or {}).items():
        account_states.request(call, account, name, wanted=wish.get("requested", False))
    if call.get("external_account"):
        banks.attach(call, account, call.params["external_account"])
    account["tos_acceptance"].update(call.get("tos_acceptance") or {})
    account["metadata"] = merge_metadata(account["metadata"], call.params.get("metadata"))


def apply_profile(call: Call, account: dict[str, Any]) -> None:
    for name, value in (call.get("business_profile") or {}).items():
        if name in account["business_profile"]:
            whole = name == "support_address" and value
            account["business_profile"][name] = address(value) if whole else value or None
    for group, given in (call.get("settings") or {}).items():
        known = account["settings"].get(group)
        if isinstance(known, dict) and isinstance(given, dict):
            known.update({name: given[name] or None for name in given if name in known})


def apply_company(call: Call, account: dict[str, Any]) -> None:
    given = call.get("company") or {}
    if given or account["business_type"] in ("company", "non_profit", "government_entity"):
        company = account_states.company_of(account)
        company.update({name: given[name] or None for name in COMPANY if name in given})
        if given.get("address"):
            company["address"] = address(given["address"])
        company["tax_id_provided"] = company["tax_id_provided"] or bool(given.get("tax_id"))


def supported(currency: str) -> str:
    code = currency.lower()
    if code not in currencies.SUPPORTED:
        raise bad_parameter(f"Invalid currency: {currency}", param="default_currency")
    return code


def existing(call: Call, identifier: str) -> dict[str, Any]:
    """An account of the platform that is there; raises Stripe's 403 otherwise.

    A connected account may also name itself.
    """
    account = call.store.find(identifier, "account")
    foreign = call.account and call.account != identifier
    if account is None or account.get("deleted") or foreign:
        raise invalid(
            f"The provided key does not have access to account '{identifier}' (or that account does not "
            "exist). Application access may have been revoked.",
            code="account_invalid",
            status=403,
        )
    return account


def retrieve(call: Call) -> dict[str, Any]:
    return existing(call, call.path["id"])


def update(call: Call) -> dict[str, Any]:
    """Change an account; Stripe tells of it with a Connect event, as of every change."""
    account = existing(call, call.path["id"])
    with account_states.told(call, account):
        apply(call, account)
        account_states.review(account)
    return account


def delete(call: Call) -> dict[str, Any]:
    """Delete an account, which must not hold money any more."""
    account = existing(call, call.path["id"])
    held = balance_transactions.sums(call, account["id"])
    if any(available or pending for available, pending in held.values()):
        raise invalid(
            f"The account {account['id']} has a balance that is not zero and cannot be deleted.",
            param="account",
        )
    gone = {"id": account["id"], "object": "account", "deleted": True}
    call.store.save(gone)
    return gone


def list_all(call: Call) -> dict[str, Any]:
    return listing.page(call, "account", ["json_extract(data, '$.deleted') IS NULL"])
