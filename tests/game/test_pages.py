"""The pages in a browser: a student, the teacher and the projector, by keyboard, small and large, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette")

from sim.game import lives, students
from tests.browser import LARGE, PHONE, chromium, faults
from tests.game.served import SMALL, Client, Served, choice, small_class, teacher_of, until

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One browser for all tests here."""
    with chromium() as found:
        yield found


@contextmanager
def opened(browser: Any, served: Served, path: str, size: tuple[int, int], language: str = "en") -> Iterator[Any]:
    """A page in a browser session of its own; nothing may go wrong in it, and it asks this server alone."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale=language)
    page = context.new_page()
    page.set_default_timeout(90_000)
    wrong: list[str] = []
    asked: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{served.address}{path}")
    yield page
    context.close()
    assert wrong == []
    assert all(one.startswith((served.address, "data:")) for one in asked), asked


def fits(page: Any, size: tuple[int, int]) -> None:
    """Nothing is beside the screen, and axe finds nothing."""
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert faults(page) == []


def test_a_lesson_from_joining_to_the_debrief(browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lives, "LUCK", 1)
    with (
        small_class(tmp_path, preset="E", nations=1, seconds=180) as served,
        opened(browser, served, f"/teacher#{served.session.secret}", LARGE) as teacher,
    ):
        teacher.wait_for_selector("[data-key=begin]")  # rules are compiled, and the past is there
        assert served.session.secret not in teacher.url and served.session.secret not in teacher.content()
        projector = teacher.context.new_page()
        projector.goto(f"{served.address}/projector")
        projector.wait_for_selector("img")
        room = projector.inner_text(".room")
        with opened(browser, served, f"/?c={room}", PHONE) as student:
            student.fill("input[name=name]", "<i>Ada</i>")
            student.keyboard.press("Enter")
            student.wait_for_selector(".predict")
            student.fill(".predict textarea", "all build the same")
            student.click(".predict button")
            student.wait_for_selector(".predict .status:has-text('Saved')")
            teacher.wait_for_selector("input[value='<i>Ada</i>']")
            fits(teacher, LARGE)
            teacher.click("[data-key=begin]")
            student.wait_for_selector(".steppers")
            decides(student)
            fits(student, PHONE)
            projector.wait_for_selector(".tile.saved")
            comes_back(student, served)
            teacher.click("[data-key=lock]")
            student.wait_for_selector(".numbers")
            teacher.wait_for_selector(".said:has-text('Done.')")
            teacher.click("button.language")
            teacher.wait_for_selector(".said:has-text('完成。')")  # what was said is said anew
            teacher.click("button.language")
            student.click("button.language")
            student.wait_for_selector("h2:has-text('你的地区')")
            assert student.evaluate("document.documentElement.lang") == "zh-CN"
            teacher.click("[data-key=reveal]")
            teacher.wait_for_selector("[data-key=step-1]")
            projector.wait_for_selector("h1:has-text('Predictions')")
            student.wait_for_selector("h2:has-text('你的地区真正擅长什么')")
            teacher.click("[data-key=step-1]")
            projector.wait_for_selector(".figures svg")
            projector.click("button.language")
            projector.wait_for_selector("h1:has-text('谁建了什么')")
            until(lambda: (served.session.debrief() or {}).get("ready"), 120)
            teacher.click("[data-key=step-2]")
            projector.wait_for_selector(".gains circle")
            apart(projector)
            teacher.click("[data-key=step-3]")
            projector.wait_for_selector(".three figure svg")
            fits(projector, LARGE)


def apart(page: Any) -> None:
    """No text of the figure of gains and costs lies on another one, and none is cut off."""
    boxes = page.evaluate("""() => [...document.querySelectorAll(".gains text")].map((one) => {
        const { left, top, right, bottom } = one.getBoundingClientRect();
        const frame = one.closest("svg").getBoundingClientRect();
        const across = left >= frame.left - 1 && right <= frame.right + 1;
        const inside = across && top >= frame.top - 1 && bottom <= frame.bottom + 1;
        return [left, top, right, bottom, one.textContent, inside];
    })""")
    assert len(boxes) > 6
    for at, (left, top, right, bottom, text, inside) in enumerate(boxes):
        assert inside, text
        for other_left, other_top, other_right, other_bottom, other, _ in boxes[:at]:
            over = min(right, other_right) - max(left, other_left), min(bottom, other_bottom) - max(top, other_top)
            assert min(over) <= 3, (text, other)  # boxes have some room above the letters


def decides(student: Any) -> None:
    """By keyboard alone: eleven chips are one too many, a fourth industry is refused, and each says why."""
    more = student.locator(".steps button:last-child")
    more.nth(0).focus()
    for _ in range(8):
        student.keyboard.press("Enter")
    for row in (1, 2, 3):
        more.nth(row).focus()
        student.keyboard.press("Space")
    assert "10 chips" in student.inner_text(".why")
    student.locator(".steps button:first-child").nth(0).focus()
    student.keyboard.press("Enter")
    more.nth(3).focus()
    student.keyboard.press("Enter")
    assert "3 industries" in student.inner_text(".why")
    student.wait_for_selector(".status.saved")
    assert re.search(r"Saved \d\d:\d\d", student.inner_text(".bar"))
    assert "9 of 10" in student.inner_text(".sum")


def comes_back(student: Any, served: Served) -> None:
    """Without a connection a decision stays on the phone, and arrives when the connection is back."""
    (member,) = served.session.state.members.values()
    version = served.session.state.drafts[1][member.id].version
    student.context.set_offline(True)
    student.locator(".steps button:last-child").nth(0).click()
    student.wait_for_selector(".status.unsent")
    assert served.session.state.drafts[1][member.id].version == version
    student.context.set_offline(False)
    until(lambda: served.session.state.drafts[1][member.id].version > version)
    student.reload()
    student.wait_for_selector(".sum:has-text('10 of 10')")
    student.click(".bar button.main")
    student.wait_for_selector("button:has-text('Change')")


def test_enter_that_ends_a_chinese_composition_sends_nothing(browser: Any, tmp_path: Path) -> None:
    with small_class(tmp_path, nations=1, language="zh") as served, opened(browser, served, "/", PHONE, "zh") as page:
        page.wait_for_selector("form")
        assert page.inner_text("h1") == "地方长官博弈"
        page.fill("input[name=room]", "ABCD")
        stopped = page.evaluate("""() => {
            const told = { key: "Enter", isComposing: true, bubbles: true, cancelable: true };
            const sent = new KeyboardEvent("keydown", told);
            return !document.querySelector("input[name=name]").dispatchEvent(sent);
        }""")
        assert stopped
        assert not served.session.state.members


def test_who_watches_sees_the_projector_and_the_end_and_who_was_removed_sees_no_form(
    browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lives, "LUCK", 1)
    monkeypatch.setattr(students, "MOST_PLAYERS", 1)
    with small_class(tmp_path, nations=1) as served:
        teacher = teacher_of(served)
        room = served.session.room_code()
        with (
            opened(browser, served, f"/?c={room}", PHONE) as one,
            opened(browser, served, f"/?c={room}", PHONE) as other,
        ):
            one.click("form button.main")
            one.wait_for_selector(".predict")
            other.click("form button.main")
            other.wait_for_selector("h2:has-text('You watch')")
            teacher.call("begin")
            one.wait_for_selector(".steppers")
            other.wait_for_selector("p:has-text('0 of 1 have saved')")
            teacher.call("lock")
            one.wait_for_selector(".numbers")
            assert "of 3 beaten" in one.inner_text(".numbers")
            other.wait_for_selector("p:has-text('Duplication')")
            fits(other, PHONE)
            teacher.call("remove", member="m1")
            one.wait_for_selector(".warn:has-text('taken you out')")
            assert one.locator("form").count() == 0 and "cannot join again" in one.inner_text("main")
            fits(one, PHONE)
            teacher.call("reveal")
            other.wait_for_selector("li:has-text('decisions were made by people')")
            other.click("button.language")
            other.wait_for_selector("li:has-text('席位决定中')")
            fits(other, PHONE)


@pytest.mark.long
@pytest.mark.parametrize("preset", ["C", "D", "F"])
def test_announcements_proposals_and_taxes_have_their_screens(browser: Any, tmp_path: Path, preset: str) -> None:
    with (
        small_class(tmp_path, preset=preset, nations=1) as served,
        opened(browser, served, f"/teacher#{served.session.secret}", LARGE) as teacher,
    ):
        teacher.wait_for_selector("[data-key=begin]")
        with opened(browser, served, f"/?c={served.session.room_code()}", PHONE) as student:
            student.click("form button.main")
            student.wait_for_selector(".predict")
            other = Client(served.port, "127.0.0.2")
            other.join(served.session.room_code())
            teacher.click("[data-key=begin]")
            student.wait_for_selector(".steppers")
            student.locator(".steps button:last-child").nth(0).click()
            student.wait_for_selector(".status.saved")
            fits(student, PHONE)
            if preset == "C":
                other.done("/announce", {"round": 1, "chips": choice(other.look(), 1), "version": 1})
            if preset in "CD":
                teacher.click("[data-key=open]")
                student.wait_for_selector("h2:has-text('Where does the money go?')")
                student.wait_for_selector(
                    f"h2:has-text('{'Announced' if preset == 'C' else 'The plan for your region'}')"
                )
                fits(student, PHONE)
            teacher.click("[data-key=lock]")
            student.wait_for_selector(".numbers")
            assert "of 3 beaten" in student.inner_text(".numbers") or preset == "F"


@pytest.mark.long
@pytest.mark.parametrize("language", ["en", "zh"])
def test_two_nations_fit_on_one_projector(
    browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setattr(lives, "LUCK", 1)
    monkeypatch.setattr("tests.game.served.SMALL", SMALL.replace("rows: 2, columns: 2", "rows: 4, columns: 4"))
    with (
        small_class(tmp_path, preset=("E", "A"), nations=2, language=language) as served,
        opened(browser, served, f"/teacher#{served.session.secret}", LARGE, language) as teacher,
    ):
        teacher.wait_for_selector("[data-key=begin]")
        served.session.join(served.session.room_code())
        wall = teacher.context.new_page()
        wall.goto(f"{served.address}/projector")
        for step in ("begin", "lock"):
            teacher.click(f"[data-key={step}]")
            wall.wait_for_selector(".both section:nth-child(2) table" + (" tr:nth-child(8)" if step == "begin" else ""))
            teacher.wait_for_selector("[data-key=lock]" if step == "begin" else "[data-key=reveal]")
            fits_whole(wall)
        teacher.click("[data-key=reveal]")
        until(lambda: (served.session.debrief() or {}).get("ready"), 120)
        for step, what in (
            (1, ".both svg"),
            (2, ".both circle"),
            (3, ".stacked svg"),
            (4, ".both li"),
            (5, ".both td"),
        ):
            teacher.click(f"[data-key=step-{step}]")
            wall.wait_for_selector(f"{what} >> nth=1")
            fits_whole(wall)
            if step == 2:
                apart(wall)


def fits_whole(page: Any) -> None:
    """All of it is on the screen at once."""
    height = page.evaluate("document.documentElement.scrollHeight")
    assert height <= LARGE[1], height
    fits(page, LARGE)
