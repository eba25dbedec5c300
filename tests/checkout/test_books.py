"""What only grows: ledger, history and movements; PostgreSQL refuses the rest."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from catalogue.models import StockMovement
from checkout import ledger, orders
from checkout.ledger import Account, Posting
from checkout.models import LedgerEntry, LedgerTransaction, Order, OrderEvent, Payment
from shopping import rows
from tests.buying import Sandbox, pay

BOOKS = [LedgerTransaction, LedgerEntry, OrderEvent, StockMovement]


@pytest.mark.django_db
@pytest.mark.parametrize("model", BOOKS)
def test_a_book_is_not_rewritten(model, order: Order, payment: Payment, sandbox: Sandbox) -> None:
    pay(payment, sandbox.token())
    table, count = model._meta.db_table, model.objects.count()
    assert count
    for statement in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
        with (
            pytest.raises(IntegrityError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert model.objects.count() == count


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_does_not_balance_is_not_kept(order: Order) -> None:
    with pytest.raises(IntegrityError, match="does not balance"), transaction.atomic():
        ledger.post(
            "capture",
            reference="x",
            order=order,
            postings=[Posting(Account.STRIPE, 100), Posting(Account.FEES, -99)],
        )
    assert not LedgerTransaction.objects.exists()


@pytest.mark.django_db
def test_a_movement_is_posted_once(order: Order) -> None:
    postings = [Posting(Account.STRIPE, 100), Posting(Account.FEES, -100)]
    ledger.post("capture", reference="x", order=order, postings=postings)
    with pytest.raises(IntegrityError), transaction.atomic():
        ledger.post("capture", reference="x", order=order, postings=postings)


@pytest.mark.django_db
def test_a_status_moves_only_where_its_table_leads(order: Order) -> None:
    orders.move(order, Order.Status.CANCELLED, type="order.cancelled", reason="test")
    for status in Order.Status:
        with pytest.raises(orders.BadTransition):
            orders.move(order, status, type="x")


@pytest.mark.django_db
def test_rows_are_written_and_read_as_django_does(order: Order) -> None:
    copy = OrderEvent(order=order, type="a", data={"é": [1]})
    rows.insert([copy])
    assert OrderEvent.objects.get(pk=copy.pk).data == {"é": [1]}
    assert rows.lock(OrderEvent, copy.pk) == copy
    assert rows.fetch(Order, "WHERE t.id = %s", [order.pk]) == [order]
    [same] = rows.fetch(Order, "WHERE t.id = %s", [order.pk])
    saved = Order.objects.get(pk=order.pk)
    assert {f.name: getattr(same, f.attname) for f in Order._meta.concrete_fields} == {
        f.name: getattr(saved, f.attname) for f in Order._meta.concrete_fields
    }
    with pytest.raises(Order.DoesNotExist):
        rows.lock(Order, 0)
