"""Plain words for tables, figures and pages: numbers, the order of measures, and sentences, these by language."""

from sim.reporting.wording.en.answers import answers, other_pasts_in_words, sentence, short_answer
from sim.reporting.wording.en.names import (
    RESILIENCE,
    arm_name,
    failure_in_words,
    label,
    replications_in_words,
    unit_after,
)
from sim.reporting.wording.measures import MAIN_METRICS, headline_metrics, main_metrics, rows_of
from sim.reporting.wording.numbers import (
    decimals,
    excludes_zero,
    level,
    mean_with_half,
    number,
    p_value,
    signed,
    times,
    with_half,
)
from sim.studies.estimates import FEWEST, IDENTICAL, NO_VALUE, TOO_FEW

__all__ = [
    "FEWEST",
    "IDENTICAL",
    "MAIN_METRICS",
    "NO_VALUE",
    "RESILIENCE",
    "TOO_FEW",
    "answers",
    "arm_name",
    "decimals",
    "excludes_zero",
    "failure_in_words",
    "headline_metrics",
    "label",
    "level",
    "main_metrics",
    "mean_with_half",
    "number",
    "other_pasts_in_words",
    "p_value",
    "replications_in_words",
    "rows_of",
    "sentence",
    "short_answer",
    "signed",
    "times",
    "unit_after",
    "with_half",
]
