from desk.admin import applications, overview

__all__ = ["applications", "overview"]
