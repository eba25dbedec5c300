"""Receipt and invoices: numbers without gaps, figures that stay, and papers one can read."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from catalogue.models import Merchant
from checkout import orders
from fulfilment import fulfilment_orders, invoices
from fulfilment.models import Invoice

YEAR = timezone.localdate().year


def read(path: str) -> str:
    """What stands in the PDF at `path`, in one line of text."""
    answer = Client().get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    pages = PdfReader(BytesIO(answer.content)).pages
    text = " ".join(page.extract_text() for page in pages)
    return " ".join(text.replace("\u00a0", " ").split())


def paper(order, more: str) -> str:
    return f"/orders/{orders.token(order)}/{more}"


def numbers(merchant: Merchant) -> list[str]:
    return [invoice.number for invoice in Invoice.objects.filter(merchant=merchant)]


def test_each_shop_numbers_its_own_invoices_from_one(order_of, flipflops, lamp, plage, rayon):
    fulfilment_orders.open_for(order_of(flipflops).pk)
    fulfilment_orders.open_for(order_of(flipflops, lamp).pk)
    assert numbers(plage) == [f"{YEAR}-00001", f"{YEAR}-00002"]
    assert numbers(rayon) == [f"{YEAR}-00001"]


def test_a_number_that_was_not_used_is_given_again(order_of, flipflops, plage, monkeypatch):
    order = order_of(flipflops)
    with monkeypatch.context() as changed:
        changed.setattr(invoices, "_invoice", lambda *args, **more: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            fulfilment_orders.open_for(order.pk)
    fulfilment_orders.open_for(order.pk)
    assert numbers(plage) == [f"{YEAR}-00001"]


def test_what_was_issued_is_never_changed(order):
    fulfilment_orders.open_for(order.pk)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Invoice.objects.update(total=1)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Invoice.objects.all().delete()


def test_an_invoice_says_what_the_law_wants(order, plage):
    Merchant.objects.filter(pk=plage.pk).update(
        legal_name="Plage & Fils SARL",
        address="2 quai du Port\n64200 Biarritz",
        vat_number="FR32123456789",
    )
    fulfilment_orders.open_for(order.pk)
    invoice = Invoice.objects.get(merchant=plage)
    text = read(paper(order, f"invoices/{invoice.public_id}.pdf"))
    for words in (
        f"Invoice {YEAR}-00001",
        "Plage & Fils SARL 2 quai du Port 64200 Biarritz France VAT number FR32123456789",
        "Maï Lefort 14 rue des Lices 35000 Rennes France",
        "Corniche flip-flops, Coral, 42 2 €34.00 20% €68.00",
        "Home 1 €3.90 20% €3.90",
        "VAT 20% on €66.24 €5.66",
        "Total €71.90",
        f"Order {order.reference}, paid on ",
    ):
        assert words in text
    assert "Lampe" not in text


def test_an_invoice_in_french(order_of, lamp):
    order = order_of(lamp, locale="fr")
    fulfilment_orders.open_for(order.pk)
    text = read(paper(order, f"invoices/{Invoice.objects.get().public_id}.pdf"))
    assert f"Facture {YEAR}-00001" in text
    assert "Lampe, Coral, 42 2 99,00 € 20 % 198,00 €" in text
    assert "Total 201,90 €" in text


def test_an_invoice_stays_as_it_was_issued(order, plage):
    fulfilment_orders.open_for(order.pk)
    Merchant.objects.filter(pk=plage.pk).update(name="Another name", legal_name="Another")
    invoice = Invoice.objects.get(merchant=plage)
    text = read(paper(order, f"invoices/{invoice.public_id}.pdf"))
    assert "Plage & Fils" in text
    assert "Another" not in text


def test_a_discount_is_on_the_line_that_it_is_on(order_of, flipflops):
    order = order_of(flipflops)
    order.lines.update(discount=680)
    fulfilment_orders.open_for(order.pk)
    text = read(paper(order, f"invoices/{Invoice.objects.get().public_id}.pdf"))
    assert "less a discount of €6.80" in text
    assert "Total €65.10" in text


def test_the_receipt_holds_the_whole_order(order):
    text = read(paper(order, "receipt.pdf"))
    for words in (
        f"Receipt, order {order.reference}",
        "Visa ending 4242",
        "Corniche flip-flops, Coral, 42, Plage & Fils 2 €68.00",
        "Lampe, Coral, 42, Rayon 1 €99.00",
        "Total €174.80",
    ):
        assert words in text


def test_names_in_other_alphabets_can_be_read(order_of, flipflops):
    order = order_of(flipflops, name="Łucja Παππά Иванова")
    assert "Łucja Παππά Иванова" in read(paper(order, "receipt.pdf"))


def test_an_unpaid_order_has_no_receipt(order_of, flipflops):
    order = order_of(
        flipflops, status="awaiting_payment", paid_at=None, reserved_until=timezone.now()
    )
    assert Client().get(paper(order, "receipt.pdf")).status_code == 404


def test_another_orders_invoice_is_not_found(order_of, flipflops, lamp):
    own, other = order_of(flipflops), order_of(lamp)
    for each in (own, other):
        fulfilment_orders.open_for(each.pk)
    invoice = Invoice.objects.get(fulfilment_order__order=other)
    assert Client().get(paper(own, f"invoices/{invoice.public_id}.pdf")).status_code == 404


def test_the_orders_page_leads_to_its_papers(order):
    fulfilment_orders.open_for(order.pk)
    page = Client().get(paper(order, "")).content.decode()
    assert paper(order, "receipt.pdf") in page
    for invoice in Invoice.objects.all():
        assert paper(order, f"invoices/{invoice.public_id}.pdf") in page


def test_the_year_of_a_number_is_the_same_by_whatever_clocks_somebody_works(
    order_of, flipflops, plage, monkeypatch
):
    new_year = datetime(YEAR, 12, 31, 23, 30, tzinfo=UTC)
    order = order_of(flipflops)
    monkeypatch.setattr("django.utils.timezone.now", lambda: new_year)
    with timezone.override("Europe/Paris"):
        fulfilment_orders.open_for(order.pk)
    assert numbers(plage) == [f"{YEAR}-00001"]
