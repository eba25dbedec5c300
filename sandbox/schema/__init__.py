"""Which parameters each operation takes, and of which type."""
