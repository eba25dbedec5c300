"""A shop is told once of what runs low, in one mail a day, and again when it has been above."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import OutgoingMail, User
from catalogue import low_stock, products, stock
from catalogue.models import LowStock, Membership, Merchant, Product, Variant
from catalogue.products import NewVariant

# In Paris it is nine.
MORNING = datetime(2026, 11, 30, 8, tzinfo=UTC)
NIGHT = datetime(2026, 11, 30, 3, tzinfo=UTC)


@pytest.fixture
def there(flipflops: Product, owner: User) -> Variant:
    """Ten pieces, and the other size sold out; on sale."""
    products.publish(flipflops, actor=owner)
    stock.restock({Variant.objects.get(sku="COR-42").pk: 50}, reference="delivery")
    return flipflops.variants.get(sku="COR-41")


def day(shop: Merchant, now: datetime = MORNING) -> bool:
    low_stock.look()
    return low_stock.tell(shop.pk, now=now)


def letters() -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(kind="low_stock").order_by("pk"))


def test_what_falls_to_its_threshold_is_in_the_days_mail(
    plage: Merchant, there: Variant, owner: User
) -> None:
    assert not day(plage)
    stock.adjust(there, delta=-5, actor=owner)
    assert day(plage)
    [letter] = letters()
    assert (letter.to, letter.subject) == ("owner@plage.example", "Plage: 1 variant runs low")
    assert "- Corniche flip-flops, 41 (COR-41): 5\n" in letter.text
    assert "COR-42" not in letter.text


def test_it_is_told_once_and_again_when_it_was_above(
    plage: Merchant, there: Variant, owner: User
) -> None:
    stock.adjust(there, delta=-6, actor=owner)
    assert day(plage)
    assert not day(plage, MORNING + timedelta(days=1))
    stock.adjust(there, delta=6, actor=owner)
    assert not day(plage, MORNING + timedelta(days=2))
    assert not LowStock.objects.exists()
    stock.adjust(there, delta=-6, actor=owner)
    assert day(plage, MORNING + timedelta(days=3))
    assert len(letters()) == 2


def test_what_falls_later_on_a_day_waits_for_the_next(
    plage: Merchant, there: Variant, owner: User
) -> None:
    stock.adjust(there, delta=-6, actor=owner)
    assert day(plage)
    stock.adjust(Variant.objects.get(sku="COR-42"), delta=-50, actor=owner)
    assert not day(plage, MORNING + timedelta(hours=9))
    assert low_stock.untold(MORNING + timedelta(hours=9)) == []
    assert low_stock.untold(MORNING + timedelta(days=1)) == [plage.pk]
    assert day(plage, MORNING + timedelta(days=1))
    assert [("COR-41" in each.text, "COR-42" in each.text) for each in letters()] == [
        (True, False),
        (False, True),
    ]


def test_nobody_is_woken_for_it(plage: Merchant, there: Variant, owner: User) -> None:
    stock.adjust(there, delta=-6, actor=owner)
    assert not day(plage, NIGHT)
    assert low_stock.untold(NIGHT) == []
    assert day(plage)


@pytest.mark.parametrize(
    ("own", "shops", "is_low"), [(None, 10, True), (None, 9, False), (10, 0, True), (2, 50, False)]
)
def test_a_variants_own_threshold_counts_before_the_shops(
    plage: Merchant, there: Variant, own: int | None, shops: int, is_low: bool
) -> None:
    Merchant.objects.filter(pk=plage.pk).update(low_stock_at=shops)
    stock.watch(there, low_at=own)
    low_stock.look()
    assert LowStock.objects.filter(item=there.pk).exists() is is_low


def test_what_is_promised_is_not_left_to_sell(plage: Merchant, there: Variant) -> None:
    stock.reserve({there.pk: 5})
    assert day(plage)
    assert ": 5\n" in letters()[0].text


def test_what_is_off_sale_is_nobodys_worry(
    plage: Merchant, flipflops: Product, there: Variant, owner: User
) -> None:
    stock.adjust(there, delta=-6, actor=owner)
    low_stock.look()
    products.withdraw(flipflops, actor=owner)
    assert not day(plage)
    assert not LowStock.objects.exists()


def test_each_member_who_keeps_the_stock_reads_it_in_their_language(
    plage: Merchant, there: Variant, owner: User
) -> None:
    for role, locale in (("fulfilment", "fr"), ("read_only", "en")):
        person = User.objects.create_user(
            f"{role}@plage.example", handle=role, display_name=role, locale=locale
        )
        Membership.objects.create(user=person, merchant=plage, role=role)
    stock.adjust(there, delta=-6, actor=owner)
    assert day(plage)
    assert {each.to: each.subject for each in letters()} == {
        "owner@plage.example": "Plage: 1 variant runs low",
        "fulfilment@plage.example": "Plage : le stock d’1 variante est bas",
    }


def test_a_crash_before_the_commit_tells_nobody_and_the_next_try_tells_all(
    plage: Merchant, there: Variant, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    stock.adjust(there, delta=-6, actor=owner)
    low_stock.look()
    with monkeypatch.context() as patch:
        patch.setattr(low_stock.mails, "enqueue_all", lambda mails: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            low_stock.tell(plage.pk, now=MORNING)
    assert letters() == []
    assert day(plage)
    assert len(letters()) == 1


def test_a_long_list_is_cut_and_counted(plage: Merchant, owner: User) -> None:
    new = [NewVariant(price=1, option_values=(f"{n:02}",), sku=f"S{n:02}") for n in range(33)]
    products.create(
        plage,
        title="Socks",
        option_names=["Size"],
        variants=new,
        actor=owner,
        status=Product.Status.ACTIVE,
    )
    assert day(plage)
    [letter] = letters()
    assert letter.subject == "Plage: 33 variants run low"
    assert (letter.text.count("- Socks"), "… and 3 more." in letter.text) == (30, True)


def test_however_much_falls_no_more_is_read_than_is_named(
    plage: Merchant, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = [NewVariant(price=1, option_values=(f"{n:02}",), sku=f"S{n:02}") for n in range(5)]
    products.create(
        plage,
        title="Socks",
        option_names=["Size"],
        variants=new,
        actor=owner,
        status=Product.Status.ACTIVE,
    )
    monkeypatch.setattr(low_stock, "NAMED", 2)
    read: list[LowStock] = []
    from_db = LowStock.from_db

    def counted(*row: object) -> LowStock:
        read.append(from_db(*row))
        return read[-1]

    monkeypatch.setattr(LowStock, "from_db", counted)
    assert day(plage)
    assert len(read) == 2
    [letter] = letters()
    assert letter.subject == "Plage: 5 variants run low"
    assert "… and 3 more." in letter.text
    assert not LowStock.objects.filter(told_at=None).exists()
