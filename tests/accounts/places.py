"""Where the people of these tests live."""

from __future__ import annotations

RENNES = {
    "name": "Maï Lefort",
    "line1": "14 rue des Lices",
    "postal_code": "35000",
    "city": "Rennes",
    "country": "FR",
}
