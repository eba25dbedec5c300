"""Numbers of goods that the whole world knows: https://www.gs1.org/standards/id-keys/gtin."""

from __future__ import annotations

LENGTHS = (8, 12, 13, 14)
# Of the thirteen digits: numbers that a shop gives out within its own walls, and coupons. Who
# compares goods among shops refuses them. https://www.gs1.org/standards/id-keys/company-prefix
INNER = ("02", "04", "2", "05", "98", "99")


def gtin(barcode: str) -> str:
    """The GTIN that `barcode` is, as it was written but for spaces and dashes; "" where it is none.

    It has 8, 12, 13 or 14 digits, the last of which checks the others, and is nobody's own number.
    """
    digits = barcode.replace(" ", "").replace("-", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) in LENGTHS):
        return ""
    full = digits.zfill(14)
    # A short number has a list of prefixes of its own.
    inner = digits.startswith(("0", "2")) if len(digits) == 8 else full[1:].startswith(INNER)
    return "" if inner or not int(digits) or _check(full[:-1]) != int(full[-1]) else digits


def _check(digits: str) -> int:
    """The check digit behind thirteen `digits`: weights of three and one, the first of three."""
    total = sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(digits))
    return -total % 10
