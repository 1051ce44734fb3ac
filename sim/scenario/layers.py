"""How a scenario is put together: a file, the files that it extends, and overrides on top."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from sim.scenario.json_schema import known_layouts
from sim.scenario.problems import Position, Problem, did_you_mean, dotted, shown
from sim.scenario.shipped import shipped
from sim.scenario.yaml_text import DEEPEST, Entry, read_yaml

SCENARIOS = shipped("scenarios")
_SUFFIXES = (".yaml", ".yml")
_LARGEST = 1_000_000


def scenario_folders() -> list[Path]:
    """Where bare names are looked for: `scenarios` in the current folder, then those that came with the program."""
    folders = [Path("scenarios"), SCENARIOS]
    return [folder for folder in folders if folder.is_dir()]


def known_scenarios() -> dict[str, Path]:
    """Every scenario in those folders, by bare name."""
    found: dict[str, Path] = {}
    for folder in scenario_folders():
        for path in sorted(folder.glob("*.yaml")):
            found.setdefault(path.stem, path)
    return found


def find_scenario(source: str | Path, problems: list[Problem]) -> Path | None:
    """The file that `source` names: a path, or the bare name of a file in scenarios/."""
    path = Path(source)
    if _is_file(path):
        return path
    known = known_scenarios()
    bare = str(source).removesuffix(".yaml")
    if bare in known:
        return known[bare]
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


def read_layers(path: Path, problems: list[Problem], chain: Sequence[Path] = ()) -> Entry | None:
    """The mapping in `path` merged over the file that it extends; None, with a problem, when it cannot be read.

    `chain` holds the files that led here, first the one that the user named.
    """
    entry = _read_file(path, problems)
    if entry is None or not isinstance(entry.value, dict):
        return None
    own = dict(entry.value)
    named = own.pop("extends", None)
    child = replace(entry, value=own)
    if named is None or named.value is None:
        return child
    base = _base_path(path, named, problems)
    if base is None:
        return None
    trail = [*chain, path]
    if any(base.resolve() == earlier.resolve() for earlier in trail):
        message = f"files extend each other in a circle: {' -> '.join(str(file) for file in [*trail, base])}"
        problems.append(Problem(named.position, "extends", message, remedy="take one `extends` out"))
        return None
    below = read_layers(base, problems, trail)
    return None if below is None else merged(below, child)


def _read_file(path: Path, problems: list[Problem]) -> Entry | None:
    position = Position(str(path), folder=str(path.parent))
    try:
        if path.stat().st_size > _LARGEST:
            size = f"the file has {path.stat().st_size:,} bytes"
            problems.append(Problem(position, "", size, allowed=f"up to {_LARGEST:,} bytes"))
            return None
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig")
    except OSError as error:
        problems.append(Problem(position, "", f"cannot be read: {error.strerror or error}"))
        return None
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start)
        column = error.start - (raw.rfind(b"\n", 0, error.start) + 1)
        where = replace(position, line=line + 1, column=column + 1)
        problems.append(Problem(where, "", "the file is not UTF-8 text", remedy="save it as UTF-8"))
        return None
    entry = read_yaml(text, position, problems)
    if entry is None or isinstance(entry.value, dict):
        return entry
    what = "the file is empty" if entry.value is None else f"the file holds {shown(entry.value)}, not a mapping"
    problems.append(Problem(entry.position, "", what, remedy="write `key: value` lines"))
    return None


def _base_path(path: Path, named: Entry, problems: list[Problem]) -> Path | None:
    """The file that `extends` names: relative to the file it stands in, else one of the library by its bare name."""
    if not isinstance(named.value, str):
        message = f"should be the name of one file, not {shown(named.value)}"
        problems.append(Problem(named.position, "extends", message, remedy="write `extends: base.yaml`"))
        return None
    for candidate in (named.value, named.value + ".yaml"):
        if _is_file(path.parent / candidate):
            return path.parent / candidate
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


# -- overrides -------------------------------------------------------------------------------------------


def with_overrides(
    tree: Entry, overrides: Iterable[str], is_list: Callable[[tuple[str, ...]], bool], problems: list[Problem]
) -> Entry:
    """`tree` with each `a.b=value` laid over it, in order.

    `is_list(path)` says whether the scenario has a list at a path that the tree does not have yet.
    """
    for text in overrides:
        tree = _with_override(tree, str(text), is_list, problems)
    return tree


def _with_override(
    tree: Entry, text: str, is_list: Callable[[tuple[str, ...]], bool], problems: list[Problem]
) -> Entry:
    start = Position(f"override {text if text.isprintable() else ascii(text)}")
    name, equals, value = text.partition("=")
    parts = name.strip().split(".")
    if not equals or not all(part.strip() for part in parts):
        problems.append(Problem(start, "", "is not of the form key=value", text, remedy="write --set plan.budget=0.1"))
        return tree
    offset = len(name) - len(name.lstrip())
    names = []
    for part in parts:
        names.append(replace(start, column=offset + 1))
        offset += len(part) + 1
    if len(parts) > DEEPEST:
        problems.append(Problem(start, "", f"the key has {len(parts)} parts", allowed=f"up to {DEEPEST}"))
        return tree
    if parts[0] == "extends":
        problems.append(Problem(start, "extends", "cannot be overridden", remedy="name another scenario instead"))
        return tree
    entry = read_yaml(value, replace(start, column=len(name) + 2), problems, tuple(parts))
    if entry is None:
        return tree
    try:
        return _positioned(tree, parts, names, 0, entry, is_list)
    except IndexError as error:
        problems.append(Problem(names[error.args[0]], dotted(parts), error.args[1], text))
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
    parts: list[str],
    names: list[Position],
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
