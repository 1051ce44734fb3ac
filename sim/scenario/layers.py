"""How a scenario is put together: a file, the files that it extends, and overrides on top."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from sim.kernel.letters import composed
from sim.scenario.documents import DEEPEST, Entry, entry_at, position_of, read_yaml
from sim.scenario.files import Unreadable, as_spelt, read_bytes
from sim.scenario.json_schema import keys_at, known_layouts
from sim.scenario.problems import Position, Problem, did_you_mean, dotted, shown
from sim.scenario.shipped import shipped

SCENARIOS = shipped("scenarios")
_SUFFIXES = (".yaml", ".yml")
LARGEST = 1_000_000
"""Bytes of a file and all that it extends."""
MOST_LAYERS = 200
"""Files that extend one another. So many are read within two seconds; a chain of any length is told of no later."""
SHORT = 200
"""Characters of an override at most that is kept once it was read."""
_WORD = re.compile(r"^[ {\"']*([a-z_]+)[\"']?:", re.MULTILINE)


def scenario_folders() -> list[Path]:
    """Where bare names are looked for: `scenarios` in the current folder, then those that came with the program."""
    folders = [Path("scenarios"), SCENARIOS]
    return [folder for folder in folders if folder.is_dir()]


def known_scenarios() -> dict[str, Path]:
    """Every scenario in those folders, by bare name."""
    found: dict[str, Path] = {}
    for folder in scenario_folders():
        for path in sorted(folder.glob("*.yaml")):
            found.setdefault(name_of(path), path)
    return found


def name_of(source: str | Path) -> str:
    """The name of a scenario, and of the arm that it is: that of its file, composed as names are."""
    return composed(Path(source).stem)


def find_scenario(source: str | Path, problems: list[Problem]) -> Path | None:
    """The file that `source` names: a path, or the bare name of a file in scenarios/."""
    path = Path(source)
    if _is_file(path):
        return path
    known = known_scenarios()
    bare = composed(str(source)).removesuffix(".yaml")
    if bare in known:
        return known[bare]
    if _is_there(path):
        return path  # a device or a pipe: reading it says so
    if str(source) == "-":
        problems.append(Problem(Position("-"), "", "standard input is not read", remedy="write it into a file"))
        return None
    what = "is a folder, not a file" if _is_folder(path) else "there is no such file"
    remedy = _remedy(path.name.removesuffix(".yaml"), sorted(_neighbours(path) | set(known)))
    problems.append(Problem(Position(str(source)), "", what, value=str(source), remedy=remedy))
    return None


def _remedy(name: str, known: list[str]) -> str:
    """What may have been meant by the name of a scenario that there is not."""
    if name in known_layouts():
        return f"{shown(name)} is a layout: write policy_text --set plan.layout={name}"
    close = did_you_mean(name, known)
    return close if close.startswith("did") else "`clustersim scenarios` lists those that have a name"


def title_of(path: Path) -> str:
    """The title of a scenario, its own or inherited; says so when the file cannot be read."""
    problems: list[Problem] = []
    tree = read_layers(path, problems)
    if tree is None or problems:
        return "(has problems: see `clustersim check`)"
    title = tree.value.get("title") if isinstance(tree.value, dict) else None
    return " ".join(str(title.value).split()) if title is not None else "(without a title)"


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _is_there(path: Path) -> bool:
    """Whether there is something that is neither a file nor a folder."""
    try:
        return path.exists() and not path.is_dir()
    except (OSError, ValueError):
        return False


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _neighbours(path: Path) -> set[str]:
    try:
        files = [other for suffix in _SUFFIXES for other in path.parent.glob(f"[!.]*{suffix}")]
        return {file.stem for file in files}
    except (OSError, ValueError):
        return set()


# -- files -----------------------------------------------------------------------------------------------


def read_layers(path: Path, problems: list[Problem]) -> Entry | None:
    """The mapping in `path` laid over the files that it extends; None, with a problem, when one cannot be read."""
    layers: list[Entry] = []
    trail: dict[Path, Path] = {}
    left = LARGEST
    at = path
    while True:
        raw = _bytes(at, left, problems)
        entry = _mapping(at, raw, bool(trail), problems) if raw is not None else None
        if raw is None or entry is None or not isinstance(entry.value, dict):
            return None
        left -= len(raw)
        trail[at.resolve()] = at
        own = dict(entry.value)
        named = own.pop("extends", None)
        layers.append(replace(entry, value=own))
        if named is None or named.value is None:
            break
        base = _base_path(at, named, problems)
        if base is None or not _is_new(base, trail, named, problems):
            return None
        at = base
    tree = layers.pop()
    while layers:
        tree = _without_stale_texts(tree, merged(tree, layers.pop()))
    return tree


def _is_new(base: Path, trail: dict[Path, Path], named: Entry, problems: list[Problem]) -> bool:
    """Whether a chain of files, by where they really are, may go on with `base`: no circle, no end out of sight."""
    if base.resolve() in trail:
        files = list(trail.values())
        shortened = [*files[:4], Path("..."), *files[-4:]] if len(files) > 9 else files
        message = f"files extend each other in a circle: {' -> '.join(map(str, [*shortened, base]))}"
        problems.append(Problem(named.position, "extends", message, remedy="take one `extends` out"))
        return False
    if len(trail) >= MOST_LAYERS:
        message = f"{len(trail)} files extend one another, and the last extends one more"
        problems.append(Problem(named.position, "extends", message, allowed=f"up to {MOST_LAYERS}"))
        return False
    return True


def _bytes(path: Path, most: int, problems: list[Problem]) -> bytes | None:
    position = Position(str(path))
    try:
        return read_bytes(path, most)
    except Unreadable as fault:
        allowed = fault.allowed and f"up to {LARGEST:,} bytes, with all files that are extended"
        message = fault.message if fault.message.startswith("cannot") else f"the file {fault.message}"
        problems.append(Problem(position, "", message, allowed=allowed, remedy=fault.remedy))
    except OSError as error:
        problems.append(Problem(position, "", f"cannot be read: {error.strerror or error}"))
    return None


def _mapping(path: Path, raw: bytes, extended: bool, problems: list[Problem]) -> Entry | None:
    """The mapping that a file holds. What is no scenario is told without a word of what stands in it."""
    position = Position(str(path), folder=str(path.parent))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start)
        column = error.start - (raw.rfind(b"\n", 0, error.start) + 1)
        where = replace(position, line=line + 1, column=column + 1)
        problems.append(Problem(where, "", "the file is not UTF-8 text", remedy="save it as UTF-8"))
        return None
    found: list[Problem] = []
    entry = read_yaml(text, position, found)
    words = set(entry.value) if entry is not None and isinstance(entry.value, dict) else set(_WORD.findall(text))
    if extended and not words & {"extends", *keys_at(())}:
        problems.append(Problem(position, "", "the file is no scenario: it has none of its keys"))
        return None
    problems += found
    if entry is None or isinstance(entry.value, dict):
        return entry
    held = "nothing" if entry.value is None else "a list" if isinstance(entry.value, list) else "text"
    what = "the file is empty" if held == "nothing" else f"the file holds {held}, not a mapping"
    problems.append(Problem(entry.position, "", what, remedy="write `key: value` lines"))
    return None


def _base_path(path: Path, named: Entry, problems: list[Problem]) -> Path | None:
    """The file that `extends` names: relative to the file it stands in, else one of the library by its bare name."""
    if not isinstance(named.value, str):
        message = f"should be the name of one file, not {shown(named.value)}"
        problems.append(Problem(named.position, "extends", message, remedy="write `extends: base.yaml`"))
        return None
    for candidate in (named.value, named.value + ".yaml"):
        beside = as_spelt(path.parent / candidate)
        if _is_there(beside):
            return beside
    library = SCENARIOS / f"{named.value.removesuffix('.yaml')}.yaml"
    if "/" not in named.value and "\\" not in named.value and _is_file(library):
        return library
    known = _neighbours(path.parent / named.value) | {other.stem for other in SCENARIOS.glob("*.yaml")}
    remedy = did_you_mean(Path(named.value).stem, sorted(known - {path.stem}))
    message = f"there is no file {shown(named.value)} beside this one or in the library"
    problems.append(Problem(named.position, "extends", message, value=named.value, remedy=remedy))
    return None


# -- merging ---------------------------------------------------------------------------------------------


def merged(below: Entry, above: Entry) -> Entry:
    """`above` laid over `below`: mappings merge, all else replaces, null removes what is below."""
    if not isinstance(below.value, dict) or not isinstance(above.value, dict):
        return above
    together = dict(below.value)
    for key, entry in above.value.items():
        inherited = together.get(key)
        if inherited is None:
            together[key] = entry
        elif entry.value is None:
            del together[key]
        else:
            together[key] = merged(inherited, entry)
    return replace(above, value=together)


_TEXTS = ("description", "source", "look_at")


def _without_stale_texts(below: Entry, together: Entry) -> Entry:
    """`together` without the texts it inherits from `below`, where it has another map or none of its industries.

    They would state what is not so: sources of numbers that are no longer there.
    """
    if not isinstance(below.value, dict) or not isinstance(together.value, dict):
        return together
    map_before = _map_of(below)
    same_map = map_before is None or _map_of(together) == map_before
    before = _stages_of(below)
    if same_map and (not before or before & _stages_of(together)):
        return together
    kept = {
        name: entry
        for name, entry in together.value.items()
        if name not in _TEXTS or entry is not below.value.get(name)
    }
    return replace(together, value=kept)


def _map_of(tree: Entry) -> tuple[object, ...] | None:
    """What tells one map from another; None where there is none yet. A grid of another size is the same abstraction."""
    data = entry_at(tree, ("regions", "map", "data"))
    if data is not None and data.value is not None:
        return "data", data.position
    table = entry_at(tree, ("regions", "map", "table"))
    if table is not None and table.value is not None:
        return "table", table.position.folder, table.value
    grid = entry_at(tree, ("regions", "grid"))
    return ("grid",) if grid is not None and grid.value is not None else None


def _stages_of(tree: Entry) -> set[tuple[str, object]]:
    """Every industry with the place at which its stage is written: one that is written anew is another."""
    industries = entry_at(tree, ("industries",))
    if industries is None or not isinstance(industries.value, dict):
        return set()
    return {(name, position_of(industries, (name, "stage"))) for name in industries.value}


# -- overrides -------------------------------------------------------------------------------------------


def with_overrides(
    tree: Entry, overrides: Iterable[str], is_list: Callable[[tuple[str, ...]], bool], problems: list[Problem]
) -> Entry:
    """`tree` with each `a.b=value` laid over it, in order.

    `is_list(path)` says whether the scenario has a list at a path that the tree does not have yet.
    """
    together = tree
    for text in overrides:
        together = _with_override(together, str(text), is_list, problems)
    return _without_stale_texts(tree, together)


@dataclass(frozen=True)
class _Override:
    """An override that was read."""

    parts: tuple[str, ...]
    names: tuple[Position, ...]
    """Where each part of the key stands."""
    entry: Entry


def _read_override(text: str) -> tuple[_Override | None, tuple[Problem, ...]]:
    """What `a.b=value` says, or what is wrong with it."""
    start = Position(f"override {text if text.isprintable() else ascii(text)}")
    name, equals, value = composed(text).partition("=")
    parts = name.strip().split(".")
    if not equals or not all(part.strip() for part in parts):
        return None, (Problem(start, "", "is not of the form key=value", text, remedy="write --set plan.budget=0.1"),)
    offset = len(name) - len(name.lstrip())
    names = []
    for part in parts:
        names.append(replace(start, column=offset + 1))
        offset += len(part) + 1
    if len(parts) > DEEPEST:
        return None, (Problem(start, "", f"the key has {len(parts)} parts", allowed=f"up to {DEEPEST}"),)
    if parts[0] == "extends":
        problem = Problem(start, "extends", "cannot be overridden", remedy="name another scenario instead")
        return None, (problem,)
    problems: list[Problem] = []
    entry = read_yaml(value, replace(start, column=len(name) + 2), problems, tuple(parts))
    return None if entry is None else _Override(tuple(parts), tuple(names), entry), tuple(problems)


_read_short = lru_cache(maxsize=2**14)(_read_override)
"""Experiments of many factors give the same texts thousands of times, in ever other company."""


def _with_override(
    tree: Entry, text: str, is_list: Callable[[tuple[str, ...]], bool], problems: list[Problem]
) -> Entry:
    told, wrong = (_read_short if len(text) <= SHORT else _read_override)(text)
    problems.extend(wrong)
    if told is None:
        return tree
    try:
        return _positioned(tree, told.parts, told.names, 0, told.entry, is_list)
    except IndexError as error:
        problems.append(Problem(told.names[error.args[0]], dotted(told.parts), error.args[1], text))
        return tree


def laid(
    tree: Entry, parts: list[str], position: Position, entry: Entry, is_list: Callable[[tuple[str, ...]], bool]
) -> Entry:
    """`tree` with `entry` laid over it at `parts`, a key that stands at `position`.

    Raises IndexError(depth, message) where a list has no such place.
    """
    return _positioned(tree, parts, [position] * len(parts), 0, entry, is_list)


def _positioned(
    below: Entry | None,
    parts: Sequence[str],
    names: Sequence[Position],
    depth: int,
    entry: Entry,
    is_list: Callable[[tuple[str, ...]], bool],
) -> Entry:
    """`below` with `entry` laid over it at the rest of the path. Raises IndexError(depth, message)."""
    if depth == len(parts):
        return entry if below is None else merged(below, entry)
    position = names[depth]
    part = parts[depth]
    if below is None or not isinstance(below.value, (dict, list)):
        below = Entry([] if is_list(tuple(parts[:depth])) else {}, position, names[max(depth - 1, 0)])
    if isinstance(below.value, list):
        items = list(below.value)
        if not part.isdecimal() or not part.isascii() or int(part) > len(items):
            held = f"holds items 0 to {len(items) - 1}; {len(items)} adds one" if items else "is empty; 0 adds an item"
            raise IndexError(depth, f"{shown(part)} is not a place in this list, which {held}")
        index = int(part)
        item = _positioned(items[index] if index < len(items) else None, parts, names, depth + 1, entry, is_list)
        items[index : index + 1] = [] if item.value is None else [item]
        return replace(below, value=items)
    children = dict(below.value) if isinstance(below.value, dict) else {}
    inherited = children.get(part)
    child = _positioned(inherited, parts, names, depth + 1, entry, is_list)
    if child.value is None and inherited is not None:
        del children[part]
    else:
        last = depth + 1 == len(parts)
        children[part] = replace(child, name=position if last or inherited is None else inherited.name)
    return replace(below, value=children)
