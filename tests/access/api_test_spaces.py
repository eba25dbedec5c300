"""The endpoints of test spaces: for test keys alone; tests/testmode says what these get."""

from tests.access.api import row

ROWS = [
    row("api/v1/test/clock/advance/", "POST", 403, 403, body=lambda world: {"seconds": 60}),
    row("api/v1/test/events/", "POST", 403, 403, body=lambda world: {"type": "stock.changed"}),
]
