"""The onboarding page: for one visit, in plain HTML, and what was typed stays."""

from __future__ import annotations

import re

import pytest
import requests
import stripe

from tests.sandbox.conftest import Receiver, SandboxProcess
from tests.sandbox.connect_cast import EXPRESS, merchant

RETURN, REFRESH = "https://shop.example/payouts", "https://shop.example/payouts/again"
IBAN = "FR14 2004 1010 0505 0001 3M02 606"


def link_to(client: stripe.StripeClient, account: str) -> stripe.AccountLink:
    return client.v1.account_links.create(
        {
            "account": account,
            "type": "account_onboarding",
            "return_url": RETURN,
            "refresh_url": REFRESH,
        }
    )


def send(url: str, **fields: str) -> requests.Response:
    return requests.post(url, data=fields, timeout=10, allow_redirects=False)


def look(url: str, language: str = "en") -> requests.Response:
    headers = {"Accept-Language": language}
    return requests.get(url, headers=headers, timeout=10, allow_redirects=False)


def test_finished(client: stripe.StripeClient, sandbox: SandboxProcess, receiver: Receiver) -> None:
    account = client.v1.accounts.create({**EXPRESS, "email": "lena@example.org"}).id
    link = link_to(client, account)
    assert link.expires_at == link.created + 300

    page = look(link.url)

    assert page.status_code == 200
    assert "Stand-in for Stripe" in page.text
    assert "lena@example.org" in page.text
    assert "<script" not in page.text
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "https://shop.example" in policy
    answer = send(link.url, do="finish", legal_name="Atelier Léna", number=IBAN)
    assert (answer.status_code, answer.headers["Location"]) == (303, RETURN)
    done = client.v1.accounts.retrieve(account)
    assert (done.details_submitted, done.payouts_enabled) == (True, True)
    assert done.capabilities is not None
    assert done.capabilities["transfers"] == "active"
    assert done.requirements is not None
    assert (done.requirements.currently_due, done.requirements.disabled_reason) == ([], None)
    assert done.company is not None
    assert done.company.name == "Atelier Léna"
    assert done.external_accounts is not None
    (bank,) = done.external_accounts.data
    assert (bank.last4, bank["account_holder_name"]) == ("2606", "Atelier Léna")
    (told,) = receiver.wait("account.updated")
    assert told["account"] == account


def test_bad_input_is_explained_and_kept(client: stripe.StripeClient) -> None:
    account = client.v1.accounts.create(EXPRESS).id
    link = link_to(client, account)
    look(link.url)

    answer = send(link.url, do="finish", legal_name='Léna "& Co"', number="FR14 2004 1010")

    assert answer.status_code == 422
    assert "This is no valid number." in answer.text
    assert 'value="Léna &quot;&amp; Co&quot;"' in answer.text
    assert 'value="FR14 2004 1010"' in answer.text
    assert re.search(r'id="number"[^>]*aria-invalid="true"', answer.text)
    assert re.search(r'id="legal_name"[^>]*aria-invalid="false"', answer.text)
    assert client.v1.accounts.retrieve(account).details_submitted is False
    empty = send(link.url, do="finish", legal_name=" ", number="")
    assert "Enter the legal name of the business." in empty.text
    assert "Enter the IBAN or account number" in empty.text
    assert send(link.url, do="finish", legal_name="Léna", number=IBAN).status_code == 303


def test_saved_for_later(client: stripe.StripeClient) -> None:
    account = client.v1.accounts.create(EXPRESS).id
    link = link_to(client, account)
    look(link.url)

    answer = send(link.url, do="save", legal_name="Léna", number="unfinished")

    assert (answer.status_code, answer.headers["Location"]) == (303, RETURN)
    assert client.v1.accounts.retrieve(account).details_submitted is False
    again = look(link_to(client, account).url)
    assert 'value="Léna"' in again.text
    assert 'value="unfinished"' in again.text


def test_a_used_link_asks_for_a_new_one(client: stripe.StripeClient) -> None:
    link = link_to(client, client.v1.accounts.create(EXPRESS).id)
    assert requests.head(link.url, timeout=10).status_code == 200
    assert look(link.url).status_code == 200
    second = look(link.url)
    assert (second.status_code, second.headers["Location"]) == (303, REFRESH)
    send(link.url, do="finish", legal_name="Léna", number="000123456789")
    third = send(link.url, do="finish", legal_name="Noor", number="000123456789")
    assert (third.status_code, third.headers["Location"]) == (303, REFRESH)


def test_an_old_link_asks_for_a_new_one(
    client: stripe.StripeClient, sandbox: SandboxProcess
) -> None:
    link = link_to(client, client.v1.accounts.create(EXPRESS).id)
    token = link.url.rsplit("/", 1)[1]
    sandbox.control("POST", f"onboarding/{token}/expire")
    old = look(link.url)
    assert (old.status_code, old.headers["Location"]) == (303, REFRESH)


def test_in_french(client: stripe.StripeClient) -> None:
    link = link_to(client, client.v1.accounts.create(EXPRESS).id)
    page = look(link.url, "fr-FR,fr;q=0.9,en;q=0.5")
    assert '<html lang="fr">' in page.text
    assert "Préparez vos versements" in page.text


def test_a_link_that_leads_nowhere(sandbox: SandboxProcess) -> None:
    page = look(f"{sandbox.url}/_sandbox/onboarding/none")
    assert page.status_code == 404
    assert "Go back to the shop" in page.text


def test_what_a_link_needs(client: stripe.StripeClient, sandbox: SandboxProcess) -> None:
    account = merchant(sandbox)
    with pytest.raises(stripe.InvalidRequestError) as missing:
        client.v1.account_links.create({"account": account, "type": "account_onboarding"})
    assert (missing.value.param, missing.value.code) == ("refresh_url", "parameter_missing")
    with pytest.raises(stripe.InvalidRequestError) as address:
        client.v1.account_links.create(
            {
                "account": account,
                "type": "account_onboarding",
                "refresh_url": "javascript:alert(1)",
                "return_url": RETURN,
            }
        )
    assert (address.value.param, address.value.code) == ("refresh_url", "url_invalid")
    with pytest.raises(stripe.InvalidRequestError) as kind:
        client.v1.account_links.create(
            {
                "account": account,
                "type": "account_update",
                "refresh_url": REFRESH,
                "return_url": RETURN,
            }
        )
    assert kind.value.param == "type"


def test_a_login_link(client: stripe.StripeClient, sandbox: SandboxProcess) -> None:
    account = merchant(sandbox)
    page = look(client.v1.accounts.login_links.create(account).url)
    assert page.status_code == 200
    assert account in page.text
    with pytest.raises(stripe.InvalidRequestError, match="has not completed onboarding"):
        client.v1.accounts.login_links.create(merchant(sandbox, state="incomplete"))
