"""The terminal's tables by language: no text is missing, and the numbers in Chinese are those of the English ones."""

from __future__ import annotations

import io
import math
import re
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from rich.console import Console

from sim.cli import main
from sim.kernel.declare import METRICS
from sim.reporting.comparison import tell
from sim.reporting.describe import DESCRIPTIONS
from sim.reporting.described import in_language
from sim.reporting.wording import MAIN_METRICS, RESILIENCE
from sim.reporting.wording.languages import ENGLISH
from sim.reporting.wording.zh import checks
from sim.reporting.wording.zh import describe as told
from sim.reporting.wording.zh import terminal as words
from sim.scenario.json_schema import declare_everything
from sim.studies.compare import Comparison, run_comparison
from sim.studies.decomposition import LAYOUTS, Decomposition, Obstacle
from sim.studies.kinds import MARKS
from tests.model.engine.worlds import small_story

ENGLISH_WORD = re.compile(r"[A-Za-z]{3,}")
KEYS = {word for layout in LAYOUTS.values() for word in layout.split("_")}
KEYS |= {"imitation", "market", "idle", "yardsticks"}
"""What stands in scenarios and after --arm stays as it is written there."""
ALLOWED = {"Holm", "report", "html", "summary", "csv", "figures", "tables"} | KEYS


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
    for table in ("NO_INTERVAL", "TERMS", "MEANINGS"):
        assert set(getattr(words, table)) == set(getattr(ENGLISH, table)), table


@pytest.mark.slow
@pytest.mark.parametrize("seeds", [2, 4])
def test_a_comparison_is_told_in_chinese_with_the_same_numbers(tmp_path: Path, seeds: int) -> None:
    shock = 'shocks=[{"shock": "disaster", "start": 0, "years": 1, "strength": 0.5}]'
    comparison = compared(tmp_path / "out", ("differentiated", "duplicated"), seeds, shock)
    english, chinese = shown(comparison, "en"), shown(comparison, "zh")
    assert set(ENGLISH_WORD.findall(chinese.replace(str(comparison.folder), ""))) <= ALLOWED
    assert "重复建设" in chinese and "实际收入" in chinese and "冲击的代价" in chinese
    cells = set(re.findall(r"[+−-]?[\d.,]+ ±[\d.,]+", english))
    assert all(cell in chinese for cell in cells) and (seeds < 4 or len(cells) > 10)


@pytest.mark.slow
def test_nothing_of_a_comparison_is_told_in_english_alone(tmp_path: Path) -> None:
    layouts = ("differentiated", "duplicated", "balanced", "random_specialised", "market", "idle")
    comparison = compared(tmp_path / "out", layouts, 4)
    english, chinese = shown(comparison, "en"), shown(comparison, "zh")
    assert set(ENGLISH_WORD.findall(chinese.replace(str(comparison.folder), ""))) <= ALLOWED
    assert "专业化集聚" in chinese and "单位资金的回报" in chinese
    assert chinese.count("\n\n") == english.count("\n\n") == 3
    spans = re.findall(r"\(([+-][\d.]+) to ([+-][\d.]+)\)", english)
    assert len(spans) > 10
    assert all(f"({low} 至 {high})" in chinese for low, high in spans)


@pytest.mark.parametrize("kind", ["zero", "identical", "no value", "open", "sure"])
def test_an_answer_in_chinese(kind: str) -> None:
    reason = {"zero": "identical"}.get(kind, kind) if kind not in ("open", "sure") else ""
    low, high = {"open": (-1.0, 3.0), "sure": (1.0, 3.0)}.get(kind, (math.nan, math.nan))
    told = words.answers(
        pd.DataFrame({
            "metric": ["ln_real_income"], "window": ["treatment years"], "arm": ["market"], "reason": [reason],
            "shown": [0.0 if kind == "zero" else 2.0], "shown_low": [low], "shown_high": [high], "shown_unit": ["%"],
            "difference": [0.0 if kind == "zero" else 0.02], "agreeing": [5], "replications": [6],
        }), "ln_real_income", "duplicated",
    )  # fmt: skip
    assert told == [EXPECTED[kind]]


EXPECTED = {
    "zero": "市场（无规划）：实际收入在全部 6 次重复中与 重复建设 完全相同。",
    "identical": "市场（无规划）：实际收入与 重复建设 相差 +2.00 %，全部 6 次重复的差异相同。",
    "no value": "市场（无规划）：实际收入在 市场（无规划） 与 重复建设 中没有一年同时有定义。",
    "open": (
        "市场（无规划）：实际收入与 重复建设 无法区分：95% 置信区间 -1.0 % 至 +3.0 % 含零"
        "（均值 +2.0 %；5/6 次重复一致）。"
    ),
    "sure": "市场（无规划）：实际收入与 重复建设 相差 +2.0 %（95% 置信区间 +1.0 % 至 +3.0 %；5/6 次重复一致）。",
}  # fmt: skip


def test_other_pasts_and_obstacles_in_chinese() -> None:
    assert words.other_pasts_in_words([], "market", 5) == ""
    assert "第 5 年" in words.other_pasts_in_words(["idle"], "market", 5)
    assert "起始状态" in words.other_pasts_in_words(["idle", "balanced"], "market", 0)
    for kind, names in (("missing", ("balanced",)), ("several", ("balanced", "a", "b")), ("other", ("a",)),
                        ("unrecorded", ("ln_real_income",))):  # fmt: skip
        told = words.no_decomposition(Decomposition(pd.DataFrame(), Obstacle(kind, names)))
        assert all(name in told for name in names) and "{" not in told


@pytest.mark.slow
def test_a_run_is_told_in_chinese(tmp_path: Path) -> None:
    comparison = compared(tmp_path / "out", ("differentiated",), 1)
    told = shown(comparison, "zh")
    assert set(ENGLISH_WORD.findall(told.replace(str(comparison.folder), ""))) <= ALLOWED
    assert "第 2 年" in told and "产能利用率" in told


def test_what_is_declared_is_described_in_chinese() -> None:
    for topic, describe in DESCRIPTIONS.items():
        english = describe()
        found = in_language(english, "zh")
        assert set(english.columns) <= set(told.HEADS), topic
        heads = [found.head(name) for name in found.columns]
        assert len(set(heads)) == len(heads) and not ENGLISH_WORD.findall(found.title + "".join(heads)), topic
        assert found.column(found.columns[0]) == english.column(english.columns[0])  # as it is written in files
        for column, words_of in told.WORDS.items():
            if column in english.columns and column not in ("when", "default"):
                assert set(english.column(column)) <= {*words_of, ""}, (topic, column)
        meanings = told.MEANINGS.get(english.title)
        if meanings is not None:
            assert set(meanings) == set(english.column(english.columns[0])), topic
            assert not any(ENGLISH_WORD.findall(meaning) for meaning in found.column("meaning")), topic
        assert found.as_csv().splitlines()[0] == ",".join(heads)
    assert "重复建设：各地都按全国热门清单" in in_language(DESCRIPTIONS["layouts"](), "zh").column("meaning")
    assert in_language(DESCRIPTIONS["layouts"](), "en") == DESCRIPTIONS["layouts"]()


def test_a_check_says_in_chinese_that_files_are_in_order(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("extends: policy_text.yaml\n", encoding="utf-8")
    said = CliRunner().invoke(main, ["check", str(path), "experiments/findings/bottazzi_null.yaml", "--language", "zh"])
    one, other = [line for line in said.stdout.splitlines() if not line.startswith("注：")]
    assert one == f"{path}：没有问题" and other.startswith("experiments/findings/bottazzi_null.yaml：没有问题（实验，")
    assert set(checks.KINDS) == {*MARKS.values()}
