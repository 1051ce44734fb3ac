"""Seeded mutants of what users hand to the program: each is used, or refused in words, within bounds.

FUZZ_SECONDS is how long each test of this folder goes on (5 if not given), FUZZ_SEED begins another series:
`make fuzz SECONDS=600 SEED=2`. A failure names the mutant's number; `FUZZ_ONLY=number` makes that one alone.
"""

from __future__ import annotations

import os
import random
import resource
import time
from collections.abc import Iterator

SECONDS = float(os.environ.get("FUZZ_SECONDS", "5"))
SEED = int(os.environ.get("FUZZ_SEED", "1"))
ONLY = os.environ.get("FUZZ_ONLY", "")


def mutants() -> Iterator[tuple[int, random.Random]]:
    """Numbers of mutants, each with its own luck, until the time is over; at least twenty."""
    if ONLY:
        yield int(ONLY), luck_of(int(ONLY))
        return
    end = time.monotonic() + SECONDS
    number = 0
    while number < 20 or time.monotonic() < end:
        yield number, luck_of(number)
        number += 1


def luck_of(number: int) -> random.Random:
    """The luck of one mutant, the same on every machine."""
    return random.Random(f"{SEED}-{number}")


def most_memory() -> float:
    """MB that this process had at most so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
