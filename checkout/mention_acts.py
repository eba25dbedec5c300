from __future__ import annotations


def of(linked):
    return {}
