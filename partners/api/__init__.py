"""The door of the API: what every endpoint of every app has in common."""

from partners.api.endpoints import Endpoint, ShopEndpoint
from partners.deprecation import Deprecation

__all__ = ["Deprecation", "Endpoint", "ShopEndpoint"]
