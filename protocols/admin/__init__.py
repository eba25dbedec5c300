"""Buying platforms in the admin."""

from protocols.admin import platforms as platforms
