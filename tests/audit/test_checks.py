"""Each check finds what it is there for: a row is broken by hand, and just that is found."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from django.db import connection

from audit import checks_on_file
from tests.audit.conftest import Scene, found, undone

pytestmark = pytest.mark.django_db

ORDER, PAYMENT = "checkout_order", "checkout_payment"
PAID = "(SELECT id FROM checkout_order WHERE paid_at IS NOT NULL ORDER BY id LIMIT 1)"
REFUNDED = "(SELECT max(id) FROM checkout_order WHERE paid_at IS NOT NULL)"
WAITING = "(SELECT id FROM checkout_order WHERE status = 'awaiting_payment')"


@dataclass(frozen=True)
class Break:
    """Statements that break something, of which tables the constraints have to go first, and which
    other checks must see it too, because it is theirs as well. `stripe`: of Stripe's tables."""

    does: str
    tables: tuple[str, ...] = ()
    also: frozenset[str] = field(default_factory=frozenset)
    stripe: str = ""


def seen_by(*names: str) -> frozenset[str]:
    return frozenset(names)


BREAKS: dict[str, Break] = {
    "charge_has_its_order": Break(
        f"UPDATE {PAYMENT} SET intent_id = 'pi_other' WHERE order_id = {PAID}",
        also=seen_by("order_has_its_charge", "ledger_moved_at_stripe", "stripe_moved_in_ledger"),
    ),
    "charge_is_ours": Break(
        "",
        stripe="INSERT INTO stripe_charge SELECT 'ch_x', 'pi_x', NULL, 100, 0, 'EUR', true, false,"
        " now() - interval '1 hour'",
    ),
    "order_has_its_charge": Break(
        "",
        stripe=f"DELETE FROM stripe_charge c USING {PAYMENT} p WHERE p.intent_id = c.intent"
        f" AND p.order_id = {PAID}",
        also=seen_by("ledger_moved_at_stripe", "balance_is_the_ledgers"),
    ),
    "charge_amounts": Break(
        f"UPDATE {PAYMENT} SET currency = 'USD' WHERE order_id = {PAID}",
    ),
    "charge_once": Break(
        "",
        stripe="INSERT INTO stripe_charge SELECT 'ch_again', intent || '2', payment, captured, 0,"
        f" currency, true, false, now() FROM stripe_charge WHERE payment = (SELECT public_id FROM {PAYMENT}"
        f" WHERE order_id = {PAID})",
        also=seen_by("charge_has_its_order"),
    ),
    "intent_is_over": Break("", stripe="UPDATE stripe_intent SET status = 'requires_action'"),
    "refund_is_recorded": Break(
        "UPDATE checkout_refund SET stripe_id = 're_other'",
        also=seen_by("refund_is_at_stripe", "ledger_moved_at_stripe", "stripe_moved_in_ledger"),
    ),
    "refund_is_at_stripe": Break("", stripe="UPDATE stripe_refund SET status = 'failed'"),
    "refunds_within_captured": Break(
        f"UPDATE {PAYMENT} SET refunded = 1 WHERE order_id = {REFUNDED}", tables=(PAYMENT,)
    ),
    "stock_is_its_movements": Break(
        "UPDATE catalogue_stockitem SET on_hand = on_hand + 1 WHERE reserved = 1"
    ),
    "stock_never_negative": Break(
        "UPDATE catalogue_stockmovement SET before = -1, after = after - 1 WHERE before = 0"
        " AND id = (SELECT min(id) FROM catalogue_stockmovement)",
        tables=("catalogue_stockmovement",),
        also=seen_by("stock_movements_follow"),
    ),
    "stock_movements_follow": Break(
        "UPDATE catalogue_stockmovement SET before = before + 1, after = after + 1"
        f" WHERE reason = 'sale' AND reference = (SELECT number::text FROM {ORDER} WHERE id = {PAID})",
        also=seen_by(),
    ),
    "stock_is_reserved_for_orders": Break(
        "UPDATE catalogue_stockitem SET reserved = 0 WHERE reserved = 1"
    ),
    "stock_left_for_orders": Break(
        f"UPDATE checkout_orderline SET quantity = 3, unit_price = 0 WHERE order_id = {PAID}"
        " AND quantity = 2",
        tables=("checkout_orderline",),
        also=seen_by("order_totals"),
    ),
    "reservation_is_over": Break(
        f"UPDATE {ORDER} SET reserved_until = now() - interval '1 hour' WHERE id = {WAITING}"
    ),
    "fulfilment_is_open": Break(
        "UPDATE fulfilment_fulfilmentorder SET order_id = 0"
        f" WHERE order_id = {PAID} AND status = 'open'"
    ),
    "fulfilment_sends_once": Break("UPDATE fulfilment_shipmentline SET quantity = quantity + 1"),
    "event_has_its_place": Break(
        "UPDATE webhooks_event SET sequence = sequence + 1000"
        " WHERE sequence = (SELECT max(sequence) FROM webhooks_event)"
    ),
    "webhook_has_its_place": Break(
        "UPDATE webhooks_delivery SET sequence = sequence + 1000"
        " WHERE sequence = (SELECT min(sequence) FROM webhooks_delivery)"
    ),
    "webhook_was_written": Break(
        "DELETE FROM webhooks_delivery WHERE sequence = (SELECT max(sequence) FROM webhooks_delivery);"
        "UPDATE webhooks_endpoint SET last_sequence = last_sequence - 1"
    ),
    "webhook_arrived": Break("UPDATE webhooks_attempt SET status_code = 500"),
    "webhook_is_not_overdue": Break(
        "UPDATE webhooks_delivery SET status = 'pending', delivered_at = NULL,"
        " next_attempt_at = now() - interval '1 hour' WHERE sequence = 1"
    ),
    "work_is_not_overdue": Break(
        "UPDATE checkout_stripeevent SET processed_at = NULL,"
        " next_attempt_at = now() - interval '1 hour'"
        " WHERE id = (SELECT min(id) FROM checkout_stripeevent)"
    ),
    "ledger_sums_to_zero": Break(
        "UPDATE checkout_ledgerentry SET amount = amount + 1 WHERE account = 'partners'"
        f" AND transaction_id IN (SELECT id FROM checkout_ledgertransaction WHERE order_id = {PAID})",
        also=seen_by("ledger_owes_partners"),
    ),
    "ledger_has_the_sale": Break(
        "UPDATE checkout_ledgerentry e SET amount = amount + 5 FROM checkout_ledgertransaction t"
        " WHERE t.id = e.transaction_id AND t.kind = 'capture' AND e.account = 'merchant'"
        f" AND t.order_id = {PAID}",
        also=seen_by("ledger_sums_to_zero"),
    ),
    "ledger_owes_partners": Break(
        f"UPDATE checkout_orderline SET commission = 1 WHERE commission > 0 AND order_id = {PAID}"
    ),
    "ledger_owes_nobody_more": Break(
        "DELETE FROM checkout_ledgerentry e USING checkout_ledgertransaction t"
        " WHERE t.id = e.transaction_id AND t.kind = 'refund_owed'"
    ),
    "ledger_moved_at_stripe": Break(
        "UPDATE checkout_ledgerentry e SET amount = CASE e.account WHEN 'stripe' THEN amount + 7"
        " ELSE amount - 7 END FROM checkout_ledgertransaction t"
        " WHERE t.id = e.transaction_id AND t.kind = 'refund'",
        also=seen_by("balance_is_the_ledgers", "ledger_owes_nobody_more"),
    ),
    "stripe_moved_in_ledger": Break(
        "UPDATE checkout_ledgertransaction SET reference = 'other' WHERE kind = 'refund'",
        also=seen_by("ledger_moved_at_stripe"),
    ),
    "balance_is_the_ledgers": Break("", stripe="UPDATE stripe_balance SET amount = amount + 3"),
    "transfer_is_recorded": Break(
        f"UPDATE checkout_transfer SET amount = amount + 1 WHERE order_id = {PAID}"
    ),
    "transfer_is_at_stripe": Break(
        "UPDATE checkout_transferreversal SET amount = amount + 1",
        also=seen_by("transfer_is_recorded"),
    ),
    "transfer_once": Break(
        "",
        stripe="INSERT INTO stripe_reversal SELECT id || 'x', transfer, reversal, amount, created"
        " FROM stripe_reversal",
    ),
    "order_totals": Break(
        f"UPDATE {ORDER} SET delivery_total = delivery_total + 1, discount_total = discount_total + 1"
        f" WHERE id = {PAID}"
    ),
    "offer_within_limits": Break("UPDATE checkout_offer SET used = 2"),
    "drop_within_limits": Break(
        "UPDATE catalogue_drop SET per_person = 1;"
        "UPDATE checkout_orderline SET quantity = 2, unit_price = unit_price / 2, refunded_quantity = 0"
        f" WHERE order_id = {REFUNDED}",
        tables=("checkout_orderline",),
        also=seen_by("stock_left_for_orders", "refunds_within_captured"),
    ),
    "nothing_twice": Break(
        "UPDATE checkout_stripeevent SET event_id = 'evt_same'"
        " WHERE id IN (SELECT id FROM checkout_stripeevent ORDER BY id LIMIT 2)",
        tables=("checkout_stripeevent",),
    ),
}


def test_each_check_is_broken_here() -> None:
    assert sorted(BREAKS) == [check.name for check in checks_on_file.all_checks()]


def test_where_nothing_is_broken_nothing_is_found(scene: Scene) -> None:
    with undone():
        assert found(scene.audit()) == {}


def test_each_check_finds_what_was_broken(scene: Scene, subtests: pytest.Subtests) -> None:
    for name, way in BREAKS.items():
        with subtests.test(name), undone(way.tables) as run:
            if way.does:
                run(way.does)
            results = scene.audit()
            if way.stripe:
                run(way.stripe)
                results = scene.again()
            told = found(results)
            assert set(told) == {name, *way.also}, told
            [said] = [each for each in results if each.check.name == name]
            assert not said.error
            assert all("{" not in finding.what + finding.do for finding in said.findings)


def test_the_checks_cannot_write(scene: Scene) -> None:
    with undone() as run:
        scene.audit()
        with pytest.raises(Exception, match="read-only transaction"):
            run("UPDATE checkout_order SET total = 0")
        connection.needs_rollback = True
