"""What an arm does, in plain words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sim.kernel.scenario_types import Change, Instrument, ShockEvent
from sim.model.plans import LAYOUTS as REGISTERED
from sim.reporting.wording.en.arms import describe_arm
from tests.synthetic import scenario


def test_arms_in_plain_words(monkeypatch: pytest.MonkeyPatch) -> None:
    base = scenario("differentiated")
    plan = base.plan.model_copy(update={"imitation": 0.25, "industries": 1, "every": 1, "budget": 0.02})
    told = describe_arm(
        base.model_copy(
            update={
                "plan": plan,
                "mechanisms": {"spin_off": False, "exit": True},
                "parameters": {"foresight": 0.3},
                "policies": (Instrument(policy="park_grant", start=5, years=1, regions=("Hebei",)),),
                "shocks": (ShockEvent(shock="embargo", strength=0.5, years=3, industries=("chips",)),),
                "changes": (Change(year=35, set={"parameters.tie_cost": 0.5, "plan.layout": "market"}),),
            }
        )
    )
    assert told == [
        "Each region promotes the industries that fit it best, coordinated against national demand, blended by 25% "
        "with the national hot list; 1 industry a region. Plans spend 2 % of national expenditure a year and are "
        "renewed every year.",
        "Switched off: spin off.",
        "Parameters set: foresight = 0.3.",
        "Policy park grant, strength 1, from treatment year 5 for 1 year in Hebei.",
        "Shock embargo, strength 0.5, from the start for 3 years for chips.",
        "From year 35 on: tie_cost = 0.5, plan.layout = 'market'.",
    ]
    assert describe_arm(scenario("market")) == ["No plan: the same money goes to consumers."]
    assert describe_arm(scenario("idle")) == ["No plan: the same money hires labour that makes nothing."]
    monkeypatch.setitem(REGISTERED, "lucky", replace(REGISTERED["balanced"], help="what a coin says"))
    assert describe_arm(scenario("lucky"))[0].startswith(
        "Each region promotes what a coin says; 3 industries a region."
    )
    assert describe_arm(scenario("my_own"))[0].startswith("The layout my own; 3 industries")
