"""Signs: what the sign of a comparison of layouts depends on.

A differentiated layout is compared with a duplicated one and with a market without a plan, on every map, in the
scenario as it is and in others that differ from it in one thing: a mechanism is switched, an assumed parameter stands
at an end of its swept bounds, hot means something else, or the money goes to another mix of uses. Each holds for the
whole run, so that the model is another one, and all layouts of a setting share its past.
How a layout wins is read from other numbers of the same runs: the terms of the decomposition and the channels below.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args

import pandas as pd

from sim.kernel.brief import Brief
from sim.kernel.declare import MECHANISMS, PARAMETERS
from sim.kernel.scenario_types import Mix, Plan, Scenario
from sim.scenario.json_schema import declare_everything
from sim.scenario.problems import did_you_mean
from sim.scenario.reading import load_scenario, scenario_identity
from sim.store.executors.local import Failure
from sim.store.progress import Progress
from sim.store.results import MANIFEST, ResultsError, read_results
from sim.studies.claims import Estimate, contrast_estimate, read_contrast, stand
from sim.studies.decomposition import LAYOUTS as DECOMPOSED
from sim.studies.decomposition import TERMS
from sim.studies.estimates import IDENTICAL
from sim.studies.measured import by_arm, failed_arms, identities_of, run_measured
from sim.studies.measures import measure_named

MAPS = ("policy_text", "china_45")
"""Scenarios of which the layouts are compared: an abstract map and a real one."""
INCOME = "ln_real_income"
MARKET = "M"
LAYOUTS = {**DECOMPOSED, MARKET: "market"}
COMPARISONS = {"differentiated - duplicated": "D - HH", "differentiated - market": f"D - {MARKET}"}
Kind = Literal["default", "mechanism", "parameter", "hot", "mix"]
KINDS: tuple[Kind, ...] = get_args(Kind)
KIND = "signs"
"""Kind of experiment in a manifest."""
SETTINGS = "settings"
"""Folder of the runs of other settings within the result folder."""
MIXES: dict[str, dict[str, Any]] = {
    "entry": {"entry_share": 1.0, "research_share": 0.0},
    "capacity": {"entry_share": 0.0, "research_share": 0.0},
    "research": {"research_share": 1.0},
}
"""Uses of a plan's money, each alone: entry and capacity that are paid whole, without `transfers`, and research."""
TRANSFERRED = tuple(Mix.model_fields)
"""Uses of a plan's money that is transferred (mechanism `transfers`), each alone, beside the scenario's own mix."""
CHANNELS = {
    "innovation": "growth_by_innovation", "diffusion": "growth_by_diffusion", "learning": "growth_by_learning",
    "reallocation": "growth_by_reallocation", "selection": "growth_by_selection", "variety": "growth_by_variety",
    "imports": "growth_by_imports", "place": "place_premium", "fit": "endowment_fit",
    "specialisation": "mean_krugman_specialisation", "mark-ups": "price_cost_margin", "capacity": "utilisation",
    "unmet demand": "unmet_demand", "firms": "firms", "prices": "consumer_price", "wages": "real_wage",
    "public money": "subsidy_share",
}  # fmt: skip
"""Channel -> measure: the mean over the treatment years of a metric of the nation."""
COLUMNS = [
    "comparison", "map", "kind", "setting", "value", "mean", "low", "high", "unit", "replications", "reason", "sign",
    "moved", "moved_low", "moved_high",
]  # fmt: skip
MEASURES = tuple(dict.fromkeys((INCOME, *CHANNELS.values())))
"""Kept of the scenario as it is; of other settings it is the first alone."""
CHANNEL_COLUMNS = [
    "comparison", "map", "channel", "measure", "mean", "low", "high", "unit", "replications", "reason", "sign",
]  # fmt: skip
SIGNS = {"above": "positive", "below": "negative", "across": "tie", "within": "tie", "unknown": "open"}


@dataclass(frozen=True)
class Variant:
    """One thing that is other than in the scenario."""

    kind: Kind
    name: str
    value: str
    parameters: Mapping[str, float]
    mechanisms: Mapping[str, bool]
    plan: Mapping[str, Any]

    def applied(self, scenario: Scenario, layout: str) -> Scenario:
        """`scenario` with this setting and a layout."""
        return scenario.model_copy(
            update={
                "parameters": {**scenario.parameters, **self.parameters},
                "mechanisms": {**scenario.mechanisms, **self.mechanisms},
                "plan": Plan.model_validate({**scenario.plan.model_dump(), **self.plan, "layout": layout}),
            }
        )


AS_IT_IS = Variant("default", "as it is", "", {}, {}, {})


@dataclass(frozen=True, repr=False)
class Signs(Brief):
    """What `run_signs` found."""

    signs: pd.DataFrame
    """One row a comparison, map and setting, columns COLUMNS."""
    channels: pd.DataFrame
    """One row a comparison, map and channel of the scenario as it is, columns CHANNEL_COLUMNS."""
    seeds: tuple[int, ...]
    """Of the scenario as it is."""
    setting_seeds: tuple[int, ...]
    """Asked of the other settings; the folder may hold more of some."""
    failures: tuple[Failure, ...]

    def brief(self) -> dict[str, object]:
        """How many settings, and their signs."""
        counts = self.signs["sign"].value_counts()
        return {
            "settings": self.signs["setting"].nunique(), **{str(sign): int(count) for sign, count in counts.items()},
            "replications": len(self.seeds), "failures": len(self.failures),
        }  # fmt: skip


def settings_of(scenario: Scenario, kinds: Sequence[Kind] = KINDS) -> Iterator[Variant]:
    """Every setting of those kinds that differs from the scenario as it is; the default always comes first."""
    declare_everything()
    yield AS_IT_IS
    if "mechanism" in kinds:
        for name, declared in MECHANISMS.items():
            on = bool(scenario.mechanisms.get(name, declared.default))
            yield replace(AS_IT_IS, kind="mechanism", name=name, value="off" if on else "on", mechanisms={name: not on})
    if "parameter" in kinds:
        for name, parameter in PARAMETERS.items():
            present = scenario.parameters.get(name, parameter.default)
            for end in parameter.sweep if parameter.evidence == "A" and parameter.sweep else ():
                if end != present:
                    yield replace(AS_IT_IS, kind="parameter", name=name, value=f"{end:g}", parameters={name: end})
    if "hot" in kinds:
        for meaning in get_args(Plan.model_fields["hot_by"].annotation):
            if meaning != scenario.plan.hot_by or scenario.plan.hot:
                told = {"hot_by": meaning, "hot": ()} if meaning != "named" else {"hot_by": meaning}
                if Plan.model_validate({**scenario.plan.model_dump(), **told}) != scenario.plan:
                    yield replace(AS_IT_IS, kind="hot", name="hot_by", value=meaning, plan=told)
    if "mix" in kinds:
        for name, told in MIXES.items():
            hires = {} if name == "research" else {"transfers": False}
            if hires or {key: getattr(scenario.plan, key) for key in told} != told:
                yield replace(AS_IT_IS, kind="mix", name="mix", value=name, plan=told, mechanisms=hires)
        for use in TRANSFERRED:
            alone = {"mix": dict.fromkeys(TRANSFERRED, 0.0) | {use: 1.0}}
            yield replace(AS_IT_IS, kind="mix", name="transfers", value=use, plan=alone, mechanisms={"transfers": True})


def layouts_of(setting: Variant) -> list[str]:
    """Short names of the layouts that a setting is run under: those compared, by default all of the decomposition."""
    if setting.kind == "default":
        return list(LAYOUTS)
    return list(dict.fromkeys(arm for text in COMPARISONS.values() for arm in read_contrast(text)))


Key = tuple[str, str, str, str]
"""Map, name and value of a setting, and short name of a layout."""


def signs_arms(
    scenarios: Mapping[str, Scenario], settings: Mapping[str, Sequence[Variant]]
) -> tuple[dict[str, Scenario], dict[Key, str]]:
    """(scenarios to run by name, name of the run of each key); keys that are the same scenario share a run."""
    arms: dict[str, Scenario] = {}
    runs: dict[Key, str] = {}
    known: dict[str, str] = {}
    for place, scenario in scenarios.items():
        for setting in settings[place]:
            for short in layouts_of(setting):
                arm = setting.applied(scenario, LAYOUTS[short])
                told = f"{setting.name} {setting.value}".strip()
                name = known.setdefault(scenario_identity(arm), f"{place}, {told}, {LAYOUTS[short]}")
                arms.setdefault(name, arm)
                runs[place, setting.name, setting.value, short] = name
    return arms, runs


def sign_rows(
    values: pd.DataFrame, runs: Mapping[Key, str], settings: Mapping[str, Sequence[Variant]]
) -> list[dict[str, Any]]:
    """One row a comparison, map and setting; `moved` is against the scenario as it is, on the seeds of both."""
    table = by_arm(values, INCOME, dict.fromkeys(runs.values()))
    rows = []
    for comparison, contrast in COMPARISONS.items():
        for place, told in settings.items():
            for setting in told:
                weights = _named(contrast, runs, (place, setting.name, setting.value))
                first = _named(contrast, runs, (place, AS_IT_IS.name, AS_IT_IS.value))
                apart = {name: weights.get(name, 0.0) - first.get(name, 0.0) for name in {**weights, **first}}
                moved = contrast_estimate(apart, table)
                rows.append(
                    {"comparison": comparison, "map": place, "kind": setting.kind, "setting": setting.name,
                     "value": setting.value, **_estimated(contrast_estimate(weights, table), "ln"),
                     "moved": moved.difference, "moved_low": moved.low, "moved_high": moved.high}
                )  # fmt: skip
    return rows


def channel_rows(values: pd.DataFrame, runs: Mapping[Key, str], maps: Sequence[str]) -> list[dict[str, Any]]:
    """One row a comparison, map and channel of the scenario as it is; terms of the decomposition come first."""
    measures = {
        measure: by_arm(values, measure, dict.fromkeys(runs.values())) for measure in (INCOME, *CHANNELS.values())
    }
    rows = []
    for comparison, contrast in COMPARISONS.items():
        terms = [(term, f"{to} - {origin}") for term, to, origin in TERMS if contrast == "D - HH"]
        told = [(term, INCOME, "ln", text) for term, text in terms if term != "total"]
        told += [(name, measure, measure_named(measure).unit, contrast) for name, measure in CHANNELS.items()]
        for place in maps:
            for channel, measure, unit, text in told:
                weights = _named(text, runs, (place, AS_IT_IS.name, AS_IT_IS.value))
                found = contrast_estimate(weights, measures[measure])
                rows.append(
                    {"comparison": comparison, "map": place, "channel": channel, "measure": measure,
                     **_estimated(found, unit)}
                )  # fmt: skip
    return rows


def _named(contrast: str, runs: Mapping[Key, str], of: tuple[str, str, str]) -> dict[str, float]:
    """Weights of a contrast of layouts by name of the run."""
    weights: dict[str, float] = {}
    for short, weight in read_contrast(contrast).items():
        name = runs[(*of, short)]
        weights[name] = weights.get(name, 0.0) + weight
    return weights


def _estimated(found: Estimate, unit: str) -> dict[str, Any]:
    """Columns of an estimate; identical differences stand for their interval."""
    low, high = (found.difference, found.difference) if found.reason == IDENTICAL else (found.low, found.high)
    return {
        "mean": found.difference, "low": found.low, "high": found.high, "unit": unit,
        "replications": found.replications, "reason": found.reason, "sign": SIGNS[stand(low, high, 0.0, 0.0)],
    }  # fmt: skip


@dataclass(frozen=True)
class Question:
    """What is asked for: which settings of which maps, on which seeds."""

    scenarios: Mapping[str, Scenario]
    settings: Mapping[str, Sequence[Variant]]
    """Every setting that there is, of each map, the scenario as it is first."""
    kinds: tuple[Kind, ...]
    names: tuple[str, ...]
    """Only settings of these names; all if empty."""
    seeds: tuple[int, ...]
    setting_seeds: tuple[int, ...]

    def wants(self, setting: Variant) -> bool:
        """Whether a setting beside the scenario as it is is asked for."""
        return setting.kind in self.kinds and (not self.names or setting.name in self.names)

    @property
    def as_it_is(self) -> tuple[dict[str, Scenario], dict[Key, str]]:
        """Arms and names of runs of the scenarios as they are."""
        return signs_arms(self.scenarios, {place: told[:1] for place, told in self.settings.items()})

    @property
    def others(self) -> tuple[dict[str, Scenario], dict[Key, str]]:
        """Arms and names of runs of every other setting, asked for or not: a run's name does not depend on that."""
        return signs_arms(self.scenarios, {place: told[1:] for place, told in self.settings.items()})

    def asked(self, runs: Mapping[Key, str]) -> set[str]:
        """Of the runs of other settings those that are asked for."""
        wanted = {
            (place, one.name, one.value) for place, told in self.settings.items() for one in told[1:] if self.wants(one)
        }
        return {name for (*key, _), name in runs.items() if tuple(key) in wanted}


def ask(
    maps: Sequence[str], replications: int, setting_replications: int, seed: int = 1, overrides: Sequence[str] = (),
    kinds: Sequence[Kind] = KINDS, names: Sequence[str] = (),
) -> Question:  # fmt: skip
    """Read the maps and find their settings.

    Raises ScenarioError for a map that cannot be read, ResultsError for one without treatment years and for a name that
    no setting has.
    """
    scenarios = {place: load_scenario(place, overrides) for place in maps}
    for place, scenario in scenarios.items():
        if scenario.years.treatment < 1:
            raise ResultsError(f"{place}: layouts are compared over treatment years, and there are none")
    settings = {place: list(settings_of(scenario)) for place, scenario in scenarios.items()}
    known = {one.name for told in settings.values() for one in told[1:]}
    for name in names:
        if name not in known:
            raise ResultsError(f"no setting is called {name!r}; {did_you_mean(name, known)}")
    return Question(
        scenarios, settings, tuple(kinds), tuple(names), tuple(range(seed, seed + replications)),
        tuple(range(seed, seed + setting_replications)),
    )  # fmt: skip


def run_signs(
    question: Question, workers: int | None, folder: Path, overwrite: bool = False, progress: Progress | None = None
) -> Signs:
    """Run what `folder` lacks of what is asked for, and tabulate all settings of these maps that it holds.

    Runs of the other settings lie in the folder `settings` of `folder`; a killed call goes on where it was. Settings
    and replications of earlier calls stay, and are in the tables.
    """
    arms, runs = question.as_it_is
    values, failed = run_measured(
        KIND, arms, MEASURES, question.seeds, workers, folder, overwrite, progress=progress, grows=True
    )
    values = _held(folder, arms, MEASURES)
    channels = channel_rows(values, runs, list(question.scenarios))
    said = [*failed, *failed_arms(values)]
    arms, other_runs = question.others
    asked, place = question.asked(other_runs), folder / SETTINGS
    if asked:
        wanted = {name: arm for name, arm in arms.items() if name in asked}
        _, failed = run_measured(
            KIND, wanted, (INCOME,), question.setting_seeds, workers, place, overwrite, progress=progress, grows=True
        )
        said += failed
    own = _held(place, arms, (INCOME,)) if (place / MANIFEST).exists() else values[:0]
    said += failed_arms(own)
    there = set(own["arm"])
    held = {key: name for key, name in other_runs.items() if name in there}
    values = pd.concat([values, own], ignore_index=True)
    rows = sign_rows(values, {**runs, **held}, _tabulated(question.settings, held))
    return Signs(
        _sorted(pd.DataFrame(rows, columns=COLUMNS)), pd.DataFrame(channels, columns=CHANNEL_COLUMNS), question.seeds,
        question.setting_seeds if asked else (), tuple(said),
    )  # fmt: skip


def _held(folder: Path, arms: Mapping[str, Scenario], measures: Sequence[str]) -> pd.DataFrame:
    """The values in a finished folder of those of `arms` that it holds as they are now, on all of its seeds."""
    results = read_results(folder)
    told = identities_of(arms, measures)
    same = {name for name, identity in results.manifest["identities"].items() if told.get(name) == identity}
    values: pd.DataFrame = results.values
    return values[values["arm"].isin(same)].reset_index(drop=True)


def _tabulated(settings: Mapping[str, Sequence[Variant]], held: Mapping[Key, str]) -> dict[str, list[Variant]]:
    """The scenario as it is and every setting of which all compared layouts have been run."""
    return {
        place: [*told[:1]]
        + [one for one in told[1:] if all((place, one.name, one.value, short) in held for short in layouts_of(one))]
        for place, told in settings.items()
    }


def _sorted(signs: pd.DataFrame) -> pd.DataFrame:
    """By comparison, map and kind; settings in their order."""
    order = {name: number for number, name in enumerate((*COMPARISONS, *KINDS))}
    places = {place: number for number, place in enumerate(dict.fromkeys(signs["map"]))}
    keys = {"comparison": order, "kind": order, "map": places}
    return signs.sort_values(
        ["comparison", "map", "kind"], kind="stable", ignore_index=True,
        key=lambda column: column.map(keys[str(column.name)]),
    )  # fmt: skip
