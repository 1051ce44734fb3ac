"""A fingerprint of this machine's arithmetic: results are equal to the bit where fingerprints are equal.

Processors and libraries differ in the last digit of exp, log and powers, and in the order in which a product of
matrices is summed. A manifest holds the fingerprint, so that a rerun that differs can be told from one that must not.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from sim.kernel.compiling import rule
from sim.kernel.fingerprint import fingerprint
from sim.kernel.typed import Array

COUNT = 4096
POWER = 0.37


@rule
def evaluate(arguments: Array, results: Array) -> None:
    """Fill `results` (3, n) with exp, log and a power of `arguments` (n,) > 0."""
    for entry in range(len(arguments)):
        results[0, entry] = math.exp(arguments[entry])
        results[1, entry] = math.log(arguments[entry])
        results[2, entry] = arguments[entry] ** POWER


@cache
def arithmetic_fingerprint() -> str:
    """16 hexadecimal digits over exp, log, a power and a product of matrices of 4,096 fixed arguments."""
    arguments = (np.arange(COUNT) + 0.5) * (11.0 / COUNT) + 1e-3
    results = np.empty((3, COUNT))
    evaluate(arguments, results)
    square = results[1].reshape(64, 64)
    return fingerprint(results.tobytes(), (square @ square.T).tobytes())
