"""Who gets what from every endpoint of the API; see test_api.py.

A new endpoint needs a row for each of its methods. `path` and `body` make a well-formed call by Plage's own
key (or, for what is a shopper's, by Maï's app; for what is a partner's, by its key), which is answered
with `status`. The same call by a key of another shop, another shopper or another partner is answered with
`foreign`.
"""

from __future__ import annotations

from tests.access import api_checkout
from tests.access.rows import Row, row

PARTNERS = [row("api/v1/me/", "GET", 200, 200)]
ROWS: list[Row] = [*PARTNERS, *api_checkout.ROWS]
