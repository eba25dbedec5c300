"""Posts, and what people do with them, for programs."""
