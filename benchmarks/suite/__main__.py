"""Measure everything in one run: python -m benchmarks.suite [--quick] [--against COMMIT_OR_FOLDER]."""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
from pathlib import Path

from benchmarks.same_bits import checkout_of
from benchmarks.suite import measures, report
from benchmarks.suite.measures import FULL, KEYS, QUICK, ROOT, TOY


def main() -> None:
    """Measure, store, compare and tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    amount = parser.add_mutually_exclusive_group()
    amount.add_argument("--quick", action="store_true", help="under three minutes: no compiling, no demo")
    amount.add_argument("--toy", action="store_true", help="whether it works, in seconds")
    parser.add_argument("--against", default="", help="commit or folder that ratios are held against")
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results.json")
    parser.add_argument("--docs", action="store_true", help="write table and picture of the documentation, too")
    told = parser.parse_args()
    plan, mode = (TOY, "toy") if told.toy else (QUICK, "quick") if told.quick else (FULL, "full")
    begun = time.perf_counter()

    def say(part: str) -> None:
        print(f"{time.perf_counter() - begun:6.0f} s  {part}", file=sys.stderr, flush=True)

    with contextlib.ExitStack() as stack:
        checkouts = {"here": ROOT}
        if told.against:
            checkouts["before"] = stack.enter_context(checkout_of(told.against))
        say("exchange")
        details = measures.measure_exchange(plan)
        say("plain Mesa beside the engine")
        details |= measures.measure_rivals(plan)
        for part in (
            measures.measure_sizes, measures.measure_recording, measures.measure_starts, measures.measure_demo,
        ):  # fmt: skip
            say(part.__name__.removeprefix("measure_"))
            details |= part(plan, checkouts)
    found = measures.figures(details)
    results = {key: found[key] for key in KEYS} | {
        "mode": mode, "marks": report.marks(told.against), "details": details,
    }  # fmt: skip
    for line in report.compared(results, report.read(told.out)):
        print(line)
    report.write(results, told.out)
    if told.docs:
        report.write_docs(results)
    for key in KEYS:
        print(f"{key:32} {report.shown(found[key])}")
    say(f"done; stored in {told.out}")


if __name__ == "__main__":
    main()
