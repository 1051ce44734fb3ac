"""Hashes of the source text, so that results and compiled rules are trusted only by the program that made them.

Three hashes, all of syntax trees without comments, docstrings, formatting and the words of declarations (help, source,
unit), so that rewording a sentence changes none of them:

    NUMBERS   of what decides numbers: kernel, metrics, model, scenario, runs. Part of the identity of a run.
    STATE     the same without metrics, which only look: what a checkpoint must fit.
    RULES     of what the compiler sees: rules, and the constants and classes beside them. Names the compile cache.

They are the same on every version of Python, since fields that a version adds to its syntax trees are empty here.
"""

from __future__ import annotations

import ast
import contextlib
import json
import os
from pathlib import Path
from typing import NamedTuple

from sim.kernel.fingerprint import fingerprint

HOUSE = Path(__file__).resolve().parents[1]
DECIDING = ("kernel", "metrics", "model", "scenario", "runs")
"""Rooms whose code decides numbers."""
WORDS = ("help", "source", "unit", "formula", "theme", "description", "reason")
"""Keyword arguments of declarations that only tell."""


def tells_only(node: ast.AST) -> bool:
    """Whether a statement does nothing: a docstring or another bare string."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def normalised(tree: ast.AST) -> list[str]:
    """A syntax tree as words: kinds of nodes, names of fields that are filled, and values."""
    words: list[str] = []
    add = words.append

    def tell(node: object) -> None:
        if isinstance(node, ast.AST):
            add(type(node).__name__)
            for name in node._fields:
                value = getattr(node, name, None)
                if value is None or value == [] or name == "ctx" or (name == "kind" and isinstance(value, str)):
                    continue
                add(f".{name}")
                tell([one for one in value if one.arg not in WORDS] if name == "keywords" else value)
            add(";")
        elif isinstance(node, list):
            for child in node:
                if not tells_only(child):
                    tell(child)
            add("]")
        else:
            add(f"{type(node).__name__} {node!r}")

    tell(tree)
    return words


def is_rule(node: ast.AST) -> bool:
    """Whether a statement defines a compiled rule."""
    return isinstance(node, ast.FunctionDef) and any(
        isinstance(one, ast.Name) and one.id == "rule" for one in node.decorator_list
    )


def seen_by_compiler(tree: ast.Module) -> ast.Module:
    """The part of a file that compiled code can see: rules, classes, imports and constants.

    A compiled rule cannot call a plain function, so these are left out; so are declarations of parameters, whose values
    are read at run time and whose types are part of a compiled signature. The file that says how rules are compiled
    counts as a whole.
    """
    if any(isinstance(node, ast.FunctionDef) and node.name == "rule" for node in tree.body):
        return tree
    body = [
        node
        for node in tree.body
        if not (isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not is_rule(node))
        and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call))
    ]
    return ast.Module(body=body, type_ignores=[])


Trees = dict[Path, ast.Module]


def parsed(house: Path) -> Trees:
    """The syntax trees of all files of a package."""
    return {path: ast.parse(path.read_bytes()) for path in sorted(house.rglob("*.py"))}


def words_of(trees: Trees) -> dict[Path, str]:
    """What counts in each file."""
    return {path: "\n".join(normalised(tree)) for path, tree in trees.items()}


def hash_words(house: Path, words: dict[Path, str]) -> str:
    """Hash of files by name and content."""
    named = ((text, path.relative_to(house).as_posix()) for path, text in sorted(words.items()))
    return fingerprint(*(part for pair in named for part in pair))


def room(house: Path, path: Path) -> str:
    """The room that a file lies in."""
    return path.relative_to(house).parts[0]


def imported_files(house: Path, tree: ast.Module) -> set[Path]:
    """Files of this package that a file imports names or modules from, at its top level."""
    found = set()
    for node in tree.body:
        if not isinstance(node, ast.ImportFrom) or node.module is None or node.module.split(".")[0] != house.name:
            continue
        for one in [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]:
            path = house.joinpath(*one.split(".")[1:])
            found |= {path.with_suffix(".py"), path / "__init__.py"}
    return found


def sources_of(house: Path, tree: ast.Module) -> set[Path]:
    """The files that define what a file imports at its top level: of a module of a package that module alone."""
    found = set()
    for node in tree.body:
        if not isinstance(node, ast.ImportFrom) or node.module is None or node.module.split(".")[0] != house.name:
            continue
        home = house.joinpath(*node.module.split(".")[1:])
        for alias in node.names:
            inside = {home / f"{alias.name}.py", home / alias.name / "__init__.py"}
            own = {path for path in inside if path.exists()}
            found |= own or {home.with_suffix(".py"), home / "__init__.py"}
    return found


def reached_by_rules(house: Path, trees: Trees) -> set[Path]:
    """Every file with a rule, and the files that these import names from, and so on."""
    waiting = [path for path, tree in trees.items() if any(map(is_rule, tree.body))]
    seen: set[Path] = set()
    while waiting:
        path = waiting.pop()
        if path not in seen and path in trees:
            seen.add(path)
            waiting += imported_files(house, trees[path])
    return seen


def compute_stamps(house: Path = HOUSE) -> dict[str, str]:
    """Of every module with rules, a hash of what compiled code of it can see: its own text, that of the modules it
    imports from, and so on. A rule is compiled anew only where this changes.
    """
    trees = parsed(house)
    sources = {path: sources_of(house, tree) & set(trees) for path, tree in trees.items()}
    words: dict[Path, str] = {}
    stamps = {}
    for path, tree in trees.items():
        if any(map(is_rule, tree.body)):
            seen, waiting = set(), [path]
            while waiting:
                one = waiting.pop()
                if one not in seen:
                    seen.add(one)
                    waiting += sources[one]
            for one in seen - set(words):
                words[one] = "\n".join(normalised(seen_by_compiler(trees[one])))
            name = ".".join((house.name, *path.relative_to(house).with_suffix("").parts))
            stamps[name] = hash_words(house, {one: words[one] for one in seen})
    return stamps


class Hashes(NamedTuple):
    """What the module's docstring says."""

    numbers: str
    state: str
    rules: str


def compute(house: Path = HOUSE) -> Hashes:
    """The three hashes of the package in `house`."""
    trees = parsed(house)
    deciding = words_of({path: tree for path, tree in trees.items() if room(house, path) in DECIDING})
    state = {path: words for path, words in deciding.items() if room(house, path) != "metrics"}
    compiled = words_of({path: seen_by_compiler(trees[path]) for path in reached_by_rules(house, trees)})
    return Hashes(hash_words(house, deciding), hash_words(house, state), hash_words(house, compiled))


# -- kept between runs, since parsing the package takes most of a second ---------------------------------------


def cache_base() -> Path:
    """The user's folder for what can be made again: $NUMBA_CACHE_DIR, else clustersim in the cache folder."""
    given = os.environ.get("NUMBA_CACHE_DIR")
    return Path(given) if given else Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "clustersim"


def kept_hashes(house: Path = HOUSE, name: str = "") -> Hashes:
    """`compute`, remembered by the bytes of the files, of which `name` is the hash where it is known; without a place
    to write, computed each time.
    """
    file = kept_file(name or name_of(house), "")
    with contextlib.suppress(OSError, ValueError, TypeError):
        return Hashes(**json.loads(file.read_text(encoding="utf-8")))
    found = compute(house)
    keep(file, found._asdict())
    return found


def kept_stamps(house: Path = HOUSE, name: str = "") -> dict[str, str]:
    """`compute_stamps`, remembered in the same way."""
    file = kept_file(name or name_of(house), "-stamps")
    with contextlib.suppress(OSError, ValueError):
        return dict(json.loads(file.read_text(encoding="utf-8")))
    found = compute_stamps(house)
    keep(file, found)
    return found


def name_of(house: Path) -> str:
    """A hash of the bytes of all files of a package."""
    return fingerprint(*(part for path in sorted(house.rglob("*.py")) for part in (str(path), path.read_bytes())))


def kept_file(name: str, kind: str) -> Path:
    """Where what follows from the bytes of a package's files, `name_of` them, is remembered."""
    return cache_base() / "source" / f"{name}{kind}.json"


def keep(file: Path, found: dict[str, str]) -> None:
    """Remember hashes, if there is a place to write."""
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_suffix(f".{os.getpid()}")
        unfinished.write_text(json.dumps(found), encoding="utf-8")
        unfinished.replace(file)


_BYTES = name_of(HOUSE)
NUMBERS, STATE, RULES = kept_hashes(HOUSE, _BYTES)
STAMPS = kept_stamps(HOUSE, _BYTES)
