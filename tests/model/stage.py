"""What the histories' rules stand on: the orders that the model knows of, and trouble on demand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from catalogue.models import StockItem
from checkout import errors, payments
from checkout.models import Payment
from tests.buying import RETURN_URL, Sandbox
from tests.model import fuse
from tests.model.fuse import Died, Fuse
from tests.model.world import SWEEPS, World

AWAITING, PAID, CANCELLED = "awaiting_payment", "paid", "cancelled"
CALL_FAULTS = ["drop", "error", "drop_after", "error_after"]


@dataclass
class Known:
    """An order as the model knows it. `calm`: each attempt to pay it was answered."""

    pieces: tuple[int, ...]
    seen: str = AWAITING
    calm: bool = True
    body: dict[str, object] = field(default_factory=dict)
    token: str = ""


@dataclass(frozen=True)
class Trouble:
    """What goes wrong in one step: nothing, or one thing."""

    fault: str = ""
    times: int = 1
    dies_at: int | None = None
    others_at: int | None = None
    others: str = ""

    @property
    def is_none(self) -> bool:
        return self == Trouble()


nothing = st.just(Trouble())
faults = st.builds(Trouble, fault=st.sampled_from(CALL_FAULTS), times=st.integers(1, 2))
deaths = st.builds(Trouble, dies_at=st.integers(0, 9))
company = st.builds(
    Trouble,
    others_at=st.integers(0, 4),
    others=st.sampled_from(["deliver", "sweep", "cancel", "pay"]),
)
troubles = st.one_of(nothing, nothing, faults, deaths, company)
# Most of what can go wrong with money does so while it is paid.
pay_troubles = st.one_of(nothing, faults, deaths, company)
slowly = st.sampled_from([False, False, False, True])
which = st.integers(0, 9)


class Stage(RuleBasedStateMachine):
    """A world, its orders as the model knows them, and how one step of anybody goes wrong."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__()
        self.world = World(sandbox)
        self.known: dict[str, Known] = {}

    def pick(self, number: int) -> tuple[str, Known]:
        """One of the orders, the youngest first."""
        keys = sorted(self.known, key=lambda key: int(key.split("-")[1]), reverse=True)
        key = keys[number % len(keys)]
        return key, self.known[key]

    def payment(self, key: str) -> Payment:
        return Payment.objects.select_related("order").get(order__idempotency_key=key)

    def now(self, key: str, statuses: dict[str, str] | None = None) -> str:
        """The order's status, which only moves forward, and back to nothing that was before."""
        status = (statuses or self.world.statuses())[key]
        seen = self.known[key].seen
        assert seen in (AWAITING, status), f"{key} was {seen} and is {status}"
        return status

    def left(self) -> list[int]:
        """Pieces of each shelf that nobody has and nobody is promised; from the orders alone."""
        statuses = self.world.statuses()
        left = []
        for place, variant in enumerate(self.world.shelves):
            held = sum(
                known.pieces[place]
                for key, known in self.known.items()
                if statuses[key] == AWAITING
            )
            left.append(StockItem.objects.get(variant=variant).on_hand - held)
        return left

    @contextmanager
    def troubled(self, trouble: Trouble) -> Iterator[None]:
        """Do one thing while something goes wrong with it."""
        burning: Fuse | None = None
        if trouble.dies_at is not None:
            burning = Fuse(trouble.dies_at, fuse.die)
        if trouble.others_at is not None:
            burning = Fuse(trouble.others_at, partial(self.others, trouble.others), calls_only=True)
        with self.world.fault(trouble.fault, "[!e]*", trouble.times), fuse.armed(burning):
            try:
                yield
            except Died:
                assert trouble.dies_at is not None

    def others(self, what: str) -> None:
        """What others do between two steps of somebody's call to Stripe."""
        with fuse.armed(None):
            if what == "deliver":
                for event in self.world.events():
                    self.world.deliver(event)
                self.world.work()
            elif what == "sweep":
                for sweep in SWEEPS.values():
                    sweep()
            elif self.known:
                key, known = self.pick(0)
                known.calm = False
                payment = self.payment(key)
                if what == "cancel":
                    payments.cancel_unpaid(payment.order_id, reason="shopper")
                else:
                    self.pay_with_another(payment)

    def pay_with_another(self, payment: Payment) -> None:
        with suppress(errors.OrderClosed):
            payments.start(
                payment.pk,
                confirmation_token=self.world.sandbox.token("pm_card_mastercard"),
                return_url=RETURN_URL,
            )
