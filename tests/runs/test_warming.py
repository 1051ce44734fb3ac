"""Compiling in advance: what it compiles, and programs that compile into one folder at the same time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim.cli import main
from sim.kernel import compiling
from sim.model.policies.registry import POLICIES
from sim.model.shocks.registry import SHOCKS
from sim.runs import warming

compiled = pytest.mark.skipif(not compiling.COMPILED, reason="the compiler is off")
YEARS = "from benchmarks.suite.inside import first_year; print(first_year(['mechanisms.niches=true'])['hash'])"


def test_the_thorough_story_has_every_mechanism_policy_and_shock() -> None:
    story = warming.everything()
    assert all(story.mechanisms.values())
    assert {one.policy for one in story.policies} == set(POLICIES)
    assert {one.shock for one in story.shocks} == set(SHOCKS)


@compiled
@pytest.mark.slow
def test_warm_compiles_nearly_all_rules_and_says_where_they_are() -> None:
    told = CliRunner().invoke(main, ["warm", "--quiet"], catch_exceptions=False)
    assert told.exit_code == 0
    kept, rules = compiling.compiled_so_far()
    assert kept > 0.95 * rules
    assert told.output.startswith(f"{kept} rules are compiled, kept in {compiling.usable_folder()} (")


@compiled
@pytest.mark.long
def test_eight_programs_that_start_with_one_empty_cache_give_equal_bits(tmp_path: Path) -> None:
    env = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    command = [sys.executable, "-c", YEARS]
    started = [subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(8)]
    told = [one.communicate() for one in started]
    assert [one.returncode for one in started] == [0] * 8, told
    assert len({out for out, _ in told}) == 1
    again = subprocess.run(command, env=env, capture_output=True, check=True)
    assert again.stdout == told[0][0], "what they kept gives the same bits"
