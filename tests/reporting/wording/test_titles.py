"""Chinese titles: every scenario that is shipped has one, under the title that its file has now."""

from __future__ import annotations

from click.testing import CliRunner

from sim.cli import main
from sim.reporting.wording.catalogues import catalogues
from sim.reporting.wording.zh.titles import TITLES
from sim.scenario.layers import title_of
from sim.scenario.shipped import shipped


def test_every_title_is_there_and_fresh() -> None:
    files = {path.stem: title_of(path) for path in sorted(shipped("scenarios").glob("*.yaml"))}
    assert {name: title for name, (title, _) in TITLES.items()} == files
    names = catalogues()["zh"]["names"]
    assert names["china_45"] == names["The 45 national advanced manufacturing clusters"] == TITLES["china_45"][1]


def test_the_terminal_lists_them_in_chinese() -> None:
    told = CliRunner().invoke(main, ["scenarios", "--language", "zh"]).output
    assert "企业为什么集聚" in told and "Why firms cluster" not in told
