"""Tax calculations: what tax an order would bear. https://docs.stripe.com/api/tax/calculations"""

from __future__ import annotations

from typing import Any

from sandbox import currencies, listing, tax_amounts, tax_rates
from sandbox.calls import Call, address, merge_metadata
from sandbox.errors import StripeError, bad_parameter, invalid, missing_resource
from sandbox.tax_rates import Place, Share

LASTS = 90 * 24 * 3600  # seconds
Part = tuple[int, int, Share, bool]


def create(call: Call) -> dict[str, Any]:
    """Calculate the tax of line items and shipping that go to the customer's address."""
    currency = call.params["currency"].lower()
    if currency not in currencies.SUPPORTED:
        raise bad_parameter(f"Invalid currency: {currency}", param="currency")
    details = customer_details(call)
    place = placed(details)
    calculation = call.new("tax.calculation")
    del calculation["created"]
    override = details["taxability_override"]
    items, parts = line_items(call, place, override)
    shipping, private = shipping_cost(call, place, override, parts)
    exclusive = sum(tax for _, tax, _, inclusive in parts if not inclusive)
    origin = call.get("ship_from_details")
    calculation.update(
        {
            "amount_total": sum(part[0] for part in parts) + exclusive,
            "currency": currency,
            "customer": call.get("customer"),
            "customer_details": details,
            "expires_at": call.now + LASTS,
            "ship_from_details": {"address": address(origin["address"])} if origin else None,
            "shipping_cost": shipping,
            "tax_amount_exclusive": exclusive,
            "tax_amount_inclusive": sum(tax for _, tax, _, inclusive in parts if inclusive),
            "tax_breakdown": tax_amounts.of_whole(parts, place),
            "tax_date": call.get("tax_date", call.now),
        }
    )
    for item, breakdown in items:
        kept = {"calculation": calculation["id"], "tax_breakdown": [breakdown]}
        call.store.save(item, private=kept)
    private["items"] = [item["id"] for item, _ in items]
    call.store.save(calculation, private=private)
    return calculation


def customer_details(call: Call) -> dict[str, Any]:
    """The customer's side of the calculation: as given, else as the customer has it."""
    given = call.get("customer_details") or {}
    where, source = given.get("address"), given.get("address_source")
    if where is None and call.get("customer"):
        customer = call.load("customer", call.params["customer"], param="customer", status=400)
        shipping = customer.get("shipping") or {}
        where = shipping.get("address") or customer.get("address")
        source = "shipping" if shipping else "billing"
    return {
        "address": address(where) if where else None,
        "address_source": source if where else None,
        "ip_address": given.get("ip_address"),
        "tax_ids": [dict(one) for one in given.get("tax_ids", [])],
        "taxability_override": given.get("taxability_override", "none"),
    }


def placed(details: dict[str, Any]) -> Place:
    try:
        return tax_rates.place_of(details["address"] or {})
    except tax_rates.NoPlace as error:
        raise invalid(
            "We could not determine the customer's tax location based on the provided customer address.",
            code="customer_tax_location_invalid",
            param="customer_details[address]",
        ) from error


def line_items(
    call: Call, place: Place, override: str
) -> tuple[list[tuple[dict[str, Any], dict[str, Any]]], list[Part]]:
    """The line items, each with its breakdown, and what they add to the whole."""
    items, parts, references = [], [], set()
    for number, given in enumerate(call.params["line_items"]):
        name = f"line_items[{number}]"
        amount, code = checked(given, name)
        reference = given.get("reference") or f"L{number + 1}"
        if reference in references:
            raise bad_parameter(
                f"Line item references must be unique, but '{reference}' is there twice.",
                param=f"{name}[reference]",
            )
        references.add(reference)
        inclusive = given.get("tax_behavior") == "inclusive"
        share = tax_amounts.applicable(place, code, override)
        tax = tax_amounts.tax_of(amount, share, inclusive=inclusive)
        item = call.new("tax.calculation_line_item")
        del item["created"]
        item.update(
            {
                "amount": amount,
                "amount_tax": tax,
                "metadata": merge_metadata(None, given.get("metadata")),
                "performance_location": given.get("performance_location"),
                "product": given.get("product"),
                "quantity": given.get("quantity", 1),
                "reference": reference,
                "tax_behavior": "inclusive" if inclusive else "exclusive",
                "tax_code": code,
            }
        )
        breakdown = tax_amounts.of_item(amount, tax, share, place, inclusive=inclusive)
        items.append((item, breakdown))
        parts.append((amount, tax, share, inclusive))
    return items, parts


def checked(given: dict[str, Any], name: str, *, code: str = tax_rates.GOODS) -> tuple[int, str]:
    """The amount and the tax code of a line item or of the shipping."""
    amount, code = given["amount"], given.get("tax_code", code)
    if amount < 0:
        raise bad_parameter(
            "This value must be greater than or equal to 0.",
            param=f"{name}[amount]",
            code="parameter_invalid_integer",
        )
    if not tax_rates.CODE.fullmatch(code):
        raise missing_resource("tax code", code, param=f"{name}[tax_code]", status=400)
    if given.get("quantity", 1) < 1:
        raise bad_parameter(
            "This value must be greater than or equal to 1.",
            param=f"{name}[quantity]",
            code="parameter_invalid_integer",
        )
    return amount, code


def shipping_cost(
    call: Call, place: Place, override: str, parts: list[Part]
) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """The shipping with its tax, which it adds to `parts`, and its breakdown to keep."""
    given = call.get("shipping_cost")
    if not given:
        return None, {}
    if "amount" not in given:
        raise bad_parameter(
            "The stand-in has no shipping rates: give shipping_cost[amount].",
            param="shipping_cost[shipping_rate]",
        )
    amount, code = checked(given, "shipping_cost", code=tax_rates.SHIPPING)
    inclusive = given.get("tax_behavior") == "inclusive"
    share = tax_amounts.applicable(place, code, override)
    tax = tax_amounts.tax_of(amount, share, inclusive=inclusive)
    parts.append((amount, tax, share, inclusive))
    breakdown = tax_amounts.of_item(amount, tax, share, place, inclusive=inclusive)
    shipping = {
        "amount": amount,
        "amount_tax": tax,
        "tax_behavior": "inclusive" if inclusive else "exclusive",
        "tax_code": code,
    }
    return shipping, {"shipping_breakdown": [breakdown]}


def existing(
    call: Call, identifier: str, *, param: str = "calculation", status: int = 404
) -> dict[str, Any]:
    """A calculation that has not expired; raises `StripeError` otherwise."""
    calculation = call.load("tax.calculation", identifier, param=param, status=status)
    if calculation["expires_at"] < call.now:
        raise expired(identifier, param)
    return calculation


def expired(identifier: str, param: str) -> StripeError:
    return invalid(
        f"The tax calculation {identifier} has expired. Calculate the tax again.", param=param
    )


def retrieve(call: Call) -> dict[str, Any]:
    return existing(call, call.path["id"])


def list_line_items(call: Call) -> dict[str, Any]:
    """A calculation's line items, in the order in which they were given."""
    calculation = existing(call, call.path["id"])
    return in_order(call, "tax.calculation_line_item", "calculation", calculation["id"])


def in_order(call: Call, kind: str, owner: str, identifier: str) -> dict[str, Any]:
    """A page of line items, first one first, which is the other way about than most lists."""
    conditions = [f"json_extract(private, '$.{owner}') = ?"]
    return listing.page(call, kind, conditions, [identifier], newest_first=False)
