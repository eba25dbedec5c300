"""Two presses of Connect at once make one account; of two answers the later one stays."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection, transaction
from django.utils import timezone

from catalogue.models import Merchant
from checkout import payout_accounts
from checkout.payout_accounts import Answer
from stack.waiting import wait_until
from tests.buying import Sandbox
from tests.races.crowd import at_once, waiting

PAGES = {"return_url": "https://etal.example/back/", "refresh_url": "https://etal.example/again/"}
PRESSES = 8


@pytest.mark.django_db(transaction=True)
def test_many_presses_at_once_make_one_account(sandbox: Sandbox, plage: Merchant) -> None:
    Merchant.objects.filter(pk=plage.pk).update(stripe_account_id="", payable=False)
    before = len(sandbox.get("/v1/accounts")["data"])
    press = partial(_connect, plage.pk)
    answers = at_once([press] * PRESSES)
    plage.refresh_from_db()
    made = [each["id"] for each in sandbox.get("/v1/accounts", limit=100)["data"]]
    assert len(made) == before + 1
    assert plage.stripe_account_id in made
    # Each was led to Stripe, but for those whom Stripe told that another is at it.
    assert {type(answer).__name__ for answer in answers} <= {"str", "KeyInUse"}
    assert any(isinstance(answer, str) for answer in answers)


def _connect(merchant_pk: int) -> str:
    return payout_accounts.connect(Merchant.objects.get(pk=merchant_pk), **PAGES)


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_the_later_question_counts(plage: Merchant) -> None:
    """Both wait for the merchant while a third one holds it, whoever of them is let in first."""
    now = timezone.now()
    older, newer = Answer(True, "", now), Answer(False, "external_account", now + timedelta(1))
    for first, second in ((older, newer), (newer, older)):
        Merchant.objects.filter(pk=plage.pk).update(
            account_asked_at=None, payable=True, payout_problem=""
        )
        with ThreadPoolExecutor(2) as pool:
            with transaction.atomic():
                Merchant.objects.select_for_update().get(pk=plage.pk)
                jobs = [pool.submit(_apply, plage.pk, first)]
                wait_until(lambda: waiting() == 1, seconds=30, otherwise="nobody waits")
                jobs.append(pool.submit(_apply, plage.pk, second))
                wait_until(lambda: waiting() == 2, seconds=30, otherwise="only one waits")
            for job in jobs:
                job.result()
        plage.refresh_from_db()
        assert (plage.payable, plage.payout_problem) == (False, "external_account")


def _apply(merchant_pk: int, answer: Answer) -> None:
    try:
        payout_accounts.apply(merchant_pk, answer)
    finally:
        connection.close()
