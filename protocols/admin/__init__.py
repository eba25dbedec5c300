"""The admin of the open protocols: the operator's staff's."""

from protocols.admin import acp

__all__ = ["acp"]
