"""What a manifest must say before anything of it is relied on: names, types and places of files."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

Count = Annotated[int, Field(ge=0)]


def _inside(name: str) -> str:
    """The name of a file within the folder, as it is. Raises ValueError for any other."""
    if not name or "\0" in name or PurePosixPath(name).is_absolute() or {"..", "\\"} & {*PurePosixPath(name).parts}:
        raise ValueError("it names no file of the folder")
    return name


File = Annotated[str, AfterValidator(_inside)]


class _Form(BaseModel):
    """Types as JSON has them; what a form does not know is left alone."""

    model_config = ConfigDict(strict=True)


class _Table(_Form):
    rows: Count
    bytes: Count
    sha256: str


class _Failure(_Form):
    model_config = ConfigDict(strict=True, extra="forbid")
    seed: int
    arm: str
    error: str
    traceback: str
    cause: Literal["error", "time", "memory"] = "error"


class _OldRun(_Form):
    arm: str
    seed: int


class _Run(_OldRun):
    key: str
    past: str
    rows: dict[File, Count]


class _Past(_OldRun):
    hash: str
    rows: dict[File, Count]


class _Time(_Form):
    began: str
    ended: str
    seconds: float
    runs: Count


class _Program(_Form):
    version: str
    commit: str = ""
    clean: bool = True


class OldManifest(_Form):
    """What the manifests of every format that is read have in common."""

    kind: str
    complete: bool
    baseline: str
    seeds: list[int]
    code: str
    program: _Program
    command: str
    arms: Annotated[dict[str, dict[str, Any]], Field(min_length=1)]
    metrics: dict[str, dict[str, str]]
    runs: list[_OldRun]
    failures: list[_Failure]
    tables: dict[File, _Table]


class Manifest(OldManifest):
    """What a manifest of this format says."""

    start: str
    kept: str
    unshocked_runs: dict[str, str]
    identities: dict[str, str]
    runs: list[_Run]  # type: ignore[assignment]
    pasts: list[_Past]
    files: list[File]
    times: list[_Time] = []


def fault(manifest: dict[str, Any], form: type[OldManifest] = Manifest) -> str:
    """The first thing in which a manifest is not as it must be; empty when there is none."""
    try:
        form.model_validate(manifest)
    except ValidationError as error:
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    unknown = [arm for arm in (manifest["baseline"], *_runs_of(manifest)) if arm not in _names(manifest)]
    return f"it knows no arm {unknown[0]}" if unknown else ""


def _runs_of(manifest: dict[str, Any]) -> list[str]:
    return [run["arm"] for run in manifest["runs"]]


def _names(manifest: dict[str, Any]) -> set[str]:
    return {*manifest["arms"], *manifest.get("identities", {}), *manifest.get("unshocked_runs", {}).values()}
