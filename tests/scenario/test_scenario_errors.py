"""Every kind of mistake in a scenario file gets a message that points at its line and column."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from sim.kernel.scenario_types import Plan
from sim.scenario.documents import MOST_NODES, read_yaml
from sim.scenario.problems import Position, Problem, ScenarioError
from sim.scenario.reading import load_scenario
from tests.scenario_files import SMALL, problems_in, spot, the_problem, written

SMALL_LINES = SMALL.count("\n")

# What is appended to SMALL, then line after SMALL, column, key and words of the one problem.
APPENDED = [
    # unknown keys
    ("bugdet: 1\n", 1, 1, "bugdet", "did you mean 'plan.budget' or 'neutral.budget'?"),
    ("plan:\n  layout: balanced\n  budgt: 1\n", 3, 3, "plan.budgt", "unknown key 'budgt'; did you mean 'budget'?"),
    ("price_speed: .2\n", 1, 1, "price_speed", "did you mean 'parameters.price_speed'?"),
    ("parameters:\n  price_sped: .2\n", 2, 3, "parameters.price_sped", "did you mean 'price_speed' or"),
    ("parameters: {pricing: 1}\n", 1, 14, "parameters.pricing", "it belongs under `mechanisms`"),
    ("mechanisms: {price_speed: on}\n", 1, 14, "mechanisms.price_speed", "it belongs under `parameters`"),
    ("mechanisms: {pricin: on}\n", 1, 14, "mechanisms.pricin", "did you mean 'pricing'?"),
    ("plan: {choices: [{region: R1A, industry: cars, wieght: 1}]}\n", 1, 48, "plan.choices.0.wieght", "did you mean"),
    # wrong types
    ("plan: {budget: much}\n", 1, 16, "plan.budget", "should be a number, not 'much'; allowed: 0 to 0.5"),
    ("plan: {budget: true}\n", 1, 16, "plan.budget", "should be a number, not true"),
    ("plan: {industries: 2.5}\n", 1, 20, "plan.industries", "should be a whole number, not 2.5; allowed: 1 to 50"),
    ("seed: '7'\n", 1, 7, "seed", "should be a whole number, not '7'"),
    ("plan: [balanced]\n", 1, 7, "plan", "should be a mapping of `key: value`, not a list"),
    ("plan: {hot: cars}\n", 1, 13, "plan.hot", "should be a list, such as [a, b], not 'cars'"),
    ("description: 3\n", 1, 14, "description", "should be text, not 3"),
    ("mechanisms: {pricing: perhaps}\n", 1, 23, "mechanisms.pricing", "should be true or false, not 'perhaps'"),
    ("parameters: {price_speed: [1]}\n", 1, 27, "parameters.price_speed", "should be a number, not a list"),
    ("parameters: {build_lag: 2.5}\n", 1, 25, "parameters.build_lag", "should be a whole number, not 2.5"),
    ("plan: {hot: [cars, null]}\n", 1, 20, "plan.hot.1", "should be text, not null"),
    ("policies: [3]\n", 1, 12, "policies.0", "should be a mapping of `key: value`, not 3"),
    # out of range
    ("plan: {budget: 0.9}\n", 1, 16, "plan.budget", "0.9 is out of range; allowed: 0 to 0.5; share of"),
    ("plan: {imitation: -1}\n", 1, 19, "plan.imitation", "-1 is out of range; allowed: 0 to 1"),
    ("plan: {choices: [{region: R1A, industry: cars, weight: 0}]}\n", 1, 56, "plan.choices.0.weight",
     "allowed: more than 0, at most 1000000"),
    ("parameters: {price_speed: 1.5}\n", 1, 27, "parameters.price_speed", "allowed: 0 to 1 (1/year); xi: change of"),
    ("plan: {basis: incom}\n", 1, 15, "plan.basis", "'incom' is not known here; allowed: income, population, equal"),
    ("plan: {layout: ''}\n", 1, 16, "plan.layout", "cannot be a name; allowed: 1 to 60 characters"),
    # Bounds that would be nonsense: at 1 the nation's margin is -300 in year 0, and still -4 after 40 years.
    ("parameters: {specific_congestion: 1}\n", 1, 35, "parameters.specific_congestion", "allowed: 0 to 0.6 (1)"),
    # not a number
    ("plan: {budget: .nan}\n", 1, 16, "plan.budget", ".nan is not a finite number"),
    ("parameters: {price_speed: -.inf}\n", 1, 27, "parameters.price_speed", "-.inf is not a finite number"),
    ("seed: 99999999999999999999\n", 1, 7, "seed", "out of range"),
    ("seed: " + "9" * 41 + "\n", 1, 7, "seed", "too long"),
    # duplicate keys
    ("seed: 1\nseed: 2\n", 2, 1, "seed", f"on line {SMALL_LINES + 1} and on line {SMALL_LINES + 2}"),
    ("plan:\n  budget: .1\n  budget: .2\n", 3, 3, "plan.budget",
     f"on line {SMALL_LINES + 2} and on line {SMALL_LINES + 3}"),
    # not YAML
    ("plan:\n\tbudget: 1\n", 2, 1, "", "a tab indents this line; YAML allows only spaces there"),
    ("plan: a: b\n", 1, 8, "", "mapping values are not allowed in this context; put text that holds ': ' in quotes"),
    ("plan: {budget: 1\n", 2, 1, "", "not YAML: did not find expected ',' or '}'"),
    ("plan: *nowhere\n", 1, 7, "", "the alias *nowhere has no complete anchor above it"),
    ("title2: !!python/object:os.system x\n", 1, 9, "title2", "is not allowed"),
    ("plan: !!python/tuple [a]\n", 1, 7, "", "is not allowed"),
    ("plan: {<<: {budget: 1}}\n", 1, 8, "<<", "merge keys are not supported; use `extends`"),
    ("plan: {[a]: 1}\n", 1, 8, "", "a key must be text"),
    ("title2: \x01\n", 1, 9, "", "the character U+0001 cannot stand in YAML"),
    ("---\nseed: 1\n", 1, 1, "", "a second document starts here"),
    ("plan: &a {hot: [*a]}\n", 1, 17, "", "the alias *a has no complete anchor above it"),
    ("plan: " + "[" * 60 + "]" * 60 + "\n", 1, 56, "", "nested more than 50 levels deep"),
    ("description: &a wordless\n*a : 1\n", 2, 1, "wordless", "unknown key 'wordless'"),
    ("plan: &a [x]\n*a : 1\n", 2, 1, "", "a key must be text"),
    ("parameters: {" + "x" * 61 + ": 1}\n", 1, 14, "parameters." + "x" * 61, "cannot be a name; allowed: 1 to 60"),
    # names that nothing has
    ("plan: {layout: duplicate}\n", 1, 16, "plan.layout", "there is no layout 'duplicate'; did you mean 'duplicated'?"),
    ("neutral: {elsewhere: nobody}\n", 1, 22, "neutral.elsewhere", "there is no layout 'nobody'"),
    ("plan: {hot: [cars, carts]}\n", 1, 20, "plan.hot.1", "there is no industry 'carts'; did you mean 'cars'"),
    ("shocks: [{shock: sulmp}]\n", 1, 18, "shocks.0.shock", "there is no shock 'sulmp'"),
    # what would go unheard
    ("shocks: [{shock: demand_slump, regions: [R1A]}]\n", 1, 32, "shocks.0.regions",
     "demand_slump does not tell regions apart: this would change nothing; take `regions` out; it may be limited to"),
    ("shocks: [{shock: credit_squeeze, regions: [R1A]}]\n", 1, 34, "shocks.0.regions", "it strikes the whole nation"),
    ("shocks: [{shock: disaster, industries: [cars]}]\n", 1, 28, "shocks.0.industries", "may be limited to regions"),
    ("shocks: [{shock: embargo, regions: [R1A]}]\n", 1, 27, "shocks.0.regions", "may be limited to industries"),
    ("policies: [{policy: local_protection, industries: [cars]}]\n", 1, 39, "policies.0.industries",
     "local_protection does not tell industries apart"),
    ("shocks: [{shock: disaster, start: 500}]\n", 1, 35, "shocks.0.start",
     "500 is past the end: the treatment has 30 years, counted from 0; allowed: 0 to 29; raise years.treatment above"),
    ("policies: [{policy: talent, start: 30}]\n", 1, 36, "policies.0.start", "30 is past the end"),
    ("policies:\n- {policy: talent, settings: {share: 0.7}}\n- {policy: upgrade, strength: 2}\n", 3, 3, "policies.1",
     "with talent before it, asks for 1.1 times the yearly allowance; allowed: at most 1 in all; lower settings.share"),
    ("policies:\n- {policy: talent, settings: {share: 0.9}}\n- {policy: upgrade, regions: [R2A]}\n", 3, 3, "policies.1",
     "asks for 1.1 times the yearly allowance in R2A"),
    ("policies: [{policy: xx, strength: 0}]\n", 1, 21, "policies.0.policy", "there is no policy 'xx'"),
    ("record: {metrics: [nonesuch]}\n", 1, 20, "record.metrics.0", "there is no metric 'nonesuch'"),
    ("record: {panels: [firm]}\n", 1, 19, "record.panels.0", "did you mean 'firms'?"),
    ("plan: {choices: [{region: R9Z, industry: cars}]}\n", 1, 27, "plan.choices.0.region", "there is no region 'R9Z'"),
    ("plan: {choices: [{region: R1A, industry: cans}]}\n", 1, 42, "plan.choices.0.industry", "did you mean 'cars'"),
    ("plan: {choices: [{region: R1A}]}\n", 1, 18, "plan.choices.0", "needs `industry`"),
    # explicit plans
    ("plan: {layout: explicit}\n", 1, 16, "plan.layout", "name a CSV file in plan.matrix, or write plan.choices"),
    ("plan: {elsewhere: explicit}\n", 1, 19, "plan.elsewhere", "cannot be `explicit` itself"),
    # unstable parameters
    ("parameters:\n  variety_elasticity: 9\n  normal_utilisation: .8\n  price_speed: .3\n",
     4, 16, "parameters.price_speed",
     "price_speed 0.3 x variety_elasticity 9 x normal_utilisation 0.8 = 2.16"),
    ("mechanisms: {niches: true}\nparameters:\n  niche_elasticity: 9\n  normal_utilisation: .8\n  price_speed: .3\n",
     5, 16, "parameters.price_speed", "price_speed 0.3 x niche_elasticity 9 x normal_utilisation 0.8 = 2.16"),
    ("mechanisms: {niches: true}\nparameters: {niche_elasticity: 4, price_speed: .1}\n",
     2, 13, "parameters", "niche_elasticity 4 is not above variety_elasticity 5"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "column", "key", "said"), APPENDED)
def test_a_mistake_is_shown_where_it_stands(
    tmp_path: Path, text: str, line: int, column: int, key: str, said: str
) -> None:
    problem = the_problem(tmp_path, SMALL + text)
    assert spot(problem) == ("story.yaml", SMALL_LINES + line, column, key)
    assert said in str(problem)


def industry(text: str) -> str:
    """SMALL with one industry more, on line 8."""
    return SMALL.replace("population:", f"  more: {text}\npopulation:")


@pytest.mark.parametrize(
    ("text", "column", "key", "said"),
    [
        ("{chain: x}", 9, "", "needs `stage`"),
        ("{chain: x, stage: up}", 27, ".stage", "allowed: upstream, midstream, downstream"),
        ("{chain: x, stage: midstream, inputs: {part: .2}}", 47, ".inputs.part", "did you mean 'parts'?"),
        (
            "{chain: x, stage: midstream, inputs: {cars: .2}}",
            47,
            ".inputs.cars",
            "'cars' is downstream, not of an earlier",
        ),
        (
            "{chain: x, stage: upstream, inputs: {parts: .2}}",
            46,
            ".inputs.parts",
            "is upstream, not of an earlier stage",
        ),
        (
            "{chain: x, stage: midstream, inputs: {parts: .9}}",
            38,
            ".inputs",
            "the input shares sum to 0.9; allowed: less",
        ),
        (
            "{chain: x, stage: midstream, land_share: .6, inputs: {parts: .5}}",
            50,
            ".land_share",
            "labour needs a share",
        ),
        (
            "{chain: x, stage: midstream, inputs: {parts: 1.5}}",
            54,
            ".inputs.parts",
            "1.5 is out of range; allowed: 0 to 1",
        ),
        ("{chain: x, stage: upstream, requires: {skill: 1}}", 48, ".requires.skill", "did you mean 'skills'?"),
        ("{chain: x, stage: upstream, position: [0, 0]}", 47, ".position", "has no direction"),
        (
            "{chain: x, stage: upstream, position: [1, 2, 3, 4, 5, 6, 7]}",
            47,
            ".position",
            "has 7 numbers; allowed: up to 6",
        ),
        ("null", 9, "", "should be a mapping of `key: value`, not null"),
    ],
)
def test_a_mistake_in_an_industry(tmp_path: Path, text: str, column: int, key: str, said: str) -> None:
    problem = the_problem(tmp_path, industry(text))
    assert spot(problem) == ("story.yaml", 8, column, f"industries.more{key}")
    assert said in str(problem)


@pytest.mark.parametrize("later", ["opens: 9", "category: future"])
def test_what_opens_later_is_no_input(tmp_path: Path, later: str) -> None:
    text = "regions: {grid: {}}\nindustries:\n" + f"  new: {{chain: x, stage: upstream, {later}}}\n"
    problem = the_problem(tmp_path, text + "  last: {chain: x, stage: downstream, inputs: {new: .1}}\n")
    assert spot(problem) == ("story.yaml", 4, 48, "industries.last.inputs.new")
    assert "'new' opens later, so last could not be made before" in str(problem)


def test_too_many_inputs(tmp_path: Path) -> None:
    names = [f"u{number}" for number in range(9)]
    text = "regions: {grid: {}}\nindustries:\n" + "".join(f"  {n}: {{chain: x, stage: upstream}}\n" for n in names)
    inputs = ", ".join(f"{name}: .01" for name in names)
    problem = the_problem(tmp_path, text + f"  last: {{chain: x, stage: downstream, inputs: {{{inputs}}}}}\n")
    assert spot(problem) == ("story.yaml", 12, 47, "industries.last.inputs")
    assert "has 9 inputs; allowed: up to 8" in str(problem)


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("", (1, 1, ""), "the file is empty; write `key: value` lines"),
        ("# only words\n", (1, 1, ""), "the file is empty"),
        ("- 1\n", (1, 1, ""), "the file holds a list, not a mapping"),
        ("\n  word\n", (2, 3, ""), "the file holds text, not a mapping"),
        ("title: x\nregions: {grid: {}}\n", (1, 1, "industries"), "a scenario needs at least one industry"),
        ("regions: {grid: {}}\nindustries: {}\n", (2, 13, "industries"), "a scenario needs at least one industry"),
    ],
)
def test_a_file_without_a_scenario(tmp_path: Path, text: str, place: tuple[int, int, str], said: str) -> None:
    problem = the_problem(tmp_path, text)
    assert spot(problem) == ("story.yaml", *place)
    assert said in str(problem)


@pytest.mark.parametrize(
    ("regions", "place", "said"),
    [
        (
            "regions: {cells: 2}\n",
            (1, 1, "regions"),
            "needs one of `grid` and `map`; add `grid: {rows: 4, columns: 4}`",
        ),
        ("regions:\n", None, ""),
        ("regions: {grid: {}, map: {table: x.csv}}\n", (1, 1, "regions"), "keep one; `grid: null` drops an inherited"),
        (
            "regions: {grid: {}, endowments: {skills: [{column: x}]}}\n",
            (1, 21, "regions.endowments"),
            "there is no map",
        ),
        ("regions: {grid: {rows: 0}}\n", (1, 24, "regions.grid.rows"), "0 is out of range; allowed: 1 to 100"),
    ],
)
def test_mistakes_in_the_map(tmp_path: Path, regions: str, place: tuple[int, int, str] | None, said: str) -> None:
    (tmp_path / "x.csv").write_text("name_en,grid_row,grid_col\nA,0,0\n")
    text = regions + "industries: {parts: {chain: cars, stage: upstream}}\n"
    if place is None:
        assert load_scenario(written(tmp_path, text)).regions.grid is not None
        return
    problem = the_problem(tmp_path, text)
    assert spot(problem) == ("story.yaml", *place)
    assert said in str(problem)


def test_no_demand_for_anything(tmp_path: Path) -> None:
    text = "regions: {grid: {}}\nindustries:\n  parts: {chain: cars, stage: upstream, weight: 0}\n"
    problem = the_problem(tmp_path, text)
    assert spot(problem) == ("story.yaml", 2, 1, "industries")
    assert "no industry has a weight in final demand" in str(problem)


def test_all_problems_of_a_file_are_reported_together(tmp_path: Path) -> None:
    text = (
        SMALL
        + "plan:\n  layout: duplicate\n  budget: 9\n  hot: [carts]\nseed: x\nparameters: {price_sped: 1}\nwrong: 1\n"
    )
    found = problems_in(written(tmp_path, text), ["years.treatment=-1"])
    assert [problem.key for problem in found] == [
        "plan.layout", "plan.budget", "plan.hot.0", "seed", "parameters.price_sped", "wrong", "years.treatment",
    ]  # fmt: skip


def test_one_wrong_industry_does_not_make_its_name_unknown(tmp_path: Path) -> None:
    problem = the_problem(tmp_path, SMALL.replace("stage: upstream", "stage: upward") + "plan: {hot: [parts]}\n")
    assert problem.key == "industries.parts.stage"


def test_the_text_of_an_error_is_one_line_for_each_problem(tmp_path: Path) -> None:
    path = written(tmp_path, SMALL + "seed: -1\nplan: {budget: 9}\n")
    meaning = Plan.model_fields["budget"].description
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    assert str(caught.value).splitlines() == [
        f"{path}:9:7: seed: -1 is out of range; allowed: 0 to 2147483647; of every random draw",
        f"{path}:10:16: plan.budget: 9 is out of range; allowed: 0 to 0.5; {meaning}",
    ]
    first = caught.value.problems[0]
    assert (first.value, first.allowed, first.remedy) == (-1, "0 to 2147483647", "of every random draw")


# -- files that are too much -----------------------------------------------------------------------------


def test_aliases_that_multiply_are_refused_at_once(tmp_path: Path) -> None:
    lines = ["a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    for below, name in zip("abcdefghi", "bcdefghij", strict=True):
        lines.append(f"{name}: &{name} [{', '.join([f'*{below}'] * 10)}]")
    problem = the_problem(tmp_path, "\n".join(lines))
    assert spot(problem) == ("story.yaml", 5, 36, "")
    assert "with its aliases written out the text has more than 100,000 values" in str(problem)


def test_a_few_aliases_are_welcome(tmp_path: Path) -> None:
    text = SMALL.replace("{parts: 0.4}", "&need {parts: 0.4}") + "plan: &p {budget: 0.1}\nneutral: *p\n"
    scenario = load_scenario(written(tmp_path, text))
    assert scenario.neutral.budget == 0.1


def test_a_list_of_very_many_values_is_refused() -> None:
    problems: list[Problem] = []
    assert read_yaml("[" + "1," * MOST_NODES + "1]", Position("x"), problems) is None
    assert "more than 100,000 values" in str(problems[0])


def test_a_file_that_is_too_long(tmp_path: Path) -> None:
    problem = the_problem(tmp_path, "#" * 1_000_001)
    assert spot(problem) == ("story.yaml", 1, 1, "")
    assert "the file has 1,000,001 bytes; allowed: up to 1,000,000 bytes" in str(problem)


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"key{number}: 1\n" for number in range(30_000)),
        "plan: {choices: [" + "{region: X, industry: parts}," * 15_000 + "]}\n",
        "plan: {hot: [" + "parst," * 30_000 + "]}\n",
        "policies: [" + "{policy: x}," * 20_000 + "]\n",
        "policies: [" + "{}," * 40_000 + "]\n",
        "plan: {choices: [" + "".join(f"{{region: Y{n}, industry: i{n}}}," for n in range(15_000)) + "]}\n",
    ],
)
def test_very_many_mistakes_are_told_in_part_and_at_once(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, SMALL + text)
    began = time.process_time()
    found = problems_in(path)
    assert time.process_time() - began < 4  # 2 of them to read a hundred thousand values
    assert 1 <= len(found) <= 500


def test_an_override_that_is_too_long(tmp_path: Path) -> None:
    (problem,) = problems_in(written(tmp_path, SMALL), ["title=" + "x" * 1_000_001])
    assert "the text has 1,000,001 characters" in problem.message


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    (tmp_path / "story.yaml").write_bytes(b"title: x\nlook_at: caf\xe9\n")
    (problem,) = problems_in(tmp_path / "story.yaml")
    assert spot(problem) == ("story.yaml", 2, 13, "")
    assert "not UTF-8" in problem.message


def test_a_mark_at_the_start_of_a_file_is_no_mistake(tmp_path: Path) -> None:
    (tmp_path / "story.yaml").write_bytes(b"\xef\xbb\xbf" + SMALL.encode())
    assert load_scenario(tmp_path / "story.yaml").title == "Small"
