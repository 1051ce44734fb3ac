"""What a program imports first changes no state hash: parameters are declared in one order, that of `sim.model`."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import importlib, sys
importlib.import_module(sys.argv[1])
import sim.model.opening, xxhash
from sim.kernel.declare import MECHANISMS, PARAMETERS, parameter_record
from sim.kernel.state_hash import absorb
digest = xxhash.xxh3_64()
absorb(digest, parameter_record({}, {}))
print(digest.hexdigest(), *MECHANISMS, *PARAMETERS)
"""
"""Prints the part of a state hash that the parameters give, and their order."""
FIRST = ("sim.runs.run", "sim.model.opening", "sim.model.rules.niches", "sim.game.views")
"""The first is what every run imports first; the others would each declare in an order of their own."""


def test_state_hashes_do_not_depend_on_what_is_imported_first() -> None:
    started = [
        subprocess.Popen([sys.executable, "-c", SCRIPT, module], stdout=subprocess.PIPE, text=True) for module in FIRST
    ]
    told = {module: one.communicate()[0] for module, one in zip(FIRST, started, strict=True)}
    assert all(one.returncode == 0 for one in started)
    assert {module: said == told["sim.runs.run"] for module, said in told.items()} == dict.fromkeys(FIRST, True)
