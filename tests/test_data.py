"""The real case's data agree with published totals, with the scenario that uses them and with the plan's script."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import yaml

from sim.kernel.scenario_types import Scenario
from sim.kernel.world import ENDOWMENT_NAMES
from sim.model.opening import build_world
from sim.scenario.reading import load_scenario
from sim.studies.derived.plan_45 import STAGES as STAGES_OF

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "scenarios" / "data"
STAGES = ("upstream", "midstream", "downstream")

TRAITS = {
    "electronic_materials": "Chemicals excluding pharmaceuticals",
    "chips": "Radio, television, and communication equipment",
    "smart_devices": "Office, accounting, and computing machinery",
    "special_metals": "Basic metals",
    "core_components": "Machinery and equipment nec",
    "machines": "Railroad equipment and transport equipment nec",
    "feedstocks": "Other nonmetallic mineral products",
    "advanced_materials": "Chemicals excluding pharmaceuticals",
    "energy_storage": "Electrical machinery and apparatus nec",
    "bio_ingredients": "Chemicals excluding pharmaceuticals",
    "bio_modules": "Medical, precision, and optical instruments",
    "medicines": "Pharmaceuticals",
    "fibres": "Textiles, textile products, leather, and footwear",
    "fabrics": "Textiles, textile products, leather, and footwear",
    "household_goods": "Food products, beverages, and tobacco",
    "vehicle_materials": "Basic metals",
    "vehicle_parts": "Motor vehicles, trailers, and semitrailers",
    "vehicles": "Motor vehicles, trailers, and semitrailers",
}
"""Industry of china_45.yaml -> row of industry_traits.csv that it is judged by."""


CHAINS = {
    "next_gen_it": "information technology",
    "high_end_equipment": "high-end equipment",
    "new_materials": "new materials",
    "biomedicine_devices": "biomedicine",
    "consumer_goods": "consumer goods",
    "nev_icv": "new-energy vehicles",
}
"""Field of a cluster -> chain of china_45.yaml."""


def rows(name: str) -> list[dict[str, str]]:
    """A table of scenarios/data."""
    with open(DATA / name, encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def provinces_of(cluster: dict[str, str]) -> list[str]:
    """The provinces that a cluster lies in."""
    return cluster["province"].split(";")


@pytest.fixture(scope="module")
def china() -> Scenario:
    """The real case as it is written, checked against the schema; tables not read."""
    return Scenario.model_validate(yaml.safe_load((ROOT / "scenarios" / "china_45.yaml").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def base() -> Scenario:
    """The abstract default."""
    return Scenario.model_validate(yaml.safe_load((ROOT / "scenarios" / "base.yaml").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def facts() -> dict[str, float]:
    """Published aggregates."""
    return {row["key"]: float(row["value"]) for row in rows("facts.csv")}


# -- the 45 clusters -----------------------------------------------------------------------------------------


def test_there_are_45_clusters_each_in_a_province_of_the_table(facts) -> None:
    clusters = rows("national_clusters_45.csv")
    names = {row["name_en"] for row in rows("provinces.csv")}
    assert len(clusters) == len({cluster["id"] for cluster in clusters}) == facts["clusters_2022_count"] == 45
    assert {name for cluster in clusters for name in provinces_of(cluster)} <= names
    assert Counter(cluster["verified"] for cluster in clusters) == {"yes": 41, "partly": 3, "no": 1}
    assert all(cluster["source"] for cluster in clusters)


def test_clusters_lie_where_the_published_totals_say(facts) -> None:
    home = {row["name_en"]: row["region4"] for row in rows("provinces.csv")}
    lying = [
        {home[province] for province in cluster["province"].split(";")} for cluster in rows("national_clusters_45.csv")
    ]
    assert all(len(homes) == 1 for homes in lying)
    counts = Counter(next(iter(homes)) for homes in lying)
    assert counts == {area: facts[f"clusters_{area}"] for area in ("east", "central", "west", "northeast")}
    with_one = {name for cluster in rows("national_clusters_45.csv") for name in provinces_of(cluster)}
    assert len(with_one) == facts["clusters_provinces"] == 19


def test_clusters_of_each_province_are_counted() -> None:
    counts = Counter(
        province for cluster in rows("national_clusters_45.csv") for province in cluster["province"].split(";")
    )
    assert {row["name_en"]: int(row["national_clusters_45"]) for row in rows("provinces.csv")} == {
        row["name_en"]: counts[row["name_en"]] for row in rows("provinces.csv")
    }


def test_our_fields_differ_from_the_published_counts_by_one_cluster_only(facts) -> None:
    ours = Counter(cluster["field"] for cluster in rows("national_clusters_45.csv"))
    assert ours == {
        "next_gen_it": 12,
        "high_end_equipment": 14,
        "new_materials": 7,
        "biomedicine_devices": 5,
        "consumer_goods": 4,
        "nev_icv": 3,
    }
    published = {field: facts[f"clusters_field_{field}"] for field in ours}
    moved = {field: ours[field] - count for field, count in published.items() if ours[field] != count}
    assert moved == {"next_gen_it": -1, "high_end_equipment": 1}
    assert Counter(cluster["field_certain"] for cluster in rows("national_clusters_45.csv"))["no"] >= 1


# -- the plan ------------------------------------------------------------------------------------------------


PLANS = ("plan_45.csv", "plan_45_equal.csv", "plan_45_table.csv", "plan_45_final.csv")


def weights(name: str) -> dict[tuple[str, str], float]:
    """Weights of a plan by region and industry."""
    return {(row["region"], row["industry"]): float(row["weight"]) for row in rows(name)}


def test_the_plans_are_what_their_script_derives(tmp_path) -> None:
    words = ["-W", "error", "-m", "sim.studies.derived.plan_45", "--folder", str(tmp_path)]
    subprocess.run([sys.executable, *words], cwd=ROOT, check=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(PLANS)
    for name in PLANS:
        assert (tmp_path / name).read_bytes() == (DATA / name).read_bytes()


@pytest.mark.parametrize("name", PLANS)
def test_every_cluster_weighs_one_and_is_split_over_provinces_and_stages(china: Scenario, name: str) -> None:
    plan = weights(name)
    assert sum(plan.values()) == pytest.approx(45.0, abs=1e-9)
    by_field: Counter[str] = Counter()
    for (_, industry), weight in plan.items():
        by_field[china.industries[industry].chain] += weight
    counts = Counter(CHAINS[cluster["field"]] for cluster in rows("national_clusters_45.csv"))
    assert by_field == pytest.approx(dict(counts), abs=1e-9)
    # Worked by hand: Hebei has one cluster of its own, and a third of one that it shares with Beijing and Tianjin.
    hebei = sum(weight for (region, _), weight in plan.items() if region == "Hebei")
    assert hebei == pytest.approx(1 + 1 / 3)


def test_splits_over_stages_by_hand(china: Scenario) -> None:
    equal, table, final = (weights(name) for name in PLANS[1:])
    assert equal["Hebei", "machines"] == pytest.approx(1 / 3)
    assert equal["Hebei", "medicines"] == pytest.approx(1 / 9)
    # Jiangsu alone: two clusters in IT, three in equipment, two in materials, two in biomedicine, one in textiles.
    assert equal["Jiangsu", "chips"] == pytest.approx(2 / 3)
    assert equal["Jiangsu", "machines"] == pytest.approx(1.0)
    assert final["Jiangsu", "smart_devices"] == pytest.approx(2.0)
    assert {china.industries[industry].stage for _, industry in final} == {"downstream"}
    # National output of steel, core components and machines: 68,351, 38,703.7 and 83,857.4.
    assert table["Jiangsu", "special_metals"] == pytest.approx(3 * 68351.0 / (68351.0 + 38703.7 + 83857.4))
    # Active ingredients and medicines are one sector of 30,005.6, modules another of 5,251.6.
    assert table["Jiangsu", "medicines"] == pytest.approx(2 * 0.5 * 30005.6 / (30005.6 + 5251.6))


def test_the_plan_supports_the_stages_of_a_chain_at_one_rate() -> None:
    scenario = load_scenario("china_45", ["population.firms=200", "population.institutes=5"])
    world = build_world(scenario)
    sales = dict(zip(world.industry_names, np.asarray(world.industries.sales), strict=True))
    plan = weights("plan_45.csv")
    for stages in STAGES_OF.values():
        own = [sum(weight for (_, industry), weight in plan.items() if industry == stage) for stage in stages]
        rates = [weight / sales[stage] for weight, stage in zip(own, stages, strict=True)]
        assert rates == pytest.approx([np.mean(rates)] * 3, rel=0.03)


def test_the_plan_names_regions_and_industries_of_the_scenario(china: Scenario) -> None:
    plan = rows("plan_45.csv")
    assert {row["region"] for row in plan} <= {row["name_en"] for row in rows("provinces.csv")}
    assert {row["industry"] for row in plan} <= set(china.industries)
    assert len({(row["region"], row["industry"]) for row in plan}) == len(plan)
    assert china.plan.layout == "explicit"
    assert (ROOT / "scenarios" / china.plan.matrix).samefile(DATA / "plan_45.csv")
    assert len({row["name_en"] for row in rows("provinces.csv")} - {row["region"] for row in plan}) == 12


def test_the_hot_list_is_the_fields_that_most_provincial_plans_name(china: Scenario, facts) -> None:
    named = {
        "smart_devices": "next_gen_it",
        "energy_storage": "pv_storage",
        "medicines": "biomedicine",
        "machines": "high_end_equipment",
        "advanced_materials": "new_materials",
    }
    ranked = sorted(named, key=lambda industry: -facts[f"dup_plans_{named[industry]}"])
    assert list(china.plan.hot) == ranked[: china.plan.industries]


# -- provinces and endowments --------------------------------------------------------------------------------


def test_31_provinces_on_tiles_of_their_own() -> None:
    tiles = [(int(row["grid_row"]), int(row["grid_col"])) for row in rows("provinces.csv")]
    assert len(tiles) == len(set(tiles)) == 31


def test_columns_that_the_scenario_names_exist_and_are_filled(china: Scenario) -> None:
    table = rows("provinces.csv")
    assert china.regions.map is not None
    shares = [china.regions.map.population, china.regions.map.initial_firms]
    shares += [china.regions.map.initial_leaders, china.regions.map.initial_institutes]
    assert all(float(row[column]) > 0 for row in table for column in shares)
    for measures in china.regions.endowments.values():
        for measure in measures:
            blank = [row["name_en"] for row in table if row[measure.column] == ""]
            assert not blank or measure.missing is not None
            assert not measure.per or all(float(row[measure.per]) > 0 for row in table)


def kilometres(first: tuple[float, float], second: tuple[float, float]) -> float:
    """Great-circle distance of two places given by latitude and longitude in degrees."""
    a, b, c, d = np.radians([*first, *second])
    across = np.sin((c - a) / 2) ** 2 + np.cos(a) * np.cos(c) * np.sin((d - b) / 2) ** 2
    return float(6371 * 2 * np.arcsin(np.sqrt(across)))


def test_distances_and_market_potential_follow_from_coordinates_and_gdp() -> None:
    table = rows("provinces.csv")
    ports = [(float(row["lat"]), float(row["lon"])) for row in rows("seaports.csv")]
    capitals = [(float(row["capital_lat"]), float(row["capital_lon"])) for row in table]
    assert len(ports) == 12
    for row, capital in zip(table, capitals, strict=True):
        assert float(row["km_to_seaport"]) == pytest.approx(min(kilometres(capital, port) for port in ports), abs=0.5)
        potential = sum(
            float(other["gdp_100m_cny_2017"]) / max(kilometres(capital, place), 150.0)
            for other, place in zip(table, capitals, strict=True)
        )
        assert float(row["market_potential_2017"]) == pytest.approx(potential, abs=0.006)
    # A degree of latitude is 111 km; at 60 degrees north a degree of longitude is half of that.
    assert kilometres((10.0, 20.0), (11.0, 20.0)) == pytest.approx(111.2, abs=0.1)
    assert kilometres((60.0, 20.0), (60.0, 21.0)) == pytest.approx(55.6, abs=0.1)


def test_coal_that_is_not_reported_is_the_median_of_what_is(china: Scenario) -> None:
    column = "coal_output_10kt_2023"
    known = [float(row[column]) for row in rows("provinces.csv") if row[column]]
    blank = sorted(row["name_en"] for row in rows("provinces.csv") if not row[column])
    assert blank == ["Hebei", "Liaoning", "Sichuan"]
    assert china.regions.endowments["resources"][0].missing == pytest.approx(float(np.median(known)), abs=0.05)


def test_no_endowment_counts_clusters_or_their_firms(china: Scenario) -> None:
    used = {
        name
        for measures in china.regions.endowments.values()
        for measure in measures
        for name in (measure.column, measure.per)
    }
    assert set(china.regions.endowments) == set(ENDOWMENT_NAMES)
    assert "national_clusters_45" in rows("provinces.csv")[0]
    assert not [name for name in used if "cluster" in name or "giant" in name or "champion" in name or "firm" in name]


def test_provinces_whose_research_is_unverified_are_marked() -> None:
    doubtful = {row["name_en"] for row in rows("provinces.csv") if row["rd_verified"] == "no"}
    assert doubtful == {"Hainan", "Tibet", "Qinghai", "Ningxia", "Xinjiang"}


def test_sizes_follow_from_a_typical_cluster(china: Scenario) -> None:
    leaders, specialised, platforms = 4 * 45, 49 * 45, 38 * 45
    assert china.population.firms == pytest.approx((leaders + specialised) / 1.59, rel=1e-3)
    assert china.population.leaders == pytest.approx(leaders / (leaders + specialised), abs=5e-5)
    assert china.population.institutes == platforms // 12


# -- industries ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["base", "china"])
def test_requirements_name_every_endowment(name: str, request) -> None:
    for industry in request.getfixturevalue(name).industries.values():
        assert tuple(industry.requires) == ENDOWMENT_NAMES
        assert all(-1.0 <= need <= 1.0 for need in industry.requires.values())


@pytest.mark.parametrize("name", ["base", "china"])
def test_inputs_come_from_earlier_stages_and_leave_room_for_labour(name: str, request) -> None:
    industries = request.getfixturevalue(name).industries
    for industry in industries.values():
        for source, share in industry.inputs.items():
            assert STAGES.index(industries[source].stage) < STAGES.index(industry.stage)
            assert 0.0 < share <= 0.45
        assert sum(industry.inputs.values()) + industry.land_share < 0.6
        assert bool(industry.inputs) == (industry.stage != "upstream")


OUTSIDE = {
    ("electronic_materials", "chips"): 0.13,
    ("bio_ingredients", "bio_modules"): 0.10,
    ("bio_ingredients", "medicines"): 0.18,
    ("bio_modules", "medicines"): 0.01,
    ("fibres", "fabrics"): 0.30,
}
"""Links that the table of 2020 cannot show, as its sectors hold other goods too: our shares."""


def test_input_shares_are_those_of_the_table_where_its_sectors_allow(china: Scenario) -> None:
    table = {
        (row["from_industry"], row["to_industry"]): float(row["input_coefficient"])
        for row in rows("input_coefficients_2020.csv")
    }
    assert len(table) == len(china.industries) ** 2
    ours = {
        (source, user): share
        for user, industry in china.industries.items()
        for source, share in industry.inputs.items()
    }
    assert {link: ours[link] for link in OUTSIDE} == OUTSIDE
    for (source, user), coefficient in table.items():
        stages = [STAGES.index(china.industries[name].stage) for name in (source, user)]
        if stages[0] >= stages[1] or (source, user) in OUTSIDE:
            continue
        if coefficient >= 0.015:
            assert ours.pop((source, user)) == pytest.approx(coefficient, abs=0.005 + 1e-9), (source, user)
    assert set(ours) == set(OUTSIDE)


def test_shares_of_mixed_industries_follow_from_the_parts_they_mix() -> None:
    table = {(row["from_industry"], row["to_industry"]): row for row in rows("input_coefficients_2020.csv")}
    inside = {name: float(table[name, name]["input_coefficient"]) for name in ("medicines", "bio_modules")}
    output = {row["industry"]: float(row["gross_output_100m_cny"]) for row in rows("industries_2020.csv")}
    of_medicines = output["medicines"] / (output["medicines"] + output["bio_modules"])
    assert OUTSIDE["bio_ingredients", "medicines"] == pytest.approx(of_medicines * inside["medicines"], abs=0.006)
    assert OUTSIDE["bio_modules", "medicines"] == pytest.approx((1 - of_medicines) * inside["bio_modules"], abs=0.006)
    parts = float(table["bio_ingredients", "bio_modules"]["input_coefficient"])
    assert OUTSIDE["bio_ingredients", "bio_modules"] == pytest.approx((inside["medicines"] + parts) / 2, abs=0.006)
    assert OUTSIDE["electronic_materials", "chips"] == pytest.approx(72.7 / 574.1, abs=0.005)


def test_six_fields_of_three_stages(china: Scenario) -> None:
    stages = Counter((industry.chain, industry.stage) for industry in china.industries.values())
    fields = {cluster["field"] for cluster in rows("national_clusters_45.csv")}
    assert fields == set(CHAINS)
    assert stages == {(chain, stage): 1 for chain in CHAINS.values() for stage in STAGES}


def mean_ranks(values: np.ndarray) -> np.ndarray:
    """Rank of every value, 1 the lowest; equal ones share their mean rank."""
    return np.array([0.5 * (np.sum(values < value) + np.sum(values <= value) + 1) for value in values])


def test_research_follows_the_ranks_of_the_published_table(china: Scenario) -> None:
    table = rows("industry_traits.csv")
    intensity = np.array([float(row["rd_intensity_pct_1991_97"]) for row in table])
    rank = dict(zip([row["industry"] for row in table], mean_ranks(intensity), strict=True))
    assert len(table) == 18
    assert set(TRAITS) == set(china.industries)
    for name, trait in TRAITS.items():
        stated = china.industries[name].research_intensity
        assert stated == pytest.approx(0.01 + 0.04 * (rank[trait] - 1) / 17, abs=0.0005 + 1e-9), name


@pytest.mark.parametrize(
    ("needs", "column"),
    [
        (("skills", "science"), "rd_100m_cny"),
        (("energy",), "energy_10kt_coal_equivalent"),
        (("port",), "exports_100m_cny"),
    ],
)
def test_needs_follow_the_ranks_of_what_industries_spend_on_it(china: Scenario, needs, column: str) -> None:
    statistics = {row["industry"]: row for row in rows("industry_traits_2012.csv")}
    ours = {row["industry"]: row["statistics_2012"].split(";") for row in rows("industries_2020.csv")}
    assert set(ours) == set(china.industries)
    over_sales = [
        sum(float(statistics[one][column]) for one in ours[name])
        / sum(float(statistics[one]["revenue_100m_cny"]) for one in ours[name])
        for name in china.industries
    ]
    for name, rank in zip(china.industries, mean_ranks(np.array(over_sales)), strict=True):
        for need in needs:
            assert china.industries[name].requires[need] == pytest.approx((rank - 9.5) / 8.5, abs=0.05 + 1e-9), name


def test_first_firms_stand_where_their_class_stood_before_the_year_that_is_tested(china: Scenario) -> None:
    tested = {row["industry"]: row["year"] for row in rows("location_actual.csv")}
    assert set(tested) == set(china.industries)
    for name, industry in china.industries.items():
        share = [float(row[industry.initial_firms]) for row in rows("provinces.csv")]
        assert sum(share) == pytest.approx(1.0, abs=1e-3)
        earlier = int(industry.initial_firms[-4:])
        years = [int(word[:4]) for word in tested[name].split() if word[:4].isdigit()]
        assert all(earlier < year for year in years), name
        assert years or tested[name] == "not stated"


def test_what_results_are_judged_by_enters_no_scenario() -> None:
    for path in (ROOT / "scenarios").glob("*.yaml"):
        assert "location_actual" not in path.read_text(encoding="utf-8")


def test_demand_is_split_over_stages_as_stated(china: Scenario) -> None:
    share = {"upstream": 0.10, "midstream": 0.15, "downstream": 0.75}
    size = {"information technology": 1.5, "high-end equipment": 1.25, "consumer goods": 1.25, "biomedicine": 0.5}
    for industry in china.industries.values():
        assert industry.weight == pytest.approx(size.get(industry.chain, 1.0) * share[industry.stage])


# -- scenarios as they are read ------------------------------------------------------------------------------


def test_the_real_case_is_read_with_its_tables() -> None:
    read = load_scenario(ROOT / "scenarios" / "china_45.yaml")
    assert read.regions.map is not None
    assert len(read.regions.map.data["name_en"]) == 31
    assert len(read.plan.choices) == len(rows("plan_45.csv"))
    assert sum(choice.weight for choice in read.plan.choices) == pytest.approx(45.0, abs=1e-9)


def test_the_policy_text_differs_from_the_default_in_its_plan_alone(base: Scenario) -> None:
    read = load_scenario(ROOT / "scenarios" / "policy_text.yaml")
    assert read.plan.layout == "differentiated"
    assert read.plan.budget == base.plan.budget
    assert set(read.plan.hot) <= set(base.industries)
    assert (read.industries, read.regions, read.population) == (base.industries, base.regions, base.population)


@pytest.mark.parametrize("path", sorted((ROOT / "scenarios").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_scenario_says_what_it_is(path: Path) -> None:
    read = load_scenario(path)
    assert all((read.title, read.description, read.source, read.look_at))
