"""Every declared parameter is read, every one read is declared, and each changes an outcome; so does each mechanism."""

from __future__ import annotations

import ast
import hashlib
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from sim.kernel.declare import MECHANISMS, PARAMETERS, Parameter
from sim.kernel.world import World
from sim.model import schedule
from sim.model.opening import build_world
from sim.model.plans.registry import LAYOUTS
from sim.scenario.json_schema import declare_everything
from tests.model.engine.worlds import ALONE, everything_on, hashes, pass_year, small_story

declare_everything()
SIM = Path(__file__).resolve().parents[3] / "sim"
RULE_FILES = [path for path in sorted(SIM.rglob("*.py")) if "\n@rule" in path.read_text(encoding="utf-8")]
"""Every file that holds a compiled rule, whichever room it stands in."""


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def read_parameters(path: Path) -> set[str]:
    """Names read from a parameter record in a file: `p.name`, `world.p.name`."""
    names = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Attribute):
            held = node.value
            if (isinstance(held, ast.Name) and held.id == "p") or (
                isinstance(held, ast.Attribute) and held.attr == "p"
            ):
                names.add(node.attr)
    return names


def test_every_declared_parameter_is_read_where_agents_act() -> None:
    acting = [*RULE_FILES, *(SIM / "model" / "plans").glob("*.py"), *(SIM / "model" / "opening").glob("*.py")]
    read = set().union(*map(read_parameters, acting))
    assert set(PARAMETERS) - read == set()
    assert set(MECHANISMS) - read == set()


def test_every_parameter_read_is_declared() -> None:
    for path in SIM.rglob("*.py"):
        assert read_parameters(path) - set(PARAMETERS) - set(MECHANISMS) == set(), path.name


# -- what rules must not know ----------------------------------------------------------------------------


@pytest.mark.parametrize("path", RULE_FILES, ids=lambda path: path.stem)
def test_no_rule_knows_a_layout_or_the_plan(path: Path) -> None:
    tree = tree_of(path)
    documentation = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node) is not None
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            # Help texts are sentences; a layout could only be asked for by its bare name.
            assert node.value not in LAYOUTS, f"line {node.lineno} names the layout {node.value!r}"
        if isinstance(node, ast.Attribute):
            assert node.attr not in {"plan", "layout", "imitation", "policies", "shocks"}, f"line {node.lineno}"
            assert node.attr not in set(LAYOUTS) - {"market"}, f"line {node.lineno}"
        if isinstance(node, ast.Name):
            # `market` is also the market: a rule file, and who trades.
            assert node.id not in set(LAYOUTS) - {"market"}, f"line {node.lineno}"
        if isinstance(node, ast.Import | ast.ImportFrom):
            module = getattr(node, "module", "") or ""
            named = {alias.name for alias in node.names} | {module}
            for room in ("layouts", "policies", "shocks", "scenario", "schema"):
                assert not any(name == f"sim.{room}" or name.startswith(f"sim.{room}.") for name in named), node.lineno


def test_the_scan_would_find_a_rule_that_asks_for_a_layout(tmp_path: Path) -> None:
    asking = tmp_path / "asking.py"
    asking.write_text('"""Balanced."""\n\ndef ask(world):\n    return world.plan.layout == "balanced"\n')
    with pytest.raises(AssertionError):
        test_no_rule_knows_a_layout_or_the_plan(asking)
    innocent = tmp_path / "innocent.py"
    innocent.write_text(
        '"""Plans that are balanced."""\n\ndef act(firm, p):\n    """Balanced."""\n    return firm.price\n'
    )
    test_no_rule_knows_a_layout_or_the_plan(innocent)


# -- each changes an outcome -----------------------------------------------------------------------------

QUICK_TITLES = ("parameters.tier_review=1", "parameters.tier_hysteresis=0.0", "parameters.leading_share=0.05")
CHOSEN = "plan.choices=[{region: R1A, industry: metals}]"
ONE_REGION = ("mechanisms.regional_financing=true", "plan.layout=explicit", "plan.elsewhere=market", CHOSEN)
COFINANCED = ("mechanisms.transfers=true", "plan.mix={entry: 40, investment: 40}")
CONTEXT: dict[str, tuple[str, ...]] = {
    "competition_peak": ("mechanisms.competition=true",),
    "competition_width": ("mechanisms.competition=true",),
    "bail_out_chance": ("mechanisms.bail_outs=true", "parameters.bankruptcy=0.01", "parameters.exit_old=0.5"),
    "relocation_loss": ("parameters.relocation_rate=0.2",),
    "relocation_rate": ("parameters.normal_margin=0.0",),
    "bail_outs": ("parameters.bankruptcy=0.01", "parameters.exit_old=0.5"),
    "relocation": ("parameters.relocation_rate=0.2",),
    "tie_success": ("parameters.tie_cost=0.8",),
    "tie_closure": ("parameters.tie_cost=0.5",),
    "tie_institution": ("parameters.tie_cost=0.5",),
    "tie_attachment": ("parameters.tie_cost=0.8",),
    "bankruptcy": ("parameters.payout=1.0", "parameters.collateral=0.6"),
    "payout": ("parameters.collateral=0.0", "parameters.trade_credit=0.0"),
    "variety_elasticity": ("parameters.price_speed=0.1",),  # a stability condition forbids 10 with the usual speed
    "teaching_years": ("parameters.teaching_cap=0.5",),  # at the usual cap all is learnt in four years
    "leader_spin_offs": ("parameters.spin_off_rate=0.05",),
    "innovative_share": ("parameters.tier_review=1",),
    "specialised_share": QUICK_TITLES,
    "champion_share": QUICK_TITLES,
    "tier_memory": (*QUICK_TITLES, "parameters.tier_growth_weight=2.0"),
    "gateways": ("regions.grid={rows: 2, columns: 3}",),  # of four regions a tenth and a quarter are both one
    "plan_unmet_weight": ("plan.every=1",),
    "plan_related_weight": ("plan.every=1",),
    "plan_crowding_weight": ("plan.layout=related", "plan.every=1"),
    "input_specificity": ("mechanisms.specific_inputs=true", "parameters.exit_old=0.3"),
    "redirection_limit": ("mechanisms.redirection=true", "parameters.normal_utilisation=1.0"),
    "room_margin": ("mechanisms.redirection=true", "parameters.normal_utilisation=1.0"),
    "world_convergence": ("mechanisms.open_economy=true",),
    **dict.fromkeys(("pass_through", "support_reach"), ("mechanisms.transfers=true",)),
    "pass_through_bound": ("mechanisms.transfers=true", "plan.budget=0.5", "plan.industries=1"),
    "returned_share": ("mechanisms.transfers=true", "plan.mix={entry: 40}", "plan.every=1"),
    "own_share": ONE_REGION,
    "burden_bound": (*ONE_REGION, "plan.budget=0.5", "parameters.own_share=1.0"),
    "regional_financing": ("plan.layout=explicit", "plan.elsewhere=market", CHOSEN),
    "entry_cover": COFINANCED,
    "startup_write_off": COFINANCED,
    "investment_match": COFINANCED,
    "hot_margin_weight": ("plan.imitation=0.5", "plan.hot=[]", "plan.every=1"),
    "hot_naming": ("plan.imitation=0.5", "plan.every=1"),
    "leading_regions": (
        "plan.imitation=0.5", "plan.hot=[]", "plan.hot_by=leaders", "plan.every=1",
        "regions.grid={rows: 2, columns: 3}",
    ),
    "hot_judgement_weight": ("plan.imitation=0.5", "plan.every=1"),
    "emergence": ("industries.devices.opens=2",),
    "emergence_chance": (
        "industries.devices.category=future", "parameters.radical_share=1.0", "parameters.emergence_focus=0.0",
    ),
    "emergence_focus": ("industries.devices.category=future", "parameters.emergence_chance=1.0"),
    "ceiling_spread": ("industries.devices.ceiling=3.0", "industries.devices.growth=0.1"),
    "hot_margin_bound": (
        "plan.imitation=0.5", "plan.hot=[]", "plan.hot_by=margins", "plan.every=1", "parameters.normal_margin=0.0",
        "parameters.entry_rate=0.5",
    ),
    "entry_margin_bound": ("parameters.normal_margin=0.0", "parameters.entry_rate=0.5"),
    "prospect_floor": (
        "shocks=[{shock: demand_slump, start: 0, years: 9, strength: 0.93, industries: [devices], "
        "settings: {fading: 0}}]",
        "years.treatment=10", "parameters.entry_rate=0.5", "parameters.profit_pull=6.0",
    ),
    "chain_relatedness": ("parameters.stage_offset=3.0", "population.leaders=0.1"),  # else stages are near anyway
    "closure_limit": (
        "parameters.tie_cost=0.7", "parameters.tie_attachment=0.0", "parameters.tie_success=0.0",
        "parameters.tie_candidates=10", "parameters.tie_end=0.0",
    ),
    "institute_tie_cost": ("parameters.tie_cost=0.5",),
    "activity_limit": ("parameters.tie_activity=1.0",),
    "demand_headroom": ("industries.devices.opens=2",),
    "new_good_price": ("industries.devices.opens=4",),
    "exit_size_bound": (  # among few firms none is four standard deviations from the mean
        "population.firms=200", "population.leaders=0.01", "parameters.leader_size=100.0", "parameters.exit_size=1.0",
        "parameters.exit_old=0.3",
    ),
    "exit_norm_floor": ("parameters.bankruptcy=0.01", "parameters.exit_old=0.5"),
    "trade_credit_partners": (
        "parameters.collateral=0.0", "parameters.tie_candidates=10", "parameters.tie_crowding=0.0",
    ),
    "grant_intensity_limit": (
        "policies=[{policy: research_grant, start: 0, years: 4, settings: {even: 1.0, share: 1.0}}]", "plan.budget=0.1",
    ),
    "competition_floor": ("mechanisms.competition=true",),
    "cash_reserve": ("parameters.collateral=0.0", "parameters.trade_credit=0.0"),
    "relocation_age": ("parameters.relocation_rate=0.2",),
    **dict.fromkeys(
        ("first_customers", "base_spread", "base_damping", "base_fade", "rising_share", "rising_speed", "rising_end"),
        ("mechanisms.customer_base=true",),
    ),
    "customer_bound": ("mechanisms.customer_base=true", "parameters.base_spread=0.6"),
    "largest_size": ("population.firms=400", "parameters.base_spread=1.0", "parameters.customer_bound=1.0"),
    **dict.fromkeys(
        ("newcomer_rate", "newcomer_response", "newcomer_normal"), ("mechanisms.entry_by_earnings=true",)
    ),
    **dict.fromkeys(("incumbent_age", "incumbent_weight"), ("mechanisms.incumbent_standard=true",)),
    **dict.fromkeys(
        ("closing_old", "closing_young", "closing_years", "closing_size", "closing_margin"),
        ("mechanisms.viability=true",),
    ),
    "outlook_speed": ("mechanisms.viability=true", "parameters.overhead=2.0"),
    **dict.fromkeys(
        ("takeover_size", "takeover_loss"), ("mechanisms.takeovers=true", "parameters.exit_old=0.5")
    ),
    "takeovers": ("parameters.exit_old=0.5",),
    **dict.fromkeys(
        ("used_share", "used_price", "used_decay"),
        ("mechanisms.used_plants_market=true", "parameters.exit_old=0.3", "parameters.collateral=0.0"),
    ),
    **dict.fromkeys(
        (
            "overhead_fixed", "efficient_size_upstream", "efficient_size_midstream", "efficient_size_downstream",
            "scale_elasticity_upstream", "scale_elasticity_midstream", "scale_elasticity_downstream",
        ),
        ("mechanisms.efficient_scale=true",),
    ),
    "scale_cost_limit": (
        "mechanisms.efficient_scale=true", "parameters.scale_elasticity_upstream=0.15",
        "parameters.efficient_size_upstream=50",
    ),
    "lead_fade": ("mechanisms.fading_leads=true",),
    "niches": ("parameters.price_speed=0.1",),
    **dict.fromkeys(
        ("niche_elasticity", "niche_opening", "opening_lead", "opening_science", "attracted_copying", "copy_local"),
        ("mechanisms.niches=true", "parameters.price_speed=0.1"),
    ),
    "opening_builders": ("mechanisms.opening_labour=true",),
    "labour_reserve": ("mechanisms.labour_clearing=true",),
}  # fmt: skip
"""What a parameter or a mechanism needs so that it can matter within a few years and a few firms."""
REPLACED = (
    "appeal_", "demand_shocks", "entry_base", "entry_rate", "entry_response", "entry_margin_bound", "exit_",
    "overhead_scale", "bankruptcy", "prospect_floor", "leader_size", "relocation_gain", "opening_age_max",
    "hot_margin_bound", "attracted_copying",
)  # fmt: skip
"""Beginnings of names of parameters whose rules the default mechanisms take the place of: tried without those."""
LONGER = 12
"""Years within which a parameter must have changed something; most do in the first three."""
SEEDS = 8


def needs(name: str) -> tuple[str, ...]:
    """Overrides with which a parameter or a mechanism can matter."""
    alone = ALONE if name.startswith(REPLACED) else ()
    return (*alone, *CONTEXT.get(name, ()))


def ends(parameter: Parameter) -> list[float]:
    """The ends of what a sensitivity analysis sweeps, where they are not the default itself."""
    return [value for value in parameter.sweep if value != parameter.default]


@cache
def outcome(overrides: tuple[str, ...], years: int, seed: int) -> tuple[str, ...]:
    """Year by year a hash of what the nation gets: who survives, output, prices, innovations, consumption.

    Not of all records: a column that nobody acts on may move without any consequence.
    """
    story = small_story("years.burn_in=2", *overrides)
    world = build_world(story, seed)
    told = []
    for _ in range(years):
        pass_year(world, story)
        firms, regions = world.firms, world.regions
        digest = hashlib.blake2b(digest_size=8)
        for values in (firms.id, firms.output, firms.price, firms.innovations, regions.consumption):
            digest.update(np.ascontiguousarray(values).tobytes())
        told.append(digest.hexdigest())
    return tuple(told)


def differs(context: tuple[str, ...], change: str) -> bool:
    """Whether a change shows in what the nation gets; short runs are tried first, then other luck."""
    return any(
        outcome(context, years, seed) != outcome.__wrapped__((*context, change), years, seed)
        for years, seed in ((3, 1), *((LONGER, seed) for seed in range(1, SEEDS + 1)))
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param(name, value, marks=[pytest.mark.long] if end or row % 3 else [])
        for row, (name, parameter) in enumerate(PARAMETERS.items())
        for end, value in enumerate(ends(parameter))
    ],
)
def test_a_parameter_changes_real_outcomes_at_both_ends_of_its_sweep(name: str, value: float) -> None:
    assert differs(needs(name), f"parameters.{name}={value:g}")


def test_every_parameter_has_an_end_to_try() -> None:
    assert all(ends(parameter) for parameter in PARAMETERS.values())


@pytest.mark.slow
@pytest.mark.parametrize("name", MECHANISMS)
def test_a_mechanisms_switch_changes_real_outcomes(name: str) -> None:
    switched = not MECHANISMS[name].default
    assert differs(needs(name), f"mechanisms.{name}={str(switched).lower()}")


@pytest.mark.slow
def test_a_column_that_nobody_acts_on_is_no_outcome(monkeypatch: pytest.MonkeyPatch) -> None:
    before = outcome.__wrapped__((), 3, 1)
    kept = schedule.YEAR

    def mark(world: World) -> None:
        world.firms.local_supply += 1.0

    monkeypatch.setattr(schedule, "YEAR", (*kept, schedule.Phase("12 measurement", mark)))
    assert outcome.__wrapped__((), 3, 1) == before
    assert hashes(small_story(), 3)[-1] != small_story_hash(kept, monkeypatch)


def small_story_hash(year: tuple[schedule.Phase, ...], monkeypatch: pytest.MonkeyPatch) -> str:
    """State hash of the small story after three usual years."""
    monkeypatch.setattr(schedule, "YEAR", year)
    return hashes(small_story(), 3)[-1]


@pytest.mark.slow
def test_years_of_a_story_with_everything_on_are_lived_through() -> None:
    assert len(set(hashes(everything_on(), 7))) == 7


def test_what_needs_a_context_is_declared() -> None:
    assert set(CONTEXT) <= set(PARAMETERS) | set(MECHANISMS)
