"""Keyed random draws: every draw is a hash of (seed, purpose, year, agent, counter).

The same agent has the same luck in every arm, whatever the order of agents, the number of workers or who
entered before. The hash is the finaliser of SplitMix64 (Steele, Lea & Flood 2014, OOPSLA) applied to a chain
of keys; normal deviates invert the distribution function (Wichura 1988, AS 241), so that one draw is one
uniform number and arms stay paired.
"""

from __future__ import annotations

import math
from enum import IntEnum
from typing import NamedTuple

import numba
import numpy as np

from sim.kernel.compiling import COMPILED, rule
from sim.kernel.typed import Array

MASK = 0xFFFFFFFFFFFFFFFF
ID_BITS = 52


class Purpose(IntEnum):
    """What a draw is for. A new purpose gets a new number; numbers are never reused.

    The counter tells apart the draws of one agent for one purpose in one year: 0 where there is one, a named constant
    where there are several kinds, a running number where there are many of a kind.
    """

    ID = 1
    WORLD = 2
    PRODUCTIVITY = 3
    KNOWLEDGE = 4
    RESEARCH = 5
    PLACE = 6
    ENTRY = 7
    SPIN_OFF = 8
    EXIT = 9
    APPEAL = 10
    INNOVATION = 11
    RADICAL = 12
    COOPERATION = 13
    PLANNER = 14
    ATTRACTION = 15
    RELOCATION = 16
    SUPPLY = 17
    TIER = 18
    SHOCK = 19
    CAPACITY = 20
    AGE = 21
    EMERGENCE = 22
    POLICY = 23
    INSTITUTE = 24
    SURVIVAL = 25
    MEASURE = 26
    SUPPORT = 27
    NICHE = 28


if COMPILED:

    @numba.njit(nogil=True, inline="always")
    def word(number):  # type: ignore[no-untyped-def]
        """`number` as an unsigned 64-bit word (wraps)."""
        return np.uint64(number)

else:

    def word(number):  # type: ignore[no-untyped-def]
        """`number` as an unsigned 64-bit word (wraps). Python integers do not overflow, so they are masked."""
        return int(number) & MASK


@rule
def scramble(state: int) -> int:
    """SplitMix64 finaliser: a bijection of 64-bit words in which each input bit flips half of the output bits."""
    state = word(state ^ (state >> word(30)))
    state = word(state * word(0xBF58476D1CE4E5B9))
    state = word(state ^ (state >> word(27)))
    state = word(state * word(0x94D049BB133111EB))
    return word(state ^ (state >> word(31)))


@rule
def absorb(state: int, number: int) -> int:
    """Mix one more key into a hash."""
    mixed = scramble(word(word(number) + word(0x632BE59BD9B4E019)))
    return scramble(word(word(word(state) + word(0x9E3779B97F4A7C15)) ^ mixed))


@rule
def key(seed: int, purpose: int, year: int, agent: int, counter: int) -> int:
    """The 64-bit hash of one draw."""
    return absorb(absorb(absorb(absorb(absorb(word(0), seed), purpose), year), agent), counter)


@rule
def uniform(seed: int, purpose: int, year: int, agent: int, counter: int) -> float:
    """A uniform number in (0, 1), never 0 and never 1."""
    return ((key(seed, purpose, year, agent, counter) >> word(12)) + 0.5) * 2.0**-52


class Luck(NamedTuple):
    """What all draws of a year have in common; each adds its purpose, the id of whom it befalls, and a counter."""

    seed: int
    year: int


@rule
def draw(luck: Luck, purpose: int, agent: int, counter: int) -> float:
    """A uniform number in (0, 1) of this year."""
    return uniform(luck.seed, purpose, luck.year, agent, counter)


@rule
def shortened(key: int) -> int:
    """The first 52 bits of a 64-bit hash, as a signed number."""
    return np.int64(key >> word(64 - ID_BITS))  # type: ignore[return-value]


@rule
def pair_id(first: int, second: int) -> int:
    """A 52-bit id of two ids in this order: of a region and an industry, or of two agents."""
    return shortened(absorb(word(first), second))


@rule
def lineage(purpose: int, first: int, second: int, third: int) -> int:
    """The id of an agent from what made it: 52 bits, so spreadsheets, JSON and floats keep it exact; never 0."""
    return shortened(absorb(absorb(absorb(absorb(word(0), purpose), first), second), third)) | 1


@rule
def normal_quantile(u: float) -> float:
    """Inverse of the standard normal distribution function, relative error about 1e-16 (Wichura 1988, AS 241)."""
    q = u - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        top = 2.5090809287301226727e3 * r + 3.3430575583588128105e4
        top = top * r + 6.7265770927008700853e4
        top = top * r + 4.5921953931549871457e4
        top = top * r + 1.3731693765509461125e4
        top = top * r + 1.9715909503065514427e3
        top = top * r + 1.3314166789178437745e2
        top = top * r + 3.3871328727963666080e0
        low = 5.2264952788528545610e3 * r + 2.8729085735721942674e4
        low = low * r + 3.9307895800092710610e4
        low = low * r + 2.1213794301586595867e4
        low = low * r + 5.3941960214247511077e3
        low = low * r + 6.8718700749205790830e2
        low = low * r + 4.2313330701600911252e1
        low = low * r + 1.0
        return q * top / low
    r = math.sqrt(-math.log(u if q < 0.0 else 1.0 - u))
    if r <= 5.0:
        r = r - 1.6
        top = 7.74545014278341407640e-4 * r + 2.27238449892691845833e-2
        top = top * r + 2.41780725177450611770e-1
        top = top * r + 1.27045825245236838258e0
        top = top * r + 3.64784832476320460504e0
        top = top * r + 5.76949722146069140550e0
        top = top * r + 4.63033784615654529590e0
        top = top * r + 1.42343711074968357734e0
        low = 1.05075007164441684324e-9 * r + 5.47593808499534494600e-4
        low = low * r + 1.51986665636164571966e-2
        low = low * r + 1.48103976427480074590e-1
        low = low * r + 6.89767334985100004550e-1
        low = low * r + 1.67638483018380384940e0
        low = low * r + 2.05319162663775882187e0
        low = low * r + 1.0
    else:
        r = r - 5.0
        top = 2.01033439929228813265e-7 * r + 2.71155556874348757815e-5
        top = top * r + 1.24266094738807843860e-3
        top = top * r + 2.65321895265761230930e-2
        top = top * r + 2.96560571828504891230e-1
        top = top * r + 1.78482653991729133580e0
        top = top * r + 5.46378491116411436990e0
        top = top * r + 6.65790464350110377720e0
        low = 2.04426310338993978564e-15 * r + 1.42151175831644588870e-7
        low = low * r + 1.84631831751005468180e-5
        low = low * r + 7.86869131145613259100e-4
        low = low * r + 1.48753612908506148525e-2
        low = low * r + 1.36929880922735805310e-1
        low = low * r + 5.99832206555887937690e-1
        low = low * r + 1.0
    return -top / low if q < 0.0 else top / low


@rule
def exponential_quantile(u: float) -> float:
    """Inverse of the exponential distribution function with mean 1."""
    return -math.log(1.0 - u)


@rule
def laplace_quantile(u: float) -> float:
    """Inverse of the Laplace distribution function with mean 0 and scale 1."""
    if u < 0.5:
        return math.log(2.0 * u)
    return -math.log(2.0 * (1.0 - u))


@rule
def poisson_quantile(u: float, mean: float) -> int:
    """Inverse of the Poisson distribution function: the smallest n whose cumulated probability reaches `u`.

    Above a mean of 500 the normal approximation with continuity correction is used.
    """
    if mean <= 0.0:
        return 0
    if mean > 500.0:
        return max(0, int(math.floor(mean + math.sqrt(mean) * normal_quantile(u) + 0.5)))
    probability = math.exp(-mean)
    reached = probability
    count = 0
    while u > reached and count < 2000:
        count += 1
        probability *= mean / count
        reached += probability
    return count


@rule
def hash_name(state: int, letters: Array) -> int:
    """Hash of a sequence of small integers (the bytes of a name)."""
    mixed = word(state)
    for letter in letters:
        mixed = absorb(mixed, letter)
    return mixed


def name_id(name: str) -> int:
    """A 52-bit id made from a name: regions and industries keep their luck when the file is reordered."""
    letters = np.frombuffer(name.encode(), dtype=np.uint8).astype(np.int64)
    return (int(hash_name(0, letters)) >> (64 - ID_BITS)) | 1
