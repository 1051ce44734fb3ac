"""What every registered policy owes, new ones included unasked."""

from __future__ import annotations

import inspect
import re

import numpy as np
import pytest

from sim.kernel.scenario_types import Instrument, Scenario
from sim.model.opening import treat
from sim.model.policies import POLICIES
from tests.small_world import Year, hashes, life, live, past, people, present, scenario, shuffled

LAYOUTS = ("differentiated", "market")
CARRIED = {"budget", "levy", "repayments", "brought forward", "carried forward"}

pytestmark = pytest.mark.slow
SLOW_SETTINGS = {("soft_loan", "patience"): "repayments pile up over decades"}
"""Settings that six years do not show; tests of the instruments have numbers by hand for them."""
every_policy = pytest.mark.parametrize("name", sorted(POLICIES))
both_layouts = pytest.mark.parametrize("layout", LAYOUTS)


PLENTY: dict[str, dict[str, float]] = {"leader_attraction": {"mobile": 5.0}, "research_institute": {"institutes": 8}}
"""Settings with which enough happens within the years of a test."""


def programme(name: str, settings: dict[str, float] | None = None, **given: object) -> str:
    """The override that puts one programme into a scenario."""
    told = {**PLENTY.get(name, {}), **(settings or {})}
    written = f"{{{', '.join(f'{key}: {value}' for key, value in told.items())}}}"
    words = {"policy": name, "start": 0, "years": 4, "settings": written, **given}
    return f"policies=[{{{', '.join(f'{key}: {value}' for key, value in words.items())}}}]"


def lived(
    name: str, layout: str = "differentiated", settings: dict[str, float] | None = None, **given: object
) -> tuple[Year, ...]:
    """Years of the small world with one programme."""
    return life(f"plan.layout={layout}", programme(name, settings, **given))


def baseline(layout: str = "differentiated") -> tuple[Year, ...]:
    """The same without."""
    return life(f"plan.layout={layout}")


@every_policy
@both_layouts
def test_at_strength_zero_nothing_changes_to_the_bit(name: str, layout: str) -> None:
    assert hashes(lived(name, layout, strength=0.0)) == hashes(baseline(layout))


@every_policy
def test_with_no_years_nothing_changes_to_the_bit(name: str) -> None:
    assert hashes(lived(name, years=0)) == hashes(baseline())


@every_policy
@both_layouts
def test_it_does_something_and_nothing_before_its_first_year(name: str, layout: str) -> None:
    late = lived(name, layout, start=2)
    assert hashes(late)[:2] == hashes(baseline(layout))[:2]
    assert people(late)[-1] != people(baseline(layout))[-1]


@every_policy
def test_it_spends_in_its_years_only(name: str) -> None:
    spent = [-year.outlays.get(name, np.zeros(1)).sum() for year in lived(name, start=1, years=3)]
    assert spent[0] == 0.0
    assert sum(spent[1:4]) > 0.0
    assert spent[4:] == [0.0, 0.0]


@every_policy
@both_layouts
def test_books_balance_in_every_region_and_year(name: str, layout: str) -> None:
    before = np.zeros(6)
    for year in lived(name, layout):
        allowance = max(1e-9, *(abs(amount).max() for amount in year.outlays.values()))
        assert sum(year.outlays.values()) == pytest.approx(np.zeros(6), abs=1e-9 * allowance)
        if year.year > 1:
            assert year.outlays["brought forward"] == pytest.approx(before, abs=1e-9 * allowance)
        before = -year.outlays["carried forward"]
        outlays = {account: amount for account, amount in year.outlays.items() if account not in CARRIED}
        assert all((amount <= 0.0).all() for amount in outlays.values())


@every_policy
def test_consumers_pay_what_governments_have_and_no_more(name: str) -> None:
    """Where all public money hires labour; with transfers tests of the money circuit say what consumers pay."""
    expenditure = past("mechanisms.transfers=false").expenditure
    for layout in LAYOUTS:
        for year in life("mechanisms.transfers=false", f"plan.layout={layout}", programme(name)):
            raised = sum(
                float(year.outlays[account].sum()) for account in ("budget", "levy") if account in year.outlays
            )
            assert year.consumption_budget + raised == pytest.approx(expenditure, rel=1e-12)


@every_policy
def test_budgets_of_a_plan_are_the_same_with_and_without_it(name: str) -> None:
    for with_it, without in zip(lived(name), baseline(), strict=True):
        assert (with_it.outlays["budget"] == without.outlays["budget"]).all()


@every_policy
def test_it_takes_no_more_than_its_share(name: str) -> None:
    """Whatever it bought was paid from its share: outlays less what it still owes are within the claims."""
    share = POLICIES[name].settings["share"].default
    world = present("plan.layout=market", programme(name))
    claimed = np.zeros(6)
    for year in live(world, 4):
        claimed += np.maximum(year.outlays.get("levy", np.zeros(6)), 0.0)
        assert (claimed <= year.year * share * world.regions.allowance * (1.0 + 1e-9)).all()


@every_policy
def test_only_its_regions_pay(name: str) -> None:
    far = lived(name, regions="[R1A, R2C]", years=5)
    spent = -sum(year.outlays.get(name, np.zeros(6)) for year in far)
    assert (spent[[1, 2, 3, 4]] == 0.0).all()
    assert spent.sum() > 0.0


@every_policy
@pytest.mark.parametrize(
    ("selection", "chosen"), [("regions", ("R1A", "R2B")), ("industries", ("materials", "metals", "machines"))]
)
def test_it_tells_apart_what_it_says_it_does(name: str, selection: str, chosen: tuple[str, ...]) -> None:
    """A scenario may limit it to some regions or industries just if that makes a difference."""
    everywhere = scenario("plan.layout=differentiated", programme(name))
    some = Instrument(**{**everywhere.policies[0].model_dump(), selection: chosen})
    limited = everywhere.model_copy(update={"policies": (some,)})
    assert (lives(limited) != lives(everywhere)) == (selection in POLICIES[name].by)


def lives(wanted: Scenario) -> list[str]:
    """Years of the small world under a scenario that need not pass the checks."""
    world = present()
    treat(world, wanted)
    return people(live(world, 4))


@every_policy
def test_everything_stays_finite_also_at_full_strength(name: str) -> None:
    for given in ({}, {"strength": 10.0}):
        assert [year.broken for year in lived(name, **given)] == [[]] * len(lived(name, **given))


@every_policy
def test_it_is_blind_to_the_order_of_rows(name: str) -> None:
    world = present(programme(name))
    reordered = shuffled(world, np.random.default_rng(5))
    for first, second in zip(live(world, 4), live(reordered, 4), strict=True):
        assert first.hash == second.hash


@every_policy
def test_two_programmes_of_a_kind_work_side_by_side(name: str) -> None:
    one = programme(name)[len("policies=[") : -1]
    years = life(f"policies=[{one}, {one}]")
    assert people(years)[-1] != people(lived(name))[-1]
    for year in years:
        allowance = abs(year.outlays["budget"]).max()
        assert sum(year.outlays.values()) == pytest.approx(np.zeros(6), abs=1e-9 * allowance)
        assert year.broken == []


@pytest.mark.parametrize(
    ("name", "setting"), [(name, setting) for name in sorted(POLICIES) for setting in POLICIES[name].settings]
)
def test_every_setting_changes_an_outcome(name: str, setting: str) -> None:
    declared = POLICIES[name].settings[setting]
    usual = people(lived(name, years=6))
    for value in (declared.low, declared.high, 0.5 * (declared.low + declared.high), 2.0 * declared.default):
        sensible = value != declared.default and declared.low <= value <= declared.high
        if sensible and people(lived(name, years=6, settings={setting: value})) != usual:
            return
    assert (name, setting) in SLOW_SETTINGS, f"{name}: {setting} changes nothing"


@every_policy
def test_it_is_documented(name: str) -> None:
    policy = POLICIES[name]
    assert len(policy.help) > 20
    assert policy.unit
    assert re.search(r"\b(1[89]|20)\d\d\b|section", policy.source)
    assert len((inspect.getdoc(policy.apply) or "").split()) > 4
    assert len((inspect.getdoc(inspect.getmodule(policy.apply)) or "").split()) > 8
    for setting in policy.settings.values():
        assert setting.unit
        assert len(setting.help.split()) > 3


def test_instruments_are_paid_before_the_plan_spends() -> None:
    """With everything taken by an instrument, the plan has nothing to spend; budgets stay what they were."""
    all_taken = life("mechanisms.transfers=false", programme("research_grant", strength=10.0))
    for year in all_taken[:4]:
        assert year.outlays["research_grant"].sum() == pytest.approx(-year.outlays["budget"].sum(), rel=1e-9)
        assert float(year.outlays["capacity grants"].sum()) == pytest.approx(0.0, abs=1e-9)


def test_scenarios_check_settings() -> None:
    from sim.scenario.reading import ScenarioError

    with pytest.raises(ScenarioError, match="out of range"):
        scenario(programme("entry_grant", settings={"cover": 7}))
    with pytest.raises(ScenarioError, match="cover"):
        scenario(programme("entry_grant", settings={"covr": 1}))
