"""Where a result comes from: program, code hash, git commit, versions, platform, processor and command."""

from __future__ import annotations

import os
import platform
import shlex
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import psutil

from sim.kernel.arithmetic import arithmetic_fingerprint
from sim.kernel.compiling import COMPILED
from sim.kernel.source_hash import HOUSE, NUMBERS

PROGRAM = "clustersim"
_PACKAGES = (
    "mesa", "numpy", "scipy", "numba", "llvmlite", "pandas", "pyarrow", "pydantic", "PyYAML", "xxhash", "matplotlib",
    "networkx", "SALib", "scikit-learn", "statsmodels", "lifelines", "distributed",
)  # fmt: skip
"""Packages that have a part in results; those of extras that are not installed have an empty version."""


@dataclass(frozen=True)
class Provenance:
    """What every figure and report says about its origin."""

    title: str
    """Title of the scenario or experiment."""
    arms: tuple[str, ...]
    seeds: tuple[int, ...]
    code: str
    """Hash of the source text that decides numbers."""
    version: str
    commit: str
    """Git commit, with " (edited)" when the checkout was not clean; empty outside a checkout."""
    command: str

    def footer(self) -> str:
        """One line for the foot of a figure."""
        parts = [self.title, f"{PROGRAM} {self.version}", f"code {self.code}", seeds_in_words(self.seeds)]
        return " · ".join(part for part in parts if part)

    def metadata(self) -> dict[str, str]:
        """Text entries for a PNG: PNG keywords are at most 79 Latin-1 letters."""
        return {
            "Title": self.title,
            "Software": f"{PROGRAM} {self.version}",
            "Arms": ", ".join(self.arms),
            "Seeds": ", ".join(map(str, self.seeds)),
            "Code": self.code,
            "Commit": self.commit,
            "Command": self.command,
        }


def seeds_in_words(seeds: tuple[int, ...]) -> str:
    """Seeds, shortened: "seeds 1-20", "seed 3" or "seeds 1, 4, 9"."""
    if not seeds:
        return ""
    if len(seeds) == 1:
        return f"seed {seeds[0]}"
    if list(seeds) == list(range(seeds[0], seeds[0] + len(seeds))):
        return f"seeds {seeds[0]}-{seeds[-1]}"
    shown = ", ".join(map(str, seeds[:6]))
    return f"seeds {shown}{' …' if len(seeds) > 6 else ''}"


def version() -> str:
    """Installed version of the program, "0" when it runs from a bare source folder."""
    return _version(PROGRAM) or "0"


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def git_state() -> dict[str, Any]:
    """{"commit": hash, "clean": whether nothing that is installed was edited}, or {} outside a checkout.

    A package installed somewhere inside another project's checkout is not mistaken for that project.
    """
    root = HOUSE.parent
    top = _git(root, "rev-parse", "--show-toplevel")
    if not top or Path(top).resolve() != root.resolve():
        return {}
    commit = _git(root, "rev-parse", "HEAD")
    changes = _git(root, "status", "--porcelain", "--", "sim", "scenarios", "experiments", "pyproject.toml")
    if not commit or changes is None:
        return {}
    return {"commit": commit, "clean": changes == ""}


def _git(folder: Path, *words: str) -> str | None:
    try:
        answer = subprocess.run(
            ["git", "-C", str(folder), *words],
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
            env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"},
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip()


def command() -> str:
    """The command that was typed, or "Python" when the program was called from a script or a notebook.

    Of files that were given by a full path only the name is told: folders tell whose machine it was.
    """
    program = Path(sys.argv[0]) if sys.argv else Path()
    if program.name in (PROGRAM, f"{PROGRAM}.exe") or program == HOUSE / "cli" / "__main__.py":
        return printable(without_folders(shlex.join([PROGRAM, *map(_last_part, sys.argv[1:])])))
    return "Python"


def _last_part(word: str) -> str:
    """A word of a command; a full path in it, also behind `--option=`, is cut to its name."""
    option, equals, value = word.partition("=") if word.startswith("--") else ("", "", word)
    return option + equals + (Path(value).name if Path(value).is_absolute() else value)


def without_folders(text: str) -> str:
    """`text`, such as a traceback, with the paths cut that tell whose machine it was: those of the package, the
    interpreter, the working folder and, as `~`, the home folder."""
    own = {str(HOUSE.parent): "", str(Path.cwd()): "", sys.prefix: "", sys.base_prefix: "", str(Path.home()): "~"}
    for folder in sorted(own, key=len, reverse=True):
        if len(Path(folder).parts) > 1 and folder != "/usr":
            text = text.replace(folder + os.sep, f"{own[folder]}/" if own[folder] else "").replace(folder, own[folder])
    return text


def printable(text: str) -> str:
    """The text with bytes that are no text, as names of files may have them, written out."""
    return text.encode("utf-8", "backslashreplace").decode()


@cache
def processor() -> dict[str, Any]:
    """Name and features of the processor as the compiler knows them: compiled rules are made for these."""
    from llvmlite import binding

    found = binding.get_host_cpu_features()
    return {
        "processor": binding.get_host_cpu_name(),
        "features": sorted(name for name, there in found.items() if there),
    }


def gather() -> dict[str, Any]:
    """Everything about program and machine that a manifest records."""
    return {
        "code": NUMBERS,
        "arithmetic": arithmetic_fingerprint(),
        "program": {"name": PROGRAM, "version": version(), **git_state()},
        "versions": {"python": platform.python_version(), **{name: _version(name) for name in _PACKAGES}},
        "platform": {
            "system": platform.platform(),
            "machine": platform.machine(),
            "implementation": platform.python_implementation(),
            "cores": os.cpu_count() or 1,
            "memory": psutil.virtual_memory().total,
            **processor(),
        },
        "compiled": COMPILED,
        "command": command(),
    }
