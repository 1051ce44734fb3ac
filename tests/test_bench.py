"""The measurements work at toy size; no test is timed, and what is told of results is what they are."""

from __future__ import annotations

import inspect
import math
import re
from pathlib import Path
from typing import Any

import pytest

from benchmarks.suite import exchange, inside, measures, report, rivals, scale
from benchmarks.suite.measures import KEYS, ROOT
from sim.kernel.compiling import COMPILED, RULES
from sim.model.rules import cooperation


def toy_details() -> dict[str, Any]:
    """Everything that is measured, in this process and as small as can be."""
    sizes = {str(firms): inside.years("policy_text", firms, 0, 1, []) for firms in (60, 90)}
    for one in sizes.values():
        one["a_firm_year"] = one["a_firm_year"][0]
    recorded = inside.recording("policy_text", 60, 0, 1, [])
    here = {part: seconds[0] for part, seconds in recorded.items()}
    return {
        "nanoseconds_an_agent_step": exchange.agent_steps(50, 1), "races": {"60": rivals.race(60, 1)},
        "profile": rivals.profile(60), "sizes": {"here": sizes}, "recording": {"here": here, "before": here},
    }  # fmt: skip


def test_everything_is_measured_at_toy_size(tmp_path: Path) -> None:
    details = toy_details()
    found = measures.figures(details)
    assert set(found) == set(KEYS)
    assert found["recording_ratio"] == 1.0, "held against itself"
    assert found["cold_compile_ratio"] is None, "it was not measured"
    results: dict[str, Any] = {**found, "mode": "toy", "marks": report.marks(""), "details": details}
    page, picture, stored = tmp_path / "page.md", tmp_path / "picture.svg", tmp_path / "results.json"
    page.write_text(f"before\n{report.BEGIN}\nstale\n{report.END}\nafter\n", encoding="utf-8")
    report.write_docs(results, page, picture)
    text = page.read_text(encoding="utf-8")
    assert all(key in text for key in KEYS) and "stale" not in text and text.endswith("after\n")
    assert "<svg" in picture.read_text(encoding="utf-8")
    report.write(results, stored)
    assert report.read(stored) == results
    assert all("as before" in line for line in report.compared(results, results))


def test_large_nations_are_worked_out_from_the_two_largest_sizes(tmp_path: Path) -> None:
    # Twice the cost a firm at ten times the firms, 1,000 bytes for each more.
    sizes = {
        "100": {"a_firm_year": 9.0, "peak": 1},
        "1000": {"a_firm_year": 10.0, "peak": 5_000_000},
        "10000": {"a_firm_year": 20.0, "peak": 14_000_000},
    }
    nation = scale.worked_out(sizes, 100_000)
    assert nation["exponent"] == pytest.approx(1.0 + math.log10(2.0))
    assert nation["seconds_a_year"] == pytest.approx(4.0)
    assert nation["bytes"] == pytest.approx(104_000_000)
    threads = scale.shareable({"cooperation.tie_firms": 5.0, "market.place_orders": 3.0, "": 2.0}, 60)
    assert threads["maps"] == 0.5 and threads["two_threads_at_most"] == pytest.approx(4.0 / 3.0)
    assert threads["largest"] == {"market.place_orders": 0.3} and threads["outside"] == 0.2
    results = {"marks": report.marks(""), "sizes": sizes, "nation": nation, "threads": threads}
    told = scale.table(results)
    assert "| 10,000 | 20.0 | 0.2 | 0.01 |" in told and "4 s a year" in told and "at most 1.33" in told
    scale.draw(results, tmp_path / "scale.svg")
    assert "<svg" in (tmp_path / "scale.svg").read_text(encoding="utf-8")


@pytest.mark.skipif(not COMPILED, reason="the compiler is off")
def test_rules_of_a_year_are_timed_each_and_left_as_they_were() -> None:
    before = cooperation.tie_firms
    spent = inside.rules("policy_text", 60, 0, [])
    assert cooperation.tie_firms is before
    assert set(scale.MAPS) - set(spent) <= {"support.support_firms"}, "a name that no rule has"
    assert {"market.place_orders", ""} < set(spent) and min(spent.values()) >= 0.0


def test_what_became_slower_is_said() -> None:
    marks = report.marks("")
    last = dict.fromkeys(KEYS, 10.0) | {"marks": marks}
    now = last | {"times_mesa_1000": 5.0, "growth_exponent": 20.0, "bytes_a_firm": 5.0, "demo_ratio": None}
    told = {line.split(":")[0]: line.rsplit(" ", 1)[1] for line in report.compared(now, last)}
    assert told["times_mesa_1000"] == "worse" and told["growth_exponent"] == "worse"
    assert told["bytes_a_firm"] == "better" and "demo_ratio" not in told
    elsewhere = last | {"marks": marks | {"machine": "another"}}
    assert "another machine" in report.compared(now, elsewhere)[0]


def test_exponents_and_slopes_are_those_of_known_curves() -> None:
    assert measures.exponent({10: 3.0, 100: 30.0, 1000: 300.0}) == pytest.approx(1.0)
    assert measures.slope({0: 5.0, 10: 25.0}) == pytest.approx(2.0)


def test_the_documentation_shows_the_stored_results() -> None:
    stored = report.read(ROOT / "benchmarks" / "results.json")
    assert stored is not None
    assert report.table(stored) in report.DOCS.read_text(encoding="utf-8")


def test_rules_shown_in_the_docs_are_the_rules() -> None:
    text = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    shown = re.findall(r"<!-- rule: (\S+) -->\n\n```python\n(.*?)```", text, re.DOTALL)
    assert len(shown) == 2
    for name, code in shown:
        assert code == inspect.getsource(RULES[name]), f"{name} reads otherwise now"
