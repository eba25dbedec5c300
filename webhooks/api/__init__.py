"""The log of events, and who is told of them, for programs."""
