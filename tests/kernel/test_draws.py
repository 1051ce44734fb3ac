"""Keyed draws: known vectors, distributions against scipy, and the same bits compiled and not."""

from __future__ import annotations

import math
import os
import subprocess
import sys

import numpy as np
import pytest
from scipy import stats

from sim.kernel import draws
from sim.kernel.draws import ID_BITS, MASK, Purpose

COUNT = 20_000

KEYS = [
    (0, 0, 0, 0, 0),
    (1, 7, 20, 123456789, 3),
    (2**31 - 1, 25, 999, 2**52 - 1, 10**6),
]


def splitmix(state: int) -> int:
    """SplitMix64's finaliser in Python integers, written from Steele, Lea & Flood (2014)."""
    state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & MASK
    return state ^ (state >> 31)


def keyed(*numbers: int) -> int:
    """The definition of a key: absorb one number after the other."""
    state = 0
    for number in numbers:
        mixed = splitmix((number + 0x632BE59BD9B4E019) & MASK)
        state = splitmix(((state + 0x9E3779B97F4A7C15) & MASK) ^ mixed)
    return state


@pytest.fixture(scope="module")
def sample() -> np.ndarray:
    """Uniform draws of one purpose for 20,000 agents in a row."""
    return np.array([draws.uniform(1, int(Purpose.ENTRY), 5, agent, 0) for agent in range(COUNT)])


def test_finaliser_gives_the_published_stream() -> None:
    # SplitMix64 seeded with 1234567, the vector that implementations are usually checked against.
    golden = 0x9E3779B97F4A7C15
    word = np.uint64 if draws.COMPILED else int
    stream = [int(draws.scramble(word((1234567 + step * golden) & MASK))) for step in range(1, 6)]
    assert stream == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]


@pytest.mark.parametrize("numbers", KEYS)
def test_key_follows_its_definition(numbers: tuple[int, ...]) -> None:
    assert int(draws.key(*numbers)) == keyed(*numbers)


def test_every_part_of_the_key_and_their_order_matter() -> None:
    keys = [draws.key(*numbers) for numbers in ((1, 2, 3, 4, 5), (2, 1, 3, 4, 5), (1, 2, 4, 3, 5), (1, 2, 3, 5, 4))]
    keys += [draws.key(*(9 if position == spot else position for position in range(5))) for spot in range(5)]
    keys.append(draws.key(*range(5)))
    assert len({int(number) for number in keys}) == len(keys)


def test_purposes_are_distinct() -> None:
    assert len({purpose.value for purpose in Purpose}) == len(list(Purpose))


def test_uniform_is_uniform(sample: np.ndarray) -> None:
    assert sample.min() > 0.0 and sample.max() < 1.0
    observed, _ = np.histogram(sample, bins=64, range=(0.0, 1.0))
    assert stats.chisquare(observed).pvalue > 0.001
    assert stats.kstest(sample, "uniform").pvalue > 0.001


@pytest.mark.parametrize("lag", [1, 2, 7])
def test_neighbouring_agents_are_independent(sample: np.ndarray, lag: int) -> None:
    correlation = np.corrcoef(sample[:-lag], sample[lag:])[0, 1]
    assert abs(correlation) < 4.0 / math.sqrt(COUNT)
    pairs, _, _ = np.histogram2d(sample[:-lag], sample[lag:], bins=8, range=[[0, 1], [0, 1]])
    assert stats.chisquare(pairs.ravel()).pvalue > 0.001


@pytest.mark.parametrize("position", range(5))
def test_draws_along_each_part_of_the_key_are_uniform_and_serially_independent(position: int) -> None:
    numbers = [3, 9, 12, 77, 2]
    series = np.empty(4000)
    for step in range(len(series)):
        numbers[position] = step
        series[step] = draws.uniform(*numbers)
    assert stats.kstest(series, "uniform").pvalue > 0.001
    assert abs(stats.pearsonr(series[:-1], series[1:]).statistic) < 4.0 / math.sqrt(len(series))


def test_each_bit_of_an_id_flips_half_of_the_key() -> None:
    flips = np.array(
        [
            [
                (int(draws.key(1, 2, 3, agent, 0)) ^ int(draws.key(1, 2, 3, agent ^ (1 << bit), 0))).bit_count()
                for bit in range(52)
            ]
            for agent in range(1, 60)
        ]
    )
    # 59 draws of Binomial(64, 1/2) for each bit: mean 32, standard error 4 / sqrt(59).
    assert np.all(np.abs(flips.mean(axis=0) - 32.0) < 5.0 * 4.0 / math.sqrt(len(flips)))


def test_ids_fit_in_a_spreadsheet() -> None:
    ids = [int(draws.lineage(int(Purpose.ID), first, 2, 3)) for first in range(5000)]
    assert all(0 < number < 2**ID_BITS for number in ids)
    assert all(int(float(number)) == number for number in ids)
    assert len(set(ids)) == len(ids)
    assert draws.lineage(1, 2, 3, 4) != draws.lineage(1, 3, 2, 4)


def test_names_have_lasting_ids() -> None:
    assert draws.name_id("Guangdong") == draws.name_id("Guangdong")
    assert draws.name_id("Guangdong") != draws.name_id("Guangxi")
    assert draws.name_id("ab") != draws.name_id("ba")
    assert 0 < draws.name_id("内蒙古") < 2**ID_BITS


PROBABILITIES = np.concatenate(
    [[1e-15, 1e-12, 1e-8, 1e-4], np.linspace(0.001, 0.999, 997), [1 - 1e-4, 1 - 1e-8, 1 - 1e-12]]
)


@pytest.mark.parametrize(
    ("quantile", "law", "tolerance"),
    [
        (draws.normal_quantile, stats.norm, 1e-13),
        (draws.exponential_quantile, stats.expon, 1e-12),
        (draws.laplace_quantile, stats.laplace, 1e-12),
    ],
    ids=["normal", "exponential", "laplace"],
)
def test_quantiles_agree_with_scipy(quantile, law, tolerance) -> None:
    ours = np.array([quantile(float(probability)) for probability in PROBABILITIES])
    np.testing.assert_allclose(ours, law.ppf(PROBABILITIES), rtol=tolerance, atol=1e-13)


def test_normal_quantile_reaches_the_far_tail() -> None:
    for probability in (1e-20, 1e-100, 1e-300):
        assert draws.normal_quantile(probability) == pytest.approx(stats.norm.ppf(probability), rel=1e-12)


@pytest.mark.parametrize("mean", [0.01, 0.3, 1.0, 4.5, 30.0, 200.0, 499.0])
def test_poisson_quantile_agrees_with_scipy(mean: float) -> None:
    # Probabilities halfway between the steps of the distribution function, so that rounding cannot decide.
    counts = np.arange(stats.poisson.ppf(1e-6, mean), stats.poisson.ppf(1 - 1e-6, mean) + 1)
    between = stats.poisson.cdf(counts, mean) - 0.5 * stats.poisson.pmf(counts, mean)
    assert [draws.poisson_quantile(float(probability), mean) for probability in between] == counts.tolist()


def test_large_poisson_numbers_follow_the_normal_law(sample: np.ndarray) -> None:
    counts = np.array([draws.poisson_quantile(float(probability), 2000.0) for probability in sample])
    assert np.mean(counts) == pytest.approx(2000.0, abs=4.0 * math.sqrt(2000.0 / COUNT))
    assert np.var(counts) == pytest.approx(2000.0, rel=0.05)


def test_no_mean_no_events() -> None:
    assert draws.poisson_quantile(0.999, 0.0) == 0
    assert draws.poisson_quantile(0.999, -1.0) == 0


def test_the_id_of_a_pair_has_an_order_and_52_bits() -> None:
    ids = {int(draws.pair_id(one, other)) for one in range(1, 20) for other in range(1, 20)}
    assert len(ids) == 361
    assert max(ids) < 2**52


BITS = """
from sim.kernel import draws
for agent in range(300):
    u = draws.uniform(3, 11, 2, agent * 7919, 1)
    laws = [draws.normal_quantile(u), draws.normal_quantile(u * 1e-30)]
    laws += [draws.exponential_quantile(u), draws.laplace_quantile(u)]
    print(int(draws.key(3, 11, 2, agent, 1)), u.hex(), *(float(law).hex() for law in laws))
    print(draws.poisson_quantile(u, 0.2 * agent), draws.poisson_quantile(u, 600.0), int(draws.lineage(1, agent, 2, 3)))
print(draws.name_id("Jiangsu"), draws.COMPILED)
"""


def test_compiled_and_uncompiled_draws_have_equal_bits() -> None:
    printed = {}
    for switch in ("0", "1"):
        run = subprocess.run(
            [sys.executable, "-W", "error", "-c", BITS],
            env=os.environ | {"NUMBA_DISABLE_JIT": switch},
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stderr
        assert run.stderr == ""
        *printed[switch], last = run.stdout.splitlines()
        assert last.split()[1] == str(switch == "0")
        printed[switch].append(last.split()[0])
    assert printed["0"] == printed["1"]
