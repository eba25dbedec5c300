from fulfilment.admin import parts

__all__ = ["parts"]
