from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from catalogue import products
from catalogue.models import Merchant, Product, TaxRate
from catalogue.products import NewVariant
from stack.guest import forget
from stack.production import Production
from stack.standby import PgBouncer, Replica
from tests.monitoring.collectors import Collector, collecting
from tests.production.world import World
from tests.shops import open_shop


@pytest.fixture
def replica(database_url: str, tmp_path: Path) -> Iterator[Replica]:
    server = Replica(tmp_path / "replica", primary=database_url)
    yield server.start()
    server.stop()
    server.delete()


@pytest.fixture
def pooler(database_url: str, tmp_path: Path) -> Iterator[PgBouncer]:
    with PgBouncer(tmp_path / "pgbouncer", target=database_url) as server:
        yield server
    forget(server.directory)


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as collector:
        yield collector


@pytest.fixture
def shop(transactional_db: None) -> Merchant:
    TaxRate.objects.create(country="FR", basis_points=2000)
    return open_shop("rayon", delivery=900)


@pytest.fixture
def product(shop: Merchant) -> Product:
    return products.create(
        shop,
        title="Bookcase",
        variants=[NewVariant(price=24900, on_hand=5)],
        status=Product.Status.ACTIVE,
        actor=None,
    )


@pytest.fixture
def world(
    replica: Replica,
    pooler: PgBouncer,
    product: Product,
    redis_url: str,
    tmp_path: Path,
    collector: Collector,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[World]:
    """Production on this machine, and a shopper who believes its proxy."""
    name = pooler.target.path
    with Production(
        tmp_path / "site",
        database_url=pooler.url,
        replica_url=replica.url.rpartition("/")[0] + name,
        redis_url=redis_url,
        env={
            "SECRET_KEY": settings.SECRET_KEY,  # Tests sign people in.
            "SWEEP_SECONDS": "1",
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
            "OTEL_BSP_SCHEDULE_DELAY": "200",
        },
    ) as site:
        monkeypatch.setenv("SSL_CERT_FILE", str(site.proxy.certificate))
        yield World(site, replica, product, collector)
