"""Entrants and how long they live, from events written by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.studies.facts.demography import cohorts, entrant_survival


def panels(exits: dict[int, int], entrants: int, last: int) -> Any:
    """Firms 1 to `entrants` that enter in year 10; `exits` gives the year at the end of which a firm leaves."""
    rows = [("entry", firm, 10, 1) for firm in range(1, entrants + 1)]
    rows += [("exit", firm, year, 0) for firm, year in exits.items()]
    events = pd.DataFrame(rows, columns=["event", "agent", "year", "detail"])
    return SimpleNamespace(table=lambda name: events, last=last)


def test_a_duration_counts_the_years_outlived() -> None:
    lives = cohorts(panels({1: 10, 2: 11, 3: 15}, entrants=4, last=30)).set_index("agent")
    assert lives["duration"].to_dict() == {1: 0.0, 2: 1.0, 3: 5.0, 4: 20.0}
    assert lives["ended"].to_dict() == {1: True, 2: True, 3: True, 4: False}


def test_who_leaves_at_the_end_of_a_year_has_not_outlived_it() -> None:
    # Of 40: 4 leave in their first year, 6 when they are 1, 10 when they are 5, 5 when they are 10.
    years = np.repeat([10, 11, 15, 20], [4, 6, 10, 5])
    found = entrant_survival(panels(dict(enumerate(years.tolist(), start=1)), entrants=40, last=30))
    assert found == pytest.approx({"survival_1": 30 / 40, "survival_5": 20 / 40, "survival_10": 15 / 40})
