"""Many parts are handed over at once: on a page of rows, and by a file."""

from __future__ import annotations

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import OutgoingMail
from catalogue.models import Merchant
from checkout.models import Order
from fulfilment import handing_over
from fulfilment.dispatching import dispatch
from fulfilment.handing_over import MOST_LINES, Handover, Outcome
from fulfilment.models import FulfilmentOrder, Shipment
from tests.admin.filled import WHY, said
from tests.admin.more_parts import another_part, of_three

LIST = reverse("admin:fulfilment_fulfilmentorder_changelist")
PAGE = reverse("admin:fulfilment_fulfilmentorder_dispatch")
FILE = reverse("admin:fulfilment_fulfilmentorder_dispatch_csv")
TEMPLATE = reverse("admin:fulfilment_fulfilmentorder_dispatch_template")


@pytest.fixture
def client(browser, world):
    return browser(world.plage.members["fulfilment"])


@pytest.fixture
def parts(world):
    """Three of Plage's, oldest first."""
    first = world.plage.fulfilment_order
    return [first, *(another_part(first) for _ in range(2))]


def sent(parts):
    rows = Shipment.objects.filter(fulfilment_order__in=parts).order_by("pk")
    return list(rows.values_list("fulfilment_order", "carrier", "tracking_number"))


def rows_of(parts, **cells):
    return {"part": [part.pk for part in parts], **cells}


def test_the_ticked_parts_come_to_a_page_and_leave_it_handed_over(client, parts, world):
    keys = [part.pk for part in parts]
    page = client.post(LIST, {"action": "dispatch_all", "_selected_action": keys}, follow=True)
    assert [part.pk for part in page.context["form"].parts] == keys
    first, second, third = keys
    data = rows_of(parts, carrier="Colissimo")
    data |= {f"number-{first}": "6A 1", f"number-{second}": "6A2", f"carrier-{third}": "DHL"}
    page = client.post(PAGE, data, follow=True)
    assert page.redirect_chain == [(LIST, 302)]
    assert said(page) == ["3 parcels are handed over."]
    assert sent(parts) == [
        (first, "Colissimo", "6A 1"),
        (second, "Colissimo", "6A2"),
        (third, "DHL", ""),
    ]
    assert OutgoingMail.objects.filter(kind="shipped").count() == 3


def test_of_a_part_that_is_partly_sent_the_rest_is_listed_and_leaves(client, parts, world):
    first = parts[0]
    line = of_three(first)
    dispatch(first, lines={line.pk: 1}, carrier="DHL", tracking_number="1", actor=world.staff)
    assert str(first.order.reference) in client.get(TEMPLATE).content.decode()
    page = client.get(PAGE, {"part": first.pk})
    assert [part.pk for part in page.context["form"].parts] == [first.pk]
    assert f"2 × {line.title}" in page.content.decode()
    page = client.post(PAGE, rows_of([first], carrier="DHL"), follow=True)
    assert said(page) == ["1 parcel is handed over."]
    first.refresh_from_db()
    assert first.status == "shipped"
    assert [each.lines.get().quantity for each in first.shipments.order_by("pk")] == [1, 2]
    page = client.get(PAGE, {"part": first.pk})
    assert "None of what you ticked is left to send." in page.content.decode()


def test_a_refusal_is_told_by_row_and_the_rest_is_done(client, parts):
    first, second, third = (part.pk for part in parts)
    FulfilmentOrder.objects.filter(pk=second).update(status="cancelled")
    data = rows_of(parts) | {f"carrier-{first}": "DHL", f"carrier-{second}": "UPS"}
    data |= {f"number-{second}": "1Z", f"number-{third}": "kept"}
    page = client.post(PAGE, data)
    assert sent(parts) == [(first, "DHL", "")]
    form = page.context["form"]
    assert [part.pk for part in form.parts] == [second, third]
    assert form.errors == {
        f"carrier-{second}": ["This is “cancelled” and cannot become “with the carrier”."],
        f"carrier-{third}": ["Who takes the parcel?"],
    }
    assert (form[f"number-{second}"].value(), form[f"number-{third}"].value()) == ("1Z", "kept")
    assert said(page) == ["1 parcel is handed over."]


def test_a_carrier_that_is_too_long_stops_no_other_row(client, parts):
    first, second, _third = (part.pk for part in parts)
    data = rows_of(parts[:2]) | {f"carrier-{first}": "x" * 61, f"carrier-{second}": "DHL"}
    page = client.post(PAGE, data)
    assert list(page.context["form"].errors) == [f"carrier-{first}"]
    assert sent(parts) == [(second, "DHL", "")]


def test_a_form_that_is_sent_twice_does_nothing_twice(client, parts):
    data = rows_of(parts, carrier="DHL")
    client.post(PAGE, data)
    page = client.post(PAGE, data, follow=True)
    assert said(page)[-1] == ("3 had been handed over like this before: nothing was done twice.")
    assert (len(sent(parts)), OutgoingMail.objects.filter(kind="shipped").count()) == (3, 3)


def test_what_left_already_is_not_listed(client, parts):
    FulfilmentOrder.objects.filter(pk=parts[0].pk).update(status="delivered")
    page = client.get(PAGE, {"part": [part.pk for part in parts]})
    assert list(page.context["form"].parts) == parts[1:]
    assert said(page) == ["1 of them has left already, or is cancelled, and is not listed."]


def test_a_packer_may_and_a_reader_may_not(browser, world, parts):
    data = rows_of(parts, carrier="DHL")
    for role in ("editor", "read_only"):
        assert browser(world.plage.members[role]).post(PAGE, data).status_code == 403
    assert sent(parts) == []


@pytest.mark.parametrize("keys", [[], ["x"], ["1" * 30], ["0"], [str(n) for n in range(1, 202)]])
def test_what_is_no_selection_is_not_found(client, keys):
    assert client.get(PAGE, {"part": keys}).status_code == 404


# The file --------------------------------------------------------------------------------------------


def send(client, text, *, encoding="utf-8", **more):
    content = text if isinstance(text, bytes) else text.encode(encoding)
    return client.post(FILE, {"file": SimpleUploadedFile("sent.csv", content), **more})


def problems(page):
    return [(each.line, each.order, each.column) for each in page.context["report"].problems]


def test_the_template_comes_back_filled_in(client, parts):
    Order.objects.filter(pk=parts[0].order_id).update(name="=cmd()", city="+33")
    answer = client.get(TEMPLATE).content.decode("utf-8-sig")
    [heading, *rows] = list(csv.reader(io.StringIO(answer)))
    assert heading == ["order", "shop", "name", "city", "carrier", "tracking_number"]
    assert [row[0] for row in rows] == [part.order.reference for part in parts]
    assert rows[0][1:4] == ["Plage", "'=cmd()", "'+33"]
    target = io.StringIO()
    writer = csv.writer(target, delimiter=";")
    writer.writerows([heading, *([*row[:4], "Colissimo", f"6A{n}"] for n, row in enumerate(rows))])
    page = send(client, target.getvalue(), encoding="cp1252")
    assert said(page) == ["3 parcels are handed over."]
    assert sent(parts) == [(part.pk, "Colissimo", f"6A{n}") for n, part in enumerate(parts)]


def test_what_is_wrong_is_told_by_row_and_column_and_the_mended_file_does_nothing_twice(
    client, parts, world
):
    first, second, third = (part.order for part in parts)
    text = (
        "Order,Carrier,Tracking_Number\r\n"
        f"É-{first.number},DHL,'0012\r\n"
        f"{second.number},,6A\r\n"
        "\r\n"
        f"e-{third.number},UPS,6.1E+12\r\n"
        "É-1,UPS,1\r\n"
        "hello,UPS,1\r\n"
    )
    page = send(client, text)
    assert sent(parts) == [(parts[0].pk, "DHL", "0012")]
    assert problems(page) == [
        (3, str(second.number), "carrier"),
        (5, f"e-{third.number}", "tracking_number"),
        (6, "É-1", "order"),
        (7, "hello", "order"),
    ]
    mended = text.replace(f"{second.number},,", f"{second.number},DHL,").replace("6.1E+12", "61")
    page = send(client, mended)
    assert problems(page) == [(6, "É-1", "order"), (7, "hello", "order")]
    assert [row[1:] for row in sent(parts)] == [("DHL", "0012"), ("DHL", "6A"), ("UPS", "61")]
    assert (page.context["report"].done, page.context["report"].before) == (2, 1)


def test_a_foreign_shops_order_is_an_unknown_number(browser, world):
    theirs = another_part(world.rayon.fulfilment_order)
    number = theirs.order.number
    page = send(browser(world.plage.owner), f"order,shop,carrier\n{number},Rayon,DHL\n")
    assert problems(page) == [(2, str(number), "order")]
    assert sent([theirs]) == []


def test_a_shop_whose_name_begins_with_an_apostrophe_is_named_too(browser, world):
    Merchant.objects.filter(pk=world.rayon.merchant.pk).update(name="'t Hof")
    text = f"order,shop,carrier\n{world.order.number},'t Hof,DHL\n"
    answer = send(browser(world.staff), text, operator_reason=WHY)
    assert problems(answer) == []
    assert len(sent([world.rayon.fulfilment_order])) == 1


def test_a_row_that_cannot_be_read_is_told_and_the_others_are_done(client, parts):
    first, second, _third = (part.order for part in parts)
    page = send(client, f'order,carrier\n"a"b,DHL\n{first.number},DHL\n{second.number},DHL,1,2\n')
    assert [(each.line, each.column) for each in page.context["report"].problems] == [
        *[(2, ""), (4, "")]
    ]
    assert [row[0] for row in sent(parts)] == [parts[0].pk]


def test_staff_names_the_shop_where_an_order_has_several(browser, world):
    client, number = browser(world.staff), world.order.number
    page = send(client, f"order,carrier\n{number},DHL\n", operator_reason=WHY)
    assert problems(page) == [(2, str(number), "shop")]
    send(client, f"order,shop,carrier\n{number},RAYON,DHL\n", operator_reason=WHY)
    assert sent([world.rayon.fulfilment_order, world.plage.fulfilment_order]) == [
        (world.rayon.fulfilment_order.pk, "DHL", "")
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "missing: order, carrier"),
        (b"order;tracking_number\n1;2\n", "missing: carrier"),
        (b"PK\x03\x04", "spreadsheet workbook"),
        (b"order,carrier\n" + b"1,DHL\n" * (MOST_LINES + 1), f"{MOST_LINES} rows"),
        (b"x" * 1_000_001, "larger than a megabyte"),
        (b"order," + b"x" * 200_000 + b"\n1,DHL\n", "missing: carrier"),
        (b'"order,carrier\n1,DHL\n', "name the columns"),
    ],
    ids=["empty", "no carrier", "a workbook", "too many rows", "too large", "a long name", "open"],
)
def test_a_file_that_is_none_is_refused_whole(client, parts, content, says):
    page = send(client, content)
    assert says in page.context["error"]
    assert sent(parts) == []


def test_no_file_is_asked_for(client):
    assert client.post(FILE).context["error"] == "Choose a file."


def test_the_verb_says_what_it_did(parts, world):
    wanted = Handover(parts[0], "DHL", "1")
    assert handing_over.hand_over(wanted, actor=world.staff) is Outcome.DONE
    assert handing_over.hand_over(wanted, actor=world.staff) is Outcome.BEFORE
    other = handing_over.hand_over(Handover(parts[0], "DHL", "2"), actor=world.staff)
    assert "cannot become" in other.message
