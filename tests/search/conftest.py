"""The cast of tests.market."""

from tests.market import corniche, foulee, fresh_regions, mai, person, plage, reader, theo

__all__ = ["corniche", "foulee", "fresh_regions", "mai", "person", "plage", "reader", "theo"]
