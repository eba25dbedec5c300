"""Orders by UCP: what became of what a platform bought, when it asks and when something happens."""
