"""How many constants the model has, by kind of evidence, and which defaults stand on an edge of their swept range.

python benchmarks/constants.py
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import yaml

from sim.kernel.declare import MECHANISMS, PARAMETERS
from sim.scenario.json_schema import declare_everything

CALIBRATION = Path(__file__).resolve().parent.parent / "experiments" / "calibration.yaml"


def on_edge() -> list[str]:
    """Parameters whose default is an end of their swept range."""
    return [name for name, one in PARAMETERS.items() if one.sweep and one.default in (min(one.sweep), max(one.sweep))]


def main() -> None:
    """Count and print."""
    declare_everything()
    every = Counter(one.evidence for one in PARAMETERS.values())
    active = Counter(
        one.evidence for one in PARAMETERS.values() if one.mechanism in MECHANISMS and MECHANISMS[one.mechanism].default
    )
    for told, counts in (("declared", every), ("of mechanisms that are on by default", active)):
        print(f"{told}: {counts.total()}; {counts['A'] + counts['S']} with digits of our own (evidence A or S)")
    searched = yaml.safe_load(CALIBRATION.read_text(encoding="utf-8"))["parameters"]
    print(f"searched by the calibration: {len(searched)}")
    edge = on_edge()
    print(f"defaults on an edge of their swept range: {len(edge)} of {every.total()}: {', '.join(edge)}")


if __name__ == "__main__":
    main()
