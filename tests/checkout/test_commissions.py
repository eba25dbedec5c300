"""What a partner gets of the sales that they brought: fixed at the sale, owed once it is paid, and given
up with what goes back."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue import agreements
from catalogue.models import Merchant, PartnerAgreement, Variant
from checkout import commissions, gateway, ledger, offers, refundable, refunds, statements
from checkout.models import LedgerEntry, LedgerTransaction, Offer, Order, OrderLine, Payment
from checkout.quotes import Item
from checkout.refund_previews import Asked, preview, whole
from partners.models import Partner
from shopping.money import Money
from tests.buying import Basket, Buyer, Sandbox, pay

pytestmark = pytest.mark.django_db
VIA = "quiet-house"


@pytest.fixture
def blog(db: None) -> Partner:
    return Partner.objects.create(name="The Quiet House", code=VIA)


@pytest.fixture
def agreement(blog: Partner, plage: Merchant) -> PartnerAgreement:
    made = PartnerAgreement(merchant=plage, partner=blog, commission_bps=800)
    agreements.save(made)
    return made


@pytest.fixture
def basket(
    flipflops: Variant, bookcase: Variant, buyer: Buyer, agreement: PartnerAgreement
) -> Basket:
    """Three pairs at €34.00 that the blog showed, a bookcase that nobody did; €3.90 and €5.00."""
    return Basket((Item(flipflops.public_id, 3, via=VIA), Item(bookcase.public_id, 1)), buyer)


@pytest.fixture
def paid(agreement: PartnerAgreement, order: Order, payment: Payment, sandbox: Sandbox) -> Payment:
    assert pay(payment, sandbox.token()).kind == "succeeded"
    payment.refresh_from_db()
    return payment


@pytest.fixture
def pairs(order: Order) -> OrderLine:
    return order.lines.get(quantity=3)


def owed(order: Order) -> int:
    """Minor units that partners are owed of the order."""
    entries = LedgerEntry.objects.filter(transaction__order=order, account="partners")
    return -sum(entries.values_list("amount", flat=True))


def theirs(order: Order, merchant: Merchant) -> int:
    """What the merchant gets of the order, on its way or not."""
    entries = LedgerEntry.objects.filter(
        transaction__order=order, merchant=merchant, account__in=["merchant", "transfers"]
    )
    return -sum(entries.values_list("amount", flat=True))


def give(payment: Payment, asked: Asked) -> None:
    amount = preview(refundable.read(payment.order), asked).amount
    refund = refunds.request(payment.pk, amount=amount, reason="too small", parts=asked)
    refunds.send(refund.pk)


def give_whole(payment: Payment, amount: int) -> None:
    """As somebody does in Stripe's dashboard: of no piece in particular."""
    refund = refunds.request(payment.pk, amount=Money(amount, "EUR"), reason="sorry")
    refunds.send(refund.pk)


def test_a_line_keeps_who_brought_it_and_the_rate_of_the_day(
    basket: Basket, blog: Partner, agreement: PartnerAgreement
) -> None:
    order = basket.place()
    agreement.commission_bps = 100
    agreements.save(agreement)
    brought, other = order.lines.order_by("id")
    assert (brought.partner, brought.commission_bps, brought.commission) == (blog, 800, 816)
    assert (other.partner, other.commission_bps, other.commission) == (None, 0, 0)


def test_a_commission_is_of_what_is_paid_for_the_goods(
    basket: Basket, plage: Merchant, agreement: PartnerAgreement
) -> None:
    offers.save(Offer(name="Summer", merchant=plage, kind="percentage", basis_points=1000))
    line = basket.place().lines.get(quantity=3)
    assert (line.total - line.discount, line.commission) == (9180, 734)


def test_a_repeated_press_is_the_same_order_whoever_it_says_brought_it(
    basket: Basket, agreement: PartnerAgreement
) -> None:
    order = basket.place()
    items = tuple(Item(item.variant_id, item.quantity) for item in basket.items)
    assert basket.with_(items=items).place() == order
    assert order.lines.get(quantity=3).commission == 816


@pytest.mark.parametrize("code", ["nobody", "QUIET-HOUSE", "quiet-house'--", ""])
def test_a_code_of_nobody_is_passed_over(
    basket: Basket, flipflops: Variant, agreement: PartnerAgreement, code: str
) -> None:
    order = basket.with_(items=(Item(flipflops.public_id, 1, via=code),)).place()
    assert (order.lines.get().partner, order.lines.get().commission) == (None, 0)


def test_a_partner_who_brings_no_sales_any_more_is_passed_over(
    basket: Basket, blog: Partner, agreement: PartnerAgreement
) -> None:
    Partner.objects.update(active=False)
    assert not basket.place().lines.exclude(partner=None).exists()


def test_without_an_agreement_the_sale_is_marked_and_costs_nothing(
    basket: Basket, blog: Partner, agreement: PartnerAgreement, sandbox: Sandbox
) -> None:
    agreement.active = False
    agreements.save(agreement)
    order = basket.place()
    line = order.lines.get(quantity=3)
    assert (line.partner, line.commission_bps, line.commission) == (blog, 0, 0)
    assert pay(order.payments.get(), sandbox.token()).kind == "succeeded"
    assert not LedgerTransaction.objects.filter(kind=commissions.KIND).exists()


def test_the_merchant_bears_it_and_the_partner_is_owed_it(
    order: Order, paid: Payment, plage: Merchant, rayon: Merchant, blog: Partner
) -> None:
    # Goods and delivery, less our fee of 5 % on the goods, less the commission.
    assert theirs(order, plage) == 10_200 + 390 - 510 - 816
    assert theirs(order, rayon) == 12_900 + 500 - 645
    assert order.transfers.get(merchant=plage).amount == 10_590 - 510 - 816
    movement = LedgerTransaction.objects.get(kind=commissions.KIND)
    assert [
        (entry.account, entry.merchant, entry.partner, entry.amount)
        for entry in movement.entries.order_by("id")
    ] == [("merchant", plage, None, 816), ("partners", plage, blog, -816)]


def test_a_repeat_posts_nothing_more(order: Order, paid: Payment) -> None:
    with transaction.atomic():
        commissions.settle(order)
    assert LedgerTransaction.objects.filter(kind=commissions.KIND).count() == 1


def test_it_falls_with_the_pieces_that_go_back_and_ends_at_nothing(
    order: Order, paid: Payment, pairs: OrderLine, plage: Merchant
) -> None:
    found = []
    for _piece in range(3):
        give(paid, Asked(lines={pairs.pk: 1}))
        found.append(owed(order))
    assert found == [544, 272, 0]
    # Nothing of the goods is left to the shop, and nothing of them is charged to it.
    assert theirs(order, plage) == 390


def test_it_comes_back_with_a_refund_that_did_not_go_through(
    order: Order, paid: Payment, pairs: OrderLine
) -> None:
    asked = Asked(lines={pairs.pk: 3})
    amount = preview(refundable.read(order), asked).amount
    refund = refunds.request(paid.pk, amount=amount, reason="too small", parts=asked)
    assert owed(order) == 0
    refunds._fail(refund.pk, "lost_or_stolen_card")
    assert owed(order) == 816


def test_delivery_leaves_it_and_goodwill_takes_its_part_with_it(
    order: Order, paid: Payment, plage: Merchant, pairs: OrderLine
) -> None:
    give(paid, Asked(deliveries=frozenset({plage.pk})))
    assert owed(order) == 816
    # Of €102.00 a quarter, then a third of the pieces, then the rest: €25.50 of it less than their price.
    give(paid, Asked(goodwill={plage.pk: 2550}))
    assert owed(order) == 612
    give(paid, Asked(lines={pairs.pk: 1}))
    assert owed(order) == 340
    give(paid, Asked(lines={pairs.pk: 2}))
    assert (owed(order), theirs(order, plage)) == (0, 0)


def test_a_shop_that_gives_its_own_partner_all_back_as_goodwill_owes_nothing(
    order: Order, paid: Payment, plage: Merchant
) -> None:
    give(paid, Asked(goodwill={plage.pk: 10_590}))
    assert owed(order) == 0
    movements = LedgerTransaction.objects.filter(order=order, kind=commissions.KIND)
    assert [sum(each.entries.values_list("amount", flat=True)) for each in movements] == [0, 0]


def test_goodwill_of_another_shop_leaves_it(order: Order, paid: Payment, rayon: Merchant) -> None:
    give(paid, Asked(goodwill={rayon.pk: 13_400}))
    assert owed(order) == 816


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    commission=st.integers(0, 10**9),
    pieces=st.integers(1, 1000),
    left=st.integers(0, 1000),
    stays=st.integers(-(10**10), 10**10),
    of=st.integers(0, 10**10),
    payable=st.sampled_from([1, 10, 100]),
)
def test_it_is_never_less_than_nothing_nor_more_than_was_fixed(
    commission: int, pieces: int, left: int, stays: int, of: int, payable: int
) -> None:
    left, commission = min(left, pieces), commission * payable

    def due(stays: int) -> int:
        return commissions.due(
            commission, left=left, pieces=pieces, stays=stays, of=of, payable=payable
        )

    assert 0 <= due(stays) <= due(stays + 1) <= due(of) <= commission
    assert due(stays) % payable == due(0) == 0
    if of and left == pieces:
        assert due(of) == commission


def test_money_that_goes_back_for_no_piece_takes_its_part_with_it(
    order: Order, paid: Payment, pairs: OrderLine
) -> None:
    # Of €239.90 a quarter, then of what is left after a pair the rest.
    give_whole(paid, 5998)
    assert owed(order) == 612
    give(paid, Asked(lines={pairs.pk: 1}))
    left = order.total - sum(order.payments.get().refunds.values_list("amount", flat=True))
    give_whole(paid, left)
    assert owed(order) == 0


def test_all_that_goes_back_leaves_nothing_to_anybody(
    order: Order, paid: Payment, plage: Merchant
) -> None:
    give(paid, whole(refundable.read(order)))
    assert (owed(order), theirs(order, plage)) == (0, 0)


def test_what_a_bank_takes_takes_its_part_and_gives_it_back(order: Order, paid: Payment) -> None:
    def bank(name: str, amount: int) -> None:
        movement = gateway.Movement(id=name, amount=-amount, fee=0, currency="EUR")
        with transaction.atomic():
            ledger.post_dispute(order, movement, amount=amount, ours=False)
            commissions.settle(order)

    bank("txn_taken", order.total)
    assert owed(order) == 0
    bank("txn_given_back", -order.total)
    assert owed(order) == 816


def test_a_statement_says_what_partners_got(
    order: Order, paid: Payment, plage: Merchant, pairs: OrderLine
) -> None:
    give(paid, Asked(lines={pairs.pk: 1}))
    (statement,) = statements.of(plage)
    sums = {each.kind: (each.net, each.fee) for each in statement.sums}
    assert sums[commissions.KIND] == (-544, 0)
    assert statement.closing == sum(net for net, _fee in sums.values())


def test_an_order_that_nobody_brought_costs_one_look(order: Order, paid: Payment) -> None:
    OrderLine.objects.filter(order=order).update(partner=None, commission_bps=0, commission=0)
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        commissions.settle(order)
    assert len(asked) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"partner": None, "commission": 1},
        {"commission": -1},
        {"commission": 10_201},
        {"commission_bps": 10_001},
    ],
)
def test_the_database_refuses_a_commission_that_makes_no_sense(
    basket: Basket, agreement: PartnerAgreement, fields: dict[str, int]
) -> None:
    order = basket.place()
    with pytest.raises(IntegrityError), transaction.atomic():
        order.lines.filter(quantity=3).update(**fields)


def test_what_is_owed_to_partners_names_one(order: Order, paid: Payment) -> None:
    movement = LedgerTransaction.objects.get(kind=commissions.KIND)
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerEntry.objects.create(
            transaction=movement, account="partners", amount=0, currency="EUR"
        )


def test_a_shop_has_one_agreement_with_a_partner_and_gives_half_at_most(
    agreement: PartnerAgreement, plage: Merchant, rayon: Merchant, blog: Partner
) -> None:
    with pytest.raises(ValidationError, match="already"):
        agreements.save(PartnerAgreement(merchant=plage, partner=blog, commission_bps=1))
    with pytest.raises(ValidationError, match="one half"):
        agreements.save(PartnerAgreement(merchant=rayon, partner=blog, commission_bps=5001))
    assert PartnerAgreement.objects.get() == agreement
