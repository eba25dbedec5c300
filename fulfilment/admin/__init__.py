from fulfilment.admin import carriers, parts, return_policies, returns

__all__ = ["carriers", "parts", "return_policies", "returns"]
