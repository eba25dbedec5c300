"""The nightly check of the stock: what was changed by hand is found, and what is right is not."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import OutgoingMail, User
from catalogue import stock
from catalogue.models import StockItem, StockMovement, Variant
from checkout import stock_checks
from checkout.models import Order, ReconciliationFinding, StockCheck
from checkout.reconciliation_findings import dismiss
from tests.reconciliation.conftest import findings

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf(flipflops: Variant) -> Variant:
    """Its pieces came with a movement, as all do outside of tests."""
    held = StockItem.objects.get(pk=flipflops.pk).on_hand
    StockMovement.objects.create(variant=flipflops, reason="received", before=0, after=held)
    return flipflops


@pytest.fixture(autouse=True)
def operator(db: None) -> User:
    return User.objects.create_superuser(
        "stock@etal.example", handle="books", display_name="Books", password="x"
    )


def check() -> StockCheck:
    return stock_checks.run(stock_checks.begin())


def letters() -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(kind="reconciliation.findings").order_by("pk"))


def test_what_was_done_by_our_verbs_adds_up(shelf: Variant, order: Order) -> None:
    stock.adjust(shelf, delta=-1, reason=StockMovement.Reason.DAMAGED, actor=None)
    stock.restock({shelf.pk: 3}, reference="1001")
    stock.stocktake({shelf.pk: 40})
    assert StockItem.objects.get(pk=shelf.pk).reserved > 0
    assert check().ended_at is not None
    assert findings() == []
    assert letters() == []


def test_pieces_without_a_movement_are_found_and_mailed_once(shelf: Variant) -> None:
    held = StockItem.objects.get(pk=shelf.pk).on_hand
    StockItem.objects.filter(pk=shelf.pk).update(on_hand=held + 2)
    assert check().found == 1
    assert findings() == [("stock_on_hand", "open", held, held + 2)]
    finding = ReconciliationFinding.objects.get()
    assert (finding.object_id, finding.detail) == (str(shelf.public_id), shelf.sku)
    check()
    [letter] = letters()
    assert letter.to == "stock@etal.example"
    assert f"{shelf.public_id}: {held} → {held + 2}" in letter.text


def test_pieces_reserved_for_no_order_are_found(shelf: Variant, order: Order) -> None:
    reserved = StockItem.objects.get(pk=shelf.pk).reserved
    StockItem.objects.filter(pk=shelf.pk).update(reserved=reserved + 1)
    check()
    assert findings() == [("stock_reserved", "open", reserved, reserved + 1)]


def test_what_agrees_again_is_closed(shelf: Variant) -> None:
    StockItem.objects.filter(pk=shelf.pk).update(reserved=1)
    check()
    StockItem.objects.filter(pk=shelf.pk).update(reserved=0)
    check()
    assert findings() == [("stock_reserved", "mended", 0, 1)]
    StockItem.objects.filter(pk=shelf.pk).update(reserved=1)
    check()
    assert findings() == [("stock_reserved", "open", 0, 1)]
    assert len(letters()) == 2


def test_what_a_person_dismissed_stays_so_until_it_differs_otherwise(
    shelf: Variant, operator: User
) -> None:
    StockItem.objects.filter(pk=shelf.pk).update(reserved=1)
    check()
    dismiss(ReconciliationFinding.objects.get().pk, reason="a test", actor=operator)
    check()
    assert findings() == [("stock_reserved", "dismissed", 0, 1)]
    StockItem.objects.filter(pk=shelf.pk).update(reserved=2)
    check()
    assert findings() == [("stock_reserved", "open", 0, 2)]


def test_it_goes_batch_by_batch_and_on_where_a_worker_died(
    shelf: Variant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stock_checks, "BATCH", 1)
    StockItem.objects.filter(pk=shelf.pk).update(reserved=1)
    going = stock_checks.begin()
    StockCheck.objects.update(reached=shelf.pk - 2)
    assert stock_checks.go_on(going)
    going.refresh_from_db()
    assert going.reached == shelf.pk - 1
    with monkeypatch.context() as patch:
        patch.setattr(stock_checks, "_mend", lambda *_args, **_more: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            stock_checks.go_on(going)
    assert findings() == []
    assert stock_checks.begin() == going
    assert stock_checks.run(going).ended_at is not None
    assert findings() == [("stock_reserved", "open", 0, 1)]


def test_a_night_has_one_check_and_a_missed_one_is_made_up_for(shelf: Variant) -> None:
    morning = timezone.now().replace(hour=stock_checks.HOUR, minute=0)
    assert stock_checks.due(morning - timedelta(hours=1)) is None
    going = stock_checks.due(morning)
    assert going is not None
    assert stock_checks.due(morning) == going
    stock_checks.run(going)
    assert stock_checks.due(morning) is None
    assert stock_checks.due(morning + timedelta(days=1, hours=9)) not in (None, going)


def test_by_hand_it_says_what_it_finds(shelf: Variant) -> None:
    said = StringIO()
    call_command("check_stock", stdout=said)
    assert said.getvalue() == "Everything agrees.\n"
    StockItem.objects.filter(pk=shelf.pk).update(reserved=1)
    said = StringIO()
    with pytest.raises(SystemExit):
        call_command("check_stock", "--dry-run", stdout=said)
    assert f"pieces reserved for no order: {shelf.public_id}: 0 → 1" in said.getvalue()
    assert findings() == []
    with pytest.raises(SystemExit):
        call_command("check_stock", stdout=StringIO())
    assert findings() == [("stock_reserved", "open", 0, 1)]
