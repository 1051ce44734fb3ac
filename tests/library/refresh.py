"""Store what every scenario gives now: python -m tests.library.refresh [NAME...]. Says what moved."""

from __future__ import annotations

import json
import sys

from sim.kernel.arithmetic import arithmetic_fingerprint
from sim.store.files import write_atomically
from tests.library.summaries import STORED, departures, library, rounded, stored, summary


def refresh(names: list[str]) -> list[str]:
    """Compute `names` (all when empty), keep the rest of what is stored, drop scenarios that are gone."""
    known = library()
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise SystemExit(f"no such scenario: {', '.join(unknown)}")
    old = stored()
    kept = {name: values for name, values in old.items() if name in known}
    told = [f"{name}: dropped, there is no such scenario" for name in old if name not in known]
    for name in names or known:
        found = rounded(summary(name))
        if name not in old:
            told.append(f"{name}: new")
        else:
            told += [f"{name}: {departure}" for departure in departures(found, old[name])]
        kept[name] = {"arithmetic": arithmetic_fingerprint(), **found}
    text = json.dumps(dict(sorted(kept.items())), indent=1, allow_nan=False) + "\n"
    write_atomically(STORED, lambda path: path.write_text(text, encoding="utf-8"))
    return told


if __name__ == "__main__":
    for line in refresh(sys.argv[1:]) or ["Nothing moved beyond its tolerance."]:
        print(line)
