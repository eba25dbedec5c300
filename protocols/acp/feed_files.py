"""A whole feed as files, for agents who take those: metadata.json and products.jsonl."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from partners.models import Agent
from protocols.acp import feed_documents
from protocols.acp.feeds import RELATED
from shopping.paging import every

PAGE = 200


def write(agent: Agent, country: str, *, into: Path) -> int:
    """Write what `agent` may sell in `country` into a folder, a page of products in memory at a time;
    how many products it has. The files are there whole or as they were."""
    into.mkdir(parents=True, exist_ok=True)
    unfinished = into / "products.jsonl.part"
    count = 0
    with unfinished.open("w", encoding="utf-8") as file:
        for document in _documents(agent, country):
            file.write(json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n")
            count += 1
    about = {
        "id": f"{agent.public_id.hex}-{country.lower()}",
        "target_country": country,
        "updated_at": datetime.now(UTC).isoformat(),
    }
    (into / "metadata.json").write_text(json.dumps(about) + "\n", encoding="utf-8")
    unfinished.replace(into / "products.jsonl")
    return count


def _documents(agent: Agent, country: str) -> Iterator[dict[str, Any]]:
    sold = feed_documents.sold(agent.pk, country).select_related(*RELATED)
    products = every(sold, page=PAGE)
    for page in iter(lambda: list(islice(products, PAGE)), []):
        yield from feed_documents.documents(page).values()
