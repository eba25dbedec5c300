"""What shops do with their orders, and cancelling one, by the API."""
