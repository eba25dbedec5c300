"""What Stripe charges: currencies, their exponents and their smallest amounts.

Source: https://docs.stripe.com/currencies (presentment currencies, zero- and three-decimal
currencies, minimum and maximum charge amounts).
"""

from __future__ import annotations

from sandbox.errors import bad_parameter, invalid

CODES = """
usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn
bzd cad cdf chf clp cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf
gtq gyd hkd hnl htg huf idr ils inr isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr
lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd omr pab pen
pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle sos srd std szl thb tjs tnd
top try ttd twd tzs uah ugx uyu uzs vnd vuv wst xaf xcd xcg xof xpf yer zar zmw
"""
SUPPORTED = frozenset(CODES.split())

ZERO_DECIMAL_CODES = "bif clp djf gnf jpy kmf krw mga pyg rwf ugx vnd vuv xaf xof xpf"
ZERO_DECIMAL = frozenset(ZERO_DECIMAL_CODES.split())
THREE_DECIMAL = frozenset(["bhd", "jod", "kwd", "omr", "tnd"])

MINIMUM = {
    "usd": 50, "aed": 200, "aud": 50, "brl": 50, "cad": 50, "chf": 50, "czk": 1500, "dkk": 250,
    "eur": 50, "gbp": 30, "hkd": 400, "huf": 17500, "inr": 50, "jpy": 50, "mxn": 1000, "myr": 200,
    "nok": 300, "nzd": 50, "pln": 200, "ron": 200, "sek": 300, "sgd": 50, "thb": 1000,
}  # fmt: skip

MAXIMUM = 99_999_999


def check(amount: int, currency: str) -> str:
    """The currency in lower case; raises `StripeError` where it or the amount (minor units) is refused."""
    code = currency.lower()
    if code not in SUPPORTED:
        known = ", ".join(sorted(SUPPORTED))
        raise bad_parameter(
            f"Invalid currency: {currency}. Stripe currently supports these currencies: {known}",
            param="currency",
        )
    if amount < 1:
        raise bad_parameter(
            "This value must be greater than or equal to 1.",
            param="amount",
            code="parameter_invalid_integer",
        )
    if code in THREE_DECIMAL and amount % 10:
        raise invalid(
            f"Invalid amount: {amount}. In {code} the last digit must be 0.", param="amount"
        )
    smallest = MINIMUM.get(code, 1)
    if amount < smallest:
        message = f"Amount must be at least {show(smallest, code)} {code}"
        raise invalid(message, code="amount_too_small", param="amount")
    if amount > MAXIMUM:
        message = f"Amount must be no more than {show(MAXIMUM, code)} {code}"
        raise invalid(message, code="amount_too_large", param="amount")
    return code


def show(amount: int, currency: str) -> str:
    """An amount in minor units as people write it, without symbol: `12.34`, `500`."""
    if currency in ZERO_DECIMAL:
        return f"{amount:,}"
    places = 3 if currency in THREE_DECIMAL else 2
    return f"{amount / 10**places:,.{places}f}"
