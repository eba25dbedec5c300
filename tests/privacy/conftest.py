from tests.buying import sandbox, sandbox_process
from tests.shared import world, world_of_module

__all__ = ["sandbox", "sandbox_process", "world", "world_of_module"]
