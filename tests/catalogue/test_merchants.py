"""A merchant's status moves through its table alone, and each step says who made it and why."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from catalogue import merchants
from catalogue.merchants import MerchantError
from catalogue.models import Merchant, MerchantEvent, Product


@pytest.fixture
def staff(db: None) -> User:
    return User.objects.create_user("ada@etal.example", handle="ada", display_name="Ada")


def history(merchant: Merchant) -> list[tuple[str, str, str, str | None]]:
    rows = merchant.history.values_list("before", "after", "reason", "actor__handle")
    return list(rows)


def test_each_step_says_from_where_to_where_who_and_why(plage: Merchant, staff: User) -> None:
    merchants.suspend(plage, actor=staff, reason=" Sold fakes ")
    reopened = merchants.activate(plage, actor=staff, reason="Proved them real")
    assert reopened.status == "active"
    assert history(plage) == [
        ("active", "suspended", "Sold fakes", "ada"),
        ("suspended", "active", "Proved them real", "ada"),
    ]


def test_a_suspended_shop_is_off_sale_until_it_is_reopened(
    plage: Merchant, staff: User, flipflops: Product
) -> None:
    Product.objects.update(status=Product.Status.ACTIVE)
    merchants.suspend(plage, actor=staff, reason="Sold fakes")
    assert not Product.objects.on_sale().exists()
    merchants.activate(plage, actor=staff)
    assert Product.objects.on_sale().get() == flipflops


def test_the_same_status_again_leaves_no_row(plage: Merchant, staff: User) -> None:
    merchants.activate(plage, actor=staff)
    assert history(plage) == []


def test_a_step_that_the_table_does_not_have_leaves_no_trace(plage: Merchant, staff: User) -> None:
    with pytest.raises(MerchantError, match="active cannot become pending"):
        merchants.move(plage, Merchant.Status.PENDING, actor=staff, reason="Start over")
    plage.refresh_from_db()
    assert plage.status == "active"
    assert not MerchantEvent.objects.exists()


def test_nobody_is_suspended_without_a_reason(plage: Merchant, staff: User) -> None:
    with pytest.raises(MerchantError, match="Say why"):
        merchants.suspend(plage, actor=staff, reason="  ")
    plage.refresh_from_db()
    assert plage.status == "active"
    assert not MerchantEvent.objects.exists()


def test_words_and_terms_are_edited_and_a_status_is_not(plage: Merchant) -> None:
    edited = merchants.edit(plage, fields={"terms": "Thirty days.", "fee_bps": 400})
    assert (edited.terms, edited.fee_bps) == ("Thirty days.", 400)
    with pytest.raises(MerchantError, match="its own action"):
        merchants.edit(plage, fields={"status": "suspended"})
    with pytest.raises(ValidationError):
        merchants.edit(plage, fields={"fee_bps": 10_001})
    plage.refresh_from_db()
    assert (plage.status, plage.fee_bps) == ("active", 400)
