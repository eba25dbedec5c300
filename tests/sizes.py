"""How many random examples are tried: a few of always the same, or as many others as one wants."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import HealthCheck, Phase, settings

# A number of examples for each test that is sized; CONTRIBUTING.md tells of it.
WANTED = os.environ.get("ETAL_EXAMPLES", "")


def sized(*, examples: int, steps: int = 0) -> Any:
    """Settings for a test that tries `examples`, and `steps` in each of them where it has steps.

    The same ones each time, so that a change is to blame for what fails. With ETAL_EXAMPLES set, so
    many, new ones at each run, and what fails is shrunk. Either way it is printed with how to repeat it.
    """
    more: dict[str, Any] = {"stateful_step_count": 2 * steps if WANTED else steps} if steps else {}
    return settings(
        max_examples=int(WANTED) if WANTED else examples,
        derandomize=not WANTED,
        database=None,
        deadline=None,
        print_blob=True,
        # Looking for the fewest steps takes minutes, which is more than a test is given here.
        phases=[Phase.generate, Phase.shrink] if WANTED else [Phase.generate],
        suppress_health_check=list(HealthCheck),
        **more,
    )
