"""The picture of the page in the README: the policy text at its end, in headless Chromium. `make docs-picture`."""

from __future__ import annotations

import socket
import sys
import tempfile
import threading
from pathlib import Path

import uvicorn
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the browser of the tests

from sim.page.server import application  # noqa: E402
from tests.browser import LARGE, chromium, visit  # noqa: E402

PICTURE = ROOT / "docs" / "figures" / "page.png"
LAST, SEED = 90, 3


def serve() -> str:
    """Serve the page in a thread; gives its address."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    host = f"127.0.0.1:{listening.getsockname()[1]}"
    app = application({"policy_text": "policy_text"}, [host], "en", 2)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off", ws="none"))
    threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True).start()
    return f"http://{host}"


def main() -> None:
    """Play to the last year, look, and store what is seen."""
    address = serve()
    with (
        tempfile.TemporaryDirectory() as folder,
        chromium() as browser,
        visit(browser, f"{address}/?scenario=policy_text&seed={SEED}#year={LAST}", LARGE) as seen,
    ):
        seen.page.wait_for_selector(f'.player[data-last="{LAST}"][data-year="{LAST}"]', timeout=600_000)
        seen.page.wait_for_timeout(500)
        path = Path(folder) / "page.png"
        seen.page.screenshot(path=path)
        with Image.open(path) as picture:
            picture.convert("RGB").save(PICTURE, optimize=True)


if __name__ == "__main__":
    main()
