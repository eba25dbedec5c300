"""Buying platforms and agents in the admin: the operator's staff's."""

from protocols.admin import acp as acp
from protocols.admin import platforms as platforms
