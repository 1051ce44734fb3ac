"""How programmes are paid: years, shares, savings, the end."""

from __future__ import annotations

import numpy as np
import pytest

from sim.model.opening import treat
from sim.model.policies import POLICIES, Programme, registry
from sim.runs.run import fork
from tests.small_world import life, live, present, scenario


def test_years_count_from_the_fork_year() -> None:
    world = present("policies=[{policy: entry_grant, start: 2, years: 3}]")
    programme = world.policies[0]
    told = []
    for year in range(1, 8):
        world.year = world.fork_year + year
        told.append((programme.has_begun(world), programme.runs(world), programme.is_over(world)))
    no, at_work, over = (False, False, False), (True, True, False), (True, False, True)
    assert told == [no, no, at_work, at_work, at_work, over, over]
    world.year = world.fork_year + 3
    assert programme.year(world) == 1


def test_before_the_treatment_nothing_runs() -> None:
    world = present("policies=[{policy: entry_grant}]")
    world.treated = False
    world.year += 1
    assert not world.policies[0].runs(world)


def test_two_programmes_of_a_kind_are_numbered() -> None:
    world = present("policies=[{policy: entry_grant}, {policy: upgrade}, {policy: entry_grant}]")
    assert [programme.serial for programme in world.policies] == [0, 0, 1]


@pytest.mark.parametrize(("patience", "claims"), [(5.0, [2.0, 0.0]), (4.5, [0.0, 0.0]), (20.0, [4.0, 4.0])])
def test_what_is_claimed_is_a_share_of_the_allowance_within_what_is_left(patience: float, claims: list[float]) -> None:
    world = present(f"policies=[{{policy: entry_grant, settings: {{share: 0.4, patience: {patience}}}}}]")
    world.regions.allowance = [10.0, 10.0, 10.0, 10.0, 10.0, 0.0]
    world.regions.spent = [0.0, 8.0, 0.0, 0.0, 10.0, 0.0]
    programme = world.policies[0]
    programme.savings[:] = [0.0, 0.0, 18.0, 20.0, 0.0, 0.0]
    weights = np.ones(world.local_industries.shape)
    # A claim is 4 a year: saving stops at `patience` of them.
    assert registry.claim(world, programme, weights).tolist() == [4.0, 2.0, *claims, 0.0, 0.0]
    weights[0] = 0.0
    assert registry.claim(world, programme, weights)[0] == 0.0


def test_what_saves_or_collects_has_patience_with_its_source_and_swept_bounds() -> None:
    lasting = {name for name, one in POLICIES.items() if "patience" in one.settings}
    assert lasting == {name for name, one in POLICIES.items() if one.saves or one.collects}
    assert {"entry_grant", "leader_attraction", "soft_loan"} <= lasting < set(POLICIES)
    for name in lasting:
        patience = POLICIES[name].settings["patience"]
        assert (patience.default, patience.sweep) == (5.0, (2.0, 10.0)) and "assumption" in patience.source


@pytest.mark.parametrize(("patience", "claims"), [(5.0, [2.0, 0.0]), (4.5, [0.0, 0.0])])
def test_loans_are_claimed_until_what_is_held_comes_to_their_patience(patience: float, claims: list[float]) -> None:
    world = present(f"policies=[{{policy: soft_loan, settings: {{share: 0.4, patience: {patience}}}}}]")
    programme = world.policies[0]
    world.regions.allowance[:] = 10.0
    programme.savings[:] = [0.0, 0.0, 18.0, 20.0, 0.0, 0.0]
    found = registry.claim(world, programme, np.ones(world.local_industries.shape))
    assert found.tolist() == [4.0, 4.0, *claims, 4.0, 4.0]


def test_without_a_plan_consumers_pay_and_the_money_returns_when_it_is_over() -> None:
    world = present(
        "mechanisms.transfers=false", "plan.layout=market", "policies=[{policy: leader_attraction, years: 2}]"
    )
    for year in live(world, 4):
        levy = year.outlays.get("levy", np.zeros(6))
        assert year.consumption_budget == pytest.approx(world.expenditure - levy.sum())
        if year.year == 2:
            left = world.policies[0].savings.copy()
            assert (left != 0.0).any()
        if year.year == 3:
            assert levy == pytest.approx(-left)
        if year.year == 4:
            assert not levy.any()
    assert not world.policies[0].savings.any()


def test_with_a_plan_what_is_left_goes_to_it() -> None:
    world = present("policies=[{policy: leader_attraction, years: 2}]")
    for year in live(world, 3):
        if year.year == 2:
            left = world.policies[0].savings + world.regions.fund
        if year.year == 3:
            assert year.outlays["brought forward"] == pytest.approx(left)
            assert "levy" not in year.outlays or not year.outlays["levy"].any()


def test_loans_come_home_after_the_programme() -> None:
    world = present(
        "plan.layout=market", "policies=[{policy: soft_loan, years: 2, strength: 3.0, settings: {term: 4, reach: 2}}]"
    )
    repaid = [float(year.outlays.get("repayments", np.zeros(6)).sum()) for year in live(world, 5)]
    assert repaid[0] == 0.0
    assert all(amount > 0.0 for amount in repaid[1:])


def test_a_new_treatment_dismisses_old_programmes() -> None:
    world = present("policies=[{policy: local_protection}, {policy: leader_attraction}]")
    open_borders = world.freeness.copy()
    for _ in live(world, 2):
        pass
    saved, fund = world.policies[1].savings.copy(), world.regions.fund.copy()
    assert (world.freeness != open_borders).any()
    treat(world, scenario())
    assert world.policies == []
    assert (world.freeness == open_borders).all()
    assert world.regions.fund == pytest.approx(fund + saved)


def test_a_fork_keeps_its_own_savings() -> None:
    world = present("policies=[{policy: leader_attraction}]")
    list(live(world, 1))
    forked = fork(world)
    forked.policies[0].savings[:] = 99.0
    assert (world.policies[0].savings != 99.0).all()


@pytest.mark.slow
def test_planning_switched_off_leaves_instruments_their_levy() -> None:
    years = life("mechanisms={planning: false}", "policies=[{policy: research_grant}]")
    assert all(year.outlays["levy"].sum() > 0.0 for year in years)


def test_a_policy_is_declared_once() -> None:
    def nothing(world: object, programme: Programme, funds: np.ndarray) -> np.ndarray:
        return funds

    declare = registry.policy("entry_grant", help="", unit="", source="", share=0.1, serves=POLICIES["upgrade"].serves)
    with pytest.raises(ValueError, match="twice"):
        declare(nothing)
