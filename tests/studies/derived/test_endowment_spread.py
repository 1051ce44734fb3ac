"""The search of endowment_spread: its parts by hand, and the observed index."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from sim.studies.derived import endowment_spread
from sim.studies.derived.endowment_spread import (
    crossing,
    grouped_index,
    mean_index,
    observed,
    read_runs,
    run_missing,
    summary,
    without_chance,
)

KEPT = Path(__file__).resolve().parents[3] / "results" / "reference" / "endowment_spread.csv"


def test_the_index_of_provinces_in_2017_is_what_was_published() -> None:
    table = observed()
    assert table.shape == (31, 15)
    assert mean_index(table) == pytest.approx(0.439, abs=5e-4)


def test_the_index_weighs_regions_by_size() -> None:
    # Shares .75/.25 and .25/.75: each differs from the other by 1; an empty region does not count.
    assert mean_index(np.array([[3.0, 1.0], [1.0, 3.0], [0.0, 0.0]])) == pytest.approx(1.0)
    # Region A has .5/.5/0 against .25/.25/.5 of the rest: index 1; B .5/0/.5 and C 0/.5/.5 alike.
    assert mean_index(np.array([[1.0, 1.0, 0.0], [1.0, 0.0, 1.0], [0.0, 1.0, 1.0]])) == pytest.approx(1.0)


def test_coarser_classes_give_a_lower_index() -> None:
    table = observed()
    assert grouped_index(table, 15, draws=2) == pytest.approx(mean_index(table))
    assert grouped_index(table, 1, draws=2) == pytest.approx(0.0)
    assert 0.25 < grouped_index(table, 8, draws=50) < 0.40


def test_chance_is_taken_out_along_a_line_in_one_over_firms() -> None:
    # K^2 = .16 + 200 / firms.
    found = without_chance({1000: math.sqrt(0.36), 2000: math.sqrt(0.26), 4000: math.sqrt(0.21)})
    assert found == pytest.approx(0.4)
    assert without_chance({1000: 0.4, 4000: 0.1}) == 0.0


def test_a_target_is_read_off_between_the_values_tried() -> None:
    assert crossing([0.0, 0.1, 0.2], [0.2, 0.4, 0.8], 0.5) == pytest.approx(0.125)
    assert crossing([0.0, 0.1], [0.5, 0.6], 0.4) == 0.0
    assert math.isnan(crossing([0.0, 0.1], [0.2, 0.3], 0.4))


def test_what_is_kept_gives_the_spread_that_the_docs_state() -> None:
    rows = summary(read_runs(KEPT))
    spreads, values = ([row[name] for row in rows] for name in ("endowment_spread", "without_chance"))
    assert values == sorted(values)
    fits = crossing(spreads, values, mean_index(observed()))
    assert fits == pytest.approx(0.033, abs=5e-4)
    told = (KEPT.parents[2] / "docs" / "model.md").read_text(encoding="utf-8")
    assert f"The index without chance is .44 at a spread of {fits:.3f}".replace("0.0", ".0") in told


@pytest.mark.slow
def test_runs_that_a_file_holds_are_not_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "runs.csv"
    short = ("years={burn_in: 1, treatment: 1}", "population.institutes=6")
    first = run_missing(path, "neutral", [0.1], [90], 1, short)
    ran: list[int] = []
    alive = endowment_spread.world_at
    monkeypatch.setattr(endowment_spread, "world_at", lambda *told: ran.append(told[2]) or alive(*told))
    both = run_missing(path, "neutral", [0.1], [90], 2, short)
    assert ran == [2]
    assert both[0.1, 90, 1] == pytest.approx(first[0.1, 90, 1], abs=1e-4)
    assert read_runs(path) == pytest.approx(both, abs=1e-4)
    assert 0.0 < both[0.1, 90, 2] < 2.0
