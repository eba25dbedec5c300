from __future__ import annotations

from tests.access.api import row

ROWS = [
    row(
        "api/v1/mentions/",
        "POST",
        200,
        403,  # Of a network that is not theirs.
        whose="partner",
        body=lambda world: {
            "network": "own",
            "id": "1",
            "author": {"id": "109"},
            "text": "#cart",
        },
    )
]
