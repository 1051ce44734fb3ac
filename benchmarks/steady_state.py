"""Where sizes, entry, exit and labour settle in a long run without a plan.

    python benchmarks/steady_state.py                      three seeds, 150 years
    python benchmarks/steady_state.py --seeds 1 2 --years 60 --set parameters.newcomer_rate=0.08
    python benchmarks/steady_state.py --off takeovers --firms 500
    python benchmarks/steady_state.py --fail-largest 80
    python benchmarks/steady_state.py --neutral-plan --years 90 --seeds $(seq 30)

Prints the mean over seeds. Growth and its spread are those of firms that stand at both ends of a year; the tail is that
of firms born in the run (Gabaix & Ibragimov 2011, largest tenth); survival is that of firms born after year 40, as the
share that still stands when the year of that age has ended.
"""

from __future__ import annotations

import argparse
import math
from typing import Any

import numpy as np

from sim.kernel.declare import METRICS
from sim.kernel.world import Event, ExitCause, World
from sim.model import schedule
from sim.model.opening import build_world
from sim.model.rules import exit as exits
from sim.model.rules import takeover
from sim.runs.run import fork
from sim.scenario.json_schema import declare_everything
from sim.scenario.reading import load_scenario

QUIET = ("neutral.budget=0", "plan.layout=market", "plan.budget=0")
YEARS_SHOWN = (1, 2, 3, 5, 10, 20, 30, 60, 100, 125, 150)
AGES = (1, 5, 10)
MEASURED = ("utilisation", "unmet_demand", "mean_margin", "niches", "crowded_share", "margin_alone", "margin_crowded",
            "copying_share")  # fmt: skip
Array = np.ndarray[Any, Any]


def tail_exponent(sizes: Array, share: float = 0.1) -> float:
    """Exponent of the tail by ln(rank - 1/2) on ln size (Gabaix & Ibragimov 2011); NaN below twenty firms."""
    largest = np.sort(sizes[sizes > 0.0])[::-1][: int(share * len(sizes))]
    if len(largest) < 20:
        return math.nan
    return -float(np.polyfit(np.log(largest), np.log(np.arange(1, len(largest) + 1) - 0.5), 1)[0])


def mean_known(values: Any) -> float:
    """Mean of what is no NaN; NaN if nothing is."""
    known = np.asarray(values, dtype=float)
    known = known[~np.isnan(known)]
    return float(known.mean()) if len(known) else math.nan


def spread_slope(sizes: Array, growth: Array) -> float:
    """Slope of ln s.d. of growth on ln size, over tenths of firms by size."""
    if len(sizes) < 100:
        return math.nan
    bins = np.array_split(np.argsort(sizes), 10)
    middle = [math.log(float(np.median(sizes[rows]))) for rows in bins]
    spread = [math.log(float(growth[rows].std()) + 1e-12) for rows in bins]
    return float(np.polyfit(middle, spread, 1)[0])


def before_exit(world: World) -> dict[str, float]:
    """What firms of the year are like before some of them leave."""
    firms = world.firms
    sales, age = np.asarray(firms.sales), np.asarray(firms.age)
    share = np.sort(sales / sales.sum())[::-1]
    stood = (age > 1) & (sales > 0.0) & (np.asarray(firms.last_sales) > 0.0)
    inside = np.asarray(firms.born) > 0
    new = age == 1
    top = [float(sales[firms.industry == one].max(initial=0.0) / max(sales[firms.industry == one].sum(), 1e-12))
           for one in range(len(world.industries))]  # fmt: skip
    return {
        "firms": len(firms), "born": float((age == 0).sum()), "cr1": float(share[0]), "cr4": float(share[:4].sum()),
        "top": max(top), "herf": float(np.sqrt((share**2).sum())), "old": float(sales[~inside].sum() / sales.sum()),
        "tail": tail_exponent(sales[inside]), "slope": spread_slope(sales[stood], np.asarray(firms.growth)[stood]),
        "loss": float((np.asarray(firms.profit) < 0.0).mean()),
        "first": float(sales[new].mean() / sales.mean()) if new.any() else math.nan,
        "lnz_new": float((np.log(firms.productivity) - np.asarray(world.industries.mean_productivity)[firms.industry])
                         [age == 0].mean()) if (age == 0).any() else math.nan,
    }  # fmt: skip


def after_year(world: World) -> dict[str, float]:
    """What the nation is like when the year has ended."""
    found = {name: float(METRICS[name].function(world)) for name in MEASURED}
    exports = float(world.local_industries.exports.sum()) / world.expenditure
    return found | {
        "income": math.log(float(world.regions.consumption.sum())), "wage": world.wage, "exports": exports,
        "labour": world.labour_demand / world.labour_force, "exchange": world.exchange,
        "taken": float((world.events.event == Event.TAKEOVER).sum()),
        "exits": float((world.events.event == Event.EXIT).sum()),
        "lnz": float((np.log(world.firms.productivity) * world.firms.sales).sum() / world.firms.sales.sum()),
        "rising": float(world.firms.rising.mean()), "newcomers": float(world.industries.newcomer_margin.mean()),
        "appeal": float(world.firms.appeal.mean()),
    }  # fmt: skip


def watch(story: Any, seed: int, years: int) -> tuple[list[dict[str, float]], dict[int, float]]:
    """Every year of one run, and the share of firms born after year 40 that stand at each of AGES."""
    world = build_world(story, seed)
    told, born, gone = [], {}, {}
    for _ in range(years):
        seen: dict[str, float] = {}
        for phase in schedule.YEAR:
            if phase.apply is exits.fail:
                seen = before_exit(world)
                born |= {int(one): world.year for one in world.firms.id[np.asarray(world.firms.age) == 0]}
            phase.apply(world)
        ended = world.events[world.events.event == Event.EXIT]
        gone |= {int(one): world.year for one in ended.agent}
        told.append(seen | after_year(world))
    ids = [one for one, year in born.items() if year > min(40, years // 2)]
    alive = {}
    for age in AGES:
        seen_at = [gone.get(one, math.inf) > born[one] + age for one in ids if born[one] + age <= years]
        alive[age] = float(np.mean(seen_at)) if seen_at else math.nan
    return told, alive


def show(runs: list[tuple[list[dict[str, float]], dict[int, float]]], years: int) -> None:
    """Print the table."""

    def of(name: str) -> Array:
        return np.array([[year[name] for year in told] for told, _ in runs])

    late = slice(min(60, years // 2), None)
    firms, income = of("firms"), np.diff(of("income"), axis=1)
    standing = firms - of("born")
    rates = {"entry": of("born") / standing, "exit": of("exits") / firms, "loss": of("loss"),
             "unmet": of("unmet_demand"), "utilisation": of("utilisation"), "margin": of("mean_margin"),
             "taken": of("taken"), "slope": of("slope"),
             "top of an industry": of("top"), "first size": of("first"), "lnz_new": of("lnz_new")}  # fmt: skip
    print("  ".join(f"{name} {mean_known(values[:, late]):.3f}" for name, values in rates.items()))
    print("survival " + "/".join(f"{mean_known([alive[age] for _, alive in runs]):.2f}" for age in AGES), end="  ")
    worst = f"{100 * income.min():.2f} % (late {100 * income[:, late].min():.2f}, "
    worst += f"{int((income[:, late] < -0.03).sum())} of {income[:, late].size} below -3)"
    labour = f"most labour {of('labour').max():.3f}  least {of('labour').min():.3f}"
    print(f"growth {100 * income[:, late].mean():.2f} %  worst year {worst}  {labour}")
    names = ("firms", "old", "cr1", "cr4", "herf", "tail", "labour", "wage", "exports", "exchange", "lnz", "rising",
             "newcomers", "appeal", "loss", "utilisation", "unmet_demand", *MEASURED[3:])  # fmt: skip
    print("year " + " ".join(f"{name[:9]:>9}" for name in names))
    for year in YEARS_SHOWN:
        if year <= years:
            print(f"{year:4d} " + " ".join(f"{mean_known(of(name)[:, year - 1]):9.4g}" for name in names))


def fail_largest(story: Any, seed: int, year: int) -> Array:
    """Change of ln real income in five years once the largest firm fails in `year`, against the same world undisturbed.

    First row: others may take it over, as the model has it; second: it closes. Shape (2, 5).
    """
    world = build_world(story, seed)
    for _ in range(year - 1):
        schedule.step(world)
    worlds = world, fork(world), fork(world)
    struck = {1: exits.rescue, 2: takeover.pass_on}
    found = []
    for _ in range(6):
        for number, one in enumerate(worlds):
            for phase in schedule.YEAR:
                phase.apply(one)
                if one.year == year and phase.apply is struck.get(number):
                    one.firms.failing[int(np.argmax(one.firms.sales))] = ExitCause.BANKRUPT
        incomes = [math.log(float(one.regions.consumption.sum())) for one in worlds]
        found.append([incomes[1] - incomes[0], incomes[2] - incomes[0]])
    return np.array(found[1:]).T


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenario", default="policy_text")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--years", type=int, default=150)
    parser.add_argument("--firms", type=int)
    parser.add_argument("--off", nargs="*", default=[], help="mechanisms to switch off")
    parser.add_argument("--fail-largest", type=int, metavar="YEAR", help="what the failure of the largest firm costs")
    parser.add_argument("--neutral-plan", action="store_true", help="with the plan of the burn-in in every year")
    parser.add_argument("--set", nargs="*", default=[], help="further settings, key=value")
    told = parser.parse_args()
    declare_everything()
    settings = [] if told.neutral_plan else [*QUIET]
    settings += [f"mechanisms.{name}=false" for name in told.off]
    settings += [f"population.firms={told.firms}"] if told.firms else []
    story = load_scenario(told.scenario, [*settings, *told.set])
    if told.fail_largest:
        lost = 100 * np.array([fail_largest(story, seed, told.fail_largest) for seed in told.seeds])
        for number, name in enumerate(("taken over", "closed")):
            years = " ".join(f"{value:.2f}" for value in lost[:, number].mean(axis=0))
            worst = lost[:, number].min(axis=1)
            print(f"{name}: income in years 1-5, %: {years}; worst {worst.min():.2f}, "
                  f"below -2 in {(worst < -2.0).sum()} of {len(worst)} seeds")  # fmt: skip
        return
    show([watch(story, seed, told.years) for seed in told.seeds], told.years)


if __name__ == "__main__":
    main()
