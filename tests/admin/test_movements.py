"""The list of movements: found by why, what, who and when, at the same price however long it is."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from catalogue import stock
from catalogue.models import Merchant, StockMovement, Variant
from tests.admin.filled import elsewhere
from tests.shops import today

ADDRESS = reverse("admin:catalogue_stockmovement_changelist")
Reason = StockMovement.Reason


@pytest.fixture
def moved(world):
    """Beside what the shops began with."""
    packer = world.plage.members["fulfilment"]
    stock.adjust(world.plage.variant, delta=-3, reason=Reason.DAMAGED, actor=packer, note="wet")
    other = Variant.objects.get(sku="plage-42")
    stock.adjust(other, delta=9, reason=Reason.RECEIVED, actor=world.plage.owner, reference="DN-7")
    stock.adjust(world.rayon.variant, delta=1, actor=world.rayon.owner, reference="DN-7")
    return world


def found(client, **asked):
    page = client.get(ADDRESS, asked)
    assert page.status_code == 200
    rows = page.context["cl"].result_list
    return [(row.variant.sku, row.reason, row.before, row.after) for row in rows]


BEGAN = [("plage-42", "adjustment", 0, 2), ("plage-41", "adjustment", 0, 10)]
WET = ("plage-41", "damaged", 10, 7)
CAME = ("plage-42", "received", 2, 11)


def test_the_newest_stand_first_with_what_was_there_afterwards(browser, moved):
    client = browser(moved.plage.owner)
    assert found(client)[:2] == [CAME, WET]
    shown = client.get(ADDRESS).content.decode()
    for words in ("damaged: wet", "-3", "+9", "DN-7"):
        assert words in shown


@pytest.mark.parametrize(
    ("asked", "rows"),
    [
        ({"reason__exact": "damaged"}, [WET]),
        ({"q": "PLAGE-42"}, [CAME, BEGAN[0]]),
        ({"q": "DN-7"}, [CAME]),
        ({"q": "@plage_fulfilment"}, [WET]),
        ({"q": "nothing like it"}, []),
        ({"q": "rayon-41"}, []),
        ({"period": "2020-01-01..2020-12-31"}, []),
        ({"product": "999999"}, []),
        ({"variant": "x"}, []),
        ({"q": "@rayon_owner"}, []),
    ],
)
def test_it_is_found_by_why_what_who_and_when(browser, moved, asked, rows):
    assert found(browser(moved.plage.owner), **asked) == rows


def test_one_variant_one_product_one_person_and_today(browser, moved):
    client = browser(moved.plage.owner)
    assert found(client, variant=moved.plage.variant.pk) == [WET, BEGAN[1]]
    assert len(found(client, product=moved.plage.product.pk)) == 4
    assert found(client, product=moved.rayon.product.pk) == []
    assert found(client, variant=moved.rayon.variant.pk) == []
    assert found(client, actor=moved.plage.members["fulfilment"].pk) == [WET]
    assert found(client, actor=moved.rayon.owner.pk) == []
    assert len(found(client, period="1")) == 4


def test_a_day_is_one_by_the_shops_clock(browser, moved):
    zone, day = elsewhere()
    Merchant.objects.filter(pk=moved.plage.merchant.pk).update(time_zone=zone)
    client = browser(moved.plage.owner)
    assert len(found(client, period=f"{day}..{day}")) == 4
    shown = client.get(ADDRESS, {"period": "1"})
    assert (shown.context["begins"], shown.context["ends"]) == (day, day)
    moment = timezone.localtime(StockMovement.objects.latest("created_at").created_at)
    there = moment.astimezone(ZoneInfo(zone))
    assert date_format(there, "DATETIME_FORMAT") in shown.text
    of_staff = found(browser(moved.staff), period=f"{day}..{day}")
    assert bool(of_staff) == (day == today())


def test_the_fields_above_the_list_become_the_filter(browser, moved):
    client = browser(moved.plage.owner)
    day, reason = today(), {"reason__exact": "damaged"}
    answer = client.get(ADDRESS, {"from": str(day), "until": "", **reason})
    assert answer.status_code == 302
    shown = client.get(answer.url)
    assert [row.reason for row in shown.context["cl"].result_list] == ["damaged"]
    assert f'name="from" value="{day}"' in shown.content.decode()
    later = str(day + timedelta(days=1))
    assert found(client, period=f"{later}..") == []
    assert len(found(client, period="nonsense")) == 4


@pytest.mark.parametrize(
    "asked",
    [{}, {"q": "plage-41"}, {"reason__exact": "adjustment"}, {"period": "30"}],
)
def test_its_price_is_the_same_however_long_it_is(browser, moved, asked):
    client = browser(moved.plage.owner)

    def price():
        with CaptureQueriesContext(connection) as seen:
            length = len(found(client, **asked))
        assert not [each for each in seen.captured_queries if "COUNT(" in each["sql"]]
        return length, len(seen)

    before = price()
    for _each in range(7):
        stock.adjust(moved.plage.variant, delta=1, actor=moved.plage.owner)
    after = price()
    assert after[0] == before[0] + 7
    assert after[1] == before[1]
