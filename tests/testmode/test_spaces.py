"""A shop's test space: made once, with the shop's settings, and members who are the shop's."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from catalogue import merchants, test_spaces
from catalogue.merchants import MerchantError
from catalogue.models import Membership, Merchant, ShippingRate
from catalogue.roles import Capability, access_of, holders_of
from fulfilment import return_policies
from fulfilment.models import ReturnPolicy
from partners import keys
from tests.second_factors import sign_in
from tests.shops import cast, person


def test_a_shop_has_one_test_space_made_when_it_is_first_asked_for(plage: Merchant) -> None:
    Merchant.objects.filter(pk=plage.pk).update(
        fee_bps=700, time_zone="Europe/Berlin", terms="No beach, no shoes.", withdrawal_days=30
    )
    plage.refresh_from_db()

    twin = test_spaces.twin_of(plage)

    assert test_spaces.twin_of(plage) == twin
    assert (twin.test_of, twin.status, twin.name) == (plage, "test", "Plage (test)")
    assert (twin.fee_bps, twin.time_zone, twin.withdrawal_days) == (700, "Europe/Berlin", 30)
    assert (twin.currency, twin.country, twin.terms) == ("EUR", "FR", "No beach, no shoes.")
    rates = ShippingRate.objects.filter(merchant=twin)
    assert [(rate.countries, rate.price) for rate in rates] == [(["FR", "DE"], 390)]
    assert ShippingRate.objects.filter(merchant=plage).count() == 1


@pytest.mark.django_db
def test_a_shop_with_goods_and_several_rates_gets_one_with_none_of_its_ids() -> None:
    world = cast()
    plage, owner = world.plage.merchant, world.plage.owner
    first = ShippingRate.objects.filter(merchant=plage).values("name", "countries", "price")[0]
    ShippingRate.objects.create(merchant=plage, **{**first, "name": "By bicycle", "position": 1})

    key, _secret = keys.make_test(
        name="Trying", scopes=["orders:read"], made_by=owner, merchant=plage
    )

    twin = key.merchant
    assert (twin.test_of_id, twin.is_test) == (plage.pk, True)
    unique = [field.name for field in ShippingRate._meta.fields if field.unique]
    assert unique == ["id", "public_id"]
    for field in unique:
        theirs = set(ShippingRate.objects.filter(merchant=plage).values_list(field, flat=True))
        copies = set(ShippingRate.objects.filter(merchant=twin).values_list(field, flat=True))
        assert len(theirs) == len(copies) > 1
        assert not theirs & copies
    assert twin.public_id != plage.public_id
    assert twin.account_id != plage.account_id


def test_its_profile_has_a_handle_of_its_own_and_is_closed(plage: Merchant) -> None:
    profile = test_spaces.twin_of(plage).account

    assert profile.kind == User.Kind.SHOP
    assert profile.handle.startswith("test_")
    assert not profile.is_active


def test_it_sells_without_stripe_and_for_nobody_in_public(plage: Merchant) -> None:
    twin = test_spaces.twin_of(plage)

    twin.refresh_from_db()
    assert (twin.stripe_account_id, twin.payable, twin.sells) == ("", False, False)
    with pytest.raises(IntegrityError, match="merchant_test_is_paid_nothing"), transaction.atomic():
        Merchant.objects.filter(pk=twin.pk).update(stripe_account_id="acct_real", payable=True)


def test_a_test_space_has_none_of_its_own_and_a_suspended_shop_gets_none(plage: Merchant) -> None:
    twin = test_spaces.twin_of(plage)
    with pytest.raises(MerchantError, match="already"):
        test_spaces.twin_of(twin)

    merchants.suspend(plage, actor=None, reason="sells fakes")
    with pytest.raises(MerchantError, match="suspended"):
        test_spaces.twin_of(plage)


@pytest.mark.parametrize("status", ["pending", "active", "suspended"])
def test_a_test_space_never_becomes_a_shop(plage: Merchant, status: str) -> None:
    twin = test_spaces.twin_of(plage)

    with pytest.raises(MerchantError, match="cannot become"):
        merchants.move(twin, Merchant.Status(status), actor=None, reason="by mistake")
    with pytest.raises(IntegrityError, match="merchant_test_iff_of_a_shop"), transaction.atomic():
        Merchant.objects.filter(pk=twin.pk).update(status=status)
    with pytest.raises(IntegrityError, match="stays in its space"), transaction.atomic():
        Merchant.objects.filter(pk=twin.pk).update(test_of=None, status=status)


def test_members_of_the_shop_may_there_what_they_may_in_the_shop(plage: Merchant) -> None:
    twin = test_spaces.twin_of(plage)
    editor, stranger = person("editor"), person("stranger")
    Membership.objects.create(user=editor, merchant=plage, role=Membership.Role.EDITOR)

    held = access_of(editor)
    assert held.may(Capability.LISTINGS, twin.pk)
    assert not held.may(Capability.MANAGE, twin.pk)
    assert held.merchants(Capability.LISTINGS) == {plage.pk}
    assert not access_of(stranger).may(Capability.VIEW, twin.pk)


def test_a_suspension_of_the_shop_closes_its_test_space(plage: Merchant) -> None:
    twin = test_spaces.twin_of(plage)
    owner = person("owner")
    Membership.objects.create(user=owner, merchant=plage, role=Membership.Role.OWNER)
    assert access_of(owner).may(Capability.MANAGE, twin.pk)

    merchants.suspend(plage, actor=None, reason="sells fakes")

    assert not access_of(owner).may(Capability.MANAGE, twin.pk)


def test_news_of_a_test_space_are_told_to_no_member(plage: Merchant) -> None:
    twin = test_spaces.twin_of(plage)
    owner = person("owner")
    Membership.objects.create(user=owner, merchant=plage, role=Membership.Role.OWNER)

    assert list(holders_of(plage.pk, capability=Capability.FULFIL)) == [owner]
    assert not holders_of(twin.pk, capability=Capability.FULFIL).exists()


def test_goods_go_back_there_by_the_shops_rules(plage: Merchant) -> None:
    twin = test_spaces.twin_of(plage)
    ReturnPolicy.objects.create(merchant=plage, address="1 quai du Port\n13002 Marseille")

    assert return_policies.of(twin).address == "1 quai du Port\n13002 Marseille"


def test_staff_finds_it_among_the_shops_and_its_members_do_not(
    plage: Merchant, client: Client
) -> None:
    test_spaces.twin_of(plage)
    owner = person("owner")
    Membership.objects.create(user=owner, merchant=plage, role=Membership.Role.OWNER)

    sign_in(client, person("staff", is_staff=True))
    assert "Plage (test)" in client.get("/admin/catalogue/merchant/").content.decode()
    assert "Plage (test)" not in client.get("/admin/desk/shopoverview/").content.decode()
    sign_in(client, owner)
    assert "(test)" not in client.get("/admin/catalogue/merchant/").content.decode()


def test_its_owner_cannot_connect_it_with_stripe(plage: Merchant, client: Client) -> None:
    twin = test_spaces.twin_of(plage)
    owner = person("owner")
    Membership.objects.create(user=owner, merchant=plage, role=Membership.Role.OWNER)
    sign_in(client, owner)

    answer = client.post(reverse("checkout:connect_payouts", args=[twin.public_id]))

    assert answer.status_code == 404
