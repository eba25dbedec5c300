"""What a verb does not do, and why."""

from __future__ import annotations


class Refused(Exception):
    """Nothing was done; `message` is a sentence for whoever tried."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
