"""Where this app finds the names of countries."""

from shopping.countries import name, names

__all__ = ["name", "names"]
