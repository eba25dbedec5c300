"""django-oscar with its API, set up as its documentation has it: what we compare an order with.

Installed from its package into an environment of its own; these files run there and nowhere else.
"""
