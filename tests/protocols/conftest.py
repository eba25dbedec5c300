"""The cast of tests.buying, for agents who buy."""

from tests.buying import bookcase, flipflops, plage, rayon, sandbox, sandbox_process

__all__ = ["bookcase", "flipflops", "plage", "rayon", "sandbox", "sandbox_process"]
