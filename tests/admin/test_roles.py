"""Each role does its own work and no other; staff does all of it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from catalogue.models import Membership
from catalogue.roles import ROLES, Access, Capability, access_of
from tests.admin.filled import opened
from tests.shops import person

OWNER, EDITOR, FULFILMENT, READ_ONLY = Membership.Role.values


def test_the_table_names_every_role_and_an_owner_may_everything():
    assert set(ROLES) == set(Membership.Role)
    assert ROLES[Membership.Role.OWNER] == set(Capability)
    assert ROLES[Membership.Role.READ_ONLY] == {Capability.VIEW}
    for held in ROLES.values():
        assert Capability.VIEW in held
    assert Capability.LISTINGS not in ROLES[Membership.Role.FULFILMENT]
    assert Capability.FULFIL not in ROLES[Membership.Role.EDITOR]


def test_nobody_holds_anything_for_a_row_of_no_merchant_but_staff(db):
    assert not Access(grants={1: frozenset(Capability)}).may("view", None)
    assert Access(everything=True).may("view", None)


def test_a_shopper_holds_nothing(db):
    shopper = person("mai")
    assert not access_of(shopper).enters
    assert access_of(shopper).merchants("view") == frozenset()


def shown(page):
    """Whether a page of a row lets one change it."""
    return page.context["has_change_permission"]


CHANGES = {
    "catalogue_product": {OWNER, EDITOR},
    "catalogue_shippingrate": {OWNER, EDITOR},
    "checkout_offer": {OWNER, EDITOR},
    "catalogue_stockitem": {OWNER, EDITOR, FULFILMENT},
    "fulfilment_fulfilmentorder": {OWNER, FULFILMENT},
    "fulfilment_shipment": {OWNER, FULFILMENT},
    "fulfilment_return": {OWNER, FULFILMENT},
    "fulfilment_returnpolicy": {OWNER},
    "fulfilment_carrierconnection": {OWNER},
    "catalogue_merchant": {OWNER},
    "webhooks_endpoint": {OWNER},
    "checkout_order": set(),
    "catalogue_stockmovement": set(),
    "webhooks_event": set(),
}
HIDDEN = {"webhooks_endpoint", "fulfilment_carrierconnection"}


def own_rows(world):
    plage = world.plage
    return {
        "catalogue_product": plage.product,
        "catalogue_shippingrate": plage.rate,
        "checkout_offer": plage.offer,
        "catalogue_stockitem": plage.variant.stock,
        "fulfilment_fulfilmentorder": plage.fulfilment_order,
        "fulfilment_shipment": plage.parcel,
        "fulfilment_return": world.rows["return"],
        "fulfilment_returnpolicy": plage.merchant.return_policy,
        "fulfilment_carrierconnection": plage.connection,
        "catalogue_merchant": plage.merchant,
        "webhooks_endpoint": plage.endpoint,
        "checkout_order": world.order,
        "catalogue_stockmovement": plage.variant.movements.first(),
        "webhooks_event": plage.delivery.event,
    }


@pytest.mark.parametrize("role", Membership.Role.values)
def test_a_role_changes_what_is_its_work(browser, world, role):
    client = browser(world.plage.members[role])
    for name, row in own_rows(world).items():
        url = reverse(f"admin:{name}_change", args=[row.pk])
        page = client.get(url)
        allowed = role in CHANGES[name]
        if not allowed and name in HIDDEN:
            assert page.status_code == 403, name
            continue
        assert shown(page) is allowed, name
        if not allowed:
            assert client.post(url, {"title": "x", "price": "0"}).status_code == 403, name


@pytest.mark.parametrize("role", [FULFILMENT, READ_ONLY])
def test_prices_are_closed_to_whoever_only_packs_or_reads(browser, world, role):
    """Even with a whole and valid form, as an editor's browser would send it."""
    url = reverse("admin:catalogue_product_change", args=[world.plage.product.pk])
    data = opened(browser(world.plage.members[EDITOR]), url)
    data["variants-0-price"] = "0.01"
    assert browser(world.plage.members[role]).post(url, data).status_code == 403
    world.plage.variant.refresh_from_db()
    assert world.plage.variant.price == 3490


@pytest.mark.parametrize(
    ("role", "name", "action"),
    [
        (READ_ONLY, "catalogue_product", "archive"),
        (FULFILMENT, "catalogue_product", "archive"),
        (EDITOR, "fulfilment_fulfilmentorder", "pack_all"),
        (READ_ONLY, "fulfilment_fulfilmentorder", "pack_all"),
        (EDITOR, "fulfilment_fulfilmentorder", "cancel_all"),
        (READ_ONLY, "fulfilment_fulfilmentorder", "cancel_all"),
    ],
)
def test_an_action_that_is_not_offered_is_not_done_either(browser, world, role, name, action):
    client = browser(world.plage.members[role])
    row = own_rows(world)[name]
    before = row.status
    client.post(
        reverse(f"admin:{name}_changelist"), {"action": action, "_selected_action": [row.pk]}
    )
    row.refresh_from_db()
    assert row.status == before


def test_the_owner_alone_sees_the_secret(browser, world):
    url = reverse("admin:webhooks_endpoint_change", args=[world.plage.endpoint.pk])
    assert world.plage.endpoint.secret in browser(world.plage.owner).get(url).content.decode()
    for role in (EDITOR, FULFILMENT, READ_ONLY):
        assert browser(world.plage.members[role]).get(url).status_code == 403


def test_an_owner_keeps_the_terms_and_leaves_the_fee_alone(browser, world):
    client = browser(world.plage.owner)
    url = reverse("admin:catalogue_merchant_change", args=[world.plage.merchant.pk])
    data = opened(client, url)
    data |= {"terms": "Thirty days.", "fee_bps": "0", "status": "suspended"}
    data |= {"memberships-0-role": "owner", "stripe_account_id": "acct_mine"}
    assert client.post(url, data).status_code == 302
    merchant = type(world.plage.merchant).objects.get(pk=world.plage.merchant.pk)
    assert merchant.terms == "Thirty days."
    kept = (merchant.fee_bps, merchant.status, merchant.stripe_account_id)
    assert kept == (500, "active", "acct_plage")


def test_only_superusers_make_staff_and_not_of_themselves(browser, world):
    url = reverse("admin:accounts_user_change", args=[world.mai.pk])
    rights = {"is_active": "on", "is_staff": "on", "is_superuser": "on"}
    assert browser(world.staff).post(url, rights).status_code == 403
    world.mai.refresh_from_db()
    assert not world.mai.is_staff
    root = browser(world.superuser)
    own = reverse("admin:accounts_user_change", args=[world.superuser.pk])
    assert root.post(own, {"is_active": "on"}).status_code == 403
    assert root.post(url, {"is_active": "on", "is_staff": "on"}).status_code == 302
    world.mai.refresh_from_db()
    assert (world.mai.is_staff, world.mai.is_superuser) == (True, False)
