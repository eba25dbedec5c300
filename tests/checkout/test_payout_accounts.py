"""A merchant's account at Stripe: opened once, asked about, and what of the answers is kept."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from catalogue import merchants
from catalogue.merchants import MerchantError
from catalogue.models import Merchant, PayoutEvent
from checkout import gateway, payout_accounts, sweeps
from checkout.gateway import Account
from checkout.models import StripeEvent
from checkout.payout_accounts import Answer, NotConnected, answer_of
from tests.buying import Sandbox, open_shop, signed

PAGES = {"return_url": "https://etal.example/back/", "refresh_url": "https://etal.example/again/"}


@pytest.fixture
def newcomer(db: None) -> Merchant:
    """A shop that is open and has no account yet."""
    merchant = open_shop("newcomer")
    Merchant.objects.filter(pk=merchant.pk).update(stripe_account_id="", payable=False)
    merchant.refresh_from_db()
    return merchant


def facts(merchant: Merchant) -> tuple[bool, str, bool]:
    merchant.refresh_from_db()
    return merchant.payable, merchant.payout_problem, merchant.sells


def told(merchant: Merchant) -> list[tuple[bool, str]]:
    return list(merchant.payout_history.values_list("payable", "problem"))


def account(**words: object) -> Account:
    whole = {
        "id": "acct_1",
        "payouts_enabled": True,
        "transfers": "active",
        "currently_due": (),
        "disabled_reason": "",
    }
    return Account(**(whole | words))


def test_nobody_is_payable_without_an_account(plage: Merchant) -> None:
    shop = Merchant.objects.filter(pk=plage.pk)
    with pytest.raises(IntegrityError, match="payable_has_account"), transaction.atomic():
        shop.update(stripe_account_id="")
    assert shop.update(stripe_account_id="", payable=False) == 1


def test_an_open_shop_sells_once_stripe_pays_and_no_other(plage: Merchant) -> None:
    for status, payable, sells in (
        ("active", True, True),
        ("active", False, False),
        ("pending", True, False),
        ("suspended", True, False),
    ):
        Merchant.objects.filter(pk=plage.pk).update(status=status, payable=payable)
        plage.refresh_from_db()
        assert (plage.sells, plage.is_paused) == (sells, status == "active" and not payable)


def test_a_shop_is_connected_once_and_led_to_stripes_page(
    sandbox: Sandbox, newcomer: Merchant
) -> None:
    first = payout_accounts.connect(newcomer, **PAGES)
    second = payout_accounts.connect(newcomer, **PAGES)
    assert first.startswith(sandbox.url)
    assert second != first
    newcomer.refresh_from_db()
    there = sandbox.get(f"/v1/accounts/{newcomer.stripe_account_id}")
    assert there["metadata"] == {"merchant": str(newcomer.public_id)}
    assert (there["country"], there["controller"]["stripe_dashboard"]["type"]) == ("FR", "express")
    assert list(there["capabilities"]) == ["transfers"]
    assert sandbox.get("/v1/accounts")["data"][0]["id"] == newcomer.stripe_account_id
    assert newcomer.connected_at is not None
    assert facts(newcomer)[0] is False


def test_an_account_whose_opening_was_not_heard_of_is_found_again(
    sandbox: Sandbox, newcomer: Merchant
) -> None:
    sandbox.fault("drop_after", "accounts.create", times=2)
    with pytest.raises(gateway.Unknown):
        payout_accounts.connect(newcomer, **PAGES)
    newcomer.refresh_from_db()
    assert newcomer.stripe_account_id == ""
    payout_accounts.connect(newcomer, **PAGES)
    made = [each["id"] for each in sandbox.get("/v1/accounts")["data"] if each["metadata"]]
    assert made == [newcomer.stripe_account_id]


def test_a_country_that_changes_during_the_opening_keeps_no_account(
    sandbox: Sandbox, newcomer: Merchant
) -> None:
    Merchant.objects.filter(pk=newcomer.pk).update(country="DE")
    with pytest.raises(MerchantError, match="changed just now"):
        payout_accounts.connect(newcomer, **PAGES)
    newcomer.refresh_from_db()
    assert newcomer.stripe_account_id == ""


def test_a_shop_that_has_an_account_is_given_no_other(sandbox: Sandbox, plage: Merchant) -> None:
    sandbox.account("acct_other")
    assert payout_accounts.adopt(plage, "acct_other").stripe_account_id == "acct_plage"


def test_the_country_of_an_account_stays(plage: Merchant, newcomer: Merchant) -> None:
    with pytest.raises(MerchantError, match="one of FR, and stays so"):
        merchants.edit(plage, fields={"country": "DE"})
    plage.refresh_from_db()
    assert plage.country == "FR"
    assert merchants.edit(plage, fields={"country": "FR"}).country == "FR"
    assert merchants.edit(newcomer, fields={"country": "DE"}).country == "DE"


def test_no_field_of_an_account_is_edited_by_hand(plage: Merchant) -> None:
    for name in ("stripe_account_id", "payable", "payout_problem", "currency"):
        with pytest.raises(MerchantError):
            merchants.edit(plage, fields={name: "x"})


def test_two_shops_never_share_an_account(plage: Merchant, newcomer: Merchant) -> None:
    with pytest.raises(IntegrityError):
        Merchant.objects.filter(pk=newcomer.pk).update(stripe_account_id="acct_plage")


@pytest.mark.parametrize(
    ("state", "kept"),
    [
        ("complete", (True, "", True)),
        ("restricted", (False, "company.verification.document", False)),
        ("pending", (False, "requirements.pending_verification", False)),
    ],
)
def test_what_stripe_says_is_kept_with_its_history(
    sandbox: Sandbox, newcomer: Merchant, state: str, kept: tuple[bool, str, bool]
) -> None:
    sandbox.account("acct_newcomer", state)
    payout_accounts.adopt(newcomer, "acct_newcomer")
    assert facts(newcomer) == kept
    payout_accounts.refresh(newcomer.pk)
    assert told(newcomer) == [kept[:2]]


def test_an_account_that_stripe_does_not_know_sells_nothing(
    sandbox: Sandbox, plage: Merchant
) -> None:
    Merchant.objects.filter(pk=plage.pk).update(stripe_account_id="acct_gone")
    payout_accounts.refresh(plage.pk)
    assert facts(plage) == (False, "account_invalid", False)


def test_stripe_that_does_not_answer_changes_nothing(sandbox: Sandbox, plage: Merchant) -> None:
    sandbox.fault("drop", "accounts.retrieve", times=2)
    with pytest.raises(gateway.Unknown):
        payout_accounts.refresh(plage.pk)
    assert facts(plage) == (True, "", True)
    assert not PayoutEvent.objects.exists()


def test_a_machine_whose_clock_is_behind_is_heard_too(
    sandbox: Sandbox, plage: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.account("acct_plage", "complete")
    payout_accounts.refresh(plage.pk)
    sandbox.account("acct_plage", "restricted")
    behind = SimpleNamespace(now=lambda: timezone.now() - timedelta(minutes=1))
    monkeypatch.setattr(payout_accounts, "timezone", behind)
    payout_accounts.refresh(plage.pk)
    assert facts(plage) == (False, "company.verification.document", False)


def test_an_answer_to_an_older_question_opens_no_shop_again(plage: Merchant) -> None:
    now = timezone.now()
    payout_accounts.apply(plage.pk, Answer(False, "external_account", now))
    payout_accounts.apply(plage.pk, Answer(True, "", now - timedelta(seconds=2)))
    assert facts(plage) == (False, "external_account", False)
    payout_accounts.apply(plage.pk, Answer(True, "", now + timedelta(seconds=2)))
    assert facts(plage) == (True, "", True)
    assert told(plage) == [(False, "external_account"), (True, "")]


@pytest.mark.parametrize(
    ("words", "payable", "problem"),
    [
        ({}, True, ""),
        ({"transfers": "pending"}, False, "requirements.pending_verification"),
        ({"payouts_enabled": False}, False, "requirements.pending_verification"),
        (
            {"payouts_enabled": False, "currently_due": ("external_account",)},
            False,
            "external_account",
        ),
        ({"transfers": "inactive", "disabled_reason": "under_review"}, False, "under_review"),
        (
            {
                "transfers": "inactive",
                "currently_due": ("external_account",),
                "disabled_reason": "rejected.fraud",
            },
            False,
            "rejected.fraud",
        ),
        # Paid for now, with something to give in time.
        ({"currently_due": ("company.tax_id",)}, True, "company.tax_id"),
    ],
)
def test_both_the_capability_and_the_payouts_count(
    words: dict[str, object], payable: bool, problem: str
) -> None:
    answer = answer_of(account(**words), asked_at=timezone.now())
    assert (answer.payable, answer.problem) == (payable, problem)


def test_as_many_of_stripes_wishes_are_kept_as_fit(plage: Merchant) -> None:
    wishes = tuple(f"person_{number}.verification.document" for number in range(60))
    answer = answer_of(account(transfers="inactive", currently_due=wishes), asked_at=timezone.now())
    payout_accounts.apply(plage.pk, answer)
    plage.refresh_from_db()
    # 10 of 30 signs, 21 of 31, and what stands between them; 1000 is the most.
    assert plage.payout_problem == " ".join(wishes[:31])
    assert len(plage.payout_problem) == 981


def test_whoever_waits_is_asked_about_soon_and_others_once_a_day(plage: Merchant) -> None:
    now = timezone.now()
    Merchant.objects.filter(pk=plage.pk).update(connected_at=now)
    for payable, connected, wait in (
        (False, now, timedelta(minutes=3)),
        (False, now - timedelta(days=8), timedelta(days=1)),
        (True, now, timedelta(days=1)),
    ):
        Merchant.objects.filter(pk=plage.pk).update(connected_at=connected)
        found = payout_accounts.apply(plage.pk, Answer(payable, "", now))
        assert found.account_check_at == now + wait


def test_the_sweep_asks_about_those_that_are_due(
    sandbox: Sandbox, plage: Merchant, rayon: Merchant
) -> None:
    now = timezone.now()
    sandbox.account("acct_plage", "restricted")
    sandbox.account("acct_rayon", "restricted")
    Merchant.objects.filter(pk=plage.pk).update(account_check_at=now)
    Merchant.objects.filter(pk=rayon.pk).update(account_check_at=now + timedelta(hours=1))
    assert sweeps.accounts_due() == 1
    assert facts(plage)[0] is False
    assert facts(rayon)[0] is True
    assert sweeps.accounts_due() == 0


# Events ----------------------------------------------------------------------------------------
def event(account_id: str, type_: str = "account.updated", **more: object) -> dict[str, object]:
    thing = {"id": account_id, "object": "account"}
    return {"id": "evt_1", "type": type_, "data": {"object": thing}, **more}


def post(client: Client, body: dict[str, object], **how: object) -> tuple[int, str]:
    response = client.post("/webhooks/stripe/", **signed(body, **how))
    return response.status_code, response.content.decode().strip()


def test_an_event_of_an_account_is_looked_up_and_carried_over(
    sandbox: Sandbox, client: Client, plage: Merchant
) -> None:
    sandbox.account("acct_plage", "restricted")
    assert post(client, event("acct_plage", account="acct_plage")) == (200, "kept")
    sweeps.process(StripeEvent.objects.get().pk)
    assert facts(plage) == (False, "company.verification.document", False)
    assert StripeEvent.objects.get().processed_at is not None


def test_an_event_of_somebody_elses_account_is_left_alone(
    sandbox: Sandbox, client: Client, plage: Merchant
) -> None:
    assert post(client, event("acct_of_nobody", account="acct_of_nobody")) == (200, "kept")
    sweeps.process(StripeEvent.objects.get().pk)
    assert StripeEvent.objects.get().last_error == "not of this shop"
    assert facts(plage) == (True, "", True)


def test_a_merchants_own_payments_are_none_of_ours(client: Client, plage: Merchant) -> None:
    body = event("pi_1", "payment_intent.succeeded", account="acct_plage")
    assert post(client, body) == (200, "not needed")
    assert not StripeEvent.objects.exists()


def test_an_endpoint_for_accounts_may_have_a_secret_of_its_own(
    client: Client, plage: Merchant, settings
) -> None:
    body = event("acct_plage", account="acct_plage")
    other = {"secret": "whsec_of_the_other_endpoint"}
    assert post(client, body, **other)[0] == 400
    settings.STRIPE_CONNECT_WEBHOOK_SECRET = "whsec_of_the_other_endpoint"
    assert post(client, body, **other) == (200, "kept")
    assert post(client, body) == (200, "known")
    assert post(client, body, secret="whsec_of_a_forger")[0] == 400
    assert post(client, body, age=600, **other)[0] == 400


def test_without_an_account_there_is_nothing_to_ask(newcomer: Merchant) -> None:
    with pytest.raises(NotConnected):
        payout_accounts.refresh(newcomer.pk)
    with pytest.raises(NotConnected):
        payout_accounts.dashboard(newcomer)
    with pytest.raises(NotConnected):
        payout_accounts.settle("", event_pk=0)
