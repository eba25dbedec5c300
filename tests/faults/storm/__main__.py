"""`python -m tests.faults.storm [--minutes 30] [--faults N] [--seed N]`: what `make faults` runs."""

from __future__ import annotations

import argparse
import random
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from stack.environment import ROOT
from tests.faults.storm.site import dumped, open_site
from tests.faults.storm.storm import Report, Storm, say

OUT = ROOT / "build" / "faults.json"


def main() -> int:
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument("--minutes", type=float, help="how long (30, where --faults is not said)")
    parser.add_argument("--faults", type=int, help="how many")
    parser.add_argument("--seed", type=int, help="the same faults in the same order; else chance")
    parser.add_argument("--keep", action="store_true", help="keep logs and data, and say where")
    parser.add_argument("--from", type=Path, dest="dump", help="SQL of an empty, migrated database")
    words = parser.parse_args()
    minutes = words.minutes if words.minutes or words.faults else 30.0
    seed = words.seed if words.seed is not None else random.SystemRandom().randrange(10**6)
    say(f'seed {seed}: make faults ARGS="--seed {seed}" does the same again')
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # which stops what was started
    directory = Path(tempfile.mkdtemp(prefix="etal-faults-"))
    try:
        with open_site(directory, demo=True, dump=words.dump) as site:
            storm = Storm(site, seed=seed, faults=words.faults, minutes=minutes)
            if storm.report.left_out:
                say(f"left out here: {', '.join(storm.report.left_out)}")
            try:
                report = storm.run()
            finally:
                if words.keep:
                    dumped(site.postgresql.url, directory / "database.sql", site.postgresql.bin)
    finally:
        if words.keep:
            say(f"kept in {directory}")
        else:
            shutil.rmtree(directory, ignore_errors=True)
    report.write(OUT)
    tell(report)
    return 1 if report.findings else 0


def tell(report: Report) -> None:
    known = sorted(blow.recovered for blow in report.blows if blow.recovered is not None)
    say(f"\n{len(report.blows)} faults in {report.minutes:.1f} minutes, seed {report.seed}")
    say("load: " + ", ".join(f"{count} {name}" for name, count in sorted(report.load.items())))
    say("met: " + ", ".join(f"{count} {name}" for name, count in sorted(report.failed.items())))
    if known:
        middle, last = known[len(known) // 2], known[-1]
        say(f"recoveries: median {middle:.1f} s, longest {last:.1f} s to the first success")
    if report.settled:
        say(f"settling: {len(report.settled)} times, at most {max(report.settled):.0f} s")
    say(f"findings: {len(report.findings) or 'none'}")
    for each in report.findings:
        say(f"  {each}")
    say(f"written: {OUT.relative_to(ROOT)}")


if __name__ == "__main__":
    sys.exit(main())
