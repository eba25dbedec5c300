"""Selling elsewhere, in the admin: sites, agreements, snippets, and who brought what."""

from __future__ import annotations

from typing import Any

import pytest

from catalogue.models import EmbedOrigin, MerchantAct, PartnerAgreement
from checkout.models import LedgerEntry, LedgerTransaction, OrderLine
from partners.models import Partner
from tests.admin.filled import WHY

ORIGINS, AGREEMENTS = "/admin/catalogue/embedorigin/", "/admin/catalogue/partneragreement/"


@pytest.fixture
def owner(browser, world):
    return browser(world.plage.owner)


def brought(world, *, commission: int = 272) -> OrderLine:
    """Plage's line of Maï's order, that the blog brought."""
    line = world.order.lines.get(merchant=world.plage.merchant)
    line.partner, line.commission_bps, line.commission = world.rows["blog"], 800, commission
    line.save()
    return line


def test_an_owner_lists_a_site_and_takes_it_off(owner, world):
    world.rows["origin"].delete()
    sent = {"merchant": world.plage.merchant.pk, "origin": " HTTPS://Blog.Example/ "}
    assert owner.post(f"{ORIGINS}add/", sent).status_code == 302
    made = EmbedOrigin.objects.get(merchant=world.plage.merchant)
    assert made.origin == "https://blog.example"
    owner.post(f"{ORIGINS}{made.pk}/delete/", {"post": "yes"})
    assert not EmbedOrigin.objects.filter(merchant=world.plage.merchant).exists()


@pytest.mark.parametrize("origin", ["http://blog.example", "https://*.example", "blog.example"])
def test_what_is_no_site_is_said_at_the_field(owner, world, origin):
    sent = {"merchant": world.plage.merchant.pk, "origin": origin}
    page = owner.post(f"{ORIGINS}add/", sent)
    assert page.context["adminform"].form.errors.keys() == {"origin"}
    assert EmbedOrigin.objects.filter(merchant=world.plage.merchant).count() == 1


def test_a_listed_site_is_never_made_into_another(owner, world):
    row = world.rows["origin"]
    owner.post(f"{ORIGINS}{row.pk}/change/", {"origin": "https://other.example"})
    row.refresh_from_db()
    assert row.origin == "https://quiet.example"


@pytest.mark.parametrize("role", ["editor", "fulfilment", "read_only"])
def test_only_owners_change_either(browser, world, role):
    client = browser(world.plage.members[role])
    shop = world.plage.merchant.pk
    assert client.get(ORIGINS).status_code == client.get(AGREEMENTS).status_code == 200
    for path, sent in (
        (f"{ORIGINS}add/", {"merchant": shop, "origin": "https://blog.example"}),
        (f"{ORIGINS}{world.rows['origin'].pk}/delete/", {"post": "yes"}),
        (f"{AGREEMENTS}add/", {"merchant": shop, "code": "quiet-house", "per_cent": "50"}),
        (f"{AGREEMENTS}{world.rows['agreement'].pk}/change/", {"per_cent": "50"}),
    ):
        assert client.post(path, sent).status_code == 403, path
    assert EmbedOrigin.objects.count() == PartnerAgreement.objects.count() == 2
    assert set(PartnerAgreement.objects.values_list("commission_bps", flat=True)) == {800}


def test_an_owner_agrees_with_a_partner_by_their_code(owner, world):
    blog = Partner.objects.create(name="Small Rooms", code="small-rooms")
    sent = {"merchant": world.plage.merchant.pk, "code": " Small-Rooms", "per_cent": "7.25"}
    assert owner.post(f"{AGREEMENTS}add/", {**sent, "active": "on"}).status_code == 302
    made = PartnerAgreement.objects.get(partner=blog)
    assert (made.merchant, made.commission_bps, made.active) == (world.plage.merchant, 725, True)
    page = owner.get(AGREEMENTS).content.decode()
    assert "Small Rooms" in page
    assert "7.25 %" in page


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "nobody"}, "code"),
        ({"per_cent": "50.01"}, "per_cent"),
        ({"per_cent": "-1"}, "per_cent"),
        ({"code": "quiet-house"}, "__all__"),
    ],
)
def test_what_cannot_be_agreed_is_said(owner, world, changes, field):
    Partner.objects.create(name="Small Rooms", code="small-rooms")
    sent = {"merchant": world.plage.merchant.pk, "code": "small-rooms", "per_cent": "5", **changes}
    page = owner.post(f"{AGREEMENTS}add/", sent)
    assert page.context["adminform"].form.errors.keys() == {field}
    assert PartnerAgreement.objects.count() == 2


def test_a_rate_changes_and_the_partner_does_not(owner, world):
    row = world.rows["agreement"]
    sent = {"per_cent": "12.5", "code": "nobody"}  # Without the mark it is out of force.
    assert owner.post(f"{AGREEMENTS}{row.pk}/change/", sent).status_code == 302
    row.refresh_from_db()
    assert (row.partner, row.commission_bps, row.active) == (world.rows["blog"], 1250, False)


def test_staff_says_why(browser, world):
    client, row = browser(world.staff), world.rows["agreement"]
    sent: dict[str, Any] = {"per_cent": "12.5", "active": "on"}
    assert client.post(f"{AGREEMENTS}{row.pk}/change/", sent).status_code == 200
    sent["operator_reason"] = WHY
    assert client.post(f"{AGREEMENTS}{row.pk}/change/", sent).status_code == 302
    row.refresh_from_db()
    assert row.commission_bps == 1250
    act = MerchantAct.objects.get(model="catalogue.partneragreement")
    assert (act.merchant, act.reason) == (world.plage.merchant, WHY)


def test_a_product_has_its_snippets_for_each_partner(owner, world, settings):
    product = world.plage.product
    page = f"/admin/catalogue/product/{product.pk}/embed/"
    assert page in owner.get(f"/admin/catalogue/product/{product.pk}/change/").content.decode()
    text = owner.get(page, {"partner": "quiet-house"}).context["parts"]
    tag, frame, link = (part["text"] for part in text)
    assert f'<buy-now product="{product.public_id}" partner="quiet-house"><a href=' in tag
    assert f'<script src="{settings.PUBLIC_URL}/static/embed/v1/buy-now.js" async>' in tag
    assert f'src="{settings.PUBLIC_URL}/embed/{product.public_id}/?partner=quiet-house"' in frame
    assert 'sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox"' in frame
    assert f"?partner=quiet-house&amp;buy={product.public_id}" in link
    shown = owner.get(page).content.decode()
    assert "https://quiet.example" in shown
    assert "rayons" not in shown


def test_a_code_that_is_not_agreed_with_is_in_no_snippet(owner, world):
    Partner.objects.create(name="Small Rooms", code="small-rooms")
    page = f"/admin/catalogue/product/{world.plage.product.pk}/embed/"
    for code in ("small-rooms", '"><script>'):
        parts = owner.get(page, {"partner": code}).context["parts"]
        assert not any("partner" in part["text"] for part in parts)


def test_orders_say_who_brought_them(owner, browser, world):
    order = f"/admin/checkout/order/{world.order.pk}/change/"
    part = f"/admin/fulfilment/fulfilmentorder/{world.plage.fulfilment_order.pk}/change/"
    assert "The Quiet House" not in owner.get(order).content.decode()
    brought(world)
    assert "via The Quiet House, 8%, €2.72" in owner.get(order).content.decode()
    assert "via The Quiet House" in owner.get(part).content.decode()
    # Of another shop's line it is nobody's business.
    rayons = browser(world.rayon.owner).get(order).content.decode()
    assert "The Quiet House" not in rayons


def test_staff_reads_what_a_partner_brought_and_is_owed(browser, world):
    blog, plage = world.rows["blog"], world.plage.merchant
    brought(world)
    movement = LedgerTransaction.objects.create(kind="commission", reference="1", order=world.order)
    sides = [("merchant", None, 272), ("partners", blog, -272)]
    for account, partner, amount in sides:
        LedgerEntry.objects.create(
            transaction=movement,
            account=account,
            merchant=plage,
            partner=partner,
            amount=amount,
            currency="EUR",
        )
    client = browser(world.staff)
    assert "€2.72" in client.get("/admin/checkout/partneraccount/").content.decode()
    page = client.get(f"/admin/checkout/partneraccount/{blog.pk}/change/")
    [sales] = page.context["brought"]
    assert (sales.shop, sales.orders) == (plage.name, 1)
    assert (str(sales.owed), [str(each) for each in page.context["owed"]]) == (
        "2.72 EUR",
        ["2.72 EUR"],
    )


def test_what_the_books_say_of_a_partner_is_changed_by_nobody(browser, world):
    client, blog = browser(world.staff), world.rows["blog"]
    page = f"/admin/checkout/partneraccount/{blog.pk}/change/"
    assert client.post(page, {"name": "Mine", "code": "mine"}).status_code == 403
    blog.refresh_from_db()
    assert (blog.name, blog.code) == ("The Quiet House", "quiet-house")
