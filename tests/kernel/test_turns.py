"""Turns: programs that start at the same time with an empty cache compile each rule once among them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim.kernel import compiling
from sim.kernel.turns import Turn, fcntl

locked = pytest.mark.skipif(fcntl is None, reason="files cannot be locked here")
HOLD = """
import sys, time
from pathlib import Path
from sim.kernel.turns import Turn
assert Turn(Path(sys.argv[1])).take(0.0)
"""
COMPILE = """
import sys, time
from pathlib import Path
import numpy as np
from sim.kernel import compiling
from sim.kernel.draws import Luck, Purpose, draw
from sim.kernel.row_order import merge_strays

save = compiling.RuleCache.save_overload
def tell(self, sig, data):
    time.sleep(0.2)
    save(self, sig, data)
    print(self._impl.filename_base, sig)
compiling.RuleCache.save_overload = tell
folder = Path(sys.argv[1])
(folder / f"ready-{sys.argv[2]}").touch()
while not (folder / "go").exists():
    time.sleep(0.001)
draw(Luck(1, 2), int(Purpose.SUPPLY), 3, 4)
rows = np.arange(3)
merge_strays(rows[:2], rows[2:], rows, rows, rows.copy())
"""


@locked
def test_one_has_the_turn_and_the_next_gets_it_when_it_is_given_back(tmp_path: Path) -> None:
    one, other = Turn(tmp_path / "new" / "work.lock"), Turn(tmp_path / "new" / "work.lock")
    assert one.take(0.0)
    assert one.take(0.0), "it has it"
    begun = time.monotonic()
    assert not other.take(0.1)
    assert time.monotonic() - begun >= 0.1
    one.give_back()
    assert other.take(0.0)


@locked
def test_a_program_that_ends_gives_its_turn_back(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", HOLD, str(tmp_path / "work.lock")], check=True)
    assert Turn(tmp_path / "work.lock").take(0.0)


def test_nobody_waits_where_no_file_can_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    begun = time.monotonic()
    assert not Turn(tmp_path / "file" / "work.lock").take(60.0)
    assert time.monotonic() - begun < 5.0


@locked
@pytest.mark.skipif(not compiling.COMPILED, reason="the compiler is off")
def test_three_programs_that_start_with_one_empty_cache_compile_each_rule_once(tmp_path: Path) -> None:
    env = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path / "cache")}
    command = [sys.executable, "-c", COMPILE, str(tmp_path)]
    started = [subprocess.Popen([*command, str(one)], env=env, stdout=subprocess.PIPE, text=True) for one in range(3)]
    while len(list(tmp_path.glob("ready-*"))) < 3:
        assert all(one.poll() is None for one in started)
        time.sleep(0.05)
    (tmp_path / "go").touch()
    told = [one.communicate(timeout=120)[0] for one in started]
    assert [one.returncode for one in started] == [0] * 3
    compiled = [line for out in told for line in out.splitlines()]
    assert len(compiled) >= 4
    assert len(compiled) == len(set(compiled)), "two programs have compiled the same rule"
