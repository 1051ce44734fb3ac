"""The terminal's main tables in Chinese: no text is missing, and the numbers are those of the English ones."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from rich.console import Console

from sim.kernel.declare import METRICS
from sim.reporting.comparison import tell
from sim.reporting.wording import MAIN_METRICS, RESILIENCE
from sim.reporting.wording.zh import terminal as words
from sim.scenario.json_schema import declare_everything
from sim.studies.compare import Comparison, run_comparison
from tests.model.engine.worlds import small_story

ENGLISH = re.compile(r"[A-Za-z]{3,}")
ALLOWED = {"Holm", "report", "html", "summary", "csv", "figures", "tables"}


def shown(comparison: Comparison, language: str) -> str:
    """What a wide terminal shows."""
    text = io.StringIO()
    tell(comparison, Console(file=text, width=200), language)
    return text.getvalue()


def compared(folder: Path, arms: tuple[str, ...], seeds: int, *more: str) -> Comparison:
    """A small comparison of layouts."""
    found = {name: small_story("years.burn_in=2", "years.treatment=2", f"plan.layout={name}", *more) for name in arms}
    return run_comparison(found, seeds, 1, folder)


def test_every_main_metric_unit_and_measure_has_a_name() -> None:
    declare_everything()
    assert set(words.METRICS) == set(MAIN_METRICS)
    assert set(words.RESILIENCE) == set(RESILIENCE)
    assert {METRICS[name].unit for name in MAIN_METRICS} <= set(words.UNITS)


@pytest.mark.slow
@pytest.mark.parametrize("seeds", [2, 4])
def test_a_comparison_is_told_in_chinese_with_the_same_numbers(tmp_path: Path, seeds: int) -> None:
    shock = 'shocks=[{"shock": "disaster", "start": 0, "years": 1, "strength": 0.5}]'
    comparison = compared(tmp_path / "out", ("differentiated", "duplicated"), seeds, shock)
    english, chinese = shown(comparison, "en"), shown(comparison, "zh")
    assert set(ENGLISH.findall(chinese.replace(str(comparison.folder), ""))) <= ALLOWED
    assert "重复建设" in chinese and "实际收入" in chinese and "冲击的代价" in chinese
    cells = set(re.findall(r"[+−-]?[\d.,]+ ±[\d.,]+", english))
    assert all(cell in chinese for cell in cells) and (seeds < 4 or len(cells) > 10)


@pytest.mark.slow
def test_a_run_is_told_in_chinese(tmp_path: Path) -> None:
    comparison = compared(tmp_path / "out", ("differentiated",), 1)
    told = shown(comparison, "zh")
    assert set(ENGLISH.findall(told.replace(str(comparison.folder), ""))) <= ALLOWED
    assert "第 2 年" in told and "产能利用率" in told
