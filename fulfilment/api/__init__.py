"""Orders as their shops see them, and cancelling one, by the API."""
