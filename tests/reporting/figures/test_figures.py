import itertools
from collections import Counter
from dataclasses import replace
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.image import imread
from PIL import Image

from sim.kernel.scenario_types import Regions, TileMap
from sim.reporting.comparison import evidence_of, short_names
from sim.reporting.figures import COMPARISON, Evidence, Picture, draw_comparison, draw_dashboard, save_pictures
from sim.reporting.figures.cluster_maps import draw_clusters
from sim.reporting.figures.evidence import abbreviations
from sim.reporting.figures.map_drawing import (
    CLASS_COLOURS,
    Scale,
    classes,
    employment,
    fitting_size,
    map_frame,
    map_scale,
    tint,
    wash,
)
from sim.reporting.figures.style import ARM_COLOURS, arm_styles, blank, legend_of, look, wrap, wrapped
from sim.reporting.figures.welfare import draw_welfare, spread_labels
from sim.reporting.forms import checked_forms
from sim.reporting.wording.en.figures import abbreviated
from sim.store.provenance import Provenance
from sim.studies.compare import Comparison
from tests.synthetic import scenario


@pytest.fixture(scope="module")
def evidence(comparison: Comparison) -> Evidence:
    return evidence_of(comparison)


def saved(picture: Picture, folder: Path, origin: Provenance) -> Path:
    """The picture as a PNG in `folder`."""
    ((path,), _) = save_pictures([picture], folder, origin)
    return path


@pytest.fixture(scope="module")
def pictures(evidence: Evidence) -> list[Picture]:
    return draw_comparison(evidence)


def test_every_figure_is_drawn_and_carries_its_provenance(
    evidence: Evidence, pictures: list[Picture], tmp_path: Path
) -> None:
    assert len(pictures) == len(COMPARISON) - 1  # no arm has shocks
    for picture in pictures:
        path = saved(picture, tmp_path, evidence.provenance)
        with Image.open(path) as image:
            words = image.text  # type: ignore[attr-defined]
            assert image.size == (1599, 900) or picture.name == "differences"
        assert words["Code"] == evidence.provenance.code
        assert words["Seeds"] == "1, 2, 3, 4, 5, 6"
        assert words["Software"].startswith("clustersim ")
        assert picture.title in words["Title"]
        assert {"Command", "Commit", "Arms", "Description"} <= set(words)
        assert any(evidence.provenance.code in text.get_text() for text in picture.figure.texts), "footer"
        pixels = imread(path)[:, :, :3]
        assert pixels.std() > 0.05, "blank"
        for edge in (pixels[:2], pixels[-2:], pixels[:, :2], pixels[:, -2:]):
            assert edge.min() == 1.0, f"{picture.name} is cut off"


def test_drawing_again_gives_the_same_picture_and_leaves_no_trace(
    comparison: Comparison, evidence: Evidence, tmp_path: Path
) -> None:
    before = dict(matplotlib.rcParams)
    tables = {name: getattr(evidence, name).copy() for name in ("by_year", "differences", "sites")}
    for picture in draw_comparison(evidence):
        again = imread(saved(picture, tmp_path, evidence.provenance))
        before_it = imread(comparison.folder / "figures" / f"{picture.name}.png")
        # Matplotlib's layout solver may differ in the last digit from one call to the next
        assert float(np.abs(again - before_it).mean()) < 1e-3, picture.name
    assert dict(matplotlib.rcParams) == before
    for name, table in tables.items():
        pd.testing.assert_frame_equal(getattr(evidence, name), table)


def test_figures_draw_what_the_tables_say(evidence: Evidence) -> None:
    picture = draw_welfare(evidence)
    assert picture is not None
    lines = {line.get_color(): line for line in picture.figure.axes[0].lines}
    styles = arm_styles(evidence)
    for arm in evidence.others:
        path = evidence.path(arm, evidence.headline)
        np.testing.assert_allclose(lines[styles[arm].colour].get_ydata(), 100 * np.expm1(path["difference"]))
        np.testing.assert_array_equal(lines[styles[arm].colour].get_xdata(), path["since"])
    row = evidence.result("duplicated", "ln_real_income")
    assert f"duplicated {row.shown:.1f} %" in picture.title or f"duplicated {row.shown:.2f} %" in picture.title


def test_a_title_says_when_nothing_is_clear(evidence: Evidence) -> None:
    vague = evidence.differences.assign(shown_low=-1.0, shown_high=1.0)
    picture = draw_welfare(replace(evidence, differences=vague))
    assert picture is not None
    assert "no arm can be told from differentiated with 6 replications" in picture.title
    titles = [picture.title for picture in draw_comparison(replace(evidence, differences=vague))]
    assert "How much of what was built is used?" in titles


def test_missing_metrics_and_sites_leave_their_figure_out(evidence: Evidence) -> None:
    only = evidence.by_year["metric"] == "ln_real_income"
    bare = replace(evidence, by_year=evidence.by_year[only], sites=evidence.sites.iloc[:0])
    assert [picture.name for picture in draw_comparison(bare)] == ["welfare", "differences"]
    assert draw_comparison(replace(bare, differences=pd.DataFrame()))[0].name == "welfare"


def test_arms_differ_in_colour_line_and_marker(evidence: Evidence) -> None:
    styles = list(arm_styles(evidence).values())
    for name in ("colour", "line", "marker"):
        assert len({str(getattr(style, name)) for style in styles}) == len(styles)
    assert len(set(ARM_COLOURS)) == len(ARM_COLOURS)


@pytest.mark.parametrize(("count", "across"), [(2, 2), (3, 3), (5, 5), (6, 3), (7, 4)])
def test_maps_for_any_number_of_arms(evidence: Evidence, count: int, across: int, tmp_path: Path) -> None:
    names = [f"arm number {number}" for number in range(count)]
    old = list(evidence.arms)
    sites = pd.concat(
        [evidence.sites[evidence.sites["arm"] == old[number % 4]].assign(arm=name) for number, name in enumerate(names)]
    )
    many = replace(evidence, arms=tuple(names), baseline=names[0], sites=sites)
    picture = draw_clusters(many)
    assert picture is not None
    assert saved(picture, tmp_path, evidence.provenance).exists()
    assert sum(axes.get_title() == "Jobs gained or lost" for axes in picture.figure.axes) == count - 1
    named = [axes for axes in picture.figure.axes if axes.get_title().replace("\n", " ") in names]
    rows = Counter(round(axes.get_position().y0, 3) for axes in named)
    assert max(rows.values()) == across and min(rows.values()) >= across - 1  # no arm stands alone in a row


def test_employment_of_cells(evidence: Evidence) -> None:
    frame, kinds = map_frame(evidence), classes(evidence)
    assert (len(frame.cells), frame.side, kinds.column) == (36, 50.0, "industry")
    year = evidence.last_year
    mine = evidence.sites[(evidence.sites["arm"] == "balanced") & (evidence.sites["year"] == year)]
    first = employment(evidence, frame, "balanced", year, kinds)
    assert first.to_numpy().sum() == pytest.approx(mine[mine["seed"] == 1]["employment"].sum())
    mean = employment(replace(evidence, same_map=True), frame, "balanced", year, kinds)
    assert mean.to_numpy().sum() == pytest.approx(mine["employment"].sum() / 6)


def test_borders_go_round_each_region(evidence: Evidence) -> None:
    edges = map_frame(evidence).borders()
    # 3 x 3 regions of 2 x 2 cells: 6 x 4 edges of the coast, and 2 x 2 x 6 inner ones, seen from both sides
    assert len(edges) == 24 + 2 * 24
    assert all(abs(x0 - x1) + abs(y0 - y1) == pytest.approx(50) for (x0, y0), (x1, y1) in edges)


def test_many_industries_are_coloured_by_chain_and_many_chains_end_in_other(evidence: Evidence) -> None:
    sites = pd.concat([evidence.sites, evidence.sites.assign(industry="ninth")])
    assert classes(replace(evidence, sites=sites)).column == "chain"
    chains = [f"chain {number}" for number in range(12)]
    cells = evidence.sites.head(36).assign(industry=(chains * 3), chain=(chains * 3), employment=range(36))
    found = classes(replace(evidence, sites=cells))
    assert len(found.names) == len(CLASS_COLOURS)
    assert found.names[-1] == "other"


def test_dashboard_of_one_run(evidence: Evidence, tmp_path: Path) -> None:
    one = replace(evidence, arms=("balanced",), baseline="balanced", differences=pd.DataFrame())
    picture = draw_dashboard(one, "balanced")
    assert len(picture.figure.axes) == 5
    assert saved(picture, tmp_path, evidence.provenance).name == "overview.png"


def test_short_names() -> None:
    provinces = [
        "Guangdong",
        "Guangxi",
        "Guizhou",
        "Hebei",
        "Henan",
        "Hubei",
        "Hunan",
        "Shanxi",
        "Shaanxi",
        "Shandong",
        "Shanghai",
    ]
    found = abbreviations(provinces)
    assert len(set(found.values())) == len(provinces)
    assert max(map(len, found.values())) <= 3
    assert found["Guangdong"] == "Gua"
    assert abbreviations(["r1c1", "r1c2", "Region 12"]) == {"r1c1": "r11", "r1c2": "r12", "Region 12": "R12"}
    assert abbreviations(["R1A", "R1B"]) == {"R1A": "R1A", "R1B": "R1B"}
    assert len(set(abbreviations(["a", "b", "aa", "aaa", "aab", "1", "2", "-"]).values())) == 8
    real = Regions(map=TileMap(table="t.csv", data={"name_en": ("Hebei", "Henan"), "abbr": ("HE", "HA")}))
    assert short_names(scenario().model_copy(update={"regions": real})) == {"Hebei": "HE", "Henan": "HA"}
    assert short_names(scenario()) == {}


def test_labels_stay_apart_and_in_order() -> None:
    placed = spread_labels([(0.0, "a"), (0.01, "b"), (1.0, "c"), (float("nan"), "d"), (0.99, "e")], 0.0, 1.0)
    heights = [height for height, _ in placed]
    assert [arm for _, arm in placed] == ["a", "b", "e", "c"]
    assert heights == pytest.approx([0.0, 0.1, 0.9, 1.0])
    middle = [height for height, _ in spread_labels([(0.5, "a"), (0.5, "b"), (0.5, "c"), (0.9, "d")], 0.0, 1.0)]
    assert middle == pytest.approx([0.4, 0.5, 0.6, 0.9])
    assert spread_labels([], 0.0, 1.0) == []


def test_names_are_wrapped() -> None:
    assert wrapped("random_specialised") == "random\nspecialised"
    name = "a_very_long_name_of_an_arm_" * 4
    assert "".join(wrapped(name, 10).split()) == name.replace("_", "")
    assert wrap("集群" * 9, 20) == ["集群" * 5, "集群" * 4]  # each is as wide as two Latin letters


def test_legends_have_room_for_long_names() -> None:
    assert (legend_of(["a", "b", "c", "d"]).columns, legend_of(["a", "b", "c", "d"]).lines) == (4, 1)
    long = legend_of(["word " * 12, "b", "c"])
    assert long.columns == 3 and long.lines == long.labels[0].count("\n") + 1 == 3
    assert legend_of(["x" * 26] * 4).columns == 2


def test_a_title_is_never_cut(evidence: Evidence) -> None:
    title = "What a long name of an arm does to the title of a figure " * 4
    with look():
        page = blank(title, evidence.provenance)
    assert " ".join(page.figure.texts[0].get_text().split()) == title.strip()
    assert page.legend_top < blank("Short", evidence.provenance).legend_top


def test_two_replications_are_drawn_without_intervals(evidence: Evidence) -> None:
    two = replace(
        evidence,
        provenance=replace(evidence.provenance, seeds=(1, 2)),
        by_year=evidence.by_year.assign(replications=2),
        differences=evidence.differences.assign(replications=2, reason="too few", shown_low=np.nan, shown_high=np.nan),
    )
    drawn_again = draw_comparison(two)
    for picture in drawn_again:
        shades = [collection for axes in picture.figure.axes for collection in axes.collections]
        if picture.name in ("welfare", "specialisation", "utilisation", "innovation"):
            drawn = [path for shade in shades for path in shade.get_paths() if np.isfinite(path.vertices).any()]
            assert drawn == [] and "there is no shade" in picture.reading, picture.name
        if picture.name == "differences":
            assert "Too few replications to tell" in picture.title and "there are no bars" in picture.reading
            bars = [line for axes in picture.figure.axes for line in axes.lines if line.get_linewidth() == 3.5]
            assert bars == []
    title = drawn_again[0].title
    assert title.startswith("Real income against differentiated: ") and title.endswith("too few to tell")


def test_where_all_replications_agree_exactly_the_band_has_no_width(evidence: Evidence) -> None:
    gone = evidence.by_year.assign(difference_low=np.nan, difference_high=np.nan)
    path = replace(evidence, by_year=gone).path("duplicated", "ln_real_income")
    assert path["difference_low"].tolist() == path["difference_high"].tolist() == path["difference"].tolist()


def test_figures_in_other_forms(evidence: Evidence, pictures: list[Picture], tmp_path: Path) -> None:
    paths, images = save_pictures(pictures[:1], tmp_path, evidence.provenance, ("svg", "pdf"))
    assert [path.name for path in paths] == ["welfare.svg", "welfare.pdf"]
    svg, pdf = (path.read_bytes() for path in paths)
    assert evidence.provenance.code.encode() in svg and b"<svg" in svg
    assert pdf.startswith(b"%PDF") and images[0].startswith(b"\x89PNG")
    assert b"dc:date" not in svg and b"CreationDate" not in pdf


def test_forms_are_checked() -> None:
    assert checked_forms(["svg", "png", "svg"]) == ("svg", "png")
    for wrong in (["gif"], []):
        with pytest.raises(ValueError, match="png, svg, pdf"):
            checked_forms(wrong)


def test_colours_of_a_map_can_be_told_apart_however_pale() -> None:
    for shades in ([tint(colour, 0.0) for colour in CLASS_COLOURS], [wash(colour) for colour in CLASS_COLOURS]):
        lab = [to_lab(shade) for shade in shades]
        apart = [np.linalg.norm(one - other) for one, other in itertools.combinations(lab, 2)]
        assert min(apart) > 8.0  # 2.3 is the least that an eye can tell, side by side


def to_lab(colour: np.ndarray) -> np.ndarray:
    """CIE L*a*b* of an sRGB colour under D65."""
    linear = np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)
    matrix = np.array([[0.4125, 0.3576, 0.1804], [0.2127, 0.7152, 0.0722], [0.0193, 0.1192, 0.9503]])
    x, y, z = (np.cbrt(value) if value > 0.008856 else 7.787 * value + 16 / 116 for value in
               matrix @ linear / [0.9505, 1.0, 1.0888])  # fmt: skip
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def test_abbreviations_are_explained_below_maps(evidence: Evidence) -> None:
    one = replace(evidence, arms=("balanced",), baseline="balanced", differences=pd.DataFrame())
    for picture in (draw_clusters(evidence), draw_dashboard(one, "balanced")):
        texts = [text.get_text().replace("\u00a0", " ") for text in picture.figure.texts]
        assert any("r11 r1c1, r12 r1c2" in text for text in texts), picture.name
    assert abbreviated({"R1A": "R1A"}) == ""


def test_labels_stay_inside_their_regions(evidence: Evidence) -> None:
    frame = map_frame(evidence)
    assert fitting_size(frame, 10.0, 10.0) == 15.0
    small = fitting_size(frame, 1.0, 10.0)  # 3 regions across an inch: 24 points each, for three letters
    assert 5.0 < small < 24 / (3 * 0.6)


def test_large_maps_show_regions_instead_of_cells(evidence: Evidence, tmp_path: Path) -> None:
    side = 14
    cells = [
        (cell, f"r{cell // side // 2}c{cell % side // 2}", cell % side, cell // side) for cell in range(side * side)
    ]
    rows = [
        (arm, 1, evidence.last_year, cell, region, 50.0 * x, 50.0 * y, kind, kind, 1, 0, 2.0 if kind == "it" else 1.0)
        for arm in evidence.arms
        for cell, region, x, y in cells
        for kind in ("it", "autos")
    ]
    large = replace(evidence, sites=pd.DataFrame(rows, columns=evidence.sites.columns.drop("run")))
    frame = map_frame(large)
    assert (frame.by_region, frame.word, len(frame.places), len(frame.cells)) == (True, "region", 49, 196)
    assert frame.places["side"].tolist() == [100.0] * 49
    table = employment(large, frame, evidence.baseline, evidence.last_year, classes(large))
    assert (table["it"] == 8).all()
    assert (table["autos"] == 4).all()
    assert map_scale([table]) == Scale(12, pytest.approx(2 / 3))
    picture = draw_clusters(large)
    assert picture is not None
    assert "% of a mean region" in picture.reading
    assert saved(picture, tmp_path, evidence.provenance).exists()
