"""Small harm to scenarios and tables: what a slip, a foreign program or ill will may do to a file."""

from __future__ import annotations

import copy
import math
import random
from collections.abc import Callable, Iterator
from typing import Any

from sim.kernel.declare import PARAMETERS
from sim.scenario.json_schema import schema_at

Path = tuple[str | int, ...]
ODD = [
    "", " ", "\u00a0", "\u3000", "\ufeff", "\u200b", ";", "=", "\n", "\t", "\r", "\x07", "\u2028", "\u202e", "e\u0301",
    "😀", "\x00", ":", "#", "'", '"', "{", "*a", "&a", "!!x", "x" * 100, "%", "../../x", "null", "1,234", "\ud800",
]  # fmt: skip
NUMBERS = [
    0, -0.0, 1, -1, 0.5, 1e-300, -1e-300, 5e-324, 1e308, -1e308, 1.7976931348623157e308, math.inf, math.nan, 2**31,
    2**31 - 1, 2**63, 10**17, 10**30, 1e15, 1e16, 0.1 + 0.2,
]  # fmt: skip
OTHERS: list[Any] = [None, True, False, "word", "", 3, 2.5, [], [1], ["a", ["b"]], {}, {"a": 1}, {"rows": {"b": []}}]


def places(values: Any, at: Path = ()) -> Iterator[Path]:
    """Every place below the top at which something stands."""
    items = values.items() if isinstance(values, dict) else enumerate(values) if isinstance(values, list) else ()
    for key, child in items:
        yield (*at, key)
        yield from places(child, (*at, key))


def parent(values: Any, at: Path) -> Any:
    """What holds the value at a place."""
    for key in at[:-1]:
        values = values[key]
    return values


def harmed(values: dict[str, Any], luck: random.Random) -> dict[str, Any]:
    """A copy of a scenario's values with one to three mutations."""
    values = copy.deepcopy(values)
    for _ in range(luck.randint(1, 3)):
        known = list(places(values))
        if known:
            luck.choice(MUTATIONS)(values, luck.choice(known), luck)
    return values


def delete(values: dict[str, Any], at: Path, _luck: random.Random) -> None:
    """Leave a key or an item out."""
    del parent(values, at)[at[-1]]


def duplicate(values: dict[str, Any], at: Path, luck: random.Random) -> None:
    """Give a value another time, under a name like its own or anywhere."""
    holder, value = parent(values, at), copy.deepcopy(parent(values, at)[at[-1]])
    if isinstance(holder, list):
        holder.insert(luck.randint(0, len(holder)), value)
    else:
        holder[f"{at[-1]}{luck.choice(['s', '2', ' ', chr(0xA0)])}"] = value


def retype(values: dict[str, Any], at: Path, luck: random.Random) -> None:
    """Put something of another kind there."""
    parent(values, at)[at[-1]] = copy.deepcopy(luck.choice(OTHERS))


def swap(values: dict[str, Any], at: Path, luck: random.Random) -> None:
    """Exchange two values."""
    other = luck.choice(list(places(values)))
    if at[: len(other)] == other or other[: len(at)] == at:
        return
    one, two = parent(values, at), parent(values, other)
    one[at[-1]], two[other[-1]] = two[other[-1]], one[at[-1]]


def at_bounds(values: dict[str, Any], at: Path, luck: random.Random) -> None:
    """A number at, or next to, the bounds of the nearest number, or at the edge of floats."""
    numeric = [place for place in places(values) if isinstance(parent(values, place)[place[-1]], int | float)]
    if not numeric:
        return
    at = at if at in numeric else luck.choice(numeric)
    schema = schema_at(at)
    bounds = [schema[word] for word in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum") if word in schema]
    if at[0] == "parameters" and at[-1] in PARAMETERS:
        bounds += [PARAMETERS[str(at[-1])].low, PARAMETERS[str(at[-1])].high]
    near = [number for bound in bounds for number in (bound, bound + 1, bound - 1, math.nextafter(bound, math.inf),
                                                      math.nextafter(bound, -math.inf))]  # fmt: skip
    parent(values, at)[at[-1]] = luck.choice(near or NUMBERS) if luck.random() < 0.6 else luck.choice(NUMBERS)


def odd_text(values: dict[str, Any], at: Path, luck: random.Random) -> None:
    """Odd letters in a text or a name."""
    holder, odd = parent(values, at), luck.choice(ODD)
    value = holder[at[-1]]
    if isinstance(holder, dict) and luck.random() < 0.4:
        holder[_with(str(at[-1]), odd, luck)] = holder.pop(at[-1])
    else:
        holder[at[-1]] = _with(value, odd, luck) if isinstance(value, str) else odd


def _with(text: str, odd: str, luck: random.Random) -> str:
    where = luck.randint(0, len(text))
    return text[:where] + odd + text[where + luck.randint(0, 2) :]


MUTATIONS: tuple[Callable[[dict[str, Any], Path, random.Random], None], ...] = (
    delete, duplicate, retype, swap, at_bounds, at_bounds, odd_text,
)  # fmt: skip


def garbled(raw: bytes, luck: random.Random) -> bytes:
    """Bytes of a file with a slip: something left out, put in, doubled, cut off, or in another encoding."""
    where, length = luck.randint(0, len(raw)), luck.choice([1, 1, 2, 8, 200])
    kind = luck.randrange(7)
    if kind == 0:
        return raw[:where] + raw[where + length :]
    if kind == 1:
        return raw[:where] + luck.choice(ODD).encode("utf-8", "surrogatepass") + raw[where:]
    if kind == 2:
        return raw[:where] + bytes(luck.randrange(256) for _ in range(length)) + raw[where:]
    if kind == 3:
        return raw[:where]
    if kind == 4:
        lines = raw.split(b"\n")
        lines.insert(luck.randint(0, len(lines)), luck.choice(lines))
        return b"\n".join(lines)
    if kind == 5:
        return raw.replace(*luck.choice([(b",", b";"), (b",", b"\t"), (b".", b","), (b"\n", b"\r"), (b":", b"")]))
    return raw.decode("utf-8", "replace").encode(luck.choice(["utf-16", "utf-16-le", "gb18030", "cp1250"]), "replace")
