"""Tasks on a Dask cluster: the same bits, no run redone or blamed for a worker that leaves, no other program."""

from __future__ import annotations

import ast
import os
import pickle
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from sim.kernel.source_hash import NUMBERS
from sim.runs.run import Progress
from sim.store.executors import dask_cluster, servant
from sim.store.executors.cluster import Cluster, ClusterError
from sim.store.executors.limits import Limits
from sim.store.executors.local import Attempt, run_tasks
from sim.store.executors.program import Program
from sim.store.executors.servant import Answer
from sim.store.folder import carry_out
from sim.store.results import ResultsError, read_results
from sim.store.shards import PARTS, commit, unpack
from sim.store.tasks import Kept, Task, tasks_of
from sim.store.work import Sent, Work
from tests.store.noting import Noting, Seed
from tests.store.test_executor import Hang
from tests.store.test_folder import DESIGN, keep_number

distributed = pytest.importorskip("distributed")
ROOT = Path(__file__).parents[2]


@dataclass
class Machines:
    """A scheduler in this process, and workers in processes of their own."""

    cluster: Cluster
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def add(self, folder: Path, root: Path = ROOT) -> subprocess.Popen[bytes]:
        """Start one more worker; it loads the program that lies in `root`."""
        words = ["--no-nanny", "--nthreads", "1", "--no-dashboard", "--local-directory", str(folder)]
        self.workers.append(subprocess.Popen(
            [sys.executable, "-m", "distributed.cli.dask_worker", self.cluster.address, *words], cwd=root,
            env={**os.environ, "PYTHONPATH": str(root)}, stderr=subprocess.DEVNULL,
        ))  # fmt: skip
        return self.workers[-1]


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    """Two workers."""
    with distributed.LocalCluster(
        n_workers=0, processes=False, protocol="tcp://", host="127.0.0.1", dashboard_address=None
    ) as local:
        started = Machines(Cluster(local.scheduler_address))
        for _ in range(2):
            started.add(tmp_path_factory.mktemp("worker"))
        yield started
        for worker in started.workers:
            worker.kill()
            worker.wait()


def bits(folder: Path) -> bytes:
    return (folder / "values.parquet").read_bytes()


def ran(notes: Path) -> list[int]:
    """How often each seed was run."""
    return [len(path.read_text().split()) for path in sorted(notes.glob("[0-9]*"))]


def test_two_workers_of_which_one_is_killed_give_the_bits_of_one_machine(tmp_path: Path, machines: Machines) -> None:
    many = [Seed(seed) for seed in range(1, 31)]
    found: list[dict[int, list[float] | None]] = [{}, {}, {}]

    def kill_one(task: Seed, attempt: Attempt[list[float]]) -> None:
        assert task.seed not in found[0] and attempt.failure is None
        found[0][task.seed] = attempt.result
        if len([*(tmp_path / "0").glob("threads-*")]) == 2 and machines.workers[0].poll() is None:
            machines.workers[0].kill()

    for number, where in enumerate((machines.cluster, machines.cluster, 1)):
        (tmp_path / str(number)).mkdir()
        follow = kill_one if number == 0 else lambda task, one: found[number].update({task.seed: one.result})  # noqa: B023
        run_tasks(Noting(tmp_path / str(number)), many, where, follow)
    assert machines.workers[0].poll() == -signal.SIGKILL, "both took part"
    # 30 replications are 30 seeds; the worker that was killed had one in hand, and one that waited
    assert found[0] == found[1] == found[2] and len({tuple(one or ()) for one in found[0].values()}) == 30
    assert len(ran(tmp_path / "0")) == 30 and sum(ran(tmp_path / "0")) - 30 <= 2 and max(ran(tmp_path / "0")) <= 2
    # a second experiment on the same scheduler runs all its own
    assert ran(tmp_path / "1") == [1] * 30
    assert {path.read_text() for path in tmp_path.glob("[01]/threads-*")} == {"1"}


def test_a_shard_that_travels_is_the_shard_that_stays(tmp_path: Path) -> None:
    (task,) = tasks_of(replace(DESIGN, seeds=(7,)), set())
    for place in ("here", "there"):
        carry_out(tmp_path / place, replace(DESIGN, seeds=(1, 7), only={("market", 1)}), keep_number, 1)
    work = Work(tmp_path / "here", keep_number, code=NUMBERS)
    shards = [work(task), unpack(tmp_path / "there", task, Sent(work)(task))]
    for shard, place in zip(shards, ("here", "there"), strict=True):
        commit(tmp_path / place, shard, task)
    held = [
        {path.relative_to(tmp_path / place): path.read_bytes() for path in (tmp_path / place / PARTS).rglob("*.*")}
        for place in ("here", "there")
    ]
    assert held[0] == held[1] and len(held[0]) == 2
    for place in ("here", "there"):
        assert carry_out(tmp_path / place, replace(DESIGN, seeds=(1, 7)), never_7, 1) == []
    assert bits(tmp_path / "here") == bits(tmp_path / "there")


def never_7(task: Task, folder: Path, progress: Progress) -> Kept:
    """As `keep_number`; seed 7 is there already."""
    assert task.seed != 7
    return keep_number(task, folder, progress)


@pytest.mark.long
def test_a_run_that_hangs_or_swells_or_dies_is_named_and_loses_no_other(tmp_path: Path, machines: Machines) -> None:
    results: dict[int, Attempt[str]] = {}
    limits = Limits(seconds=1.5, memory=400 * 2**20)
    run_tasks(Hang(tmp_path), [Seed(seed) for seed in (1, 2, 3, 4)], machines.cluster,
              lambda task, attempt: results.update({task.seed: attempt}), limits)  # fmt: skip
    causes = {seed: one.failure.cause for seed, one in results.items() if one.failure is not None}
    assert causes == {2: "time", 3: "memory"} and {results[1].result, results[4].result} == {"result 1", "result 4"}


def test_no_scheduler_and_no_dask_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask_cluster, "CONNECTING", "300 ms")
    with pytest.raises(ResultsError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9"):
        carry_out(tmp_path / "out", DESIGN, keep_number, Cluster("tcp://127.0.0.1:9"))
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ResultsError, match=r"pip install 'clustersim\[experiments\]'"):
        carry_out(tmp_path / "out", DESIGN, keep_number, Cluster("tcp://127.0.0.1:9"))


def test_the_job_script_in_the_documentation_is_what_dask_jobqueue_writes() -> None:
    jobqueue = pytest.importorskip("dask_jobqueue")
    page = (ROOT / "docs/machines.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (told,) = re.findall(r"```bash\n(.*?)```", page, re.DOTALL)
    call = next(node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name) and node.func.id == "SLURMCluster")  # fmt: skip
    options = {str(word.arg): ast.literal_eval(word.value) for word in call.keywords}
    here = {"host": "127.0.0.1", "dashboard": False, "dashboard_address": ":0"}
    with jobqueue.SLURMCluster(**options, scheduler_options=here) as cluster:
        script = re.sub(r"tcp://[\d.:]+", "tcp://SCHEDULER", cluster.job_script())
    assert [line.rstrip() for line in script.strip().splitlines()] == told.strip().splitlines()


def test_a_command_takes_a_cluster_or_a_number_of_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    from click.testing import CliRunner

    from sim import front
    from sim.cli import main
    from sim.kernel import compiling

    asked: list[object] = []

    def note(setup: object, workers: object, *_others: object) -> Any:
        asked.append(workers)
        raise ResultsError("stopped here")

    monkeypatch.setattr(front, "experiment", note)
    monkeypatch.setattr(compiling, "is_compiled_before", lambda: True)
    words = ["sweep", "policy_text", "-p", "imitation=0,1", "--quiet"]
    for more in (["--dask", "tcp://h:1"], ["--dask", "s.json", "--shared-folder"], ["--workers", "3"], []):
        assert CliRunner().invoke(main, [*words, *more]).exit_code == 2
    assert asked == [Cluster("tcp://h:1"), Cluster("s.json", True), 3, None]
    for more, said in ((["--shared-folder"], "--shared-folder is for --dask"),
                       (["--dask", "x", "--workers", "2"], "--workers is for this machine")):  # fmt: skip
        refused = CliRunner().invoke(main, [*words, *more])
        assert refused.exit_code == 2 and said in refused.stderr
    assert len(asked) == 4


# -- without a network: workers that come and go ----------------------------------------------------------


@dataclass(eq=False)
class Promise:
    """As a future of Dask."""

    client: Allocations
    key: str
    worker: str
    status: str = "pending"
    answer: bytes = b""
    error: Exception | None = None

    def add_done_callback(self, call: Callable[[Any], None]) -> None:
        self.call = call

    def result(self, timeout: float) -> bytes:
        if self.error is not None:
            raise self.error
        return self.answer

    def cancel(self) -> None:
        self.status = "cancelled"
        self.call(self)

    def release(self) -> None:
        """Nothing is kept."""


@dataclass
class Allocations:
    """A cluster whose only worker lives for `life` looks; then the next one comes, until there were `most`."""

    life: int
    most: int
    finishes: Callable[[str, int], bytes | Exception | None]
    """What comes of (worker, number of the order): an answer, an error, or nothing before the worker ends."""
    looks: int = 0
    keys: list[str] = field(default_factory=list)

    def nthreads(self) -> dict[str, int]:
        self.looks += 1
        number = min(self.looks // self.life, self.most)
        return {f"tcp://node-{number}": 1}

    def submit(self, call: object, order: bytes, *, key: str, workers: list[str], **_options: object) -> Promise:
        self.keys.append(key)
        promise = Promise(self, key, workers[0])
        outcome = self.finishes(workers[0], len(self.keys))
        if outcome is not None:
            promise.status = "finished" if isinstance(outcome, bytes) else "error"
            promise.answer, promise.error = (outcome, None) if isinstance(outcome, bytes) else (b"", outcome)
            promise.add_done_callback = lambda call: call(promise)  # type: ignore[method-assign]
        return promise

    def run(self, *_given: object, **_options: object) -> None:
        """Servants are dismissed."""


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask_cluster, "LOOK", 0.002)


def on(client: Allocations, seeds: int) -> list[Attempt[int]]:
    """What comes of so many tasks."""
    crew = dask_cluster._Crew(client, Cluster("tcp://x:1"), Program("a", "b", "c"), Limits())
    found: list[Attempt[int]] = []
    crew.carry_out(int, [Seed(seed) for seed in range(seeds)], lambda task, one: found.append(one), lambda _task: 1.0)
    crew.let_go()
    return found


def test_a_worker_with_another_program_is_refused_and_both_are_named(
    quick: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ended: list[Program] = []

    @dataclass
    class Loaded:
        """A servant of an older text, on another processor."""

        program = Program("older", "b", "odd")

        def end(self) -> None:
            ended.append(self.program)

    monkeypatch.setattr(servant, "Servant", Loaded)
    monkeypatch.setattr(dask_cluster, "PATIENCE", 0.05)

    def serve(worker: str, number: int) -> bytes:
        return servant.serve("x", Program("a", "b", "c"), 1, b"", Limits(), 1.0) if worker[-1] == "0" else good(1)

    named = "its code is older, here it is a; its arithmetic is odd, here it is c"
    assert len(on(Allocations(4, 1, serve), 3)) == 3, "another worker does it all"
    assert f"worker tcp://node-0 is given no runs: {named}" in caplog.text and ended
    with pytest.raises(ClusterError, match=f"no worker at tcp://x:1 can take part:\n  tcp://node-0: {named}"):
        on(Allocations(10**6, 0, serve), 3)


def good(number: int) -> bytes:
    return pickle.dumps(Answer("attempt", Attempt(number, None)))


def test_allocations_that_end_again_and_again_blame_no_run_and_redo_none(quick: None) -> None:
    """Each of seven workers finishes one run, and is gone in the middle of the next."""
    finished: set[str] = set()

    def one_each(worker: str, number: int) -> bytes | None:
        if worker in finished and worker != "tcp://node-7":
            return None
        finished.add(worker)
        return good(number)

    client = Allocations(3, 7, one_each)
    found = on(client, 12)
    assert len(found) == 12 and all(one.failure is None for one in found)
    assert len(finished) == 8 and len(client.keys) == len(set(client.keys)) > 12


def test_a_worker_that_dies_of_a_task_as_dask_tells_it_blames_no_run(quick: None) -> None:
    lost = distributed.KilledWorker(
        "key", distributed.scheduler.WorkerState.__new__(distributed.scheduler.WorkerState), 4
    )
    client = Allocations(10**6, 0, lambda _worker, number: lost if number <= 6 else good(number))
    assert [one.failure for one in on(client, 3)] == [None] * 3 and len(client.keys) == 9


def test_a_worker_that_cannot_load_the_program_gets_no_more(quick: None, caplog: pytest.LogCaptureFixture) -> None:
    def only_later(worker: str, number: int) -> bytes | Exception:
        return ModuleNotFoundError("No module named 'sim'") if worker == "tcp://node-0" else good(number)

    client = Allocations(5, 1, only_later)
    assert len(on(client, 4)) == 4 and len(client.keys) <= 6
    assert "worker tcp://node-0 is given no runs: ModuleNotFoundError: No module named 'sim'" in caplog.text


@pytest.mark.long
def test_one_edited_rule_with_the_same_version_is_refused_and_the_engine_gives_the_same_bits(
    tmp_path: Path, machines: Machines
) -> None:
    import shutil

    from sim.studies.sweep import run_experiment
    from tests.studies.test_batch import setup_of

    edited = tmp_path / "edited"
    shutil.copytree(ROOT / "sim", edited / "sim")
    for beside in ("scenarios", "experiments"):
        shutil.copytree(ROOT / beside, edited / beside)
    rule = edited / "sim/model/rules/pricing.py"
    rule.write_text(rule.read_text(encoding="utf-8") + "\nEDITED = 1.0\n", encoding="utf-8")
    machines.add(tmp_path / "worker", edited)
    setup = setup_of(tmp_path, "seed: 5\n")
    there = run_experiment(setup, machines.cluster, tmp_path / "there")
    here = run_experiment(setup, 1, tmp_path / "here")
    assert there.runs.equals(here.runs) and bits(tmp_path / "there") == bits(tmp_path / "here")
    hashes = [
        {run["arm"]: run["hash"] for run in read_results(tmp_path / place).manifest["runs"]}
        for place in ("there", "here")
    ]
    assert hashes[0] == hashes[1]
    assert "is given no runs: its code is" in (tmp_path / "there" / "run.log").read_text(encoding="utf-8")
