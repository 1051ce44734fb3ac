"""How long a year takes, phase by phase; with --against, beside another checkout, measured in alternation.

    python benchmarks/year.py china_45
    python benchmarks/year.py policy_text --firms 200000 --years 2 --rounds 1
    git worktree add ../before HEAD~1; python benchmarks/year.py china_45 --against ../before

Times are of the processor. Absolute ones drift on shared machines. What counts is the ratio of two versions, run by
turns in one go: the least of several rounds is compared, since disturbances only ever add time.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INSIDE = """
import json, sys, time
from sim.model import schedule
from sim.model.opening import build_world
from sim.scenario.reading import load_scenario

scenario, warm, years, overrides = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:]
world = build_world(load_scenario(scenario, overrides))
for _ in range(warm):
    schedule.step(world)
spent = {}
for _ in range(years):
    for phase in schedule.YEAR:
        begun = time.process_time()
        phase.apply(world)
        name = f"{phase.part}: {phase.apply.__name__}"
        spent[name] = spent.get(name, 0.0) + time.process_time() - begun
print(json.dumps({name: 1000.0 * seconds / years for name, seconds in spent.items()}))
"""


def phases(checkout: Path, scenario: str, years: int, overrides: list[str]) -> dict[str, float]:
    """Milliseconds a year of every phase, in a program of its own that imports `checkout`."""
    done = subprocess.run(
        [sys.executable, "-c", INSIDE, scenario, "3", str(years), *overrides],
        cwd=checkout, env=os.environ | {"PYTHONPATH": str(checkout)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenario", nargs="?", default="china_45")
    parser.add_argument("--against", type=Path, help="another checkout")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--years", type=int, default=10, help="years measured a round")
    parser.add_argument(
        "--firms", type=int, help="firms at the start, and an institute for every 25; the scenario's own"
    )
    told = parser.parse_args()
    sizes = {"population.firms": told.firms, "population.institutes": max(1, told.firms // 25)} if told.firms else {}
    overrides = [f"{key}={value}" for key, value in sizes.items()]
    checkouts = [ROOT, *([told.against.resolve()] if told.against else [])]
    best: list[dict[str, float]] = [{} for _ in checkouts]
    total = [float("inf")] * len(checkouts)
    for _ in range(told.rounds):
        for position, checkout in enumerate(checkouts):
            found = phases(checkout, told.scenario, told.years, overrides)
            total[position] = min(total[position], sum(found.values()))
            best[position] = {name: min(value, best[position].get(name, value)) for name, value in found.items()}
    for name, value in sorted(best[0].items(), key=lambda item: -item[1])[:15]:
        other = best[-1].get(name)
        beside = f"  {value / other:5.2f} of the other" if told.against and other else ""
        print(f"{value:8.2f} ms  {name}{beside}")
    print(f"{total[0]:8.2f} ms  a year in all" + (f"  {total[0] / total[1]:5.2f} of the other" if told.against else ""))


if __name__ == "__main__":
    main()
