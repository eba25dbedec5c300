"""Production on this machine, as the tests ask it."""

from __future__ import annotations

from dataclasses import dataclass

import httpx
from prometheus_client.parser import text_string_to_metric_families

from catalogue.models import Product
from stack.ports import LOOPBACK
from stack.production import Production
from stack.shopper import Shopper
from stack.standby import Replica
from tests.monitoring.collectors import Collector


@dataclass
class World:
    site: Production
    replica: Replica
    product: Product
    collector: Collector

    def shopper(self) -> Shopper:
        words = self.site.environment
        return Shopper(self.site.url, self.site.sandbox_url, words["STRIPE_SECRET_KEY"])

    def buy(self) -> httpx.Response:
        """One press on Pay, in a fresh browser."""
        shopper = self.shopper()
        return shopper.pay(shopper.open(str(self.product.public_id)))

    def told(self, process: str) -> dict[str, float]:
        """What `process` serves as metrics: the sum over the labels of each, by name."""
        port = self.site.metrics[process]
        text = httpx.get(f"http://{LOOPBACK}:{port}/metrics").raise_for_status().text
        sums: dict[str, float] = {}
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                sums[sample.name] = sums.get(sample.name, 0.0) + sample.value
        return sums

    def feed_reads(self) -> tuple[int, int]:
        """How often the feed was read of the replica, and of the primary."""
        sums = {"replica": 0.0, "primary": 0.0}
        for name in ("web-1", "web-2"):
            port = self.site.metrics[name]
            text = httpx.get(f"http://{LOOPBACK}:{port}/metrics").raise_for_status().text
            for family in text_string_to_metric_families(text):
                for sample in family.samples:
                    if sample.name == "etal_feed_reads_total":
                        sums[sample.labels["database"]] += sample.value
        return int(sums["replica"]), int(sums["primary"])
