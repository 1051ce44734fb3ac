import math

import pandas as pd
import pytest

from sim.reporting.wording.en.decomposition import no_decomposition, terms_in_words
from sim.studies.decomposition import Decomposition, Obstacle, decompose, find_layouts
from tests.synthetic import arms, run_synthetic

FOUR = ("differentiated", "duplicated", "balanced", "random_specialised")


def metrics(names: tuple[str, ...] = FOUR, seeds: int = 5) -> pd.DataFrame:
    runs = [run for seed in range(seeds) for run in run_synthetic(arms(*names), seed).values()]
    return pd.concat([run.metrics for run in runs])


def test_the_three_terms_add_up_in_every_window() -> None:
    found = decompose(metrics(), arms(*FOUR))
    assert found.obstacle is None and no_decomposition(found) == ""
    assert terms_in_words(found)["meaning"].iloc[0] == "differentiated over duplicated"
    for _, terms in found.terms.groupby("window"):
        by_term = terms.set_index("term")["difference"]
        parts = by_term[["composition", "localisation", "endowment fit"]]
        assert by_term["total"] == pytest.approx(parts.sum(), abs=1e-13)
    assert found.terms["term"].tolist()[:4] == ["total", "composition", "localisation", "endowment fit"]
    assert (found.terms["ci_low"] < found.terms["ci_high"]).all()


def test_terms_by_hand() -> None:
    level = {"differentiated": 1.07, "duplicated": 1.00, "balanced": 1.02, "random_specialised": 1.03}
    rows = [
        (arm, seed, year, "nation", "ln_real_income", "ln", math.log(value) + seed)
        for arm, value in level.items()
        for seed in (1, 2)
        for year in range(4, 16)
    ]
    table = pd.DataFrame(rows, columns=["arm", "seed", "year", "group", "metric", "unit", "value"])
    terms = decompose(table, arms(*FOUR)).terms
    main = terms[terms["window"] == "treatment years"].set_index("term")
    assert main["difference"].to_dict() == pytest.approx(
        {
            "total": math.log(1.07),
            "composition": math.log(1.02),
            "localisation": math.log(1.03 / 1.02),
            "endowment fit": math.log(1.07 / 1.03),
        }
    )
    assert main.loc["total", "shown"] == pytest.approx(7.0)
    assert (main.loc["endowment fit", "to_arm"], main.loc["endowment fit", "from_arm"]) == (
        "differentiated",
        "random_specialised",
    )


def test_missing_arms_are_named() -> None:
    found = decompose(metrics(("differentiated", "duplicated")), arms("differentiated", "duplicated"))
    assert found.terms.empty
    assert found.obstacle == Obstacle("missing", ("balanced", "random_specialised"))
    assert "missing: balanced, random_specialised" in no_decomposition(found)


def test_arms_are_found_by_layout_not_by_name_and_imitators_do_not_count() -> None:
    four = arms(*FOUR)
    renamed = {f"arm {number}": scenario for number, scenario in enumerate(four.values())}
    assert find_layouts(renamed) == {"D": "arm 0", "HH": "arm 1", "HB": "arm 2", "RS": "arm 3"}
    plan = four["differentiated"].plan.model_copy(update={"imitation": 0.5})
    imitator = four["differentiated"].model_copy(update={"plan": plan})
    assert find_layouts({**four, "differentiated": imitator}) == Obstacle("missing", ("differentiated",))


def test_two_arms_of_one_layout_or_other_differences_are_refused() -> None:
    four = arms(*FOUR)
    several = find_layouts({**four, "again": four["balanced"]})
    assert several == Obstacle("several", ("balanced", "balanced", "again"))
    assert "one arm with the layout balanced; here are balanced, again" in no_decomposition(
        Decomposition(pd.DataFrame(), several)
    )
    richer = four["balanced"].model_copy(update={"plan": four["balanced"].plan.model_copy(update={"budget": 0.1})})
    other = find_layouts({**four, "balanced": richer})
    assert isinstance(other, Obstacle) and other.kind == "other"
    assert "differ in their layout only" in no_decomposition(Decomposition(pd.DataFrame(), other))


def test_the_metric_must_be_there() -> None:
    table = metrics()
    found = decompose(table[table["metric"] != "ln_real_income"], arms(*FOUR))
    assert found.obstacle == Obstacle("unrecorded", ("ln_real_income",))
    assert "not recorded" in no_decomposition(found)
