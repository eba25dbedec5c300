"""Buying by the API: carts, quotes, purchases and their payments, and a shop's refunds."""
