"""A member of one shop tries another shop's rows through every opening there is."""

from __future__ import annotations

import pytest
from django.urls import reverse

from catalogue.models import Membership
from shopping.admin_site import site
from tests.admin.foreign import DELETED, LISTS, READ_ONLY, another, counts, foreign_rows


@pytest.mark.parametrize("name", LISTS)
def test_a_list_shows_own_rows_only(browser, world, name):
    client = browser(world.plage.owner)
    page = client.get(reverse(f"admin:{name}_changelist"))
    assert len(page.context["cl"].result_list) > 0
    assert "rayon" not in page.content.decode().lower()
    for query in ("?q=rayon", "?q=Rayon flip-flops", "?q=orders@rayon.example"):
        found = client.get(reverse(f"admin:{name}_changelist") + query)
        assert not found.context["cl"].result_list, query


def test_staff_sees_the_rows_of_all(browser, world):
    client = browser(world.staff)
    for name in LISTS:
        shown = client.get(reverse(f"admin:{name}_changelist")).context["cl"].result_list
        if name in ("checkout_order", "checkout_dispute"):
            shared = {"checkout_order": world.order, "checkout_dispute": world.rows["dispute"]}
            assert shared[name].pk in [row.pk for row in shown]
            continue
        model_admin = site._registry[type(foreign_rows(world)[name])]
        merchants = {model_admin.merchant_of(row) for row in shown}
        assert {world.plage.merchant.pk, world.rayon.merchant.pk} <= merchants


def test_a_foreign_id_in_an_address_is_not_found(browser, world):
    client = browser(world.plage.owner)
    for name, row in foreign_rows(world).items():
        change, history, delete = (
            reverse(f"admin:{name}_{view}", args=[row.pk])
            for view in ("change", "history", "delete")
        )
        assert client.get(change).status_code == 404, name
        assert client.post(change).status_code == (403 if name in READ_ONLY else 404), name
        assert client.get(history).status_code == 404, name
        assert client.post(history).status_code == 404, name
        deleted = client.post(delete, {"post": "yes"})
        assert deleted.status_code == (404 if name in DELETED else 403), name
        assert type(row).objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("object_id", ["0", "999999999999999999999", "x", "1'--", "_5F"])
def test_an_id_that_is_none_is_not_found(browser, world, object_id):
    client = browser(world.plage.owner)
    for name in LISTS:
        assert client.get(reverse(f"admin:{name}_change", args=[object_id])).status_code == 404


@pytest.mark.parametrize("role", ["owner", "editor", "fulfilment", "read_only"])
def test_operators_pages_are_closed_to_members(browser, world, role):
    client = browser(world.plage.members[role])
    for model in site._registry:
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        if name not in LISTS:
            row = model._default_manager.first()
            assert row is not None, name
            assert client.get(reverse(f"admin:{name}_changelist")).status_code == 403, name
            change = client.get(reverse(f"admin:{name}_change", args=[row.pk]))
            assert change.status_code == 403, name


def test_filters_answer_no_question_about_what_is_not_shown(browser, world):
    client = browser(world.plage.owner)
    asked = {
        "catalogue_product": "merchant__email__startswith=orders@plage",
        "checkout_order": "idempotency_key__startswith=a",
        "fulfilment_fulfilmentorder": "order__payments__intent_id__startswith=pi",
        "webhooks_event": "merchant__stripe_account_id=acct",
        "catalogue_merchant": "memberships__user__password__startswith=argon2",
    }
    for name, query in asked.items():
        response = client.get(f"{reverse(f'admin:{name}_changelist')}?{query}")
        assert response.status_code == 400, name


def test_a_foreign_shop_in_the_shop_filter_finds_nothing(browser, world):
    client = browser(world.plage.owner)
    other = world.plage
    Membership.objects.create(
        user=other.owner, merchant=another(world), role=Membership.Role.READ_ONLY
    )
    url = reverse("admin:catalogue_product_changelist")
    assert len(client.get(f"{url}?shop={other.merchant.pk}").context["cl"].result_list) == 1
    assert not client.get(f"{url}?shop={world.rayon.merchant.pk}").context["cl"].result_list
    assert not client.get(f"{url}?shop=x").context["cl"].result_list


@pytest.mark.parametrize(
    ("name", "action"),
    [
        ("catalogue_product", "archive"),
        ("catalogue_product", "publish"),
        ("fulfilment_fulfilmentorder", "pack_all"),
        ("fulfilment_fulfilmentorder", "deliver_all"),
        ("fulfilment_fulfilmentorder", "dispatch_all"),
        ("fulfilment_fulfilmentorder", "slips_all"),
        ("fulfilment_fulfilmentorder", "labels_all"),
        ("feeds_promotion", "stop"),
        ("webhooks_endpoint", "rotate"),
        ("webhooks_endpoint", "send_test"),
        ("webhooks_endpoint", "end_old_secret"),
        ("fulfilment_carrierconnection", "rotate"),
        ("fulfilment_carrierconnection", "end_old_secret"),
        ("webhooks_delivery", "send_again"),
        ("partners_apikey", "rotate"),
        ("partners_apikey", "revoke"),
    ],
)
def test_a_foreign_tick_in_a_list_does_nothing_at_all(browser, world, name, action):
    """Not even to the person's own row that was ticked beside it."""
    client = browser(world.plage.owner)
    foreign = foreign_rows(world)[name]
    own = {
        "catalogue_product": world.plage.product,
        "feeds_promotion": world.rows["promotion"],
        "fulfilment_fulfilmentorder": world.plage.fulfilment_order,
        "fulfilment_carrierconnection": world.plage.connection,
        "webhooks_endpoint": world.plage.endpoint,
        "webhooks_delivery": world.plage.delivery,
        "partners_apikey": world.rows["api_key"],
    }[name]
    before = counts()
    for across in ("0", "1"):
        response = client.post(
            reverse(f"admin:{name}_changelist"),
            {
                "action": action,
                "select_across": across,
                "index": "0",
                "_selected_action": [own.pk, foreign.pk],
            },
        )
        assert response.status_code == 404
    assert counts() == before


def test_select_across_reaches_own_rows_only(browser, world):
    client = browser(world.plage.owner)
    client.post(
        reverse("admin:catalogue_product_changelist"),
        {
            "action": "archive",
            "select_across": "1",
            "index": "0",
            "_selected_action": [world.plage.product.pk],
        },
    )
    world.plage.product.refresh_from_db()
    world.rayon.product.refresh_from_db()
    assert (world.plage.product.status, world.rayon.product.status) == ("archived", "active")


@pytest.mark.parametrize("name", LISTS)
def test_nothing_offers_to_delete_a_selection_of_what_money_touches(browser, world, name):
    client = browser(world.plage.owner)
    page = client.get(reverse(f"admin:{name}_changelist"))
    form = page.context["action_form"]
    offered = [key for key, _label in form.fields["action"].choices] if form else []
    assert ("delete_selected" in offered) == (name in DELETED)


@pytest.mark.parametrize(
    ("step", "method"),
    [
        ("connect_payouts", "post"),
        ("payouts_dashboard", "post"),
        ("payouts_again", "get"),
        ("payouts_returned", "get"),
    ],
)
def test_nobody_goes_to_stripe_for_a_foreign_shop(browser, world, step, method):
    before = counts()
    url = reverse(f"checkout:{step}", args=[world.rayon.merchant.public_id])
    assert getattr(browser(world.plage.owner), method)(url).status_code == 404
    assert counts() == before


@pytest.mark.parametrize("step", ["note", "message", "cancel", "slip", "label"])
def test_nobody_writes_about_or_prints_a_foreign_part(browser, world, step):
    before = counts()
    part = world.rayon.fulfilment_order
    url = reverse("admin:fulfilment_fulfilmentorder_change", args=[part.pk])
    url = url.replace("change/", f"{step}/")
    data = {"text": "Hello", "step": "confirm", "seen": "3880"}
    assert browser(world.plage.owner).post(url, data).status_code in {403, 404}
    assert counts() == before
    assert not part.internal_notes.exists()
    assert not part.messages.exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_foreign_part_beside_ones_own_is_not_handed_over(browser, world, method):
    before = counts()
    own, foreign = world.plage.fulfilment_order, world.rayon.fulfilment_order
    url = reverse("admin:fulfilment_fulfilmentorder_dispatch")
    data = {"part": [own.pk, foreign.pk], "carrier": "DHL"}
    assert getattr(browser(world.plage.owner), method)(url, data).status_code == 404
    assert counts() == before
