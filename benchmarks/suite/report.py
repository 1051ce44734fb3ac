"""Results as a table and a picture, and beside the last ones of the same kind of machine."""

from __future__ import annotations

import json
import platform
import re
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.suite.measures import KEYS, ROOT
from sim.kernel.source_hash import NUMBERS

DOCS = ROOT / "docs" / "performance.md"
PICTURE = ROOT / "docs" / "figures" / "performance.svg"
BEGIN, END = "<!-- results: written by make bench -->", "<!-- end of results -->"
SLOWER = 1.15
"""A figure is called worse from this factor on: repeated runs on one machine differ by about a tenth."""
MEANINGS = {
    "times_mesa_1000": ("how many times longer the plain Mesa model takes at 1,000 firms", "100", False),
    "times_mesa_10000": ("the same at 10,000 firms", "200", False),
    "yardsticks_a_firm_year_10000": ("agent-steps of the exchange that a firm-year takes, 10,000 firms", "70", True),
    "growth_exponent": ("exponent of the cost of a year on the number of firms", "1.1", True),
    "bytes_a_firm": ("bytes of memory that one more firm takes, at the peak", "1,200", True),
    "recording_ratio": ("measures and hash, over the commit held against", ".5", True),
    "panel_ratio": ("firms' panels, over the steps of their year", "1", True),
    "two_threads": ("how many times faster two threads are than one, 200,000 firms", "1.5", False),
    "cold_compile_ratio": ("compiling all, over the commit held against", ".7", True),
    "edit_ratio": ("compiling after an edit of one rule, over compiling all there", ".3", True),
    "cached_start_ratio": ("start with all compiled, over the commit held against", ".7", True),
    "demo_ratio": ("the demo on two workers, over the commit held against", ".5", True),
}
"""What each figure is, the goal that was set for it, and whether less is better."""


def machine() -> str:
    """The kind of machine: processor and number of cores."""
    import os

    known = Path("/proc/cpuinfo")
    names = re.findall(r"model name\s*: (.*)", known.read_text()) if known.exists() else []
    return f"{names[0] if names else platform.processor() or platform.machine()}, {os.cpu_count()} cores"


def marks(against: str) -> dict[str, Any]:
    """What results hold for: machine, versions, text of the model, and what they are held against."""
    packages = ("numpy", "numba", "mesa")
    versions = {"python": platform.python_version()} | {name: version(name) for name in packages}
    return {"machine": machine(), "versions": versions, "model_text": NUMBERS, "against": against}


def shown(value: Any) -> str:
    """A figure in few digits."""
    if value is None:
        return "not measured"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def table(results: dict[str, Any]) -> str:
    """The table of docs/performance.md."""
    told = results["marks"]
    lines = [
        f"Measured on {told['machine']}; Python {told['versions']['python']}, Numba {told['versions']['numba']}, Mesa "
        f"{told['versions']['mesa']}; text of the model `{told['model_text']}`; {results['mode']} run; held against "
        f"{told['against'] or 'no other commit'}.",
        "", "| figure | what it is | found | goal |", "|---|---|---|---|",
    ]  # fmt: skip
    for key in KEYS:
        meaning, goal, less = MEANINGS[key]
        bound = "at most" if less else "at least"
        lines.append(f"| `{key}` | {meaning} | {shown(results[key])} | {bound} {goal} |")
    lines += ["", "| firms | microseconds a firm-year, full model | before | peak of memory, MB |", "|---|---|---|---|"]
    sizes = results["details"]["sizes"]
    for size, one in sizes["here"].items():
        before = sizes.get("before", {}).get(size, {}).get("a_firm_year")
        lines.append(f"| {int(size):,} | {one['a_firm_year']:.2f} | {shown(before)} | {one['peak'] / 1e6:,.0f} |")
    lines += ["", "| exchange of 10,000 agents in | nanoseconds an agent-step |", "|---|---|"]
    for name, value in results["details"]["nanoseconds_an_agent_step"].items():
        lines.append(f"| {name} | {value if isinstance(value, str) else shown(value)} |")
    lines += ["", "| the plain Mesa model spends most on | of its time |", "|---|---|"]
    lines += [f"| `{name}` | {share:.1%} |" for name, share in results["details"]["profile"]]
    return "\n".join(lines)


def write_docs(results: dict[str, Any], page: Path = DOCS, picture: Path = PICTURE) -> None:
    """Put table and picture of the results into the documentation."""
    write_part(page, BEGIN, END, table(results))
    draw(results, picture)


def write_part(page: Path, begin: str, end: str, part: str) -> None:
    """Put `part` between the marks `begin` and `end` of a page."""
    text = page.read_text(encoding="utf-8")
    before, rest = text.split(begin)
    page.write_text(f"{before}{begin}\n\n{part}\n\n{end}{rest.split(end)[1]}", encoding="utf-8")


def draw(results: dict[str, Any], picture: Path) -> None:
    """Cost of a year against the number of firms, both axes logarithmic."""
    import matplotlib as mpl

    mpl.use("Agg")
    mpl.rcParams["svg.hashsalt"] = "performance"
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(6.4, 4.0), layout="constrained")
    for name, label in (("here", "all mechanisms"), ("before", "all mechanisms, before")):
        points = {int(size): one["a_firm_year"] for size, one in results["details"]["sizes"].get(name, {}).items()}
        if points:
            axes.plot(list(points), [size * cost / 1e6 for size, cost in points.items()], "o-", label=label)
    races = {int(size): one for size, one in results["details"]["races"].items()}
    for name, label in (("engine", "base mechanisms"), ("plain", "base mechanisms in plain Mesa")):
        axes.plot(list(races), [one[name] for one in races.values()], "s--", label=label)
    axes.set(xscale="log", yscale="log", xlabel="firms", ylabel="seconds a year (processor)")
    axes.legend(frameon=False)
    figure.savefig(picture, metadata={"Date": None})
    plt.close(figure)


def compared(results: dict[str, Any], last: dict[str, Any] | None) -> list[str]:
    """What became better or worse since the last results of the same kind of machine, in words."""
    if last is None:
        return ["There are no earlier results."]
    if last["marks"]["machine"] != results["marks"]["machine"]:
        return [f"The last results are of another machine, {last['marks']['machine']}: not compared."]
    lines = []
    for key in KEYS:
        now, then = results[key], last.get(key)
        if now is None or not then:
            continue
        factor = now / then if MEANINGS[key][2] else then / now
        verdict = "worse" if factor > SLOWER else "better" if factor < 1.0 / SLOWER else "as before"
        lines.append(f"{key}: {shown(now)}, was {shown(then)}: {verdict}")
    return lines


def read(path: Path) -> dict[str, Any] | None:
    """Stored results; None if there are none."""
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def write(results: dict[str, Any], path: Path) -> None:
    """Store results."""
    path.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
