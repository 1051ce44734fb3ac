"""What commands say on the way, beside their results."""

from __future__ import annotations

COMPILING = "Compiling the rules, once for this version: about a minute."
COMPILER_OFF = "The compiler is off (NUMBA_DISABLE_JIT): nothing is compiled."
COMPILED = "{count} rules are compiled, {kept} ({seconds:.0f} s)."
KEPT_IN, NOT_KEPT = "kept in {folder}", "in this program only: no folder can be written to"
