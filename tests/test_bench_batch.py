"""What a batch costs beside the simulation: how the figures are made, and that the page shows those that are stored."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import pytest

from benchmarks.batch import (
    BEGIN,
    END,
    FIGURES,
    PAGE,
    PARTS,
    STORE,
    figures_of,
    measure,
    table_of,
    timed,
    write_table,
)

MEASURED = {
    1: {
        "runs": 2000, "parent_cpu_s": 100.0, "children_cpu_s": 0.0, "wall_s": 110.0, "opening_cpu_s": 8.0,
        "years_cpu_s": 75.0, "measures_cpu_s": 2.0, "hashes_cpu_s": 5.0,
    },
    2: {
        "runs": 2000, "parent_cpu_s": 2.0, "children_cpu_s": 98.0, "wall_s": 55.0, "memory_half_mb": 200.0,
        "memory_end_mb": 210.0, "files_left": 10.0,
    },
}  # fmt: skip


def test_figures_by_hand() -> None:
    found = figures_of(MEASURED)
    assert found == pytest.approx({
        "parent_share": 2.0, "beside_share": 10.0, "hashes_share": 5.0, "memory_growth": 5.0, "files_per_100": 0.5,
        "speedup_cpu": 100 / 51, "speedup_wall": 2.0,
    })  # fmt: skip
    assert set(found) == set(FIGURES)


def test_what_is_simulation_is_timed_where_it_runs(tmp_path: Path) -> None:
    """Each part takes time, all together less than the whole, and the functions are themselves again afterwards."""
    found = measure(10, 1, tmp_path / "out")
    parts = [found[part] for part in PARTS]
    assert found["runs"] == 10 and min(parts) > 0.0
    assert max(parts) == found["years_cpu_s"] and sum(parts) < found["parent_cpu_s"]
    with timed() as spent:
        assert spent == dict.fromkeys(PARTS, 0.0)
    for module, name in PARTS.values():
        assert not isinstance(getattr(importlib.import_module(module), name).__closure__, tuple)


def test_a_table_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nwas before\n{END}\nafter\n", encoding="utf-8")
    stored = {"runs": 2000, "machine": "M, 2 cores", "load": 3.2, "figures": figures_of(MEASURED)}
    write_table(page, stored)
    text = page.read_text(encoding="utf-8")
    assert "was before" not in text and text.startswith("before\n") and text.endswith(f"{END}\nafter\n")
    assert "| 2.00 % | at most 2 % |" in text and "| 1.96 | at least 1.8 |" in text


def test_the_page_shows_what_is_stored() -> None:
    stored = json.loads(STORE.read_text(encoding="utf-8"))
    assert table_of(stored) in PAGE.read_text(encoding="utf-8"), "run `make bench-batch`"
    assert set(stored["figures"]) == set(FIGURES) and stored["runs"] == 2000
    assert stored["figures"]["files_per_100"] <= 1
