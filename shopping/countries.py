"""Countries by their ISO 3166 codes and the names people know them by."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale

# Codes in CLDR that are no country a parcel can go to.
NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})


@lru_cache(maxsize=8)
def names(language: str) -> dict[str, str]:
    """Code → name of every country in `language` ("en", "fr")."""
    territories = Locale.parse(language.replace("-", "_")).territories
    return {
        code: name
        for code, name in territories.items()
        if len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES
    }


def name(code: str, *, language: str) -> str:
    """What people who read `language` call the country `code`; the code where it is unknown."""
    return names(language).get(code, code)
