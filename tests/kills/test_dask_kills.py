"""Workers of a Dask cluster that are killed at random moments, and the command that hands out, give the same bits.

Run by `make kills`, TIMES kills of each.
"""

from __future__ import annotations

import json
import random
import threading
import time
from pathlib import Path

import pytest

from sim.store.executors.cluster import Cluster
from tests.kills.test_kills import TIMES, left, start
from tests.store.test_dask import Machines

distributed = pytest.importorskip("distributed")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not TIMES, reason="run by `make kills`")]


@pytest.fixture
def machines():
    """A scheduler here, and no worker yet."""
    with distributed.LocalCluster(
        n_workers=0, processes=False, protocol="tcp://", host="127.0.0.1", dashboard_address=None
    ) as local:
        started = Machines(Cluster(local.scheduler_address))
        yield started
        for worker in started.workers:
            worker.kill()
            worker.wait()


def test_killed_workers_of_dask_and_a_killed_command_change_no_bit(tmp_path: Path, machines: Machines) -> None:
    for folder in ("warm", "whole"):
        program = start("batch", tmp_path / folder)
        _, told = program.communicate()
        assert program.returncode == 0, told
    wanted, luck = left(tmp_path / "whole"), random.Random("kills of Dask")
    for number in range(2):
        machines.add(tmp_path / f"worker-{number}")
    kills, round_ = 0, 0
    while kills < TIMES:
        round_ += 1
        folder = tmp_path / f"out-{round_}"
        command_dies = luck.random() < 0.3
        program = start("batch", folder, "--dask", machines.cluster.address)
        watch = threading.Thread(target=program.communicate)
        watch.start()
        while program.poll() is None and kills < TIMES:
            time.sleep(luck.uniform(0.5, 6.0))
            if program.poll() is not None:
                break
            chosen = luck.randrange(2)
            machines.workers[chosen].kill()
            machines.workers[chosen].wait()
            del machines.workers[chosen]
            machines.add(tmp_path / f"worker-{round_}-{kills}")
            kills += 1
            if command_dies and luck.random() < 0.3:
                program.kill()
        watch.join()
        again = start("batch", folder, "--dask", machines.cluster.address)
        _, told = again.communicate()
        assert again.returncode == 0, told
        assert left(folder) == wanted, round_
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        assert manifest["failures"] == [], "no run is blamed for a worker that was killed"
