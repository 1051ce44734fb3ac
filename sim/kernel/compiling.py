"""Compiling: rules are compiled by Numba and kept in a cache that holds exactly what this source text gives.

Numba's own cache watches the modification time of a function's file: a comment recompiles it, while a callee that was
edited in another file leaves it stale. Here the folder is named by a hash of all that compiled code can see (see
sim.kernel.source_hash), so that any edit of a rule starts a new cache and no other edit does. What an older cache holds
of rules that cannot see the edit is taken over: each file carries a hash of what its own rule can see.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numba
import numpy as np
from numba.core.caching import CompileResultCacheImpl, FunctionCache
from numba.extending import typeof_impl
from numba.np import linalg, numpy_support

from sim.kernel import source_hash
from sim.kernel.fingerprint import fingerprint
from sim.kernel.records import Records, Row
from sim.kernel.turns import Turn


def _take_blas_for_granted() -> None:
    """Load Numba's functions of arrays without a trial import of SciPy's linear algebra, a sixth of a cached start.

    SciPy is installed with this program, no rule multiplies matrices, and Numba asks again where somebody does.
    """
    asks = linalg.ensure_blas
    linalg.ensure_blas = lambda: None
    try:
        from numba.np import arraymath  # noqa: F401
    finally:
        linalg.ensure_blas = asks


_take_blas_for_granted()
_Function = TypeVar("_Function", bound=Callable[..., Any])
COMPILED = not numba.config.DISABLE_JIT
RULES: dict[str, Callable[..., Any]] = {}
"""Every rule by "module.name", as it was written."""
DISPATCHERS: list[Any] = []
"""Numba's form of every rule that stands by itself."""


def cache_folder() -> Path:
    """Where compiled rules of exactly this source text are kept, if it can be written to."""
    return source_hash.cache_base() / f"rules-{source_hash.RULES}"


@cache
def usable_folder() -> Path | None:
    """`cache_folder`, else a temporary one, else None: then rules are compiled in memory in every process."""
    temporary = Path(tempfile.gettempdir()) / f"clustersim-{os.getuid() if hasattr(os, 'getuid') else 'user'}"
    for folder in (cache_folder(), temporary / cache_folder().name):
        try:
            if not folder.exists():
                adopt(folder)
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError:
            continue
        if folder != cache_folder():
            _tell_once("%s cannot be written to: compiled rules are kept in %s", source_hash.cache_base(), folder)
        return folder
    _tell_once("no folder can be written to: rules are compiled anew in every process")
    return None


def adopt(folder: Path) -> None:
    """Make a cache with what older ones beside it hold of rules that see the same source text.

    It appears at once or not at all, so that programs that start at the same time share one. Without older caches, or
    where files cannot be linked, nothing is made.
    """
    stamps = set(source_hash.STAMPS.values())
    older = sorted(folder.parent.glob("rules-*"), key=lambda path: path.stat().st_mtime)
    found = {path.name: path for old in older for path in old.glob("*.nb[ci]") if stamp_of(path) in stamps}
    if not found:
        return
    unfinished = Path(tempfile.mkdtemp(prefix="adopting-", dir=folder.parent))
    try:
        for name, path in found.items():
            os.link(path, unfinished / name)
        unfinished.rename(folder)
    except OSError:
        shutil.rmtree(unfinished, ignore_errors=True)


def stamp_of(path: Path) -> str:
    """The stamp in the name of a kept file: NAME-DIGESTxSTAMP.py312.1.nbc; empty if there is none."""
    return path.name.rpartition(".py")[0].rpartition("x")[2]


def _tell_once(message: str, *names: object) -> None:
    """Warn in the program that was started, not in its workers again."""
    from multiprocessing import parent_process

    if parent_process() is None:
        logging.getLogger("clustersim").warning(message, *names)


class RuleLocator:
    """Tells Numba where a rule's compiled form lies; it is never stale, since the folder's name says what it holds."""

    def __init__(self, function: Callable[..., Any], folder: Path) -> None:
        self.folder = folder
        self.stamp = source_hash.STAMPS.get(function.__module__, source_hash.RULES)
        self.name = f"{fingerprint(function.__module__, function.__qualname__)}x{self.stamp}"

    @classmethod
    def from_function(cls, function: Callable[..., Any], _file: str) -> RuleLocator | None:
        """The locator of a rule, or None without a folder that can be written to."""
        folder = usable_folder()
        return None if folder is None else cls(function, folder)

    def ensure_cache_path(self) -> None:
        """Make the folder."""
        self.folder.mkdir(parents=True, exist_ok=True)

    def get_cache_path(self) -> str:
        """The folder."""
        return str(self.folder)

    def get_source_stamp(self) -> str:
        """What a kept form must have been made of."""
        return self.stamp

    def get_disambiguator(self) -> str:
        """Tells rules of the same name apart, wherever they stand in their files."""
        return self.name


class RuleCacheImpl(CompileResultCacheImpl):  # type: ignore[misc]
    """Numba's form of what is kept, found by `RuleLocator`."""

    _locator_classes = (RuleLocator,)


class RuleCache(FunctionCache):  # type: ignore[misc]
    """The cache of one rule. Of programs that miss the same rule at the same time one compiles it."""

    _impl_class = RuleCacheImpl

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        self._turn = Turn(Path(self._cache_path) / f"{self._impl.filename_base}.lock")

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """The kept form for a signature; None if there is none, and then it is this program's turn to compile it."""
        found = super().load_overload(sig, target_context)
        if found is None and not self._turn.taken:
            self._turn.take()
            found = super().load_overload(sig, target_context)
            if found is not None:
                self._turn.give_back()
        return found

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep what was compiled, for the others too."""
        try:
            super().save_overload(sig, data)
        finally:
            self._turn.give_back()


@cache
def numba_type(kind: np.dtype[Any]) -> Any:
    """Numba's type of a dtype, made once: of records with many columns that takes a millisecond, and each of the first
    calls of each rule asks for several.
    """
    return numba.from_dtype(kind)


@typeof_impl.register(Records)
def _type_of_records(records: Records, _context: object) -> Any:
    layout = numpy_support.map_layout(records)
    return numba.types.Array(numba_type(records.dtype), records.ndim, layout, readonly=not records.flags.writeable)


@typeof_impl.register(Row)
def _type_of_row(row: Row, _context: object) -> Any:
    return numba_type(row.dtype)


def inlined(function: _Function) -> _Function:
    """Mark a rule to be written into the rules that call it.

    It is for small steps of a search that take NamedTuples of many arrays: counting references to these at every call
    would cost more than the step does.
    """
    function.inlined = True  # type: ignore[attr-defined]
    return function


def allocates(function: Callable[..., Any]) -> bool:
    """Whether a rule makes arrays of its own: it names NumPy, or copies one."""
    return not {"np", "copy"}.isdisjoint(function.__code__.co_names)


def rule(function: _Function) -> _Function:
    """Compile a scalar function over records, or a loop over them; kept per source text, nogil, no fastmath.

    Under NUMBA_DISABLE_JIT=1 the function runs as it stands and gives the same bits. Most rules make no arrays: those
    that they get belong to who calls them, so that references to arrays need not be counted; counting took most of the
    time of rules that search. A rule that makes arrays has them counted; it must not return one (Numba refuses to
    compile a rule that makes arrays in other ways).
    """
    RULES[f"{function.__module__}.{function.__qualname__}"] = function
    if not COMPILED:
        return function
    inline = "always" if getattr(function, "inlined", False) else "never"
    dispatcher = numba.njit(
        nogil=True, error_model="numpy", inline=inline, no_cfunc_wrapper=True, _nrt=allocates(function)
    )(function)
    if usable_folder() is not None:
        dispatcher._cache = RuleCache(function)
    if inline == "never":
        DISPATCHERS.append(dispatcher)
    return dispatcher  # type: ignore[no-any-return]


def compiled_so_far() -> tuple[int, int]:
    """Rules whose compiled form is kept (without a place to keep them: that this program has compiled), and rules in
    all but those that are written into others.
    """
    folder = usable_folder()
    kept = sum(1 for one in DISPATCHERS if one.overloads) if folder is None else len(list(folder.glob("*.nbi")))
    return min(kept, len(DISPATCHERS)), len(DISPATCHERS)


def is_compiled_before() -> bool:
    """Whether these rules were compiled on this machine before (the first run takes some seconds more)."""
    folder = usable_folder() if COMPILED else None
    return not COMPILED or (folder is not None and any(folder.glob("*.nbi")))


def sweep_caches(keep: int = 4, most: int = 16, days: float = 3.0) -> None:
    """Mark the cache of these rules as used, and delete older ones: those of checkouts that run side by side stay.

    Of other source texts those go that were not used for `days`, the `keep` last used excepted, and all but the `most`
    last used.
    """
    with contextlib.suppress(OSError):
        os.utime(cache_folder())
    used = {path: path.stat().st_mtime for path in cache_folder().parent.glob("rules-*")}
    stale = time.time() - days * 86_400
    for place, folder in enumerate(sorted(used, key=lambda path: used[path], reverse=True)):
        if place >= most or (place >= keep and used[folder] < stale):
            shutil.rmtree(folder, ignore_errors=True)
