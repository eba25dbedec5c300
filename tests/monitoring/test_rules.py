"""Alarms and the dashboard speak of metrics that there are, and each alarm of a page that there is."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import yaml
from prometheus_client import Histogram
from prometheus_client.metrics import MetricWrapperBase

from shopping.monitoring import gauges, metrics
from stack.programs import find_or_install

ROOT = Path(__file__).resolve().parents[2]
ALERTS = ROOT / "ops" / "prometheus" / "alerts.yml"
DASHBOARD = ROOT / "ops" / "grafana" / "etal.json"
RUNBOOKS = ROOT / "docs" / "runbooks"


def there() -> set[str]:
    """The names of all samples that we serve."""
    counted = [each for each in vars(metrics).values() if isinstance(each, MetricWrapperBase)]
    names: set[str] = set(gauges.QUEUES) | set(gauges.OWN)
    for metric in counted:
        name = metric._name
        if isinstance(metric, Histogram):
            names |= {f"{name}_bucket", f"{name}_count", f"{name}_sum"}
        else:
            names.add(f"{name}_total")
    return names.union(*(question.metrics for question in gauges.QUESTIONS))


def named(expression: str) -> set[str]:
    return set(re.findall(r"\betal_\w+", expression))


def rules() -> list[dict[str, Any]]:
    return [
        rule for group in yaml.safe_load(ALERTS.read_text())["groups"] for rule in group["rules"]
    ]


def test_prometheus_takes_the_rules() -> None:
    checked = subprocess.run(
        [find_or_install("promtool"), "check", "rules", ALERTS], capture_output=True, text=True
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert f"{len(rules())} rules found" in checked.stdout


def test_each_alarm_is_about_what_is_measured() -> None:
    for rule in rules():
        assert named(rule["expr"]) <= there(), rule["alert"]


def test_each_alarm_leads_to_a_page_that_names_it() -> None:
    for rule in rules():
        page = (ROOT / rule["annotations"]["runbook_url"]).read_text()
        assert rule["alert"] in page
        assert rule["labels"]["severity"] in {"page", "ticket"}


def test_each_page_is_of_an_alarm() -> None:
    alarms = {rule["alert"] for rule in rules()}
    for path in RUNBOOKS.glob("*.md"):
        told = re.search(r"^Alarm: (.+)\.$", path.read_text(), re.MULTILINE)
        if path.name != "README.md":
            assert set(told[1].split(", ")) <= alarms, path.name


def test_links_of_the_pages_lead_somewhere() -> None:
    for path in RUNBOOKS.glob("*.md"):
        for link in re.findall(r"\]\((?!http)([^)#]+)", path.read_text()):
            assert (RUNBOOKS / link).exists(), f"{path.name}: {link}"


def test_the_dashboard_shows_what_is_measured_and_leaves_nothing_out() -> None:
    panels = json.loads(DASHBOARD.read_text())["panels"]
    shown = [target["expr"] for panel in panels for target in panel.get("targets", [])]
    names = {name for expression in shown for name in named(expression)}
    assert names <= there()
    # Of a histogram its buckets are enough.
    rest = {name for name in there() - names if not name.endswith(("_count", "_sum"))}
    assert rest == set()


def test_panels_do_not_lie_over_one_another() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in json.loads(DASHBOARD.read_text())["panels"]:
        at = panel["gridPos"]
        area = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert not area & taken, panel["title"]
        taken |= area
