"""A merchant's money as the tests of statements post it, and their statements as people read them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO, StringIO
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from pypdf import PdfReader

from catalogue.models import Merchant
from checkout import statement_csv, statement_pdf, statements
from checkout.ledger import Account
from checkout.models import LedgerEntry, LedgerTransaction, Order
from checkout.statements import Statement

PARIS = ZoneInfo("Europe/Paris")
NUMBERS = count(1)
Entries = Sequence[tuple[Account, int]]


def post(
    merchant: Merchant,
    kind: str,
    at: datetime,
    entries: Entries,
    *,
    order: Order | None = None,
    currency: str = "EUR",
    reference: str = "",
) -> None:
    """A transaction of the ledger as it was written at `at`; our balance at Stripe is the rest."""
    named = reference or f"ref-{next(NUMBERS)}"
    movement = LedgerTransaction(kind=kind, reference=named, order=order)
    with pytest.MonkeyPatch.context() as then:
        then.setattr(timezone, "now", lambda: at)
        movement.save()
    rest = -sum(amount for _account, amount in entries)
    for account, amount in [*entries, (Account.STRIPE, rest)]:
        mine = None if account == Account.STRIPE else merchant
        LedgerEntry.objects.create(
            transaction=movement, account=account, amount=amount, currency=currency, merchant=mine
        )


def sale(merchant: Merchant, at: datetime, gross: int, fee: int, **more: Any) -> None:
    entries = [(Account.MERCHANT, fee - gross), (Account.FEES, -fee)]
    post(merchant, "capture", at, entries, **more)


def sent(merchant: Merchant, at: datetime, amount: int, *, left_at: datetime | None) -> None:
    """A transfer that is decided upon at `at`, and left for the merchant at `left_at`."""
    decided = [(Account.MERCHANT, amount), (Account.TRANSFERS, -amount)]
    post(merchant, "transfer_owed", at, decided)
    if left_at:
        post(merchant, "transfer", left_at, [(Account.TRANSFERS, amount)])


def paris(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=PARIS)


def one(merchant: Merchant, month: str, currency: str = "EUR") -> Statement:
    return statements.find(merchant, currency=currency, month=month)


def table(statement: Statement) -> list[dict[str, str]]:
    text = "".join(statement_csv.lines(statement))
    assert text.startswith("\ufeff")
    return list(csv.DictReader(StringIO(text.removeprefix("\ufeff"))))


def printed(statement: Statement) -> str:
    pages = PdfReader(BytesIO(statement_pdf.pdf(statement))).pages
    text = " ".join(page.extract_text() for page in pages)
    return " ".join(text.replace("\u00a0", " ").split())


@pytest.fixture
def autumn(plage: Merchant, order: Order) -> Merchant:
    """A sale in September; in October a sale, a refund, a dispute, and what was sent."""
    sale(plage, paris(2025, 9, 30, 23, 59), 10_000, 500, order=order)
    sent(plage, paris(2025, 9, 30, 23, 59), 9_500, left_at=paris(2025, 10, 1, 0, 0, 1))
    sale(plage, paris(2025, 10, 2, 9, 30), 3_790, 170, order=order)
    sent(plage, paris(2025, 10, 2, 9, 30), 3_620, left_at=paris(2025, 10, 2, 9, 31))
    given = [(Account.MERCHANT, 1_900), (Account.FEES, 100)]
    post(plage, "refund_owed", paris(2025, 10, 3, 8, 0), given, order=order)
    taken = [(Account.MERCHANT, -1_900), (Account.TRANSFERS, 1_900)]
    post(plage, "reversal_owed", paris(2025, 10, 3, 8, 0), taken)
    post(plage, "reversal", paris(2025, 10, 3, 8, 1), [(Account.TRANSFERS, -1_900)])
    lost = [(Account.MERCHANT, 1_720), (Account.FEES, 70)]
    post(plage, "dispute", paris(2025, 10, 31, 23, 58), lost, order=order)
    bank = [(Account.MERCHANT, 1_500)]
    post(plage, "dispute_fee", paris(2025, 10, 31, 23, 59), bank, order=order)
    return plage
