"""What every parameter and switch owes when it changes in the course of a run, new ones included unasked."""

from __future__ import annotations

from functools import cache

import pytest

from sim.kernel.declare import ACTS, BURN_IN, EVERY_YEAR, FORK, MECHANISMS, OPENING, PARAMETERS, Mechanism, Parameter
from sim.kernel.scenario_types import Change, Scenario
from sim.kernel.state_hash import hash_present
from sim.kernel.world import World
from sim.model.opening import build_world
from sim.runs.timeline import fork, live_year
from sim.scenario.json_schema import declare_everything
from sim.scenario.problems import ScenarioError
from sim.scenario.reading import changed, load_scenario
from tests.model.engine.worlds import ALONE
from tests.small_world import SMALL

declare_everything()
DECLARED: dict[str, Parameter | Mechanism] = {**PARAMETERS, **MECHANISMS}
BURN, LAST = 2, 5
LATE, EARLY = BURN + 1, BURN
"""Years of the changes: the first of the treatment, in which plans are renewed, and one of the burn-in."""
LOUD = (
    *SMALL,
    f"years={{burn_in: {BURN}, treatment: {LAST - BURN}}}",
    "population.leaders=0.2",
    "mechanisms.bail_outs=true",
    "mechanisms.competition=true",
    "parameters.relocation_rate=0.2",
    "parameters.relocation_gain=0",
    "parameters.leader_spin_offs=5",
    "parameters.plan_related_weight=0.5",
    "parameters.radical_share=0.5",
    "parameters.emergence_chance=0.5",
    "parameters.anchor_range=200",
    "industries.robots={chain: cars, stage: downstream, category: future, weight: 1, inputs: {}}",
    "industries.drones={chain: cars, stage: downstream, category: emerging, ceiling: 3, opens: 2}",
    "policies=[{policy: research_grant, strength: 2}, {policy: leader_attraction, settings: {share: 0.3, mobile: 5}}]",
)
"""A small world in which every mechanism has something to do within a few years."""
ONE_REGION = (
    "plan.layout=explicit", "plan.elsewhere=market", "plan.choices=[{region: R1A, industry: chips}]",
)  # fmt: skip
TRANSFERS, COFINANCED = ("mechanisms.transfers=true",), "plan.mix={entry: 40, investment: 40}"
WORLDS = {
    "plan_crowding_weight": ("plan.layout=related",),
    "chain_relatedness": ("parameters.stage_offset=3.0", "population.leaders=0.1"),  # else stages are near anyway
    "hot_margin_bound": ("plan.layout=duplicated", "plan.hot_by=margins"),
    "hot_naming": ("plan.layout=duplicated",),
    "leading_regions": ("plan.layout=duplicated", "plan.hot_by=leaders"),
    "redirection_limit": ("mechanisms.redirection=true",),
    "room_margin": ("mechanisms.redirection=true",),
    "world_convergence": ("mechanisms.open_economy=true",),
    **dict.fromkeys(("pass_through", "support_reach"), TRANSFERS),
    "pass_through_bound": (*TRANSFERS, "plan.budget=0.5", "plan.industries=1"),
    "returned_share": (*TRANSFERS, COFINANCED),
    "regional_financing": ONE_REGION,
    "own_share": ("mechanisms.regional_financing=true", *ONE_REGION),
    "burden_bound": ("mechanisms.regional_financing=true", *ONE_REGION, "plan.budget=0.5", "policies=[]"),
    **dict.fromkeys(
        ("entry_cover", "startup_write_off", "investment_match"), (*TRANSFERS, "plan.mix={entry: 40, investment: 40}")
    ),
    "hot_judgement_weight": ("plan.layout=duplicated", "plan.hot=[chips]"),
    **dict.fromkeys(
        (
            "first_customers",
            "base_spread",
            "base_damping",
            "base_fade",
            "rising_share",
            "rising_speed",
            "rising_end",
            "customer_bound",
            "largest_size",
        ),
        ("mechanisms.customer_base=true",),
    ),
    **dict.fromkeys(("newcomer_rate", "newcomer_response", "newcomer_normal"), ("mechanisms.entry_by_earnings=true",)),
    **dict.fromkeys(("incumbent_age", "incumbent_weight"), ("mechanisms.incumbent_standard=true",)),
    **dict.fromkeys(
        ("closing_old", "closing_young", "closing_years", "closing_size", "closing_margin", "outlook_speed"),
        ("mechanisms.viability=true",),
    ),
    **dict.fromkeys(("takeover_size", "takeover_loss"), ("mechanisms.takeovers=true", "parameters.exit_old=0.5")),
    "takeovers": ("parameters.exit_old=0.5",),
    **dict.fromkeys(
        ("used_share", "used_price", "used_decay"), ("mechanisms.used_plants_market=true", "parameters.closing_old=0.5")
    ),
    **dict.fromkeys(
        (
            "overhead_fixed",
            "efficient_size_upstream",
            "efficient_size_midstream",
            "efficient_size_downstream",
            "scale_elasticity_upstream",
            "scale_elasticity_midstream",
            "scale_elasticity_downstream",
        ),
        ("mechanisms.efficient_scale=true",),
    ),
    "scale_cost_limit": (
        "mechanisms.efficient_scale=true",
        "parameters.scale_elasticity_upstream=0.15",
        "parameters.efficient_size_upstream=50",
    ),
    "lead_fade": ("mechanisms.fading_leads=true",),
    "niches": ("parameters.price_speed=0.1",),
    **dict.fromkeys(
        ("niche_elasticity", "niche_opening", "opening_lead", "opening_science", "attracted_copying", "copy_local"),
        ("mechanisms.niches=true", "parameters.price_speed=0.1"),
    ),
    "input_specificity": ("mechanisms.specific_inputs=true",),
    "labour_reserve": ("mechanisms.labour_clearing=true",),
}
"""What a parameter needs besides."""
REPLACED = (
    "appeal_", "demand_shocks", "entry_base", "entry_rate", "entry_response", "entry_margin_bound", "exit_",
    "normal_margin", "overhead_scale", "bankruptcy", "prospect_floor", "leader_size", "relocation_gain",
    "opening_age_max", "hot_margin_bound", "attracted_copying",
)  # fmt: skip
"""Beginnings of names of parameters whose rules default mechanisms take the place of: tried without those."""


def needs(name: str) -> tuple[str, ...]:
    """Overrides with which a parameter or a mechanism can matter."""
    return (*(ALONE if name.startswith(REPLACED) else ()), *WORLDS.get(name, ()))


VALUES = {
    "chain_relatedness": 1.0, "closure_limit": 0.0, "hot_margin_bound": 0.01, "activity_limit": 3.0, "cell_pull": 20.0,
    "entry_margin_bound": 0.01, "exit_hazard_max": 0.0, "exit_norm_floor": 1.0, "emergence_focus": 20.0,
    "burden_bound": 0.01, "institute_tie_cost": 2.0, "largest_size": 1.0, "redirection_limit": 1.0,
    "relocation_gain": 0.5,
    "variety_elasticity": 4.0,
}  # fmt: skip
"""Values that are felt within a few years where the far end of the swept range is not."""
READ_LATER = {
    "endowment_spread": "planners misjudge fit in its units",
    "anchoring": "what leading firms lent their places would stay",
    "cooperation": "projects would stay, and what they add to research",
    "disruption": "what firms lack would stay",
    "imports": "demand from abroad would stay where trade is open",
    "niches": "firms have their niches from year 0 on",
    "open_economy": "prices and demand abroad are set when year 0 is made",
    "professional_market": "the cost of search would stay",
    "supply_contracts": "contracts would stay, and be paid for ever",
}
"""What acts at the opening only although a rule looks at it later, and why."""

pytestmark = pytest.mark.slow


def usually_tried(names: list[str]) -> list[object]:
    """Every eighth of these names in each `make test`, the others by `make long`."""
    return [name if row % 8 == 0 else pytest.param(name, marks=pytest.mark.long) for row, name in enumerate(names)]


every_one = pytest.mark.parametrize("name", usually_tried(sorted(DECLARED)))


def key_of(name: str) -> str:
    """The dotted key of a parameter or switch."""
    return f"{'parameters' if name in PARAMETERS else 'mechanisms'}.{name}"


def other(name: str, scenario: Scenario) -> float | bool:
    """Another value than the scenario has: the switch thrown, the far end of the swept range."""
    if name in MECHANISMS:
        return not scenario.mechanisms.get(name, MECHANISMS[name].default)
    one = PARAMETERS[name]
    present = scenario.parameters.get(name, one.default)
    return VALUES.get(name, max(one.sweep, key=lambda value: abs(value - present)))


def year_of(name: str) -> int:
    """A year in which it may change."""
    return EARLY if DECLARED[name].acts == BURN_IN else LATE


@cache
def loud(*more: str) -> Scenario:
    """The scenario that is changed."""
    return load_scenario("base", [*LOUD, *more])


@cache
def opening(*more: str) -> World:
    """Its year 0; fork it, do not move it."""
    return build_world(loud(*more))


def changing(name: str, year: int, value: object) -> Scenario:
    """The scenario with one change, whoever would refuse it."""
    return loud(*needs(name)).model_copy(update={"changes": (Change(year=year, set={key_of(name): value}),)})


def lived(world: World, scenario: Scenario, last: int = LAST) -> list[tuple[str, str]]:
    """Hash of the state, and of what exists, at the end of every year of a World that lives on."""
    found = []
    while world.year < last:
        live_year(world, scenario)
        found.append((world.state_hash(), hash_present(world)))
    return found


@cache
def undisturbed(*more: str) -> list[tuple[str, str]]:
    """The same without a change."""
    return lived(fork(opening(*more)), loud(*more))


@every_one
def test_a_change_leaves_the_years_before_it_alone_and_acts_from_its_year_on(name: str) -> None:
    year, world = year_of(name), needs(name)
    found, before = lived(fork(opening(*world)), changing(name, year, other(name, loud(*world)))), undisturbed(*world)
    assert found[: year - 1] == before[: year - 1]
    acts = [here != there for (_, here), (_, there) in zip(found, before, strict=True)]
    if DECLARED[name].acts == OPENING and name not in READ_LATER:
        assert not any(acts)
    else:
        assert any(acts)


@every_one
def test_it_may_change_when_it_says_that_it_acts(name: str) -> None:
    value, acts = other(name, loud()), DECLARED[name].acts
    allowed = {OPENING: [], BURN_IN: [EARLY], FORK: [LATE], EVERY_YEAR: [EARLY, LATE, LAST]}[acts]
    if allowed:
        told = changed(loud(), {year: {name: value} for year in allowed}).changes
        assert told == tuple(Change(year=year, set={key_of(name): value}) for year in allowed)
    for year in {EARLY, LATE, LAST} - {*allowed}:
        with pytest.raises(ScenarioError, match=f"{name}: cannot change in year {year}: it acts only"):
            changed(loud(), {year: {name: value}})


@pytest.mark.parametrize("name", usually_tried(sorted(name for name, one in DECLARED.items() if one.acts != OPENING)))
def test_a_change_in_the_first_year_equals_a_world_that_has_the_value(name: str) -> None:
    """All that follows from it follows: here it is taken from a World that was opened with the value."""
    world = needs(name)
    scenario = loud(*world)
    value = other(name, scenario)
    section, _, _ = key_of(name).partition(".")
    opened = build_world(scenario.model_copy(update={section: {**getattr(scenario, section), name: value}}))
    given = fork(opening(*world))
    for part in ("p", "kernels", "freeness", "relatedness"):
        setattr(given, part, getattr(opened, part))
    given.regions.gateway = opened.regions.gateway
    assert lived(fork(opening(*world)), changing(name, 1, value), 1) == lived(given, scenario, 1)


def test_the_opening_knows_nothing_of_changes() -> None:
    assert build_world(changing("overhead", 1, 0.5)).state_hash() == opening().state_hash()


def test_changes_to_the_same_values_in_every_year_change_nothing_to_the_bit() -> None:
    scenario = loud()
    same = {key_of(name): getattr(opening().p, name).item() for name in DECLARED}
    plan = {"plan.budget": scenario.plan.budget, "policies.0.strength": 2.0, "policies.1.settings.share": 0.3}
    changes = [Change(year=year, set=same | (plan if year > BURN else {})) for year in range(1, LAST + 1)]
    assert lived(fork(opening()), scenario.model_copy(update={"changes": tuple(changes)})) == undisturbed()


def test_what_is_listed_is_declared() -> None:
    assert {*WORLDS, *VALUES, *READ_LATER} <= set(DECLARED)
    assert all(DECLARED[name].acts == OPENING for name in READ_LATER)
    assert {one.acts for one in DECLARED.values()} <= set(ACTS)
