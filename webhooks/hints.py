"""Where callers above this app find the hints to workers."""

from shopping.hints import begun, wake, wake_soon

__all__ = ["begun", "wake", "wake_soon"]
