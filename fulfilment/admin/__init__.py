from fulfilment.admin import carriers, parts

__all__ = ["carriers", "parts"]
