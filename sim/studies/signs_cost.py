"""What a table of signs costs: runs asked for, done and left, and how long those take by the runs that are done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from sim.store.manifest import known_keys, known_runs
from sim.studies.batch import years_lived
from sim.studies.measured import identities_of
from sim.studies.signs import INCOME, KINDS, MEASURES, SETTINGS, Kind, Question, layouts_of


@dataclass(frozen=True)
class Cost:
    """Of the settings of a kind on a map."""

    map: str
    kind: Kind
    settings: int
    """That are asked for."""
    runs: int
    """Of these settings, on all seeds."""
    done: int
    years: int
    """That are left to live; burn-ins that layouts share count once."""
    rate: float
    """Seconds that a year takes on one core: median of the runs of this map that are done, NaN before there are any."""

    @property
    def seconds(self) -> float:
        """Of one core, for what is left; NaN where no run is done."""
        return self.years * self.rate if self.years else 0.0


def costs(question: Question, folder: Path) -> Iterator[Cost]:
    """One for each map and kind that is asked for. Nothing is run."""
    known = known_keys(folder) | known_keys(folder / SETTINGS)
    rates = _rates(question, folder)
    arms, runs = question.as_it_is
    first = arms, runs, identities_of(arms, MEASURES), question.seeds
    arms, runs = question.others
    asked = question.asked(runs)
    arms = {name: arm for name, arm in arms.items() if name in asked}
    others = arms, runs, identities_of(arms, (INCOME,)) if arms else {}, question.setting_seeds
    for kind in KINDS:
        arms, runs, identities, seeds = first if kind == "default" else others
        for place, told in question.settings.items():
            chosen = [one for one in told if one.kind == kind and (kind == "default" or question.wants(one))]
            if not chosen:
                continue
            names = {runs[place, one.name, one.value, short] for one in chosen for short in layouts_of(one)}
            wanted = [(name, seed) for seed in seeds for name in sorted(names)]
            left = [(name, seed) for name, seed in wanted if f"{identities[name]}-{seed}" not in known]
            yield Cost(
                place, kind, len(chosen), len(wanted), len(wanted) - len(left), years_lived(arms, left), rates[place]
            )


def _rates(question: Question, folder: Path) -> dict[str, float]:
    """Seconds a year by map."""
    told = [*known_runs(folder), *known_runs(folder / SETTINGS)]
    rates = {}
    for place, scenario in question.scenarios.items():
        years = scenario.years.burn_in + scenario.years.treatment
        found = [float(run["seconds"]) for run in told if str(run["arm"]).startswith(f"{place}, ") and "seconds" in run]
        rates[place] = median(found) / years if found else float("nan")
    return rates
