"""Pictures of the page and of a class in README and docs, by headless Chromium. `make docs-pictures`."""

from __future__ import annotations

import socket
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

import uvicorn
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the browser of the tests

from sim.game.session import create  # noqa: E402
from sim.page.server import application  # noqa: E402
from tests.browser import LARGE, PHONE, chromium, visit  # noqa: E402
from tests.game.served import Client, choice, serving, teacher_of  # noqa: E402

FIGURES = ROOT / "docs" / "figures"
LAST, SEED = 90, 3
STUDENTS, SAVED, ROUND = 9, 6, 2


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


def keep(page: Any, name: str, folder: str) -> None:
    """Store what is seen, all colours kept."""
    path = Path(folder) / name
    page.screenshot(path=path)
    with Image.open(path) as picture:
        picture.convert("RGB").save(FIGURES / name, optimize=True)


def draw_page(browser: Any, folder: str) -> None:
    """The policy text played to its last year."""
    with visit(browser, f"{serve()}/?scenario=policy_text&seed={SEED}#year={LAST}", LARGE) as seen:
        seen.page.wait_for_selector(f'.player[data-last="{LAST}"][data-year="{LAST}"]', timeout=600_000)
        seen.page.wait_for_timeout(500)
        keep(seen.page, "page.png", folder)


def draw_class(browser: Any, folder: str) -> None:
    """A class in its second round: a student's phone, and the projector when some have saved."""
    session = create(Path(folder) / "class", "policy_text", preset="E", nations=1, seconds=240, practice=False)
    with serving(session) as served:
        teacher = teacher_of(served)
        room = teacher.teacher()["room"]
        students = [Client(served.port) for _ in range(STUDENTS)]
        for number, student in enumerate(students):
            student.join(room, f"Student {number + 1}")
        phone = browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]}, locale="en").new_page()
        phone.goto(f"{served.address}/?c={room}")
        phone.fill("input[name=name]", "Ada")
        phone.keyboard.press("Enter")
        phone.wait_for_selector(".predict")
        teacher.call("begin")
        for student, luck in zip(students, range(STUDENTS), strict=True):
            student.save(1, choice(student.look(), luck))
        teacher.call("lock")
        phone.wait_for_selector(".numbers", timeout=120_000)
        teacher.call("open")
        phone.wait_for_selector(".steppers", timeout=120_000)
        for student, luck in zip(students[:SAVED], range(SAVED), strict=True):
            student.save(ROUND, choice(student.look(), luck))
        for place in (0, 0, 0, 0, 1, 1, 1):
            phone.locator(".steps button:last-child").nth(place).click()
        phone.wait_for_selector(".status.saved")
        large = browser.new_context(viewport={"width": LARGE[0], "height": LARGE[1]}, locale="en")
        desk, projector = large.new_page(), large.new_page()
        desk.goto(f"{served.address}/teacher#{session.secret}")
        desk.wait_for_selector("[data-key=lock]")
        projector.goto(f"{served.address}/projector")
        projector.wait_for_selector(".tile.saved")
        keep(phone, "classroom-student.png", folder)
        keep(projector, "classroom-projector.png", folder)


def main() -> None:
    """Draw all."""
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        draw_page(browser, folder)
        draw_class(browser, folder)


if __name__ == "__main__":
    main()
