"""The code of before the newest migration sells on the migrated database, as it does during a deployment."""

from __future__ import annotations

import subprocess
import tarfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import ClassVar

import pytest

from catalogue.models import Product
from checkout.models import Order
from stack import health
from stack.environment import ROOT
from stack.ports import LOOPBACK
from stack.processes import Stack
from stack.shopper import Shopper
from tests.faults.world import wait_for

pytestmark = [pytest.mark.timeout(600), pytest.mark.xdist_group("production")]


def git(*arguments: str) -> bytes:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=False)
    return done.stdout if done.returncode == 0 else b""


@pytest.fixture
def previous(tmp_path: Path) -> Path:
    """The code as it was before the commit that brought the newest migration."""
    added = git("log", "--diff-filter=A", "--format=%H", "-1", "--", "*/migrations/*.py")
    commit = added.decode().strip()
    code = git("archive", "--format=tar", f"{commit}^") if commit else b""
    if not code:
        pytest.skip("this clone does not hold the code of before the newest migration")
    folder = tmp_path / "previous"
    with tarfile.open(fileobj=BytesIO(code)) as archive:
        archive.extractall(folder, filter="data")
    return folder


def test_it_sells_while_the_database_is_newer(
    previous: Path, product: Product, database_url: str, redis_url: str, tmp_path: Path
) -> None:
    class Previous(Stack):
        root: ClassVar[Path] = previous

        def checks(self) -> dict[str, Callable[[], bool]]:
            web = f"http://{LOOPBACK}:{self.port}/healthz/"
            return super().checks() | {"web": lambda: health.answers(web)}

    stack = Previous(tmp_path / "stack", database_url=database_url, redis_url=redis_url)
    with stack:
        shopper = Shopper(stack.url, stack.sandbox_url, stack.environment["STRIPE_SECRET_KEY"])
        shopper.pay(shopper.open(str(product.public_id))).raise_for_status()
        wait_for(
            lambda: Order.objects.filter(
                status="paid", fulfilment_opened_at__isnull=False
            ).exists(),
            otherwise="the order did not come to its shop",
        )
