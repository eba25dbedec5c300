"""The one error that a person at the terminal is meant to read."""


class StackError(Exception):
    """Something that keeps the stack from starting, said in one sentence with what to do next."""
