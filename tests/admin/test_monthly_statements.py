"""The Statements pages: whose they are, what they list, and the files that they lead to."""

from __future__ import annotations

import csv
import re
from io import BytesIO, StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from checkout import ledger
from checkout.models import OrderDiscount
from tests.admin.filled import said
from tests.shops import buy, today

PAGE = "admin:checkout_merchantstatements_change"


def file(shop, form: str, month: str = "", currency: str = "EUR") -> str:
    name = f"admin:checkout_merchantstatements_{form}"
    return reverse(name, args=[shop.merchant.pk, currency, month or f"{today():%Y-%m}"])


def body(response) -> str:
    assert response.status_code == 200
    return b"".join(response.streaming_content).decode("utf-8-sig")


@pytest.fixture
def sold(world):
    """Maï's order is in the books: 38.80 of each shop's, 5 % of the goods are ours."""
    ledger.post_capture(world.order, world.order.payments.get())
    return world


@pytest.mark.parametrize("role", ["owner", "editor", "fulfilment", "read_only"])
def test_whoever_works_for_a_shop_reads_its_months(browser, sold, role):
    client = browser(sold.plage.members[role])
    page = client.get(reverse(PAGE, args=[sold.plage.merchant.pk])).content.decode()
    for shown in ("so far (EUR)", "€38.80", "-€1.75", "€37.05", file(sold.plage, "csv")):
        assert shown in page
    rows = list(csv.DictReader(StringIO(body(client.get(file(sold.plage, "csv"))))))
    assert [(row["kind"], row["gross"], row["fee"], row["balance"]) for row in rows] == [
        ("opening", "", "", "0.00"),
        ("capture", "38.80", "1.75", "37.05"),
        ("so_far", "", "", "37.05"),
    ]
    paper = client.get(file(sold.plage, "pdf"))
    assert paper["Content-Type"] == "application/pdf"
    text = PdfReader(BytesIO(paper.content)).pages[0].extract_text()
    assert "Plage" in text
    assert "37.05" in text
    assert "Rayon" not in text


def test_the_page_shows_our_fee_and_our_offers_apart(browser, world):
    """All lines between the balances add up: €38.80 of the sale, less €1.75, and €5.00 of ours."""
    OrderDiscount.objects.create(
        order=world.order,
        offer=world.plage.offer,
        merchant=world.plage.merchant,
        label="We give",
        amount=500,
        by_platform=True,
    )
    ledger.post_capture(world.order, world.order.payments.get())
    page = browser(world.plage.owner).get(reverse(PAGE, args=[world.plage.merchant.pk]))
    found = re.findall(r"<dt>([^<]+)</dt><dd>([^<]+)</dd>", page.content.decode())
    assert found == [
        ("Opening balance", "€0.00"),
        ("Sale", "€38.80"),
        ("Less our fee", "-€1.75"),
        ("Our offers", "€5.00"),
        ("Balance so far", "€42.05"),
    ]


@pytest.mark.parametrize("form", ["csv", "pdf"])
def test_another_shops_file_is_not_found(browser, sold, form):
    assert browser(sold.rayon.owner).get(file(sold.plage, form)).status_code == 404
    assert browser(sold.staff).get(file(sold.plage, form)).status_code == 200
    assert browser(sold.mai).get(file(sold.plage, form)).status_code == 302
    assert browser(None).get(file(sold.plage, form)).status_code == 302


@pytest.mark.parametrize("form", ["csv", "pdf"])
@pytest.mark.parametrize(
    ("month", "currency"),
    [("2026-13", "EUR"), ("2999-01", "EUR"), ("1999-01", "EUR"), ("x", "EUR"), ("2026-01", "<b>")],
)
def test_a_month_without_a_statement_leads_to_those_that_there_are(
    browser, sold, form, month, currency
):
    url = file(sold.plage, form, month, currency)
    response = browser(sold.plage.owner).get(url, follow=True)
    assert response.redirect_chain == [(reverse(PAGE, args=[sold.plage.merchant.pk]), 302)]
    words = f"There is no statement in {currency} for {month}. Choose one below."
    assert said(response) == [words]
    assert "<b>" not in response.content.decode()


def test_a_shop_that_has_sold_nothing_is_told_so(browser, world):
    page = browser(world.plage.owner).get(reverse(PAGE, args=[world.plage.merchant.pk]))
    assert "There is no statement yet" in page.content.decode()


def test_the_pages_take_the_same_statements_however_much_was_sold(browser, sold):
    client = browser(sold.plage.owner)

    def ran(url):
        with CaptureQueriesContext(connection) as seen:
            response = client.get(url)
            text = body(response) if response.streaming else response.content.decode()
        # What a connection prepares once is no statement of the page.
        return [each["sql"] for each in seen if "PREPARE" not in each["sql"]], text

    urls = [reverse(PAGE, args=[sold.plage.merchant.pk])]
    urls += [file(sold.plage, form) for form in ("csv", "pdf")]
    before = [len(ran(url)[0]) for url in urls[:2]]
    for _ in range(4):
        order = buy(sold.mai, sold.plage)
        ledger.post_capture(order, order.payments.get())
    assert [len(ran(url)[0]) for url in urls[:2]] == before
    assert ran(urls[1])[1].count("capture") == 5


def test_names_of_files_are_plain(browser, sold):
    client = browser(sold.plage.owner)
    month = f"{today():%Y-%m}"
    for form in ("csv", "pdf"):
        header = client.get(file(sold.plage, form))["Content-Disposition"]
        assert f'filename="statement-plage-{month}-eur.{form}"' in header
