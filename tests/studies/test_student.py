import math

import pytest
from scipy import stats

from sim.studies.student import incomplete_beta, t_quantile, t_tail


@pytest.mark.parametrize("freedom", [1, 2, 3, 4.5, 7, 11, 19, 39, 100, 999, 1e5])
@pytest.mark.parametrize("probability", [0.5001, 0.6, 0.9, 0.95, 0.975, 0.995, 0.9999, 1 - 1e-9])
def test_quantile_agrees_with_scipy(freedom: float, probability: float) -> None:
    assert t_quantile(probability, freedom) == pytest.approx(stats.t.ppf(probability, freedom), rel=1e-9)


@pytest.mark.parametrize("freedom", [1, 3, 12, 250])
@pytest.mark.parametrize("t", [0.0, 1e-3, 0.3, 1.0, 2.5, 8.0, 40.0, -2.5])
def test_tail_agrees_with_scipy(freedom: float, t: float) -> None:
    assert t_tail(t, freedom) == pytest.approx(stats.t.sf(abs(t), freedom), rel=1e-10, abs=1e-300)


@pytest.mark.parametrize("t", [1e-8, 0.2, 1.0, 30.0])
def test_tail_with_one_degree_of_freedom_is_an_arctangent(t: float) -> None:
    assert t_tail(t, 1) == pytest.approx(0.5 - math.atan(t) / math.pi, rel=1e-12)


def test_quantile_from_the_printed_table() -> None:
    # two-sided 95 %: Student's table in any textbook
    assert [round(t_quantile(0.975, freedom), 3) for freedom in (1, 5, 11, 19, 39)] == [
        12.706,
        2.571,
        2.201,
        2.093,
        2.023,
    ]


def test_quantile_is_odd_and_limits_hold() -> None:
    assert t_quantile(0.1, 7) == -t_quantile(0.9, 7)
    assert t_quantile(0.5, 7) == pytest.approx(0, abs=1e-12)
    assert t_tail(math.inf, 3) == 0
    assert (incomplete_beta(2, 3, 0, 1), incomplete_beta(2, 3, 1, 0)) == (0, 1)
    # I_x(1, 1) = x and I_x(1, 2) = 1 - (1 - x)^2
    assert incomplete_beta(1, 1, 0.3, 0.7) == pytest.approx(0.3, rel=1e-14)
    assert incomplete_beta(1, 2, 0.3, 0.7) == pytest.approx(1 - 0.7**2, rel=1e-14)


@pytest.mark.parametrize("probability", [0.0, 1.0, -0.1, math.nan])
def test_quantile_refuses_what_is_no_probability(probability: float) -> None:
    with pytest.raises(ValueError, match="probability"):
        t_quantile(probability, 3)


def test_tail_refuses_no_freedom() -> None:
    with pytest.raises(ValueError, match="freedom"):
        t_tail(1.0, 0)
