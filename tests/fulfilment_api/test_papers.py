"""Invoices by the API, and papers as PDF."""

from __future__ import annotations

import pytest
from django.db import transaction

from fulfilment import invoices
from fulfilment.parts import part_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def issued(bought):
    """Three more invoices of Plage's."""
    found = []
    for _ in range(3):
        with transaction.atomic():
            found += invoices.issue([part_of(bought(1))])
    return found


def test_invoices_are_listed_by_number(plage, world, issued, django_assert_num_queries):
    plage("get", "/api/v1/me/")
    with django_assert_num_queries(2):
        first = plage("get", "/api/v1/invoices/?limit=3").json()
    assert [each["id"] for each in first["data"]] == [str(each.public_id) for each in issued[::-1]]
    with django_assert_num_queries(2):
        behind = plage("get", first["next"]).json()
    assert [each["id"] for each in behind["data"]] == [str(world.rows["invoice"].public_id)]
    assert behind["next"] is None
    part = first["data"][0]["fulfilment_order_id"]
    found = plage("get", f"/api/v1/invoices/?kind=invoice&fulfilment_order={part}").json()["data"]
    assert found == first["data"][:1]
    assert plage("get", "/api/v1/invoices/?kind=credit_note").json()["data"] == []


@pytest.mark.parametrize("accept", ["*/*", "application/pdf", "application/json"])
def test_papers_are_pdfs(plage, issued, accept):
    invoice = plage("get", f"/api/v1/invoices/{issued[0].public_id}/").json()
    assert invoice["total"] == {"amount": 3880, "currency": "EUR"}
    part = plage("get", f"/api/v1/fulfilment-orders/{invoice['fulfilment_order_id']}/").json()
    assert part["invoices"] == [invoice]
    for address in (invoice["pdf"], part["packing_slip"], part["label"]):
        paper = plage(
            "get", address.partition("/api/")[1] + address.partition("/api/")[2], Accept=accept
        )
        assert (paper.status_code, paper["Content-Type"]) == (200, "application/pdf")
        assert paper.content.startswith(b"%PDF-")
        assert paper["Cache-Control"] == "private, no-cache"


def test_of_others_one_gets_a_problem_and_no_paper(plage, world):
    part = world.rayon.fulfilment_order
    address = f"/api/v1/fulfilment-orders/{part.public_id}/packing-slip/"
    refused = plage("get", address, Accept="application/pdf")
    assert (refused.status_code, refused["Content-Type"]) == (404, "application/problem+json")
    assert refused.json()["code"] == "not_found"
