"""`clustersim check --language zh`: what a lecturer meets first is told in Chinese, and patterns are those raised."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

import sim
from sim.cli import main
from sim.reporting.wording.zh import problems as told
from sim.reporting.wording.zh.page import HELP

ENGLISH_WORD = re.compile(r"[A-Za-z]{3,}")
BASE = "extends: policy_text.yaml\n"
MISTAKES = {
    BASE + "plan: {budgett: 0.1}": "未知的键 'budgett'；是否指 'budget'？",
    BASE + "plan: {budget: 7}": f"7 超出范围；允许：0 至 0.5；{HELP['help_plan.budget']}",
    BASE + "plan: {budget: lots}": "应为数字，而不是 'lots'；允许：0 至 0.5",
    BASE + "plan: {layout: dupplicated}": "没有布局 'dupplicated'；是否指 'duplicated'？",
    BASE + "plan:\n\tbudget: 0.1": "此行用制表符缩进；YAML 在此只允许空格",
    BASE + "plan: {budget: 0.1}\nplan: {budget: 0.2}": "该键出现两次：第 2 行和第 3 行；请保留其中一个",
    BASE + "parameters: {distance_cost: 99}": "99 超出范围；允许：0 至 2 (1)；冰山成本为",
    BASE + "years: {burn_in: -1}": "-1 超出范围；允许：0 至 1000；预热期年数",
    BASE + "shocks: [{shock: flood, start: 1}]": "没有冲击 'flood'；已有：credit_squeeze",
    BASE + "policies: [{policy: talent, regions: [R9Z]}]": "没有地区 'R9Z'",
    BASE + "title: [1, 2]": "应为文字，而不是 列表",
    BASE + "plan: 3": "应为`键: 值` 的映射，而不是 3",
    BASE + "plan: {layout: explicit, matrix: none.csv}": "plan.matrix：没有文件 ",
    "extends: nothing.yaml": "在本文件旁和情景库中都没有文件 'nothing.yaml'",
    "extends\N{FULLWIDTH COLON}policy_text.yaml": "请写成 `键: 值` 的行，用半角冒号，其后加空格",
    BASE + "plan: {budget\N{FULLWIDTH COLON} 0.1}": "请用半角冒号，其后加空格",
    "": "文件是空的；请写成 `键: 值` 的行",
    "title: x": "情景至少需要一个产业；请加上 `extends: base.yaml`，或写出各产业",
}


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_is_told_in_chinese_at_the_same_place(text: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text + "\n", encoding="utf-8")
    english, chinese = (
        CliRunner().invoke(main, ["check", str(path), "--language", language]).stderr for language in ("en", "zh")
    )
    assert MISTAKES[text] in chinese
    places = re.findall(r"mine\.yaml:\d+:\d+:", english)
    assert places and places == re.findall(r"mine\.yaml:\d+:\d+:", chinese)
    written = set(ENGLISH_WORD.findall(text + english))
    assert set(ENGLISH_WORD.findall(chinese)) <= written  # keys and names of files as they are written there


def test_a_note_is_told_in_chinese(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(BASE + "parameters: {distance_cost: 1.5}\npopulation: {firms: 20}\n", encoding="utf-8")
    said = CliRunner().invoke(main, ["check", str(path), "--language", "zh"]).stdout
    assert "1.5 允许使用，但超出了检验过的范围 0.1 至 0.5" in said
    assert "8 个产业只有 20 家企业" in said and "80 家以上更稳妥" in said


def test_every_pattern_is_raised_somewhere_and_is_told_with_the_same_words() -> None:
    root = Path(sim.__file__).parent
    folders = [root / "scenario", root / "cli", root / "studies"]
    sources = "".join(path.read_text(encoding="utf-8") for folder in folders for path in sorted(folder.glob("*.py")))
    sources = re.sub(r'"\s*\n\s*f?"', "", sources)  # a text over two lines
    for name in ("messages", "remedies"):
        for english, chinese in told.TABLES[name].items():
            assert set(re.findall(r"\{(\w+)\}", chinese)) <= set(re.findall(r"\{(\w+)\}", english)), english
            parts = [part.strip() for part in re.split(r"\{\w+\}|[`':]", english)]
            assert all(part in sources for part in parts), english


def test_an_unknown_message_stays_as_it_is() -> None:
    assert told.in_chinese("messages", "something nobody foresaw") == "something nobody foresaw"
