"""What the arms of a comparison vary: scenario keys in which alone an arm differs from the baseline, as columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from sim.kernel.declare import MECHANISMS, PARAMETERS
from sim.kernel.scenario_types import Scenario
from sim.scenario.changes import in_force
from sim.scenario.json_schema import declare_everything

WORDS = ("title", "description", "source", "look_at", "origin", "seed", "record")
"""Parts of a scenario that are no treatment."""


def varied(arms: Mapping[str, Scenario], baseline: str) -> pd.DataFrame:
    """Value of each varied key by arm: rows arms, columns dotted keys such as "plan.budget"; no column where none is.

    A key is varied when some arm differs from the baseline in it and in nothing else, and it holds a number or a word.
    """
    declare_everything()
    known = {arm: dict(_flat(_as_treated(scenario).model_dump(mode="json"))) for arm, scenario in arms.items()}
    own = known[baseline]
    keys: list[str] = []
    for theirs in known.values():
        apart = [key for key in {**own, **theirs} if _value(own, key) != _value(theirs, key)]
        if len(apart) == 1 and _is_plain(_value(theirs, apart[0])) and apart[0] not in keys:
            keys.append(apart[0])
    rows = {arm: {key: _value(theirs, key) for key in keys} for arm, theirs in known.items()}
    return pd.DataFrame.from_dict(rows, orient="index", columns=keys)


def _as_treated(scenario: Scenario) -> Scenario:
    """The scenario in force as the treatment begins, with the changes that come later."""
    first = scenario.years.burn_in + 1
    later = tuple(change for change in scenario.changes if change.year > first)
    return in_force(scenario, first).model_copy(update={"changes": later})


def with_varied(table: pd.DataFrame, settings: pd.DataFrame) -> pd.DataFrame:
    """`table` with the columns of `settings` after its column `arm`; as it is without that column or any setting."""
    if "arm" not in table.columns or settings.empty:
        return table
    wide = table.copy()
    at = wide.columns.get_loc("arm") + 1
    for offset, key in enumerate(settings.columns):
        wide.insert(at + offset, key, wide["arm"].astype(str).map(settings[key]))
    return wide


def _flat(part: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in part.items():
        if not above and name in WORDS:
            continue
        key = f"{above}{name}"
        if isinstance(value, dict):
            yield from _flat(value, f"{key}.")
        else:
            yield key, value


def _value(found: Mapping[str, Any], key: str) -> Any:
    """What a scenario has under a key, the default where it says nothing."""
    section, _, name = key.partition(".")
    if section == "parameters" and name in PARAMETERS:
        return found.get(key, PARAMETERS[name].default)
    if section == "mechanisms" and name in MECHANISMS:
        return found.get(key, MECHANISMS[name].default)
    return found.get(key)


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | float | bool)
