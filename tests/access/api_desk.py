from __future__ import annotations

from tests.access.api import row

ROWS = [row("api/v1/analytics/sales/", "GET", 200, 200)]
