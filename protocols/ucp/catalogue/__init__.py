"""The catalogue by UCP: search, lookup and one product."""
