"""ClusterModel is a Mesa model, gives the same bits as the engine, and costs nothing that nobody asks for."""

from __future__ import annotations

import gc
import inspect
import pickle
import runpy
import socket
import subprocess
import sys
import weakref
from pathlib import Path

import mesa
import numpy as np
import pytest
from mesa import DataCollector

import sim
from sim.kernel.world import Kind
from sim.mesa_model.agents import SME, Firm, LeadingFirm, ResearchInstitute
from sim.mesa_model.cluster_model import REPORTED, ClusterModel, seed_from
from sim.runs.run import run_scenario
from tests.model.engine.worlds import SMALL, small_story

ROOT = Path(__file__).resolve().parents[2]
MESA = tuple(int(part) for part in mesa.__version__.split(".")[:2])


def small_model(**said: object) -> ClusterModel:
    said = {"story": small_story(), "rng": 3, **said}
    return ClusterModel(**said)


def sales(model: ClusterModel) -> float:
    """A reporter of the kind users write."""
    return model.firms.agg("sales", sum)


# -- the run ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("watched", [False, True])
def test_a_model_gives_the_bits_of_a_run_watched_or_not(watched: bool) -> None:
    story = small_story("plan.layout=duplicated")
    run = run_scenario(story, seed=3)
    model = ClusterModel(story=story, rng=3)
    seen = []
    while model.running:
        model.step()
        seen.append(model.world.state_hash())
        if watched:
            model.agents.shuffle_do(lambda agent: agent.record)
            model.grid.select_random_empty_cell() if model.grid.empties else None
            _ = [(firm.partners, firm.suppliers, firm.cell.employment) for firm in model.firms]
            _ = dict(model.metrics)
    assert seen == run.hashes["hash"].tolist()
    assert model.year == model.last_year == 7


def test_the_plan_begins_when_the_burn_in_is_over() -> None:
    model = small_model()
    for _ in range(3):
        model.step()
    assert model.world.plan.layout == "random_specialised"
    assert not model.world.treated
    model.step()
    assert model.world.plan.layout == "differentiated"
    assert model.world.fork_year == 3


def test_without_a_burn_in_the_plan_begins_at_once() -> None:
    story = small_story("years.burn_in=0")
    model = ClusterModel(story=story, rng=3)
    model.step()
    assert model.world.fork_year == 0
    assert model.world.state_hash() == run_scenario(story, seed=3).hashes["hash"].iloc[0]


def test_keywords_replace_what_the_story_says() -> None:
    model = ClusterModel(
        layout="duplicated", imitation=0.25, firms=50, burn_in=2, overrides=[*SMALL, "parameters.foresight=0.9"], rng=5
    )
    assert (model.story.plan.layout, model.story.plan.imitation) == ("duplicated", 0.25)
    assert (len(model.world.firms), model.story.years.burn_in, model.world.seed) == (50, 2, 5)
    assert model.world.p.foresight == 0.9
    loaded = ClusterModel(story=small_story(), layout="market", overrides=["plan.budget=0.1"])
    assert (loaded.story.plan.layout, loaded.story.plan.budget) == ("market", 0.1)
    assert loaded.story.origin == small_story().origin


def test_a_wrong_story_is_refused_in_words() -> None:
    with pytest.raises(sim.ScenarioError, match="did you mean"):
        ClusterModel(layout="duplicatd")
    with pytest.raises(sim.ScenarioError, match=r"plan\.imitation"):
        ClusterModel(imitation=2.0)


def test_the_seed_is_the_storys_unless_one_is_given() -> None:
    story = small_story("seed=11")
    assert ClusterModel(story=story).world.seed == 11
    assert ClusterModel(story=story, rng=np.int64(4)).seed == 4
    assert type(ClusterModel(story=story, rng=np.int64(4)).seed) is int
    assert seed_from(np.random.default_rng(1), 0) == seed_from(np.random.default_rng(1), 5)
    assert seed_from([1, 2], 0) != seed_from([1, 3], 0)
    with pytest.raises(ValueError, match="out of range; allowed: 0 to"):
        seed_from(-1, 0)


def test_metrics_are_read_by_name() -> None:
    model = small_model()
    model.step()
    assert model.metrics["firms"] == len(model.world.firms)
    by_region = model.metrics["region_firms"]
    assert by_region.sum() == len(model.world.firms)
    assert list(by_region.index) == [f"region={name}" for name in model.world.region_names]
    assert set(REPORTED) <= set(model.metrics)
    assert len(model.metrics) == len(list(model.metrics))
    with pytest.raises(KeyError):
        model.metrics["happiness"]


# -- Mesa's contract -------------------------------------------------------------------------------------


def test_the_constructor_is_what_solara_and_batch_runs_expect() -> None:
    parameters = list(inspect.signature(ClusterModel.__init__).parameters.values())[1:]
    assert all(one.kind is inspect.Parameter.KEYWORD_ONLY for one in parameters)
    assert all(one.default is not inspect.Parameter.empty for one in parameters)
    names = {one.name for one in parameters}
    assert "rng" in names
    assert not names & {"scenario", "seed", "agents", "steps", "time", "random", "running", "step"}
    assert "scenario" not in vars(ClusterModel)


def test_steps_and_time_are_mesas() -> None:
    model = small_model()
    model.step()
    model.step()
    assert model.year == 2
    if MESA < (4,):
        assert model.steps == 2
    if MESA >= (3, 4):
        assert model.time == 2
        model.run_for(2)
        assert model.year == 4
    model.run_model()
    assert not model.running
    assert model.year == 7


def test_a_data_collector_collects_model_and_agents() -> None:
    model = small_model()
    model.datacollector = DataCollector(
        model_reporters={"year": "year", "sales": sales},
        agenttype_reporters={Firm: {"sales": "sales", "region": "region"}, ResearchInstitute: {"budget": "budget"}},
    )
    for _ in range(3):
        model.step()
    frame = model.datacollector.get_model_vars_dataframe()
    assert frame["year"].tolist() == [1, 2, 3]
    assert frame["sales"].iloc[-1] == pytest.approx(float(model.world.firms.sales.sum()))
    firms = model.datacollector.get_agenttype_vars_dataframe(Firm).xs(3, level="Step")
    assert sorted(firms.index) == sorted(model.world.firms.id.tolist())
    by_region = firms.groupby("region")["sales"].sum()
    for region, name in enumerate(model.world.region_names):
        inside = model.world.firms.region == region
        assert by_region.get(name, 0.0) == pytest.approx(float(model.world.firms.sales[inside].sum()))
    institutes = model.datacollector.get_agenttype_vars_dataframe(ResearchInstitute)
    assert len(institutes.xs(3, level="Step")) == 4


def test_the_models_own_collector_reports_the_years() -> None:
    model = small_model(reported=("real_income",))
    model.step()
    with pytest.warns(UserWarning, match="has not begun"):
        frame = model.datacollector.get_model_vars_dataframe()
    assert list(frame.columns) == ["year", "plan", "real_income"]
    assert frame["year"].tolist() == [0, 1]
    assert frame["real_income"].iloc[1] == model.metrics["real_income"]


@pytest.mark.slow
def test_mesas_batch_run_works() -> None:
    fixed = {"story": "policy_text", "overrides": [list(SMALL)], "rng": [1, 2], "layout": ["market", "duplicated"]}
    if MESA >= (3, 5):
        rows = mesa.batch_run(
            ClusterModel, {key: fixed[key] for key in ("story", "overrides", "layout")}, rng=[1, 2],
            max_steps=4, number_processes=1, display_progress=False,
        )  # fmt: skip
    else:
        rows = mesa.batch_run(ClusterModel, fixed, max_steps=4, number_processes=1, display_progress=False)
    assert {(row["layout"], row["rng"]) for row in rows} == {(a, b) for a in ("market", "duplicated") for b in (1, 2)}
    for row in rows:
        run = run_scenario(small_story(f"plan.layout={row['layout']}"), seed=row["rng"])
        nation = run.metrics[(run.metrics["metric"] == "real_income") & (run.metrics["year"] == row["year"])]
        assert row["year"] == 4
        assert row["real_income"] == float(nation["value"].iloc[0])


def test_a_batch_that_asks_for_no_agents_makes_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a view was made that nobody asked for")

    for kind in (SME, LeadingFirm, ResearchInstitute):
        monkeypatch.setattr(kind, "__init__", refuse)
    model = small_model()
    while model.running:
        model.step()
    assert model.datacollector.get_model_vars_dataframe()["firms"].iloc[-1] == len(model.world.firms)


def test_a_users_own_agents_stay_in_the_set() -> None:
    class Observer(mesa.Agent):
        pass

    model = small_model()
    observer = Observer(model)
    assert observer in model.agents
    model.step()
    assert observer in model.agents
    assert list(model.agents_by_type[Observer]) == [observer]
    assert len(model.agents) == len(model.world.firms) + len(model.world.institutes) + 1


@pytest.mark.parametrize("viewed", [False, True])
def test_a_pickled_model_lives_on_the_same(viewed: bool) -> None:
    model = small_model()
    model.step()
    if viewed:
        assert len(model.agents) > 0
        assert model.grid is not None
    restored = pickle.loads(pickle.dumps(model))
    for _ in range(4):
        model.step()
        restored.step()
    assert restored.world.state_hash() == model.world.state_hash()
    assert restored.year == model.year
    if MESA < (4,):
        assert restored.steps == model.steps
    assert [agent.unique_id for agent in restored.agents] == [agent.unique_id for agent in model.agents]
    first = next(iter(restored.firms))
    assert first.model is restored
    assert first in first.cell.agents


# -- memory ----------------------------------------------------------------------------------------------


def resident() -> float:
    """Memory of this process in MB."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise AssertionError("no VmRSS")


TINY = [*SMALL, "regions.grid.rows=1", "regions.cells=1", "population.firms=12", "population.institutes=2"]


def built_and_dropped(count: int) -> list[weakref.ref[ClusterModel]]:
    """Models built one after the other; of some the agents, the grid and neighbourhoods were looked at."""
    story = small_story(*TINY[len(SMALL) :])
    left = []
    for number in range(count):
        model = ClusterModel(story=story, rng=number, reported=())
        if number % 3 == 0:
            assert len(model.agents) > 0
            first = next(iter(model.firms))
            assert list(first.cell.neighborhood.agents) is not None
            model.step()
        left.append(weakref.ref(model))
        if number % 50 == 49:
            del model, first
            gc.collect()
    model = first = None
    gc.collect()
    return left


def test_models_that_were_dropped_are_gone() -> None:
    left = built_and_dropped(6)
    assert [reference() for reference in left] == [None] * 6


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads Linux's /proc")
def test_many_models_leave_memory_flat() -> None:
    built_and_dropped(30)
    before = resident()
    left = built_and_dropped(100)
    assert sum(reference() is not None for reference in left) == 0
    assert resident() - before < 3.0, "MB more than before the hundred"


# -- doors and examples ----------------------------------------------------------------------------------


def test_the_front_door_opens_on_demand() -> None:
    script = (
        "import sys, sim; loaded = [name for name in ('mesa', 'numba', 'pandas') if name in sys.modules];"
        "assert loaded == [], loaded;"
        "assert sim.ClusterModel.__name__ == 'ClusterModel' and 'mesa' in sys.modules;"
        "assert set(sim.__all__) <= set(dir(sim)); print(*sorted(sim.__all__))"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=ROOT)
    assert run.returncode == 0, run.stderr
    assert run.stdout.split() == sorted(sim.__all__)
    assert sim.__all__ == sorted(set(sim.__all__), key=sim.__all__.index)
    for name in sim.__all__:
        assert getattr(sim, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'Clustermodel'"):
        _ = sim.Clustermodel


@pytest.mark.slow
def test_the_notebook_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    names = runpy.run_path(str(ROOT / "examples" / "notebook_style.py"))
    said = capsys.readouterr().out
    assert "The most productive firm is" in said
    assert names["model"].year == 11
    share = names["history"]["leaders' share"]
    model = names["model"]
    assert len(share) == 10
    assert ((share >= 0) & (share < 1)).all()
    assert share.max() > 0.01
    assert {int(agent.kind) for agent in model.agents_by_type[LeadingFirm]} <= {int(Kind.LEADING_FIRM)}


@pytest.mark.slow
def test_the_figure_example_runs_without_a_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the example reached for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(sys, "argv", ["mesa_figure.py", str(tmp_path / "layouts.png")])
    names = runpy.run_path(str(ROOT / "examples" / "mesa_figure.py"))
    assert (tmp_path / "layouts.png").stat().st_size > 20_000
    one, other = names["histories"].values()
    assert one.index.tolist() == list(range(1, 26))
    assert one[:10].equals(other[:10]) and not one[10:].equals(other[10:])


# -- what would be silent ----------------------------------------------------------------------------------


def test_equal_models_without_a_seed_warn() -> None:
    """mesa.batch_run(iterations=3) without rng gave three equal runs in silence."""
    story = small_story("seed=77")
    ClusterModel(story=story)
    with pytest.warns(UserWarning, match=r"seed 77, that of its story.*rng=\[1, 2, 3\]"):
        ClusterModel(story=story)
    ClusterModel(story=story, rng=77)  # asked for
    ClusterModel(story=story, layout="market")  # another story


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:The `iterations` keyword:DeprecationWarning")
def test_iterations_of_a_batch_without_seeds_warn() -> None:
    with pytest.warns(UserWarning, match="For replications give seeds"):
        rows = mesa.batch_run(
            ClusterModel, {"story": [small_story("seed=78")]}, iterations=2, max_steps=1, number_processes=1,
            display_progress=False,
        )  # fmt: skip
    assert [row["plan"] for row in rows] == ["random_specialised"] * 2, "the rows say which layout was in force"


def test_a_table_that_ends_in_the_burn_in_says_that_the_layout_has_not_begun() -> None:
    model = small_model(layout="duplicated")
    model.step()
    with pytest.warns(
        UserWarning, match="ends in year 1 of a burn-in of 3 years: the layout 'duplicated' has not begun"
    ):
        frame = model.datacollector.get_model_vars_dataframe()
    assert frame["plan"].tolist() == ["random_specialised"] * 2
    while model.running:
        model.step()
    frame = model.datacollector.get_model_vars_dataframe()
    assert frame["plan"].tolist() == ["random_specialised"] * 4 + ["duplicated"] * 4


def test_a_model_shows_itself_in_one_line() -> None:
    model = small_model()
    begun = f"firms {len(model.world.firms)}, institutes 4, seed 3)"
    layout = "layout random_specialised (then differentiated, from year 4)"
    assert repr(model) == f"ClusterModel(story {model.story.title!r}, year 0 of 7, {layout}, {begun}"
    while model.running:
        model.step()
    assert "year 7 of 7, layout differentiated, firms" in repr(model)
    assert model._repr_html_().count("<tr>") == 6
