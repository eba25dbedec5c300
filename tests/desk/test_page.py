"""The overview as its readers get it."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from desk import days
from feeds.models import PostViews
from tests.desk.conftest import refunded, sold
from tests.second_factors import sign_in

LIST = reverse("admin:desk_shopoverview_changelist")


def page_of(shop) -> str:
    return reverse("admin:desk_shopoverview_change", args=[shop.merchant.pk])


def ago(number: int) -> datetime:
    return timezone.now() - timedelta(days=number)


@pytest.fixture
def seen(world):
    """A pair was sold yesterday through a post and is given back, and one long before."""
    order = sold(world, world.plage, ago(1), post=world.post)
    sold(world, world.plage, ago(45))
    sold(world, world.rayon, ago(1))
    refunded(order, world.plage, ago(0))
    PostViews.objects.create(
        post=world.post, merchant=world.plage.merchant, day=ago(1).date(), count=80
    )
    return world


def opened(user, address: str, **asked: str):
    client = Client()
    sign_in(client, user)
    response = client.get(address, asked)
    assert response.status_code == 200
    return response


@pytest.mark.parametrize("role", ["owner", "editor", "fulfilment", "read_only"])
def test_whoever_works_for_a_shop_sees_its_figures(seen, role):
    page = opened(seen.plage.members[role], page_of(seen.plage)).content.decode()
    for shown in ("€38.80", "Plage flip-flops", "1.2%", "80", "€34.90", "Look at these"):
        assert shown in page
    assert "Rayon" not in page


def test_the_sidebar_leads_straight_to_ones_only_shop(seen):
    for user, address in ((seen.plage.owner, page_of(seen.plage)), (seen.staff, LIST)):
        page = opened(user, reverse("admin:index")).content.decode()
        assert f'href="{address}"' in page


def test_the_chart_has_a_point_for_each_day(seen):
    chart = json.loads(
        opened(seen.plage.owner, page_of(seen.plage), days="7").context["sales_chart"]
    )
    assert len(chart["labels"]) == 7
    now, before = chart["datasets"]
    assert sorted(now["data"]) == [0] * 6 + [38.8]
    assert before["data"] == [0] * 7


def test_what_was_before_and_by_how_much_it_changed(seen):
    def orders():
        changes = opened(seen.plage.owner, page_of(seen.plage), days="30").context["changes"]
        [found] = [each for each in changes if each.name == "Orders"]
        return found.now, found.before, found.change

    assert orders() == ("1", "1", "+0%")
    sold(seen, seen.plage, ago(2))
    assert orders() == ("2", "1", "+100%")


def test_bad_days_are_told_and_stay_as_they_were_typed(seen):
    asked = {"from": "2025-11-20", "to": "2025-11-10"}
    response = opened(seen.plage.owner, page_of(seen.plage), **asked)
    page = response.content.decode()
    assert "The first day comes after the last one. Change one of them." in page
    assert 'value="2025-11-20"' in page
    assert 'value="2025-11-10"' in page
    # Below it the usual days, so that the page is of use.
    today: date = days.today(seen.plage.merchant)
    assert response.context["found"].now.span.last == today


def test_staff_chooses_a_shop_first(seen):
    address = page_of(seen.rayon)
    assert address in opened(seen.staff, LIST).content.decode()
    assert "€38.80" in opened(seen.staff, address).content.decode()


def test_in_french(seen):
    client = Client(headers={"Accept-Language": "fr"})
    sign_in(client, seen.plage.owner)
    page = (
        client.get(page_of(seen.plage))
        .content.decode()
        .replace("\u202f", " ")
        .replace("\u00a0", " ")
    )
    for shown in ("1,2 %", "Ventes", "38,80 €", "Les publications qui ont le plus vendu"):
        assert shown in page
