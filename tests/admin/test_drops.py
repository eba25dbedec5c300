"""Shops announce their drops by their own clocks; what has opened is not moved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.utils import timezone

from catalogue.models import Drop, Merchant, Product
from tests.admin.filled import errors, opened, said

ADD = "/admin/catalogue/drop/add/"
YEAR = timezone.now().year + 1


def times(day: str, hour: str, **more: str) -> dict[str, str]:
    return {"opens_at_0": f"{YEAR}-{day}", "opens_at_1": hour, "per_person": "2", **more}


def another(world) -> Product:
    return Product.objects.create(
        merchant=world.plage.merchant, title="Mug", slug="mug", currency="EUR"
    )


def test_an_owner_announces_a_drop_by_the_clocks_of_the_shop(browser, world):
    Merchant.objects.update(time_zone="America/New_York")
    mug = another(world)
    client = browser(world.plage.owner)
    assert client.post(ADD, {"product": mug.pk, **times("06-10", "19:00")}).status_code == 302
    made = Drop.objects.get(product=mug)
    assert made.opens_at == datetime(YEAR, 6, 10, 23, 0, tzinfo=UTC)
    url = f"/admin/catalogue/drop/{made.pk}/change/"
    page = client.get(url).content.decode()
    assert "By the clocks of the shop: America/New_York." in page
    data = opened(client, url)
    data |= {"opens_at_0": f"{YEAR}-06-10", "opens_at_1": "19:00:00"}
    assert f'value="{YEAR}-06-10"' in page
    assert 'value="19:00:00"' in page
    assert client.post(url, data).status_code == 302
    made.refresh_from_db()
    assert (made.edition, made.opens_at.hour) == (1, 23)


def test_the_menu_leads_to_them(browser, world):
    page = browser(world.plage.owner).get("/admin/").content.decode()
    assert page.count('href="/admin/catalogue/drop/"') == 1
    assert page.count('href="/admin/catalogue/product/"') >= 1


def test_a_time_that_the_clocks_leave_out_is_refused(browser, world):
    Merchant.objects.update(time_zone="Europe/Paris")
    spring = datetime(YEAR, 3, 31, tzinfo=UTC)
    sunday = spring - timedelta(days=(spring.weekday() + 1) % 7)
    data = {"product": another(world).pk, **times(f"{sunday:%m-%d}", "02:30")}
    refused = browser(world.plage.owner).post(ADD, data)
    assert "this time does not come" in errors(refused)["opens_at"][0]


def test_another_shops_product_is_no_choice(browser, world):
    Drop.objects.all().delete()
    data = {"product": world.rayon.product.pk, **times("06-10", "19:00")}
    assert "product" in errors(browser(world.plage.owner).post(ADD, data))
    assert not Drop.objects.exists()


def test_what_has_opened_keeps_its_time_and_may_be_ended(browser, world):
    drop = world.plage.drop
    before = drop.opens_at
    url = f"/admin/catalogue/drop/{drop.pk}/change/"
    client = browser(world.plage.owner)
    now = timezone.now().astimezone(UTC)
    Merchant.objects.update(time_zone="UTC")
    data = opened(client, url)
    data |= times("06-10", "19:00", ends_at_0=f"{now:%Y-%m-%d}", ends_at_1=f"{now:%H:%M:%S}")
    assert client.post(url, data).status_code == 302
    drop.refresh_from_db()
    assert (drop.opens_at, drop.per_person, drop.edition) == (before, 2, 1)
    assert not drop.is_open(timezone.now())


def test_a_drop_in_the_past_is_refused_in_words(browser, world):
    data = {"product": another(world).pk, "per_person": "1"}
    data |= {"opens_at_0": "2020-01-01", "opens_at_1": "10:00"}
    answer = browser(world.plage.owner).post(ADD, data, follow=True)
    assert "Choose an opening time that is still to come." in said(answer)
