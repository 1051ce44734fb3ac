"""Student's t distribution without SciPy: distribution function and quantile.

The distribution function is a regularised incomplete beta function, evaluated by its continued fraction
(Abramowitz & Stegun 1964, 26.5.8, with the modified Lentz method: Thompson & Barnett 1986). The quantile inverts it
by bisection. Tests compare both with scipy.stats.t; the relative error is below 1e-10.
"""

from __future__ import annotations

import math
from functools import lru_cache


def _continued_fraction(a: float, b: float, x: float) -> float:
    """The continued fraction of the incomplete beta function, by Lentz's method; converges for x < (a+1)/(a+b+2)."""
    tiny = 1e-300
    c, d = 1.0, 1.0 - (a + b) * x / (a + 1.0)
    d = 1.0 / (d if abs(d) > tiny else tiny)
    value = d
    for step in range(1, 10_000):
        even = step * (b - step) * x / ((a + 2 * step - 1) * (a + 2 * step))
        odd = -(a + step) * (a + b + step) * x / ((a + 2 * step) * (a + 2 * step + 1))
        for term in (even, odd):
            d = 1.0 + term * d
            d = 1.0 / (d if abs(d) > tiny else tiny)
            c = 1.0 + term / c
            c = c if abs(c) > tiny else tiny
            value *= c * d
        if abs(c * d - 1.0) < 1e-15:
            return value
    raise ArithmeticError(f"incomplete beta function does not converge at a={a}, b={b}, x={x}")


def incomplete_beta(a: float, b: float, x: float, rest: float) -> float:
    """Regularised incomplete beta function I_x(a, b) for a, b > 0 and 0 <= x <= 1; `rest` is 1 - x, given exactly."""
    if x <= 0.0:
        return 0.0
    if rest <= 0.0:
        return 1.0
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log(rest))
    if x < (a + 1.0) / (a + b + 2.0):
        return front * _continued_fraction(a, b, x) / a
    return 1.0 - front * _continued_fraction(b, a, rest) / b


def t_tail(t: float, freedom: float) -> float:
    """P(T > |t|) for Student's t with `freedom` > 0 degrees of freedom."""
    if not freedom > 0:
        raise ValueError(f"degrees of freedom must be positive, not {freedom}")
    if math.isinf(t):
        return 0.0
    x = freedom / (freedom + t * t)
    rest = t * t / (freedom + t * t)
    return 0.5 * incomplete_beta(0.5 * freedom, 0.5, x, rest)


@lru_cache(maxsize=1024)
def t_quantile(probability: float, freedom: float) -> float:
    """The value below which Student's t with `freedom` degrees of freedom lies with `probability`, in (0, 1)."""
    if not 0.0 < probability < 1.0:
        raise ValueError(f"probability must lie between 0 and 1, not {probability}")
    if probability < 0.5:
        return -t_quantile(1.0 - probability, freedom)
    tail, low, high = 1.0 - probability, 0.0, 1.0
    while t_tail(high, freedom) > tail:
        low, high = high, 2.0 * high
    while True:
        middle = 0.5 * (low + high)
        if middle in (low, high):
            return middle
        low, high = (middle, high) if t_tail(middle, freedom) > tail else (low, middle)
