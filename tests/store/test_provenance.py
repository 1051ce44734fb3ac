import subprocess
import sys
from pathlib import Path

import pytest

from sim.kernel.source_hash import NUMBERS
from sim.store import provenance


def test_seeds_in_words() -> None:
    assert provenance.seeds_in_words(()) == ""
    assert provenance.seeds_in_words((4,)) == "seed 4"
    assert provenance.seeds_in_words((4, 5, 6)) == "seeds 4-6"
    assert provenance.seeds_in_words((1, 4, 9)) == "seeds 1, 4, 9"
    assert provenance.seeds_in_words((1, 3, 5, 7, 9, 11, 13)).endswith("…")


def test_the_command_is_what_was_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["/somewhere/bin/clustersim", "run", "a file.yaml"])
    assert provenance.command() == "clustersim run 'a file.yaml'"
    monkeypatch.setattr(sys, "argv", [str(provenance.HOUSE / "cli" / "__main__.py"), "check"])
    assert provenance.command() == "clustersim check"
    monkeypatch.setattr(sys, "argv", ["/somewhere/pytest/__main__.py"])
    assert provenance.command() == "Python"


def test_git_state_of_a_checkout_of_ours_and_of_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provenance, "HOUSE", tmp_path / "sim")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert provenance.git_state() == {}
    (tmp_path / "sim").mkdir()
    (tmp_path / "sim" / "a.py").write_text("x = 1\n")
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    for words in (["init", "-q"], ["add", "."], [*who, "commit", "-qm", "first"]):
        subprocess.run(["git", "-C", str(tmp_path), *words], check=True)
    state = provenance.git_state()
    assert state["clean"]
    assert len(state["commit"]) == 40
    (tmp_path / "sim" / "a.py").write_text("x = 2\n")
    assert not provenance.git_state()["clean"]
    monkeypatch.setattr(provenance, "HOUSE", tmp_path / "lib" / "sim")  # installed inside another project's checkout
    (tmp_path / "lib" / "sim").mkdir(parents=True)
    assert provenance.git_state() == {}


def test_what_is_gathered() -> None:
    facts = provenance.gather()
    assert facts["code"] == NUMBERS
    assert facts["program"]["version"] == provenance.version() != "0"
    assert facts["versions"]["numpy"]
    assert provenance._version("no-such-package-anywhere") == ""


def test_footer_and_png_words() -> None:
    origin = provenance.Provenance("Plan", ("a", "b"), (1, 2), "0123", "1.0", "abc (edited)", "clustersim compare")
    assert origin.footer() == "Plan · clustersim 1.0 · code 0123 · seeds 1-2"
    words = origin.metadata()
    assert (words["Seeds"], words["Commit"], words["Command"]) == ("1, 2", "abc (edited)", "clustersim compare")
