"""The workbench's queues, its search, and the views that people keep of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalogue.models import Membership
from checkout.models import Dispute, Order, OrderLine, Payment
from fulfilment import fulfilment_orders, searching
from fulfilment.dispatching import dispatch
from fulfilment.models import FulfilmentOrder, SavedView, Shipment
from tests.admin.filled import said
from tests.admin.foreign import another
from tests.admin.more_parts import another_part, of_three

LIST = reverse("admin:fulfilment_fulfilmentorder_changelist")
VIEWS = reverse("admin:fulfilment_fulfilmentorder_views")
WAITING = reverse("admin:fulfilment_fulfilmentorder_waiting")


@pytest.fixture
def client(browser, world):
    return browser(world.plage.members["fulfilment"])


@pytest.fixture
def part(world):
    return world.plage.fulfilment_order


def found(client, **asked):
    page = client.get(LIST, asked)
    assert page.status_code == 200
    return [row.pk for row in page.context["cl"].result_list]


def rewrite(part):
    """The words of a part as they are written when it is opened."""
    with connection.cursor() as cursor:
        sql = "UPDATE fulfilment_partwords SET words = fulfilment_part_words(part_id)"
        cursor.execute(f"{sql} WHERE part_id = %s", [part.pk])


@pytest.mark.parametrize("newest", [0, 1_000])
def test_a_part_is_found_by_each_of_its_names(client, world, part, monkeypatch, newest):
    monkeypatch.setattr("fulfilment.searching.NEWEST", newest)
    Order.objects.filter(pk=world.order.pk).update(name="Maï Lefort")
    OrderLine.objects.filter(order=world.order, merchant=part.merchant).update(sku="FLIP/41 'x'")
    rewrite(part)
    fulfilment_orders.ship(part, carrier="DHL", tracking_number="JD 014", actor=world.staff)
    number = world.order.number
    for term in (
        *(f"É-{number}", f"e-{number}", str(number), "MAI@people.example", "flip/41 'X'"),
        *("plage flip", "FLOPS", "lefort", "Lefo", "mai lefort", "jd 014"),
    ):
        assert found(client, q=term) == [part.pk], term
    for term in (
        *("mai@people", "flip/4", "rayon", "rayon-41", f"{number}0", "lefort plage rayon"),
        *("'", "& | !", "=m1", ":*", "\\", "0", "9" * 40, "x" * 300),
    ):
        assert found(client, q=term) == [], term


def test_a_number_is_found_however_many_others_have_it(client, world, part):
    theirs = world.rayon.fulfilment_order
    fulfilment_orders.ship(part, carrier="DHL", tracking_number="AB123", actor=world.staff)
    copies = [another_part(theirs) for _ in range(3)]
    Shipment.objects.bulk_create(
        Shipment(fulfilment_order=each, carrier="DHL", tracking_number="ab123") for each in copies
    )
    mine = FulfilmentOrder.objects.filter(merchant=part.merchant)
    keys = searching.find(mine, "AB123", merchants=[part.merchant_id], most=2)
    assert keys == [part.pk]


def test_staff_finds_the_parts_of_all(browser, world):
    keys = [world.rayon.fulfilment_order.pk, world.plage.fulfilment_order.pk]
    assert found(browser(world.staff), q=str(world.order.number)) == sorted(keys, reverse=True)


def test_a_search_goes_on_where_a_queue_ends(client, part):
    assert found(client, q="flip", queue="send") == [part.pk]
    assert found(client, q="flip", queue="packed") == []


def test_a_list_takes_the_same_number_of_statements_however_long_it_is(client, world, part):
    def statements(**asked):
        with CaptureQueriesContext(connection) as seen:
            client.get(LIST, asked)
        return len(seen)

    statements()
    before = [statements(), statements(q="flip")]
    for _ in range(3):
        another_part(part)
    assert len(found(client, q="flip")) == 4
    assert [statements(), statements(q="flip")] == before


def test_queues_are_counted_and_hold_what_they_say(client, world, part):
    Dispute.objects.update(status="needs_response")
    page = client.get(LIST)
    counted = {str(title): number for _link, title, number, _here in page.context["tabs"]}
    assert counted == {
        "To send": "1",
        "Packed": "0",
        "Partly sent": "0",
        "Late": "0",
        "Disputes": "1",
    }
    assert found(client, queue="send") == found(client, queue="disputed") == [part.pk]
    fulfilment_orders.pack(part, actor=world.staff)
    assert found(client, queue="packed") == [part.pk]
    assert found(client, queue="send") == []
    Dispute.objects.update(status="won")
    assert found(client, queue="disputed") == []
    assert found(client, queue="no such queue") == []


def test_late_is_what_should_have_left_and_is_there_in_whole_or_in_part(client, world, part):
    FulfilmentOrder.objects.filter(pk=part.pk).update(leaves_by=timezone.now() + timedelta(hours=1))
    assert found(client, queue="late") == []
    FulfilmentOrder.objects.filter(pk=part.pk).update(leaves_by=timezone.now())
    line = of_three(part)
    assert found(client, queue="late") == [part.pk]
    fulfilment_orders.pack(part, actor=world.staff)
    assert found(client, queue="late") == [part.pk]
    dispatch(part, lines={line.pk: 1}, carrier="DHL", tracking_number="1", actor=world.staff)
    assert found(client, queue="late") == found(client, queue="partly") == [part.pk]
    fulfilment_orders.ship(part, carrier="DHL", tracking_number="2", actor=world.staff)
    assert found(client, queue="late") == found(client, queue="partly") == []


def test_who_hands_nothing_over_is_offered_no_file_for_it(client, browser, world):
    file = reverse("admin:fulfilment_fulfilmentorder_dispatch_csv")
    assert file in client.get(LIST).content.decode()
    assert file not in browser(world.plage.members["read_only"]).get(LIST).content.decode()


@pytest.fixture
def unpaid(world):
    Payment.objects.filter(order=world.order).update(status="created")
    Order.objects.filter(pk=world.order.pk).update(
        status="awaiting_payment", paid_at=None, reserved_until=timezone.now()
    )
    return world.order


def test_of_an_unpaid_order_a_shop_reads_lines_and_sum_and_not_whose_it_is(client, unpaid, world):
    assert client.get(LIST).context["waiting_count"] == "1"
    page = client.get(WAITING).content.decode()
    assert unpaid.reference in page
    assert "Plage flip-flops" in page
    assert "€38.80" in page
    for hidden in ("Rayon", unpaid.email, unpaid.name, unpaid.line1, unpaid.city, "€77.60"):
        assert hidden not in page, hidden


def test_a_shop_without_a_line_reads_nothing_of_it(browser, unpaid, world):
    Membership.objects.create(user=world.stranger, merchant=another(world), role="owner")
    page = browser(world.stranger).get(WAITING).content.decode()
    assert unpaid.reference not in page
    assert "Nothing waits for payment." in page


# Views that are kept ---------------------------------------------------------------------------------


def keep(client, name, query="queue=send&q=flip", **more):
    return client.post(VIEWS, {"act": "keep", "name": name, "query": query, **more}, follow=True)


def test_a_view_is_kept_opened_renamed_and_deleted(client, world):
    page = keep(client, " To  pack ", "queue=send&q=flip&p=3&order__user=1")
    view = SavedView.objects.get()
    assert (view.name, view.query, view.merchant) == ("To pack", "q=flip&queue=send", None)
    assert said(page) == ["“To pack” is kept."]
    assert page.redirect_chain == [(f"{LIST}?q=flip&queue=send", 302)]
    assert [each.name for each in page.context["views"]] == ["To pack"]
    client.post(VIEWS, {"act": "rename", "view": view.pk, "name": "Mine"})
    view.refresh_from_db()
    assert view.name == "Mine"
    client.post(VIEWS, {"act": "delete", "view": view.pk})
    assert not SavedView.objects.exists()


def test_a_name_is_given_once_and_what_was_typed_stays(client):
    keep(client, "Mine")
    page = keep(client, "Mine", "q=mug")
    assert said(page) == ["You have a view of this name already."]
    assert 'value="Mine"' in page.content.decode()
    assert page.context["query"] == "q=mug"
    assert said(keep(client, " ")) == ["This field cannot be blank."]
    assert SavedView.objects.count() == 1


def test_a_shared_view_is_the_shops_and_a_private_one_ones_own(client, browser, world):
    shop = world.plage.merchant.pk
    keep(client, "Shared", shop=shop)
    keep(client, "Private")
    of_plage = browser(world.plage.members["read_only"]).get(LIST).context["views"]
    assert [view.name for view in of_plage] == ["Shared"]
    assert browser(world.rayon.owner).get(LIST).context["views"] == []


def test_ones_own_views_come_first_and_who_has_left_a_shop_leaves_it_theirs(client, browser, world):
    keep(client, "0 Shared", shop=world.plage.merchant.pk)
    owner = browser(world.plage.owner)
    keep(owner, "Private")
    assert [view.name for view in owner.get(LIST).context["views"]] == ["Private", "0 Shared"]
    author = world.plage.members["fulfilment"]
    Membership.objects.create(user=author, merchant=world.rayon.merchant, role="editor")
    Membership.objects.filter(user=author, merchant=world.plage.merchant).delete()
    asked = {"act": "rename", "view": SavedView.objects.get(name="0 Shared").pk, "name": "Mine"}
    assert client.get(LIST).context["views"] == []
    assert client.post(VIEWS, asked).status_code == 404


def test_only_its_author_and_the_shops_owner_change_a_shared_view(client, browser, world):
    keep(client, "Shared", shop=world.plage.merchant.pk)
    view = SavedView.objects.get()
    asked = {"act": "delete", "view": view.pk}
    assert browser(world.plage.members["editor"]).post(VIEWS, asked).status_code == 403
    assert browser(world.rayon.owner).post(VIEWS, asked).status_code == 404
    assert SavedView.objects.exists()
    assert browser(world.plage.owner).post(VIEWS, asked).status_code == 302
    assert not SavedView.objects.exists()


def test_nobody_shares_with_a_foreign_shop(client, world):
    data = {"act": "keep", "name": "x", "query": "q=x", "shop": world.rayon.merchant.pk}
    assert client.post(VIEWS, data).status_code == 404
    assert not SavedView.objects.exists()
