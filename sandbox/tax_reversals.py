"""Reversals of tax transactions, for what is refunded: whole, by line items, or a flat amount.

https://docs.stripe.com/api/tax/transactions/create_reversal. Amounts are negative, in minor units.
"""

from __future__ import annotations

from typing import Any

from sandbox import tax_transactions
from sandbox.calls import Call
from sandbox.errors import StripeError, bad_parameter, invalid, missing_parameter

Wish = dict[str, dict[str, Any]]
SHIPPING = "shipping"


def create(call: Call) -> dict[str, Any]:
    """Record that collected tax was given back, never more of it than is left."""
    original = call.load(
        "tax.transaction",
        call.params["original_transaction"],
        param="original_transaction",
        status=400,
    )
    if original["type"] == "reversal":
        raise invalid("A reversal cannot be reversed.", param="original_transaction")
    kept = call.store.private(original["id"])
    wish = wished(call, original, kept)
    for name, given in wish.items():
        take(kept["left"], name, given)
    call.store.keep(original["id"], {**kept, "reversed": True})
    reversal = tax_transactions.begin(call, original)
    shipping = wish.pop(SHIPPING, None)
    reversal.update(
        {
            "reversal": {"original_transaction": original["id"]},
            "shipping_cost": None,
            "type": "reversal",
        }
    )
    if shipping is not None:
        amounts = {name: shipping[name] for name in ("amount", "amount_tax")}
        reversal["shipping_cost"] = {**original["shipping_cost"], **amounts}
    for name, given in wish.items():
        source = call.store.get(name)
        tax_transactions.line_item(call, reversal, source, given, original=name)
    call.store.save(reversal)
    return reversal


def wished(call: Call, original: dict[str, Any], kept: dict[str, Any]) -> Wish:
    """What to reverse, by line item (and `shipping`), as the call's mode and parameters say."""
    listed = {
        name for name in ("flat_amount", "line_items", "shipping_cost") if name in call.params
    }
    if call.params["mode"] == "full":
        if listed:
            raise bad_parameter(
                "A full reversal takes no amounts: leave them out, or set mode to partial.",
                param=sorted(listed)[0],
            )
        if kept["reversed"]:
            raise invalid(
                f"Transaction {original['id']} has already been reversed, so that it cannot be reversed "
                "in full.",
                param="original_transaction",
            )
        return {name: negative(call, name, *left) for name, left in kept["left"].items()}
    if "flat_amount" in listed:
        if len(listed) > 1:
            raise bad_parameter(
                "Give either flat_amount, or line_items and shipping_cost.", param="flat_amount"
            )
        return spread(call, original, kept["left"])
    if not listed:
        raise missing_parameter("line_items")
    return by_line(call)


def negative(call: Call, name: str, amount: int, tax: int) -> dict[str, Any]:
    given = {"amount": -amount, "amount_tax": -tax}
    if name != SHIPPING:
        given["reference"] = call.store.get(name)["reference"]
    return given


def by_line(call: Call) -> Wish:
    wish: Wish = {}
    for number, given in enumerate(call.get("line_items") or []):
        name = given["original_line_item"]
        item = call.store.find(name, "tax.transaction_line_item")
        mine = call.store.private(name).get("transaction") == call.params["original_transaction"]
        if item is None or not mine:
            raise invalid(
                f"No such line item in the original transaction: '{name}'",
                code="resource_missing",
                param=f"line_items[{number}][original_line_item]",
            )
        if name in wish:
            raise bad_parameter(
                f"The line item '{name}' is there twice.",
                param=f"line_items[{number}][original_line_item]",
            )
        refuse_positive(given, f"line_items[{number}]")
        wish[name] = given
    shipping = call.get("shipping_cost")
    if shipping:
        refuse_positive(shipping, "shipping_cost")
        wish[SHIPPING] = shipping
    return wish


def refuse_positive(given: dict[str, Any], name: str) -> None:
    for member in ("amount", "amount_tax"):
        if given[member] > 0:
            raise bad_parameter(
                "This value must be less than or equal to 0.",
                param=f"{name}[{member}]",
                code="parameter_invalid_integer",
            )


def spread(call: Call, original: dict[str, Any], left: dict[str, list[int]]) -> Wish:
    """A flat amount, taxes included, over all that is left in proportion; to the last unit."""
    flat = -call.params["flat_amount"]
    if flat < 1:
        raise bad_parameter(
            "This value must be less than or equal to -1.",
            param="flat_amount",
            code="parameter_invalid_integer",
        )
    inclusive = {name: is_inclusive(call, original, name) for name in left}
    worth = {
        name: amount if inclusive[name] else amount + tax for name, (amount, tax) in left.items()
    }
    whole = sum(worth.values())
    if flat > whole:
        raise too_much("flat_amount")
    wish: Wish = {}
    before = part_before = 0
    for name, (_, tax) in left.items():
        before += worth[name]
        part_until = flat * before // whole
        part, part_before = part_until - part_before, part_until
        of_tax = min(tax, round(part * tax / worth[name])) if worth[name] else 0
        amount = part if inclusive[name] else part - of_tax
        if part:
            wish[name] = negative(call, name, amount, of_tax)
    return wish


def is_inclusive(call: Call, original: dict[str, Any], name: str) -> bool:
    item = original["shipping_cost"] if name == SHIPPING else call.store.get(name)
    return bool(item["tax_behavior"] == "inclusive")


def take(left: dict[str, list[int]], name: str, given: dict[str, Any]) -> None:
    """Count what is reversed off what is left; raises where there is less."""
    if name not in left:
        raise invalid("The original transaction has no shipping cost.", param="shipping_cost")
    amount, tax = left[name][0] + given["amount"], left[name][1] + given["amount_tax"]
    if amount < 0 or tax < 0:
        raise too_much("shipping_cost" if name == SHIPPING else "line_items")
    left[name] = [amount, tax]


def too_much(param: str) -> StripeError:
    return invalid(
        "The reversal is greater than what is left of the original transaction.", param=param
    )
