"""Large nations: what a year and a firm cost by size, what 4 million firms would take, and what threads could save.

    python -m benchmarks.suite.scale                        (make bench-scale; a quarter of an hour, 4 GB)
    python -m benchmarks.suite.scale --sizes 60 120 --toy   whether it works, in seconds

All sizes stand on one grid, sixteen regions of nine cells, and nothing is recorded. A nation with every small
manufacturer is worked out from the two largest sizes: cost along its exponent, memory along its slope.
"""

from __future__ import annotations

import argparse
import math
import statistics
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.suite import report
from benchmarks.suite.measures import ROOT, STORY, ask
from sim.kernel.declare import Table
from sim.kernel.tables import FIRM, LINK

SIZES = (1_000, 10_000, 100_000, 1_000_000)
NATION = 4_000_000
"""Firms of a nation with every small and medium manufacturer: order of magnitude (the issue of this work)."""
MAPS = (
    "agglomeration.leave_out_own", "capacity.invest_all", "capacity.wear_and_complete", "cooperation.count_looks",
    "cooperation.end_ties", "cooperation.tie_firms", "cooperation.tie_institutes", "customer_base.win_customers",
    "disruption.suffer", "exchange.exchange", "finance.limit_all", "innovation.innovate_all", "innovation.take_in",
    "market.weigh_firms", "pricing.reprice", "pricing.set_full_cost_prices", "production.cost_everything",
    "production.price_making", "scale.judge_all", "sourcing.gate_gaps", "sourcing.price_gates",
    "sourcing.price_sources", "supply.choose_suppliers", "support.support_firms", "viability.close_unviable",
)  # fmt: skip
"""Rules over all rows that are maps, or mostly: each row reads what stands and writes its own. Threads could share
them by blocks of rows without moving a bit.
"""
SHARED = 200_000
"""Firms at which the share of maps is measured."""
LARGEST = 8
"""Rules that are no maps to be named."""
STORE = ROOT / "benchmarks" / "scale.json"
PICTURE = ROOT / "docs" / "figures" / "scale.svg"
BEGIN, END = "<!-- scale: written by make bench-scale -->", "<!-- end of scale -->"


def measure(sizes: tuple[int, ...], shared: int) -> dict[str, Any]:
    """Cost and peak of memory by size, and what threads could share of a year of `shared` firms."""
    found = {}
    for firms in sizes:
        told = ask(ROOT, "years", scenario=STORY, firms=firms, warm=1, count=2, overrides=[])
        found[str(firms)] = {"a_firm_year": statistics.median(told["a_firm_year"]), "peak": told["peak"]}
    spent = ask(ROOT, "rules", scenario=STORY, firms=shared, warm=2, overrides=[])
    return {"sizes": found, "threads": shareable(spent, shared)}


def shareable(spent: dict[str, float], firms: int) -> dict[str, Any]:
    """Shares of a year of `firms` firms: of maps, of the largest other rules, and of what is in no rule. `spent` as
    inside.rules gives it.
    """
    shares = {name: seconds / sum(spent.values()) for name, seconds in spent.items()}
    maps = sum(share for name, share in shares.items() if name in MAPS)
    others = sorted((share, name) for name, share in shares.items() if name and name not in MAPS)
    return {
        "firms": firms, "maps": maps, "two_threads_at_most": 1.0 / (1.0 - maps / 2), "outside": shares[""],
        "largest": {name: share for share, name in reversed(others[-LARGEST:])},
    }  # fmt: skip


def worked_out(sizes: dict[str, Any], firms: int) -> dict[str, float]:
    """Seconds a year and bytes of memory of a nation of `firms` firms, from the two largest sizes."""
    (small, few), (large, many) = sorted((int(size), one) for size, one in sizes.items())[-2:]
    exponent = 1.0 + math.log(many["a_firm_year"] / few["a_firm_year"]) / math.log(large / small)
    seconds = large * many["a_firm_year"] / 1e6 * (firms / large) ** exponent
    slope = (many["peak"] - few["peak"]) / (large - small)
    return {
        "firms": firms, "seconds_a_year": seconds, "bytes": many["peak"] + slope * (firms - large),
        "exponent": exponent, "bytes_a_firm": slope,
    }  # fmt: skip


def wide_bytes(kind: Table[Any]) -> int:
    """Bytes of a record in columns of four bytes and more."""
    sizes = [np.dtype((one.kind, one.shape)).itemsize for one in kind.columns if np.dtype(one.kind).itemsize >= 4]
    return sum(sizes)


def table(results: dict[str, Any]) -> str:
    """The part of docs/performance.md."""
    told, nation, threads = results["marks"], results["nation"], results["threads"]
    lines = [
        f"Measured on {told['machine']}; text of the model `{told['model_text']}`; `policy_text` without recording.",
        "",
        "| firms | microseconds a firm-year | seconds a year | peak of memory, GB |",
        "|---|---|---|---|",
    ]
    for size, one in results["sizes"].items():
        cost = one["a_firm_year"]
        lines.append(f"| {int(size):,} | {cost:.1f} | {int(size) * cost / 1e6:.3g} | {one['peak'] / 1e9:.2f} |")
    lines += [
        "",
        f"Worked out for {nation['firms']:,} firms from the two largest: {nation['seconds_a_year']:.0f} s a year "
        f"(exponent {nation['exponent']:.2f}) and {nation['bytes'] / 1e9:.1f} GB "
        f"({nation['bytes_a_firm']:,.0f} bytes a firm).",
        "",
        f"The record of a firm takes {FIRM.dtype.itemsize} bytes, that of a link {LINK.dtype.itemsize}, of which "
        f"{wide_bytes(LINK)} are numbers in double precision, ids and rows: narrower ones would move bits.",
        "",
        f"Threads: at {threads['firms']:,} firms rules in which each row writes only itself take {threads['maps']:.0%} "
        "of a year. Shared by two threads without any loss, a year is at most "
        f"{threads['two_threads_at_most']:.2f} times as fast. What forbids more:",
        "",
        "| not to be shared by rows | of a year |",
        "|---|---|",
        *(f"| `{name}` | {share:.1%} |" for name, share in threads["largest"].items()),
        f"| what is in no compiled rule: sorting, indexing and adding up by NumPy | {threads['outside']:.1%} |",
    ]
    return "\n".join(lines)


def draw(results: dict[str, Any], picture: Path) -> None:
    """Seconds a year and memory against the number of firms."""
    import matplotlib as mpl

    mpl.use("Agg")
    mpl.rcParams["svg.hashsalt"] = "scale"
    import matplotlib.pyplot as plt
    from matplotlib.ticker import NullFormatter

    figure, (left, right) = plt.subplots(1, 2, figsize=(8.0, 3.4), layout="constrained")
    sizes, nation = results["sizes"], results["nation"]
    firms = [int(size) for size in sizes]
    for axes, values, last, label in (
        (left, [int(size) * one["a_firm_year"] / 1e6 for size, one in sizes.items()], nation["seconds_a_year"],
         "seconds a year (processor)"),
        (right, [one["peak"] / 1e9 for one in sizes.values()], nation["bytes"] / 1e9, "peak of memory, GB"),
    ):  # fmt: skip
        axes.plot(firms, values, "o-", label="measured")
        beyond = [firms[-1], nation["firms"]], [values[-1], last]
        axes.plot(*beyond, "o--", mfc="white", color="C0", label="worked out", markevery=[1], zorder=1)
        axes.set(xscale="log", yscale="log", xlabel="firms", ylabel=label)
        axes.yaxis.set_major_formatter("{x:g}")
        axes.yaxis.set_minor_formatter(NullFormatter())
    right.set_yticks([0.2, 0.5, 1.0, 2.0, 5.0, 10.0])
    left.legend(frameon=False)
    figure.savefig(picture, metadata={"Date": None})
    plt.close(figure)


def main() -> None:
    """Measure, store and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--toy", action="store_true", help="store nothing, and look at searches at the largest size")
    told = parser.parse_args()
    results = measure(tuple(told.sizes), max(told.sizes) if told.toy else SHARED)
    results = {"marks": report.marks(""), **results, "nation": worked_out(results["sizes"], NATION)}
    print(table(results))
    if not told.toy:
        report.write(results, STORE)
        report.write_part(report.DOCS, BEGIN, END, table(results))
        draw(results, PICTURE)


if __name__ == "__main__":
    main()
