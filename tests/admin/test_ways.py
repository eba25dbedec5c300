"""Links lead where their reader may go, and from the checklist there is a way back to it."""

from __future__ import annotations

from catalogue import history
from catalogue.models import Category, Product
from tests.admin.filled import errors, opened
from tests.admin.test_products import new

TO_SEND = "/admin/fulfilment/fulfilmentorder/"
RATE = "/admin/catalogue/shippingrate/add/"


def page(client, url: str) -> str:
    return client.get(url).content.decode()


def own(world, model: str, row) -> str:
    return f"/admin/catalogue/{model}/{row.pk}/change/"


def test_whoever_hands_over_nothing_is_led_to_no_file(browser, world):
    assert "Hand over by CSV" in page(browser(world.plage.owner), TO_SEND)
    assert "Hand over by CSV" not in page(browser(world.plage.members["read_only"]), TO_SEND)


def test_the_queue_that_is_looked_through_is_marked(browser, world):
    shown = page(browser(world.plage.owner), f"{TO_SEND}?q=20001")
    assert '<a href="/admin/fulfilment/fulfilmentorder/" aria-current="page">All</a>' in shown


def test_a_shop_leads_its_owner_to_its_public_page(browser, world):
    shown = page(browser(world.plage.owner), own(world, "merchant", world.plage.merchant))
    assert '<a class="text-link" href="/@plage/">@plage</a>' in shown
    assert "/admin/accounts/user/" not in shown
    shown = page(browser(world.staff), own(world, "merchant", world.plage.merchant))
    assert f"/admin/accounts/user/{world.plage.merchant.account_id}/change/" in shown


def test_a_category_is_no_link_for_who_only_reads(browser, world):
    lamps = Category.objects.create(name="Lamps of all sorts", slug="lamps-of-all-sorts")
    Product.objects.filter(pk=world.plage.product.pk).update(category=lamps)
    url = own(world, "product", world.plage.product)
    shown = page(browser(world.plage.members["read_only"]), url)
    assert "Lamps of all sorts" in shown
    assert "/admin/catalogue/category/" not in shown
    assert 'name="category"' in page(browser(world.plage.owner), url)


def test_what_is_saved_from_the_checklist_leads_back_to_it(browser, world):
    client = browser(world.plage.owner)
    url = own(world, "merchant", world.plage.merchant)
    data = opened(client, url)
    assert client.post(url, data)["Location"] == "/admin/catalogue/merchant/"
    assert client.post(f"{url}?next=checklist", data)["Location"] == "/admin/"
    assert client.post(f"{url}?next=//evil.example", data)["Location"] == (
        "/admin/catalogue/merchant/"
    )
    data = opened(client, RATE) | {"name": "Home", "countries": "BE", "price": "4.90"}
    data |= {"min_days": "1", "max_days": "2", "merchant": world.plage.merchant.pk}
    assert client.post(f"{RATE}?next=checklist", data)["Location"] == "/admin/"


def test_a_product_that_is_listed_from_the_checklist_leads_over_its_page_back_to_it(browser, world):
    client = browser(world.plage.owner)
    data = new(world)
    made = client.post("/admin/catalogue/product/add/?next=checklist", data)["Location"]
    assert made.endswith("/change/?next=checklist")
    assert client.post(made, opened(client, made))["Location"] == "/admin/"


def test_the_time_zone_is_chosen(browser, world):
    client = browser(world.plage.owner)
    url = own(world, "merchant", world.plage.merchant)
    shown = page(client, url)
    assert '<option value="Europe/Paris" selected>' in shown
    assert '<option value="America/New_York">America/New York</option>' in shown
    assert '<option value="Etc/GMT+1"' not in shown
    refused = client.post(url, opened(client, url) | {"time_zone": "Europe/Brest"})
    assert "time_zone" in errors(refused)


def test_countries_are_asked_for(browser, world):
    client = browser(world.plage.owner)
    refused = client.post(RATE, opened(client, RATE) | {"countries": ""})
    assert errors(refused)["countries"] == ["Name at least one country."]
    assert client.get(RATE).context["adminform"].form.fields["countries"].required


def test_the_history_shows_the_pictures(browser, world):
    product = world.plage.product
    history.note(product, {"picture": [None, "products/one.png"]}, actor=world.plage.owner)
    shown = page(browser(world.plage.owner), f"/admin/catalogue/product/{product.pk}/history/")
    assert '<img class="thumb" src="/media/products/one.png" alt="one.png">' in shown
