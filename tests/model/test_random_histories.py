"""Random histories of shoppers, Stripe, workers, clocks and sudden deaths, beside a simple model.

The model knows of each order only what its shopper and Stripe have done to it, and says what may
have become of it; `audit` says what must hold between the shop's tables and Stripe's objects. A
failure prints the steps that lead to it, the fewest that Hypothesis finds; CONTRIBUTING.md says how
to try more of them.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from catalogue import stock
from checkout import errors, gateway, orders, payments, refundable, refunds
from checkout.buyers import Buyer
from checkout.codes import CodeRefused
from checkout.models import Order, Payment, Refund
from checkout.offers import Claim
from checkout.outcomes import Outcome
from checkout.quotes import Item, quote
from checkout.refund_errors import Disputed, NothingChosen, NotRefundable, TooMuch
from checkout.refund_previews import Asked, preview, whole
from fulfilment import cancellations
from tests.buying import HOME, RETURN_URL, Sandbox
from tests.model.always import ALWAYS
from tests.model.settled import SETTLED
from tests.model.stage import (
    AWAITING,
    CANCELLED,
    PAID,
    Known,
    Stage,
    Trouble,
    deaths,
    faults,
    nothing,
    pay_troubles,
    slowly,
    troubles,
    which,
)
from tests.model.world import CODE, SWEEPS, prepare
from tests.sizes import sized

# Card → what an undisturbed attempt with it makes of an order that waits for its payment.
CARDS = {
    "visa": PAID,
    "chargeDeclined": AWAITING,
    "threeDSecureRequired": AWAITING,
    "createDispute": PAID,
    "createDisputeInquiry": PAID,
}


class Histories(Stage):
    """Each rule is one act of one of them."""

    @initialize()
    def open(self) -> None:
        self.world.open()

    # Shoppers --------------------------------------------------------------------------------
    @rule(
        shopper=st.sampled_from(["mai", "theo"]),
        pieces=st.sampled_from([(1, 0), (2, 0), (0, 1), (1, 2), (3, 3)]),
        code=st.booleans(),
        trouble=st.one_of(nothing, nothing, deaths),
    )
    def place(self, shopper: str, pieces: tuple[int, ...], code: bool, trouble: Trouble) -> None:
        key = f"{shopper}-{len(self.known)}"
        claim = Claim(CODE if code else "", f"guest:{shopper}", f"{shopper}@people.example")
        items = [
            Item(variant.public_id, count)
            for variant, count in zip(self.world.shelves, pieces, strict=True)
            if count
        ]
        quoted = quote(items, country="FR", claim=claim)
        enough = all(wanted <= left for wanted, left in zip(pieces, self.left(), strict=True))
        body = {
            "items": items,
            "buyer": Buyer(claim.principal, None, claim.email, "en"),
            "address": HOME,
            "seen_total": quoted.total,
            "key": key,
            "code": claim.code,
        }
        try:
            with self.troubled(trouble):
                orders.place(**body)
        except errors.SoldOut:
            assert not enough
            return
        except CodeRefused:
            assert code
            return
        assert enough or trouble.dies_at is not None
        if trouble.is_none or key in self.world.statuses():
            self.known[key] = Known(pieces, body=body)

    @precondition(lambda self: self.known)
    @rule(number=which)
    def press_again(self, number: int) -> None:
        """The form of an order that is there already arrives once more, however late."""
        key, known = self.pick(number)
        before = Order.objects.count()
        assert orders.place(**known.body).idempotency_key == key
        assert Order.objects.count() == before

    @precondition(lambda self: self.known)
    @rule(number=which, card=st.sampled_from(sorted(CARDS)), trouble=pay_troubles, slow=slowly)
    def pay(self, number: int, card: str, trouble: Trouble, slow: bool) -> None:
        key, known = self.pick(number)
        undisturbed = trouble.is_none and known.calm and not slow
        known.calm = known.calm and trouble.is_none
        known.token = self.world.sandbox.token(f"pm_card_{card}")
        with self.world.fault("processing" if slow else "", "*", 1):
            outcome = self.press_pay(key, known, trouble)
        if outcome is None or outcome.kind == "unknown":
            # Nobody told the shopper how it went, and so they try another card.
            self.pay_with_another(self.payment(key))
        attempts = self.payment(key).attempt
        if undisturbed and known.seen == AWAITING and attempts < payments.MOST_ATTEMPTS:
            # An order that waits for its payment is as its last undisturbed attempt left it.
            assert self.now(key) == CARDS[card]

    @precondition(lambda self: self.known)
    @rule(number=which, trouble=troubles)
    def press_pay_twice(self, number: int, trouble: Trouble) -> None:
        """The same form arrives again, with the same card in it."""
        key, known = self.pick(number)
        if known.token:
            known.calm = known.calm and trouble.is_none
            self.press_pay(key, known, trouble)

    def press_pay(self, key: str, known: Known, trouble: Trouble) -> Outcome | None:
        """What the shopper is told; None where the process has died over it."""
        payment = self.payment(key)
        outcome: Outcome | None = None
        try:
            with self.troubled(trouble):
                outcome = payments.start(
                    payment.pk, confirmation_token=known.token, return_url=RETURN_URL
                )
        except errors.OrderClosed:
            assert self.world.statuses()[key] == CANCELLED
        self.told(key, outcome)
        return outcome

    def told(self, key: str, outcome: Outcome | None) -> None:
        """What the shopper was told is true at Stripe."""
        if outcome is None:
            return
        charged = [
            charge
            for charge in self.world.stripe()["charges"]
            if charge["metadata"].get("payment") == str(self.payment(key).public_id)
            and charge["status"] == "succeeded"
        ]
        if outcome.kind == "succeeded":
            assert charged
            assert self.world.statuses()[key] in (PAID, CANCELLED)
        if outcome.kind == "declined" and self.world.statuses()[key] != PAID:
            assert all(charge["amount_refunded"] or charge["disputed"] for charge in charged) or (
                Refund.objects.filter(payment__order__idempotency_key=key).exists()
            )

    @precondition(lambda self: self.known)
    @rule(number=which, outcome=st.sampled_from(["pass", "fail"]))
    def answer_the_bank(self, number: int, outcome: str) -> None:
        payment = self.payment(self.pick(number)[0])
        if payment.intent_id:
            self.world.sandbox.pass_bank(payment, outcome)

    @precondition(lambda self: self.known)
    @rule(number=which, trouble=troubles)
    def come_back_from_the_bank(self, number: int, trouble: Trouble) -> None:
        key, _known = self.pick(number)
        outcome: Outcome | None = None
        with self.troubled(trouble):
            outcome = payments.settle(self.payment(key).pk)
        self.told(key, outcome)

    @precondition(lambda self: self.known)
    @rule(number=which, trouble=troubles)
    def want_it_no_more(self, number: int, trouble: Trouble) -> None:
        key, known = self.pick(number)
        order = Order.objects.get(idempotency_key=key)
        known.calm = known.calm and trouble.is_none
        with self.troubled(trouble):
            if payments.cancel_unpaid(order.pk, reason="shopper"):
                assert self.world.statuses()[key] in (PAID, CANCELLED)

    # Shops -----------------------------------------------------------------------------------
    @precondition(lambda self: PAID in [known.seen for known in self.known.values()])
    @rule(
        number=which,
        kind=st.sampled_from(["piece", "goodwill", "amount", "all", "restocked"]),
        greedy=st.booleans(),
        trouble=troubles,
    )
    def refund(self, number: int, kind: str, greedy: bool, trouble: Trouble) -> None:
        payment = self.payment(self.pick(number)[0])
        if payment.status != Payment.Status.SUCCEEDED:
            return
        left = refundable.read(payment.order)
        part = left[number % len(left)]
        rest = [each.line.pk for each in part.lines if each.quantity]
        asked = {
            "piece": Asked(lines=dict.fromkeys(rest, 1)),
            "restocked": Asked(lines=dict.fromkeys(rest, 1), restock=frozenset(rest)),
            "goodwill": Asked(goodwill={part.merchant.pk: 201}),
            "all": whole(left),
        }.get(kind)
        whole_amount = payment.amount_money
        refused = (NotRefundable, Disputed, NothingChosen, TooMuch)
        with suppress(*refused), self.troubled(trouble):
            amount = preview(left, asked).amount if asked else whole_amount
            refund = refunds.request(payment.pk, amount=amount, reason="x", parts=asked)
            if number % 2:
                with suppress(gateway.Unknown):
                    refunds.send(refund.pk)
        # Whatever was given back already, somebody asks for all of it.
        if greedy:
            with suppress(*refused):
                refunds.request(payment.pk, amount=whole_amount, reason="x")

    @precondition(lambda self: PAID in [known.seen for known in self.known.values()])
    @rule(number=which)
    def cancel_a_paid_order(self, number: int) -> None:
        key, known = self.pick(number)
        try:
            cancellations.cancel(Order.objects.get(idempotency_key=key).pk)
        except cancellations.TooLate:
            return
        if known.seen == PAID:
            known.seen = CANCELLED

    @rule(shelf=st.integers(0, 1), pieces=st.integers(-1, 2))
    def count_the_shelf(self, shelf: int, pieces: int) -> None:
        try:
            stock.adjust(self.world.shelves[shelf], delta=pieces, actor=None)
        except stock.OutOfStock:
            assert self.left()[shelf] + pieces < 0

    # Stripe ----------------------------------------------------------------------------------
    @rule(
        chosen=st.lists(st.tuples(st.integers(0, 30), st.integers(1, 2)), max_size=6),
        trouble=st.one_of(nothing, deaths, faults),
    )
    def webhooks_arrive(self, chosen: list[tuple[int, int]], trouble: Trouble) -> None:
        """Some of Stripe's events, in any order, some twice, new and old; the others are lost."""
        events = self.world.events()
        with self.troubled(trouble):
            for number, copies in chosen if events else []:
                for _ in range(copies):
                    self.world.deliver(events[number % len(events)])
            self.world.work()

    @precondition(lambda self: self.known)
    @rule(number=which, amount=st.integers(1, 4000))
    def somebody_refunds_at_stripe(self, number: int, amount: int) -> None:
        payment = self.payment(self.pick(number)[0])
        if payment.intent_id:
            self.world.refund_by_hand(payment.intent_id, amount)

    @rule(outcome=st.sampled_from(["won", "lost"]))
    def banks_decide(self, outcome: str) -> None:
        self.world.decide(outcome)

    # Workers and clocks ----------------------------------------------------------------------
    @rule(sweep=st.sampled_from(sorted(SWEEPS)), trouble=troubles)
    def sweep(self, sweep: str, trouble: Trouble) -> None:
        with self.troubled(trouble):
            SWEEPS[sweep]()

    @rule(minutes=st.sampled_from([1, 6, 20, 13 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.world.pass_time(minutes)

    # What must hold --------------------------------------------------------------------------
    @invariant()
    def nothing_is_broken(self) -> None:
        if not self.world.shelves:
            return
        assert self.world.broken(ALWAYS) == []
        statuses = self.world.statuses()
        assert statuses.keys() == self.known.keys()
        for key, known in self.known.items():
            known.seen = self.now(key, statuses)

    def teardown(self) -> None:
        if not self.world.shelves:
            return
        self.world.settle()
        assert self.world.broken({**ALWAYS, **SETTLED}) == []
        assert self.world.audited() == []


@pytest.mark.django_db(transaction=True)
def test_whatever_happens_everything_settles(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(monkeypatch)
    run_state_machine_as_test(partial(Histories, sandbox), settings=sized(examples=15, steps=25))
