"""Connected accounts: made, changed, found fit or unfit, and what is told of it."""

from __future__ import annotations

import json

import pytest
import requests
import stripe

from tests.sandbox.conftest import Receiver, SandboxProcess, wait_for
from tests.sandbox.connect_cast import EXPRESS, merchant


def test_a_new_account_may_do_nothing_yet(client: stripe.StripeClient) -> None:
    account = client.v1.accounts.create(
        {**EXPRESS, "email": "lena@example.org", "metadata": {"merchant": "7"}}
    )

    assert account.id.startswith("acct_")
    assert (account.country, account.default_currency, account.type) == ("FR", "eur", "none")
    assert account.controller is not None
    assert account.controller.to_dict() == {
        "fees": {"payer": "application"},
        "is_controller": True,
        "losses": {"payments": "application"},
        "requirement_collection": "stripe",
        "stripe_dashboard": {"type": "express"},
        "type": "application",
    }
    assert account.capabilities is not None
    assert account.capabilities.to_dict() == {"transfers": "inactive"}
    assert (account.details_submitted, account.payouts_enabled) == (False, False)
    assert account.requirements is not None
    assert account.requirements.currently_due == [
        "business_type",
        "company.name",
        "external_account",
        "tos_acceptance.date",
    ]
    assert account.requirements.disabled_reason == "requirements.past_due"


def test_what_is_refused(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as country:
        client.v1.accounts.create({"country": "ZZ"})
    assert (country.value.param, country.value.code) == ("country", "country_unsupported")
    with pytest.raises(stripe.InvalidRequestError) as both:
        client.v1.accounts.create({**EXPRESS, "type": "express"})
    assert both.value.param == "type"
    with pytest.raises(stripe.InvalidRequestError) as email:
        client.v1.accounts.create({**EXPRESS, "email": "nobody"})
    assert (email.value.param, email.value.code) == ("email", "email_invalid")
    with pytest.raises(stripe.PermissionError) as missing:
        client.v1.accounts.retrieve("acct_nobody")
    assert missing.value.error is not None
    assert (missing.value.error.code, missing.value.http_status) == ("account_invalid", 403)
    with pytest.raises(stripe.InvalidRequestError) as number:
        client.v1.accounts.create(
            {
                **EXPRESS,
                "external_account": {
                    "object": "bank_account",
                    "country": "DE",
                    "currency": "eur",
                    "account_number": "DE89370400440532013001",
                },
            }
        )
    assert number.value.code == "account_number_invalid"
    assert client.v1.accounts.list().data == []


def test_changed_listed_and_deleted(client: stripe.StripeClient, sandbox: SandboxProcess) -> None:
    first, second = client.v1.accounts.create(EXPRESS).id, client.v1.accounts.create(EXPRESS).id
    updated = client.v1.accounts.update(
        first, {"business_profile": {"name": "Lena's"}, "metadata": {"merchant": "7"}}
    )
    assert updated.business_profile is not None
    assert updated.business_profile.name == "Lena's"
    assert [account.id for account in client.v1.accounts.list().data] == [second, first]
    page = client.v1.accounts.list({"limit": 1})
    assert page.has_more

    client.v1.accounts.delete(second)

    assert [account.id for account in client.v1.accounts.list().data] == [first]
    with pytest.raises(stripe.PermissionError):
        client.v1.accounts.retrieve(second)


def test_an_idempotency_key_makes_one_account(client: stripe.StripeClient) -> None:
    once = client.v1.accounts.create(EXPRESS, {"idempotency_key": "one"})
    again = client.v1.accounts.create(EXPRESS, {"idempotency_key": "one"})
    assert once.id == again.id
    assert len(client.v1.accounts.list().data) == 1


@pytest.mark.parametrize(
    ("state", "capability", "payouts", "due", "reason"),
    [
        ("complete", "active", True, [], None),
        (
            "restricted",
            "inactive",
            False,
            ["company.verification.document"],
            "requirements.past_due",
        ),
        ("pending", "pending", False, [], "requirements.pending_verification"),
        ("incomplete", "inactive", False, ["external_account"], "requirements.past_due"),
    ],
)
def test_how_the_checks_end(
    client: stripe.StripeClient,
    sandbox: SandboxProcess,
    state: str,
    capability: str,
    payouts: bool,
    due: list[str],
    reason: str | None,
) -> None:
    account = merchant(sandbox)
    sandbox.control("POST", f"accounts/{account}", {"state": state})

    found = client.v1.accounts.retrieve(account)

    assert found.payouts_enabled is payouts
    assert found.details_submitted is (state != "incomplete")
    assert found.capabilities is not None
    assert found.capabilities["transfers"] == capability
    assert found.requirements is not None
    assert set(due) <= set(found.requirements.currently_due or [])
    assert found.requirements.disabled_reason == reason
    one = client.v1.accounts.capabilities.retrieve(account, "transfers")
    assert (one.status, one.requested) == (capability, True)
    listed = client.v1.accounts.capabilities.list(account)
    assert [part.id for part in listed.data] == ["transfers"]


def test_a_capability_is_asked_for_and_given_back(
    client: stripe.StripeClient, sandbox: SandboxProcess
) -> None:
    account = merchant(sandbox)
    asked = client.v1.accounts.capabilities.update(account, "card_payments", {"requested": True})
    assert asked.status == "active"
    assert client.v1.accounts.retrieve(account).charges_enabled
    back = client.v1.accounts.capabilities.update(account, "card_payments", {"requested": False})
    assert (back.status, back.requested) == ("unrequested", False)
    with pytest.raises(stripe.InvalidRequestError) as unknown:
        client.v1.accounts.capabilities.update(account, "teleporting", {"requested": True})
    assert unknown.value.code == "resource_missing"


def test_a_change_is_told_as_a_connect_event(
    client: stripe.StripeClient, sandbox: SandboxProcess, receiver: Receiver
) -> None:
    sandbox.control("POST", "webhooks", {"connect_secret": "whsec_of_connect"})
    account = merchant(sandbox, state="incomplete")
    sandbox.control("POST", f"accounts/{account}", {"state": "complete"})
    receiver.wait("account.updated")
    place = receiver.types.index("account.updated")

    body, signature = receiver.bodies[place], receiver.signatures[place]
    event = stripe.Webhook.construct_event(body, signature, "whsec_of_connect")

    assert event.account == account
    assert event.data.object["payouts_enabled"] is True
    previous = json.loads(body)["data"]["previous_attributes"]
    assert previous["capabilities"] == {"transfers": "inactive"}
    assert client.v1.events.list({"type": "account.updated"}).data == []
    theirs = client.v1.events.list({"type": "account.updated"}, options={"stripe_account": account})
    assert [known.id for known in theirs.data] == [event.id]
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.events.retrieve(event.id)
    sandbox.control("POST", "webhooks", {"connect_secret": None})


def test_the_ordinary_secret_serves_both_where_there_is_no_other(
    client: stripe.StripeClient, sandbox: SandboxProcess, receiver: Receiver
) -> None:
    account = merchant(sandbox)
    sandbox.control("POST", f"accounts/{account}", {"state": "restricted"})
    receiver.wait("account.updated")
    place = receiver.types.index("account.updated")
    event = stripe.Webhook.construct_event(
        receiver.bodies[place], receiver.signatures[place], "whsec_of_the_tests"
    )
    assert event.account == account


def test_an_account_with_a_chosen_id(client: stripe.StripeClient, sandbox: SandboxProcess) -> None:
    wish = {"id": "acct_of_lena", "country": "DE", "state": "complete"}
    sandbox.control("POST", "accounts", wish)
    sandbox.control("POST", "accounts", {**wish, "state": "restricted"})
    account = client.v1.accounts.retrieve("acct_of_lena")
    assert (account.country, account.payouts_enabled) == ("DE", False)
    assert len(client.v1.accounts.list().data) == 1


def test_a_control_request_that_means_nothing(sandbox: SandboxProcess) -> None:
    url = f"{sandbox.url}/_sandbox/accounts"
    for path, wish, status, said in (
        ("", {"state": "happy"}, 400, "`state` must be one of: incomplete"),
        ("", {"id": "lena"}, 400, "`id` must begin with acct_."),
        ("", {"country": "ZZ"}, 400, "Country 'ZZ' is unknown"),
        ("/acct_nobody", {"state": "complete"}, 404, "No such account."),
    ):
        answer = requests.post(url + path, json=wish, timeout=10)
        assert answer.status_code == status
        assert answer.json()["error"].startswith(said)


def test_a_foreign_account_in_the_header(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.PermissionError) as refused:
        client.v1.balance.retrieve(options={"stripe_account": "acct_nobody"})
    assert refused.value.error is not None
    assert refused.value.error.code == "account_invalid"


def test_accounts_outlive_a_restart(sandbox: SandboxProcess) -> None:
    account = merchant(sandbox)
    sandbox.kill()
    sandbox.start()
    wait_for(sandbox.healthy)
    answer = requests.get(
        f"{sandbox.url}/v1/accounts/{account}", auth=("sk_test_1", ""), timeout=10
    )
    assert answer.json()["payouts_enabled"] is True
