"""A shop's figures, by the API."""
