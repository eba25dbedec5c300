"""What should have left: its shop is reminded once a day, and then the operator once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import OutgoingMail, User
from catalogue.models import Membership, Merchant
from checkout.models import Order
from fulfilment import fulfilment_orders, late
from fulfilment.models import FulfilmentOrder

pytestmark = pytest.mark.django_db(transaction=True)

# A Monday, ten in Paris: what is paid then leaves on that day.
PAID = datetime(2026, 11, 30, 9, tzinfo=UTC)
# In Paris the day ends at 23 UTC.
ENDS = datetime(2026, 11, 30, 23, tzinfo=UTC)
# Tuesday, nine in Paris.
NEXT = datetime(2026, 12, 1, 8, tzinfo=UTC)


def member(shop: Merchant, role: str, *, locale: str = "en") -> User:
    handle = f"{shop.account.handle}_{role}"
    person = User.objects.create_user(
        f"{handle}@people.example", handle=handle, display_name=role, locale=locale
    )
    Membership.objects.create(user=person, merchant=shop, role=role)
    return person


@pytest.fixture
def packers(plage: Merchant, rayon: Merchant) -> dict[str, User]:
    return {
        "plage": member(plage, "fulfilment"),
        "rayon": member(rayon, "owner", locale="fr"),
        "reader": member(plage, "read_only"),
    }


@pytest.fixture
def parts(order: Order, packers: dict[str, User]) -> dict[str, FulfilmentOrder]:
    """One of each shop, paid on PAID."""
    Order.objects.filter(pk=order.pk).update(paid_at=PAID)
    opened = fulfilment_orders.open_for(order.pk)
    return {part.merchant.account.handle: part for part in opened}


@pytest.fixture
def operator(transactional_db: None) -> User:
    return User.objects.create_superuser(
        "ops@etal.example", handle="ops", display_name="Ops", password="x"
    )


def letters(kind: str = "late_orders") -> dict[str, OutgoingMail]:
    found = OutgoingMail.objects.filter(kind=kind)
    assert len({each.to for each in found}) == len(found)
    return {each.to: each for each in found}


@pytest.mark.parametrize(
    ("paid", "ends"),
    [
        (PAID, ENDS),
        (datetime(2026, 11, 30, 13, tzinfo=UTC), ENDS + timedelta(days=1)),  # after two in Paris
        (datetime(2026, 11, 28, 9, tzinfo=UTC), ENDS),  # a Saturday
    ],
)
def test_a_part_leaves_on_the_day_from_which_its_promise_counts(
    order: Order, plage: Merchant, paid: datetime, ends: datetime
) -> None:
    Order.objects.filter(pk=order.pk).update(paid_at=paid)
    fulfilment_orders.open_for(order.pk)
    assert FulfilmentOrder.objects.get(merchant=plage).leaves_by == ends


def test_nothing_to_send_is_never_late(order: Order, plage: Merchant) -> None:
    order.deliveries.filter(merchant=plage).delete()
    fulfilment_orders.open_for(order.pk)
    assert FulfilmentOrder.objects.get(merchant=plage).leaves_by is None


def test_it_is_late_when_its_day_is_over_and_it_is_still_there(
    parts: dict[str, FulfilmentOrder], packers: dict[str, User]
) -> None:
    def found(now: datetime) -> set[str]:
        late = FulfilmentOrder.objects.late(now)
        return {part.merchant.account.handle for part in late}

    assert found(ENDS - timedelta(seconds=1)) == set()
    assert found(ENDS) == {"plage", "rayon"}
    fulfilment_orders.pack(parts["plage"], actor=packers["plage"])
    assert found(ENDS) == {"plage", "rayon"}
    fulfilment_orders.ship(
        parts["plage"], carrier="La Poste", tracking_number="6A1", actor=packers["plage"]
    )
    fulfilment_orders.cancel(parts["rayon"], actor=None)
    assert found(ENDS) == set()


def test_who_sends_for_the_shop_gets_one_mail_a_day(
    order: Order, parts: dict[str, FulfilmentOrder], plage: Merchant, rayon: Merchant
) -> None:
    assert late.unreminded(ENDS - timedelta(hours=1)) == []
    assert set(late.unreminded(NEXT)) == {plage.pk, rayon.pk}
    assert not late.remind(plage.pk, now=ENDS + timedelta(hours=1))  # It is night in Paris.
    assert late.remind(plage.pk, now=NEXT)
    assert not late.remind(plage.pk, now=NEXT + timedelta(hours=9))
    assert late.remind(rayon.pk, now=NEXT)
    sent = letters()
    assert {to: letter.subject for to, letter in sent.items()} == {
        "plage_fulfilment@people.example": "Plage & Fils: 1 order should have left",
        "rayon_owner@people.example": "Rayon : 1 commande aurait dû partir",
    }
    told = sent["plage_fulfilment@people.example"].text
    assert f"- É-{order.number}, Plage & Fils: 30 Nov 2026\n" in told
    assert late.remind(plage.pk, now=NEXT + timedelta(days=1))


def test_a_shop_that_sent_in_time_hears_nothing(
    parts: dict[str, FulfilmentOrder], packers: dict[str, User], plage: Merchant
) -> None:
    fulfilment_orders.ship(
        parts["plage"], carrier="La Poste", tracking_number="6A1", actor=packers["plage"]
    )
    assert not late.remind(plage.pk, now=NEXT)
    assert letters() == {}


def test_the_operator_is_told_of_each_once_after_some_days(
    parts: dict[str, FulfilmentOrder], operator: User, settings: pytest.FixtureRequest
) -> None:
    settings.LATE_OPERATOR_DAYS = 2  # type: ignore[attr-defined]
    assert late.tell_operator(ENDS + timedelta(days=2, seconds=-1)) == 0
    assert late.tell_operator(ENDS + timedelta(days=2)) == 2
    assert late.tell_operator(ENDS + timedelta(days=9)) == 0
    [letter] = letters("late_orders.operator").values()
    assert (letter.to, letter.subject) == ("ops@etal.example", "2 orders are late")
    assert "more than 2 days ago" in letter.text
    assert "Rayon: 30 Nov 2026" in letter.text


def test_a_crash_before_the_commit_leaves_all_to_the_next_try(
    parts: dict[str, FulfilmentOrder],
    plage: Merchant,
    operator: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(late.mails, "enqueue_all", lambda mails: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            late.remind(plage.pk, now=NEXT)
        with pytest.raises(ZeroDivisionError):
            late.tell_operator(ENDS + timedelta(days=30))
    assert OutgoingMail.objects.filter(kind__startswith="late").count() == 0
    assert late.remind(plage.pk, now=NEXT)
    assert late.tell_operator(ENDS + timedelta(days=30)) == 2


def test_many_late_orders_are_cut_and_counted(
    parts: dict[str, FulfilmentOrder], plage: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(late, "NAMED", 0)
    assert late.remind(plage.pk, now=NEXT)
    assert "… and 1 more." in letters()["plage_fulfilment@people.example"].text
