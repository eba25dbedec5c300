"""`make reset`: delete the private data."""

import shutil

from stack import leftovers
from stack.environment import LOCAL, MARK
from stack.guest import forget
from stack.private import held
from stack.services import PostgreSQL

KEPT = {"lock", "setup.lock", "setup.log", "test"}


def reset(_arguments: list[str]) -> int:
    """Delete database, queue, mails, uploads and keys of this clone; the tests' folders stay.

    Errors: `StackError` where the site runs.
    """
    with held():
        production = LOCAL / "production"
        leftovers.stop_marked(MARK, str(LOCAL))
        leftovers.stop_marked(MARK, str(production))
        for folder in (LOCAL / "postgres", production / "postgres", production / "replica"):
            PostgreSQL(folder).delete()
        forget(production / "pgbouncer")
        for path in LOCAL.iterdir():
            if path.name in KEPT:
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
    print(f"{LOCAL} is empty. `make run` begins afresh.")
    return 0
