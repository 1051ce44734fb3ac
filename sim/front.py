"""Experiments from one call, for the command line and for Python users: run, show progress, write, tell.

Each function runs a study, moves a progress bar meanwhile, writes the study's tables, figures and page into a folder,
and prints the main table. A killed experiment goes on where it stopped when the same call is made again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from sim.kernel.scenario_types import Scenario
from sim.reporting.comparison import publish, tell
from sim.reporting.forms import checked_forms
from sim.reporting.progress import progress_bar
from sim.store.executors.cluster import Workers
from sim.store.folder import note_files, writing
from sim.store.progress import Progress
from sim.studies.compare import Comparison, ComparisonError, run_comparison
from sim.studies.kept_runs import Runner, run_arms

if TYPE_CHECKING:
    from sim.store.executors.limits import Limits
    from sim.studies.batch import Batch
    from sim.studies.calibration import Calibration, Searched
    from sim.studies.equilibrium import Equilibrium, Game
    from sim.studies.evidence.study import Evidence as EvidenceFound
    from sim.studies.evidence.study import Study as EvidenceStudy
    from sim.studies.experiment.setup import Setup
    from sim.studies.facts.study import Study as FactStudy
    from sim.studies.findings import Findings
    from sim.studies.knockout import KnockoutResults
    from sim.studies.regimes import RegimeResults, Study
    from sim.studies.rerun import Rerun
    from sim.studies.sensitivity.study import Sensitivity
    from sim.studies.signs import Kind, Signs
    from sim.studies.sweep import Responses

T = TypeVar("T")
ARM = "run"
"""Name of the one arm of a run."""
PNG = ("png",)
"""Forms of figures unless others are asked for: any of png, svg and pdf."""
ALL_FORMS = ("png", "svg", "pdf")


def _run_and_write(
    run: Callable[[Path, Progress], T], publish: Callable[[T, Path, Sequence[str]], Iterable[Path]],
    tell: Callable[[T, Path], None], out: str | Path, figures: Sequence[str], show: bool,
) -> T:  # fmt: skip
    """Run a study under a progress bar, note what `publish` writes of it into `out`, and `tell` of it if to `show`.

    Raises ValueError for a form of `figures` that is none, before anything is run, and ResultsError where `out` cannot
    be written.
    """
    folder, forms = Path(out), checked_forms(figures)
    with progress_bar(show) as progress:
        found = run(folder, progress)
    with writing(folder):
        note_files(folder, publish(found, folder, forms))
    if show:
        tell(found, folder)
    return found


def compare(
    arms: dict[str, Scenario],
    replications: int,
    workers: Workers,
    out: str | Path,
    seed: int = 1,
    baseline: str | None = None,
    progress: bool = True,
    overwrite: bool = False,
    runner: Runner = run_arms,
    unshocked_runs: bool = True,
    figures: Sequence[str] = PNG,
    language: str = "en",
) -> Comparison:
    """Run `arms` with seeds seed, seed+1, ... on `workers` processes and write everything into the folder `out`.

    See sim.studies.compare.run_comparison for what is run and raised. `progress` shows a bar and the tables, `figures`
    are the forms of their files (png, svg, pdf; ValueError for another), `language` (en, zh) is
    that of the tables on screen. On several workers a script needs the usual
    `if __name__ == "__main__":`.
    """
    if len(arms) < 2:
        raise ComparisonError("a comparison needs two arms or more")
    return _compare(
        arms, replications, workers, out, seed, baseline, progress, overwrite, runner, unshocked_runs, figures,
        language,
    )  # fmt: skip


def run_to_folder(
    scenario: Scenario,
    out: str | Path,
    progress: bool = True,
    seed: int | None = None,
    overwrite: bool = False,
    runner: Runner = run_arms,
    unshocked_runs: bool = True,
    figures: Sequence[str] = PNG,
    language: str = "en",
) -> Comparison:
    """Run `scenario` once (with its own seed unless one is given) and write everything into `out`.

    It is a comparison of one arm: tables of levels instead of differences. Raises as `compare`.
    """
    chosen = scenario.seed if seed is None else seed
    return _compare(
        {ARM: scenario}, 1, 1, out, chosen, ARM, progress, overwrite, runner, unshocked_runs, figures, language
    )


def _compare(
    arms: dict[str, Scenario], replications: int, workers: Workers, out: str | Path, seed: int, baseline: str | None,
    show: bool, overwrite: bool, runner: Runner, unshocked_runs: bool, figures: Sequence[str], language: str,
) -> Comparison:  # fmt: skip
    return _run_and_write(
        lambda folder, bar: run_comparison(
            arms, replications, workers, folder, seed, baseline, overwrite, runner, unshocked_runs, bar
        ),
        lambda found, folder, forms: publish(found, forms),
        lambda found, folder: tell(found, language=language),
        out, figures, show,
    )  # fmt: skip


def regimes(
    study: Study, replications: int | None, workers: int | None, out: str | Path, seed: int = 1, progress: bool = True,
    overwrite: bool = False, figures: Sequence[str] = PNG, names: Sequence[str] = (),
) -> RegimeResults:  # fmt: skip
    """Run the arms of regimes (of `names`, or all), judge their claims and write everything into `out`."""
    from sim.reporting.theory_results import publish_regimes, tell_regimes
    from sim.studies.regimes import run_regimes

    return _run_and_write(
        lambda folder, bar: run_regimes(study, replications, workers, folder, seed, overwrite, bar, names),
        publish_regimes, tell_regimes, out, figures, progress,
    )  # fmt: skip


def knockout(
    scenario: Scenario, replications: int, workers: int | None, out: str | Path, seed: int = 1,
    mechanisms: Sequence[str] = (), progress: bool = True, overwrite: bool = False, figures: Sequence[str] = PNG,
) -> KnockoutResults:  # fmt: skip
    """Switch mechanisms of `scenario` in turn and write what each contributes into `out`."""
    from sim.reporting.theory_results import publish_knockout, tell_knockout
    from sim.studies.knockout import run_knockout

    return _run_and_write(
        lambda folder, bar: run_knockout(scenario, replications, workers, folder, seed, mechanisms, overwrite, bar),
        publish_knockout, tell_knockout, out, figures, progress,
    )  # fmt: skip


def signs(
    maps: Sequence[str], replications: int, setting_replications: int, workers: int | None, out: str | Path,
    seed: int = 1, overrides: Sequence[str] = (), kinds: Sequence[Kind] = (), names: Sequence[str] = (),
    progress: bool = True, overwrite: bool = False, figures: Sequence[str] = PNG,
) -> Signs:  # fmt: skip
    """Compare layouts on `maps` under every setting of `kinds` and `names`, and write what the sign depends on into
    `out`, which may hold earlier settings and replications."""
    from sim.reporting.signs import publish_signs, tell_signs
    from sim.studies.signs import ask, run_signs

    question = ask(maps, replications, setting_replications, seed, overrides, kinds, names)
    return _run_and_write(
        lambda folder, bar: run_signs(question, workers, folder, overwrite, bar),
        publish_signs, tell_signs, out, figures, progress,
    )  # fmt: skip


def sweep(
    scenario: str | Path, factors: Sequence[str], arms: Sequence[str] = (), overrides: Sequence[str] = (), *,
    replications: int = 12, workers: Workers = None, out: str | Path = "", seed: int = 1,
    measures: Sequence[str] = (), progress: bool = True, overwrite: bool = False, figures: Sequence[str] = ALL_FORMS,
) -> Responses:  # fmt: skip
    """Vary parameters of `scenario` and return how the difference between arms responds, paired by seed.

    `factors` are texts such as "distance_cost=0.1:0.5:5" (five levels, both ends included), "imitation=0,0.5,1" or a
    name alone, for its declared bounds; several are crossed. `arms` as those of `load_arms`, duplicated and
    differentiated if none is given; the first is the baseline. `measures` are kept of each run, the first being the
    headline. Everything is written into `out` (results/sweep-NAME if not given); the same call with more levels or
    replications runs only those. Raises ScenarioError with the grammar of levels.
    """
    from sim.studies.experiment.contents import RECORDED
    from sim.studies.experiment.words import sweep_of

    setup = sweep_of(scenario, factors, arms, overrides, replications, seed, tuple(measures) or RECORDED)
    return experiment(setup, workers, out or Path("results") / f"sweep-{Path(scenario).stem}", progress, overwrite,
                      figures)  # fmt: skip


def experiment(
    setup: Setup, workers: Workers, out: str | Path, progress: bool = True, overwrite: bool = False,
    figures: Sequence[str] = ALL_FORMS,
) -> Responses:  # fmt: skip
    """Run an experiment that was read or set up, and write tables, response curves and a page into `out`."""
    from sim.reporting.sweep import publish_responses, tell_responses
    from sim.studies.sweep import run_experiment

    return _run_and_write(
        lambda folder, bar: run_experiment(setup, workers, folder, overwrite, bar),
        publish_responses, tell_responses, out, figures, progress,
    )  # fmt: skip


def batch(
    experiment: Setup | str | Path, workers: Workers = None, out: str | Path = "", progress: bool = True,
    overwrite: bool = False, figures: Sequence[str] = ALL_FORMS, limits: Limits | None = None,
) -> Batch:  # fmt: skip
    """Run the experiment in a file, or one that was read, with limits for a run and its rule of stopping.

    Tables, response curves and a page go into `out` (results/NAME-OF-FILE if not given), and stopping.csv where the
    experiment says when to stop. The same call goes on where it was stopped. Raises ScenarioError.
    """
    from sim.reporting.sweep import publish_batch, tell_batch, tell_stage
    from sim.studies.batch import run_batch
    from sim.studies.experiment.reading import read_experiment

    setup = read_experiment(experiment) if isinstance(experiment, str | Path) else experiment
    name = Path(experiment).stem if isinstance(experiment, str | Path) else "batch"
    return _run_and_write(
        lambda folder, bar: run_batch(setup, workers, folder, overwrite, bar, limits, tell_stage if progress else None),
        publish_batch, tell_batch, out or Path("results") / name, figures, progress,
    )  # fmt: skip


def sensitivity(
    setup: Setup, workers: int | None, out: str | Path, trajectories: int | None = None, points: int = 96,
    most: int = 6, progress: bool = True, overwrite: bool = False, figures: Sequence[str] = PNG,
) -> Sensitivity:  # fmt: skip
    """Screen the factors of an experiment, emulate the `most` important ones and write what matters into `out`."""
    from sim.reporting.sensitivity import publish_sensitivity, tell_sensitivity
    from sim.studies.sensitivity.study import run_sensitivity

    return _run_and_write(
        lambda folder, bar: run_sensitivity(setup, workers, folder, trajectories, points, most, overwrite, bar),
        publish_sensitivity, tell_sensitivity, out, figures, progress,
    )  # fmt: skip


def equilibrium(
    game: Game, workers: int | None, out: str | Path, progress: bool = True, overwrite: bool = False,
    figures: Sequence[str] = PNG,
) -> Equilibrium:  # fmt: skip
    """Let governors play `game` and write what they gain by deviating, and where that leads, into `out`."""
    from sim.reporting.equilibrium import publish_equilibrium, tell_equilibrium
    from sim.studies.equilibrium import run_equilibrium

    return _run_and_write(
        lambda folder, bar: run_equilibrium(game, workers, folder, overwrite, bar),
        publish_equilibrium, tell_equilibrium, out, figures, progress,
    )  # fmt: skip


def facts(
    scenario: Scenario, replications: int, workers: int | None, out: str | Path, seed: int | None = None,
    progress: bool = True, overwrite: bool = False, figures: Sequence[str] = PNG,
) -> FactStudy:  # fmt: skip
    """Compare `scenario` with stylised facts and write tables, figure and page into `out`."""
    from sim.reporting.facts import publish_facts, tell_facts
    from sim.studies.facts.study import study_facts

    return _run_and_write(
        lambda folder, bar: study_facts(scenario, replications, workers, folder, seed, overwrite, bar),
        lambda found, folder, forms: publish_facts(found, forms),
        lambda found, folder: tell_facts(found),
        out, figures, progress,
    )  # fmt: skip


def finding(
    name: str, told: Setup, replications: int | None, workers: int | None, out: str | Path, progress: bool = True,
    overwrite: bool = False, figures: Sequence[str] = PNG,
) -> Findings:  # fmt: skip
    """Rerun the finding `told` of a published model, called `name`, and write what comes out into `out`."""
    from sim.reporting.findings import publish_finding, tell_finding
    from sim.studies.findings import run_finding

    return _run_and_write(
        lambda folder, bar: run_finding(name, told, replications, workers, folder, overwrite, bar),
        publish_finding, tell_finding, out, figures, progress,
    )  # fmt: skip


def evidence(
    study: EvidenceStudy, replications: int, workers: int | None, out: str | Path, seed: int = 1,
    overrides: tuple[str, ...] = (), progress: bool = True, overwrite: bool = False, figures: Sequence[str] = PNG,
) -> EvidenceFound:  # fmt: skip
    """Run the benchmarks of the evidence on policy and write what comes out into `out`."""
    from sim.reporting.policy_evidence import publish_evidence, tell_evidence
    from sim.studies.evidence.study import run_evidence

    return _run_and_write(
        lambda folder, bar: run_evidence(study, replications, workers, folder, seed, overrides, overwrite, bar),
        publish_evidence, tell_evidence, out, figures, progress,
    )  # fmt: skip


def calibrate(
    search: Searched, workers: int | None, out: str | Path, points: int | None = None, rounds: int | None = None,
    replications: int | None = None, progress: bool = True, overwrite: bool = False,
) -> Calibration:  # fmt: skip
    """Search free parameters as `search` says, but for what is given here, and write the tables into `out`."""
    from sim.reporting.calibration import publish_calibration, tell_calibration
    from sim.studies.calibration import run_calibration

    return _run_and_write(
        lambda folder, bar: run_calibration(search, workers, folder, points, rounds, replications, overwrite, bar),
        lambda found, folder, forms: publish_calibration(found, folder),
        tell_calibration, out, PNG, progress,
    )  # fmt: skip


def rerun(
    folder: str | Path, workers: int | None = None, out: str | Path = "", past: Path | None = None,
    progress: bool = True, overwrite: bool = False, figures: Sequence[str] = PNG,
) -> Rerun:  # fmt: skip
    """Do the experiment of a result folder again into `out` (results/rerun-NAME if not given) and compare the two.

    See sim.studies.rerun.rerun for what is raised. Of a comparison all tables, figures and the report are written.
    """
    from sim.reporting.rerun import tell_rerun
    from sim.studies.compare import read_comparison
    from sim.studies.rerun import rerun

    source = Path(folder)
    return _run_and_write(
        lambda target, bar: rerun(source, target, workers, past, overwrite, bar),
        lambda found, target, forms: publish(read_comparison(target), forms) if found.kind == "comparison" else (),
        lambda found, target: tell_rerun(found),
        out or Path("results") / f"rerun-{source.name}", figures, progress,
    )  # fmt: skip


def reproduce(
    bundle: str | Path, workers: int | None = None, out: str | Path = "", past: Path | None = None,
    progress: bool = True, overwrite: bool = False, figures: Sequence[str] = PNG,
) -> Rerun:  # fmt: skip
    """Do what a bundle holds again into `out` (results/reproduce-NAME if not given) and compare the two."""
    from sim.store.bundle import unpacked

    target = out or Path("results") / f"reproduce-{Path(bundle).stem}"
    with unpacked(Path(bundle)) as folder:
        return rerun(folder, workers, target, past, progress, overwrite, figures)
