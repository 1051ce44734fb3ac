"""How soon the page of `clustersim serve` draws, and how many years a second it draws with 3,000 firms.

    python -m benchmarks.page [--firms 3000] [--seconds 4] [--store]

The command is started anew with a warm cache (compiled rules, bytecode), and time runs from there to the first map in
headless Chromium, which draws without a graphics card here. Then the page moves through all its years as fast as it
draws: once with the industries of places, once with supply links besides. With --store the figures are kept in
benchmarks/page.json.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.suite.report import machine
from tests.browser import LARGE, chromium

STORE = Path(__file__).with_suffix(".json")
ROOT = Path(__file__).resolve().parents[1]
YEARS = (4, 16)
BEST_OF = 4
"""Times that each is measured; the best is told, since others may use the machine."""
FIRST_FRAME_S, FRAMES_A_SECOND = 5.0, 20.0
"""What the page promises; tests allow four times as much time."""
MOVE = """async ([links, seconds]) => {
    const choose = document.querySelector("select[data-name=links]");
    choose.value = links;
    choose.dispatchEvent(new Event("change"));
    const [slider, root] = [document.querySelector(".years"), document.querySelector("main.player")];
    const last = Number(slider.max);
    let [year, begun, inside] = [0, 0, []];
    root.addEventListener("drawn", () => { inside.push(performance.now() - begun); });
    const frame = () => new Promise(requestAnimationFrame);
    await frame();
    await frame();
    inside = [];
    const start = performance.now();
    while (performance.now() - start < 1000 * seconds) {
        year = year >= last ? 0 : year + 1;
        requestAnimationFrame(() => { begun = performance.now(); });
        slider.value = String(year);
        slider.dispatchEvent(new Event("input"));
        await frame();
    }
    return [1000 * inside.length / (performance.now() - start), inside];
}"""


def environment(folder: Path) -> dict[str, str]:
    """That of the command: bytecode is kept in `folder` where this process may not keep any."""
    own = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return own | {"PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(folder)}


@contextmanager
def command(source: str, folder: Path) -> Iterator[str]:
    """`clustersim serve` of a scenario in a process of its own; gives its address once it is told."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [sys.executable, "-m", "sim.cli", "serve", source, "--no-browser", "--port", str(port)]
    process = subprocess.Popen(words, env=environment(folder), stdout=subprocess.PIPE, text=True, cwd=folder)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert f":{port}/" in line, line
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.kill()
        process.communicate()


def first_frame(browser: Any, source: str, folder: Path) -> float:
    """Seconds from the start of the command to the first map."""
    begun = time.perf_counter()
    with command(source, folder) as address:
        page = browser.new_page(viewport={"width": LARGE[0], "height": LARGE[1]})
        page.goto(address)
        page.wait_for_selector("main.player[data-year]", timeout=120_000)
        took = time.perf_counter() - begun
        page.close()
    return took


def frames(browser: Any, firms: int, seconds: float, folder: Path) -> dict[str, dict[str, float]]:
    """Frames a second and milliseconds of drawing a frame, by links that are shown."""
    path = folder / "large.yaml"
    path.write_text(f"extends: policy_text.yaml\npopulation: {{firms: {firms}}}\n"
                    f"years: {{burn_in: {YEARS[0]}, treatment: {YEARS[1]}}}\n", encoding="utf-8")  # fmt: skip
    with command(str(path), folder) as address:
        page = browser.new_page(viewport={"width": LARGE[0], "height": LARGE[1]})
        page.goto(address)
        page.wait_for_selector(f'main.player[data-last="{sum(YEARS)}"]', timeout=300_000)
        found = {}
        for links in ("none", "supply"):
            told = [page.evaluate(MOVE, [links, seconds]) for _ in range(BEST_OF)]
            rate, inside = max(told, key=lambda one: one[0])
            found[links] = {"frames_a_second": round(rate, 1), "drawing_ms": round(statistics.median(inside), 1)}
        page.close()
    return found


def measured(firms: int, seconds: float) -> dict[str, Any]:
    """All figures."""
    with tempfile.TemporaryDirectory() as name, chromium() as browser:
        folder = Path(name)
        first_frame(browser, "policy_text", folder)  # what is compiled, or read from disk, once only
        soon = [first_frame(browser, "policy_text", folder) for _ in range(BEST_OF)]
        drawn = frames(browser, firms, seconds, folder)
        return {
            "first_frame_s": round(min(soon), 2), "firms": firms, "drawn": drawn,
            "machine": machine(), "browser": f"headless Chromium {browser.version.split('.')[0]}",
            "load": round(os.getloadavg()[0], 1),
        }  # fmt: skip


def sentence(told: dict[str, Any]) -> str:
    """The figures as docs/page.md tells them."""
    plain, links = told["drawn"]["none"], told["drawn"]["supply"]
    return (
        f"From the command to the first map pass {told['first_frame_s']:.1f} s; with {told['firms']:,} firms in each "
        f"of two layouts the page draws {plain['frames_a_second']:.0f} years a second ({plain['drawing_ms']:.0f} ms "
        f"each), {links['frames_a_second']:.0f} with supply links ({links['drawing_ms']:.0f} ms each)."
    )


def main() -> None:
    """Measure, print, and keep if asked."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--firms", type=int, default=3_000)
    asked.add_argument("--seconds", type=float, default=2.0)
    asked.add_argument("--store", action="store_true")
    told = asked.parse_args()
    found = measured(told.firms, told.seconds)
    print(json.dumps(found, indent=1))
    print(sentence(found))
    if told.store:
        STORE.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
