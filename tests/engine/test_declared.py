"""Every declared parameter is read, every one read is declared, and each changes an outcome; so does each mechanism."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from sim.declare import MECHANISMS, PARAMETERS, Parameter
from sim.layouts.registry import LAYOUTS
from sim.scenario_schema import declare_everything
from tests.engine.worlds import everything_on, hashes, small_story

declare_everything()
SIM = Path(__file__).resolve().parent.parent.parent / "sim"
RULES = sorted((SIM / "rules").glob("*.py"))
BELOW_RULES = [*RULES, SIM / "draws.py", SIM / "geography.py"]


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
    acting = [*RULES, *(SIM / "layouts").glob("*.py"), *(SIM / "population").glob("*.py"), *SIM.glob("population.py")]
    read = set().union(*map(read_parameters, acting))
    assert set(PARAMETERS) - read == set()
    assert set(MECHANISMS) - read == set()


def test_every_parameter_read_is_declared() -> None:
    for path in SIM.rglob("*.py"):
        assert read_parameters(path) - set(PARAMETERS) - set(MECHANISMS) == set(), path.name


# -- what rules must not know ----------------------------------------------------------------------------


@pytest.mark.parametrize("path", BELOW_RULES, ids=lambda path: path.stem)
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

CONTEXT: dict[str, tuple[str, ...]] = {
    "competition_peak": ("mechanisms.competition=true",),
    "competition_width": ("mechanisms.competition=true",),
    "bail_out_chance": ("mechanisms.bail_outs=true", "parameters.bankruptcy=0.01", "parameters.exit_old=0.5"),
    "relocation_loss": ("parameters.relocation_rate=0.2",),
    "relocation_rate": ("parameters.normal_margin=0.0",),
    "bail_outs": ("parameters.bankruptcy=0.01", "parameters.exit_old=0.5"),
    "relocation": ("parameters.relocation_rate=0.2",),
    "tie_success": ("parameters.tie_cost=0.8",),
    "bankruptcy": ("parameters.payout=1.0",),
    "emergence": ("industries.devices.opens=2",),
    "emergence_chance": ("industries.devices.category=future",),
    "emergence_focus": ("industries.devices.category=future", "parameters.emergence_chance=1.0"),
    "ceiling_spread": ("industries.devices.ceiling=3.0", "industries.devices.growth=0.1"),
}
"""What a parameter or a mechanism needs so that it can matter within a few years and a few firms."""
LONGER = 12
"""Years within which a parameter must have changed something; most do in the first."""


def moved(parameter: Parameter) -> list[float]:
    """Other values to try, inside the bounds: both ends of the sweep, then both bounds."""
    values = [*parameter.sweep, parameter.low, parameter.high]
    return [value for value in values if value != parameter.default]


@cache
def outcome(overrides: tuple[str, ...], years: int, seed: int) -> tuple[str, ...]:
    return tuple(hashes(small_story("years.burn_in=2", *overrides), years, seed))


def differs(context: tuple[str, ...], change: str) -> bool:
    """Whether a change shows in the state within some years; short runs are tried first, then other luck."""
    return any(
        outcome(context, years, seed) != outcome.__wrapped__((*context, change), years, seed)
        for years, seed in ((3, 1), (LONGER, 1), (LONGER, 2), (LONGER, 3))
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", PARAMETERS)
def test_a_parameter_changes_an_outcome_when_it_moves(name: str) -> None:
    context = CONTEXT.get(name, ())
    tried = moved(PARAMETERS[name])
    assert tried
    assert any(differs(context, f"parameters.{name}={value:g}") for value in tried)


@pytest.mark.slow
@pytest.mark.parametrize("name", MECHANISMS)
def test_a_mechanisms_switch_changes_outcomes(name: str) -> None:
    switched = not MECHANISMS[name].default
    assert differs(CONTEXT.get(name, ()), f"mechanisms.{name}={str(switched).lower()}")


@pytest.mark.slow
def test_years_of_a_story_with_everything_on_are_lived_through() -> None:
    assert len(set(hashes(everything_on(), 7))) == 7


def test_what_needs_a_context_is_declared() -> None:
    assert set(CONTEXT) <= set(PARAMETERS) | set(MECHANISMS)
