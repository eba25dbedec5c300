"""What a run says: lines for a person, JSON for a program."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from audit.runs import Finding, Moment, Result


def line(result: Result) -> str:
    """One line a check, as soon as it is done."""
    sign = "??" if result.error else "NO" if result.findings else "ok"
    return f"{sign}  {result.check.name:<34}{result.check.proves}"


def details(result: Result) -> list[str]:
    """What it found, below its line."""
    lines = []
    for finding in result.findings:
        lines += [f"      {finding.what}", f"      → {finding.do}"]
    if result.more:
        lines.append("      … and more; --most N shows as many.")
    if result.error:
        lines.append(f"      It could not be finished: {result.error}")
    return lines


def summary(results: Sequence[Result]) -> str:
    found = sum(len(result.findings) for result in results)
    unfinished = sum(bool(result.error) for result in results)
    said = f"{len(results)} checks, {found or 'no'} findings"
    return said + (f", {unfinished} checks not finished." if unfinished else ".")


def document(results: Sequence[Result], moment: Moment) -> str:
    return json.dumps(
        {
            "since": moment.since.isoformat() if moment.since else None,
            "settled_by": moment.settled.isoformat(),
            "findings": sum(len(result.findings) for result in results),
            "unfinished": sum(bool(result.error) for result in results),
            "checks": [_shown(result) for result in results],
        },
        indent=2,
        ensure_ascii=False,
        default=str,
    )


def _shown(result: Result) -> dict[str, Any]:
    return {
        "name": result.check.name,
        "proves": result.check.proves,
        "seconds": round(result.seconds, 3),
        "error": result.error or None,
        "more": result.more,
        "findings": [_finding(each) for each in result.findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {"what": finding.what, "do": finding.do, "row": finding.row}
