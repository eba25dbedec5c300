"""Tax is worked out by a small table: where it goes, what it is, and to whom."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from tests.sandbox.tax_cast import BOOK, PARIS, calculated, line, order_to


def test_on_top_and_included(client: stripe.StripeClient) -> None:
    found = calculated(client)

    assert (found.tax_amount_exclusive, found.tax_amount_inclusive) == (2100, 110)
    assert found.amount_total == 10_000 + 2110 + 500 + 2100
    assert found.shipping_cost is not None
    assert (found.shipping_cost.amount, found.shipping_cost.amount_tax) == (500, 100)
    assert [
        (
            part.amount,
            part.inclusive,
            part.taxable_amount,
            part.tax_rate_details.percentage_decimal,
            part.tax_rate_details.tax_type,
            part.taxability_reason,
        )
        for part in found.tax_breakdown
    ] == [
        (2100, False, 10_500, "20.0", "vat", "standard_rated"),
        (110, True, 2000, "5.5", "vat", "reduced_rated"),
    ]
    assert found.expires_at is not None
    assert found.expires_at - found.tax_date == 90 * 24 * 3600
    assert "line_items" not in found.to_dict()


def test_line_items_with_their_breakdown(client: stripe.StripeClient) -> None:
    identifier = calculated(client).id or ""
    first = client.v1.tax.calculations.line_items.list(
        identifier, {"limit": 1, "expand": ["data.tax_breakdown"]}
    )
    assert first.has_more
    (lamp,) = first.data
    assert (lamp.reference, lamp.amount, lamp.amount_tax, lamp.quantity) == (
        "lamp",
        10_000,
        2000,
        2,
    )
    assert lamp.tax_breakdown is not None
    (part,) = lamp.tax_breakdown
    assert (part.amount, part.taxable_amount, part.sourcing) == (2000, 10_000, "destination")
    assert part.jurisdiction.to_dict() == {
        "country": "FR",
        "display_name": "France",
        "level": "country",
        "state": None,
    }
    rest = client.v1.tax.calculations.line_items.list(identifier, {"starting_after": lamp.id})
    assert [item.reference for item in rest.data] == ["book"]
    assert "tax_breakdown" not in rest.data[0].to_dict()
    again = client.v1.tax.calculations.retrieve(
        identifier, {"expand": ["line_items.data.tax_breakdown", "shipping_cost.tax_breakdown"]}
    )
    assert again.line_items is not None
    assert [item.reference for item in again.line_items.data] == ["lamp", "book"]
    assert again.shipping_cost is not None
    assert again.shipping_cost.tax_breakdown is not None
    assert again.shipping_cost.tax_breakdown[0].amount == 100


@pytest.mark.parametrize(
    ("address", "code", "tax", "reason"),
    [
        ({"country": "DE"}, "txcd_99999999", 190, "standard_rated"),
        ({"country": "DE"}, BOOK, 70, "reduced_rated"),
        ({"country": "GB"}, BOOK, 0, "zero_rated"),
        ({"country": "AU"}, "txcd_99999999", 100, "standard_rated"),
        ({"country": "FR"}, "txcd_00000000", 0, "product_exempt"),
        ({"country": "BR"}, "txcd_99999999", 0, "not_collecting"),
        ({"country": "US", "postal_code": "94103"}, "txcd_99999999", 73, "standard_rated"),
        ({"country": "US", "postal_code": "10001"}, "txcd_30011000", 0, "product_exempt"),
        ({"country": "US", "postal_code": "97201"}, "txcd_99999999", 0, "not_subject_to_tax"),
        ({"country": "US", "postal_code": "60601"}, "txcd_99999999", 0, "not_collecting"),
    ],
)
def test_where_it_goes_and_what_it_is(
    client: stripe.StripeClient, address: dict[str, str], code: str, tax: int, reason: str
) -> None:
    found = client.v1.tax.calculations.create(order_to(address, line("a", 1000, tax_code=code)))
    (part,) = found.tax_breakdown
    assert (found.tax_amount_exclusive, part.amount, part.taxability_reason) == (tax, tax, reason)


def test_a_customer_who_is_free_of_tax(client: stripe.StripeClient) -> None:
    given = order_to(PARIS, line("a", 1000))
    given["customer_details"]["taxability_override"] = "reverse_charge"
    found = client.v1.tax.calculations.create(given)
    assert (found.tax_amount_exclusive, found.amount_total) == (0, 1000)
    assert found.tax_breakdown[0].taxability_reason == "reverse_charge"


def test_a_customers_own_address(client: stripe.StripeClient) -> None:
    customer = client.v1.customers.create(
        {"address": {"country": "US"}, "shipping": {"name": "Ada", "address": {"country": "DE"}}}
    )
    found = client.v1.tax.calculations.create(
        {"currency": "eur", "customer": customer.id, "line_items": [line("a", 1000)]}  # type: ignore[list-item]
    )
    assert found.tax_amount_exclusive == 190
    assert found.customer_details.address_source == "shipping"


@pytest.mark.parametrize(
    "address",
    [
        {"country": "XX"},
        {"country": "Nowhere"},
        {"country": "US"},
        {"country": "US", "postal_code": "00000"},
        {"country": "US", "postal_code": "9410"},
        {"country": "US", "postal_code": "94103", "state": "NY"},
        {"country": "US", "postal_code": "94103", "state": "California?"},
    ],
)
def test_an_address_that_cannot_be_placed(
    client: stripe.StripeClient, address: dict[str, str]
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.tax.calculations.create(order_to(address, line("a", 1000)))
    assert refused.value.code == "customer_tax_location_invalid"
    assert refused.value.param == "customer_details[address]"


@pytest.mark.parametrize(
    ("lines", "param", "code"),
    [
        ([line("a", -1)], "line_items[0][amount]", "parameter_invalid_integer"),
        ([line("a", 1), line("a", 2)], "line_items[1][reference]", None),
        ([line("a", 1, tax_code="books")], "line_items[0][tax_code]", "resource_missing"),
        ([line("a", 1, quantity=0)], "line_items[0][quantity]", "parameter_invalid_integer"),
        ([line("a", 1, colour="red")], "line_items[0][colour]", "parameter_unknown"),
    ],
)
def test_lines_that_mean_nothing(
    client: stripe.StripeClient, lines: list[dict[str, Any]], param: str, code: str | None
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.tax.calculations.create(order_to(PARIS, *lines))
    assert (refused.value.param, refused.value.code) == (param, code)
