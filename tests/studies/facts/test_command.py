"""`clustersim facts` from end to end on a tiny scenario."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from sim.cli import main
from sim.store.provenance import Provenance
from sim.studies.facts.declaration import FACTS
from sim.studies.facts.verdicts import verdicts

TINY = (
    "--set",
    "population.firms=150",
    "--set",
    "population.institutes=6",
    "--set",
    "regions.cells=2",
    "--years",
    "3+9",
    "--replications",
    "2",
)


@pytest.mark.slow
def test_facts_from_end_to_end(tmp_path: Path) -> None:
    out, docs = tmp_path / "out", tmp_path / "validity.md"
    words = ["facts", "neutral", *TINY, "--workers", "1", "--out", str(out), "--docs", str(docs)]
    first = CliRunner().invoke(main, words)
    assert first.exit_code == 0, first.output
    table = pd.read_csv(out / "facts.csv")
    assert table["fact"].nunique() == len(FACTS)
    assert set(table["verdict"]) == {"open", "not available"}
    by_seed = pd.read_csv(out / "facts_by_seed.csv")
    assert list(by_seed["seed"]) == [1, 2]
    mean = by_seed["entry_rate"].mean()
    assert table.set_index("statistic").at["entry_rate", "estimate"] == pytest.approx(mean, rel=1e-12)
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "data:image/png;base64" in page and "Ellison &amp; Glaeser" in page
    assert (out / "figures" / "facts.png").stat().st_size > 20_000
    told = docs.read_text(encoding="utf-8")
    assert "must not be used for" in told and f"of {len(FACTS)} facts hold" in told
    (tmp_path / "found" / "someone_2000").mkdir(parents=True)
    claims = {"claim": ["a claim"], "measure": ["sub_centres"], "contrast": ["a - b"], "difference": [0.5],
              "ci_low": [0.25], "ci_high": [0.75], "expected": ["above"], "holds": ["holds"]}  # fmt: skip
    pd.DataFrame(claims).to_csv(tmp_path / "found" / "someone_2000" / "claims.csv", index=False)
    beside = ["--beside", str(out), "--findings", str(tmp_path / "found")]
    assert CliRunner().invoke(main, [*words, *beside]).exit_code == 0
    told = docs.read_text(encoding="utf-8")
    assert "| someone 2000 | a claim | sub centres | 0.500 | 0.250 to 0.750 | above | yes |" in told
    assert f"{out.name}: mean, verdict" in told and told.count(f"of {len(FACTS)} facts hold") == 2
    assert not list(out.rglob(".panels*"))
    kept = (out / "values.parquet").read_bytes()
    again = CliRunner().invoke(main, words)
    assert again.exit_code == 0 and (out / "values.parquet").read_bytes() == kept
    pd.testing.assert_frame_equal(pd.read_csv(out / "facts.csv"), table)


def test_figure_shows_what_lies_far_out(tmp_path: Path) -> None:
    from sim.reporting.figures import save_pictures
    from sim.reporting.figures.facts import draw_facts

    far = {"survival_1": 0.0, "tail_exponent": 50.0, "degree_skew": 30.0, "growth_shape": 1.0}
    table = verdicts({seed: {name: value * (1 + 0.001 * seed) for name, value in far.items()} for seed in range(4)})
    origin = Provenance("test", ("neutral",), (1,), "code", "0", "", "command")
    picture = draw_facts(table, origin)
    assert picture.title.startswith((f"2 of {len(FACTS)}", f"1 of {len(FACTS)}"))
    ((path,), _) = save_pictures([picture], tmp_path, origin)
    assert path.stat().st_size > 10_000
