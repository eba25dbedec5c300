"""What a shop does with its orders, by the API."""
