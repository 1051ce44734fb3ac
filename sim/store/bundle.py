"""A bundle: a result folder as one archive that can be cited, in the RO-Crate format (version 1.1).

Its files are those that the manifest lists, under the same names; ro-crate-metadata.json describes each, with its
SHA-256, and says what made them: program, version, code hash, scenario and times. Nothing in it tells whose machine
it was. A bundle is a zip archive; unpacked anywhere it is a result folder again.
Source: Soiland-Reyes et al. 2022, Data Science 5; https://w3id.org/ro/crate/1.1.
"""

from __future__ import annotations

import json
import mimetypes
import shutil
import tempfile
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

from sim.kernel.fingerprint import file_digest
from sim.store.files import write_atomically
from sim.store.results import MANIFEST, Results, ResultsError, read_results
from sim.store.run_log import LOG

METADATA = "ro-crate-metadata.json"
VERSION = "1.1"
SPECIFICATION = f"https://w3id.org/ro/crate/{VERSION}"
TEXTS = (".json", ".csv", ".html", ".log", ".svg", ".yaml", ".md", ".txt")
"""Files in which the path of the home folder is written `~`."""
PACKED = (".png", ".pdf", ".parquet", ".gif", ".mp4")
"""Files that are packed already."""
FORMATS = {".parquet": "application/vnd.apache.parquet", ".log": "text/plain", ".yaml": "application/yaml"}
MOST_NAMED = 8
"""Arms that are named one by one."""
LICENCE = "#licence-not-stated"


@dataclass(frozen=True)
class Words:
    """What the author says of a bundle."""

    title: str = ""
    """Of the bundle; the scenario's if empty."""
    authors: tuple[str, ...] = ()
    """Names, each with an ORCID in brackets behind it if wanted: `Mei Lin (https://orcid.org/0000-...)`."""
    licence: str = ""
    """Address of a licence."""


def result_folders(folder: Path) -> list[Path]:
    """A result folder and those that lie within it, as studies of several stages have them; paths from `folder`."""
    return sorted((path.parent.relative_to(folder) for path in folder.rglob(MANIFEST)), key=lambda one: one.parts)


def files_of(folder: Path) -> list[str]:
    """The files of a result folder, and of those within it, that the program wrote: what a bundle holds."""
    found = []
    for part in result_folders(folder):
        manifest = read_results(folder / part).manifest
        for name in (MANIFEST, LOG, *manifest["tables"], *manifest["files"]):
            if (folder / part / name).is_file():
                found.append((part / name).as_posix())
    return sorted(dict.fromkeys(found))


def write_bundle(folder: Path, target: Path, words: Words) -> list[str]:
    """Write a bundle of a finished result folder to `target`; returns the names of its files.

    The same folder gives the same bytes. Raises ResultsError for a folder that is not finished or damaged, a file that
    tells whose machine it was, or without the library rocrate.
    """
    results = read_results(folder)
    for part in result_folders(folder):
        read_results(folder / part).verify()
    with tempfile.TemporaryDirectory(prefix="clustersim-bundle-") as place:
        stage = Path(place)
        names = files_of(folder)
        for name in names:
            (stage / name).parent.mkdir(parents=True, exist_ok=True)
            _copy(folder / name, stage / name)
        (stage / METADATA).write_text(_metadata(stage, results, names, words), encoding="utf-8")
        wrong = faults(stage)
        if wrong:
            raise ResultsError(f"the bundle of {folder} would not be valid: {wrong[0]}")
        target.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(target, lambda temporary: _pack(stage, [METADATA, *names], temporary))
    return names


def _copy(source: Path, target: Path) -> None:
    """Copy a file without the path of the home folder. Raises ResultsError where it stands in no text."""
    home = f"{Path.home()}/".encode("utf-8", "surrogateescape")
    if len(Path.home().parts) < 2:
        shutil.copyfile(source, target)
    elif source.suffix in TEXTS:
        target.write_bytes(source.read_bytes().replace(home, b"~/"))
    elif _holds(source, home):
        raise ResultsError(f"{source} holds the path of your home folder: run the experiment again with --overwrite")
    else:
        shutil.copyfile(source, target)


def _holds(path: Path, words: bytes) -> bool:
    with path.open("rb") as stream:
        rest = b""
        while piece := stream.read(2**20):
            if words in rest + piece:
                return True
            rest = piece[1 - len(words) :]
    return False


def _metadata(stage: Path, results: Results, names: list[str], words: Words) -> str:
    """The text of ro-crate-metadata.json."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from rocrate.model.contextentity import ContextEntity
            from rocrate.rocrate import ROCrate
    except ModuleNotFoundError:
        raise ResultsError(
            "bundles need rocrate, which is not installed: pip install 'clustersim[experiments]'"
        ) from None
    manifest, origin = results.manifest, results.provenance
    times = manifest.get("times", [])
    ended = times[-1]["ended"] if times else "1980-01-01T00:00:00+00:00"
    crate = ROCrate(version=VERSION)
    root = crate.root_dataset
    root["name"] = words.title or origin.title
    arms = ", ".join(manifest["arms"]) if len(manifest["arms"]) <= MOST_NAMED else f"{len(manifest['arms'])} arms"
    root["description"] = (
        f"Results of clustersim {origin.version}, an agent-based simulation of industrial clusters: "
        f"{manifest['kind']}, {len(manifest['runs'])} runs of {arms}. `clustersim reproduce` runs it "
        "again and compares to the bit."
    )
    crate.datePublished = None
    root["datePublished"] = ended
    root["license"] = {"@id": words.licence or LICENCE}

    def about(identity: str, **facts: Any) -> Any:
        told = {key.replace("kind", "@type"): value for key, value in facts.items() if value not in ("", None)}
        return crate.add(ContextEntity(crate, identity, properties=told))

    if words.licence:
        about(words.licence, kind="CreativeWork", name=words.licence, description="Licence of these results")
    else:
        about(LICENCE, kind="CreativeWork", name="No licence stated",
              description="The author has not said under which terms these results may be used")  # fmt: skip
    people = [_person(one, place) for place, one in enumerate(words.authors, start=1)]
    for identity, name in people:
        about(identity, kind="Person", name=name)
    if people:
        root["author"] = [{"@id": identity} for identity, _ in people]
    program = about("#clustersim", kind="SoftwareApplication", name="clustersim", version=origin.version,
                    softwareVersion=origin.version, identifier=f"code {origin.code}", url="https://example.org/clustersim",
                    description=f"git commit {origin.commit}" if origin.commit else "no git checkout")  # fmt: skip
    for name in names:
        suffix = PurePosixPath(name).suffix
        guessed = FORMATS.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
        crate.add_file(str(stage / name), name, properties={
            "name": name, "encodingFormat": guessed, "contentSize": str((stage / name).stat().st_size),
            "sha256": file_digest(stage / name), "description": _meaning(name),
        })  # fmt: skip
    about("#run", kind="CreateAction", name=f"{manifest['kind']} of {origin.title}", description=manifest["command"],
          startTime=times[0]["began"] if times else "", endTime=ended, instrument={"@id": program.id},
          object={"@id": MANIFEST}, result={"@id": "./"})  # fmt: skip
    root["mentions"] = {"@id": "#run"}
    told = crate.metadata.generate()
    told["@context"] = [told["@context"], {"sha256": "https://w3id.org/ro/terms/workflow-run#sha256"}]
    return json.dumps(told, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _person(told: str, place: int) -> tuple[str, str]:
    name, bracket, address = told.partition("(")
    return (address.strip().removesuffix(")") if bracket else f"#author-{place}"), name.strip()


def _meaning(name: str) -> str:
    """What a file is, in words."""
    last = PurePosixPath(name).name
    if last == MANIFEST:
        return "What was run: scenarios in full, seeds, code hash, versions, machine, state hashes, times, cost"
    if last == LOG:
        return "What happened while it ran, a line of JSON for each event"
    if last == "hashes.parquet":
        return "Hash of the state of the simulation in every year of every run"
    return {".parquet": "Table", ".csv": "Table for a spreadsheet", ".html": "Report", ".png": "Figure",
            ".svg": "Figure", ".pdf": "Figure"}.get(PurePosixPath(last).suffix, "Result")  # fmt: skip


def _pack(stage: Path, names: list[str], target: Path) -> None:
    """Write a zip archive that depends on nothing but names and contents."""
    with zipfile.ZipFile(target, "w", allowZip64=True) as archive:
        for name in names:
            told = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            told.external_attr = 0o644 << 16
            told.create_system = 3
            stored = PurePosixPath(name).suffix in PACKED
            told.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            with (stage / name).open("rb") as source, archive.open(told, "w", force_zip64=True) as stream:
                shutil.copyfileobj(source, stream, 2**20)


# -- reading one -----------------------------------------------------------------------------------------


@contextmanager
def unpacked(bundle: Path) -> Iterator[Path]:
    """A folder with the files of a bundle, which may be unpacked already; checked.

    Raises ResultsError for what is no bundle of ours, or whose files are not those that were packed.
    """
    if bundle.is_dir():
        _check(bundle, bundle)
        yield bundle
        return
    with tempfile.TemporaryDirectory(prefix="clustersim-bundle-") as place:
        try:
            with zipfile.ZipFile(bundle) as archive:
                _extract(archive, Path(place), bundle)
        except (OSError, zipfile.BadZipFile, ValueError, EOFError, RuntimeError, NotImplementedError) as error:
            raise ResultsError(f"{bundle} is no bundle, or is damaged: {error}") from None
        _check(Path(place), bundle)
        yield Path(place)


def _extract(archive: zipfile.ZipFile, place: Path, bundle: Path) -> None:
    """Unpack plain files that stay within `place`, no more than fit on the disk."""
    told = archive.infolist()
    if sum(one.file_size for one in told) > shutil.disk_usage(place).free:
        raise ResultsError(f"{bundle} is larger, unpacked, than what is free on the disk")
    for one in told:
        path = PurePosixPath(one.filename)
        if (
            path.is_absolute()
            or ".." in path.parts
            or "\\" in one.filename
            or (one.external_attr >> 16) & 0o170000 == 0o120000
        ):
            raise ResultsError(f"{bundle} holds {one.filename!r}, which would not stay within a folder")
        archive.extract(one, place)


def _check(folder: Path, bundle: Path) -> None:
    wrong = faults(folder)
    if wrong:
        raise ResultsError(f"{bundle} is no whole bundle: {wrong[0]}")


def faults(folder: Path) -> list[str]:
    """What is wrong with an unpacked bundle by the rules of RO-Crate 1.1, and with its files; empty when nothing is.

    Every @id is that of an entity, of a file that is there, or an address; every file has the length and SHA-256 that
    the metadata tells.
    """
    try:
        told = json.loads((folder / METADATA).read_text(encoding="utf-8"))
        entities = {one["@id"]: one for one in told["@graph"]}
        context = told["@context"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        return [f"{METADATA} cannot be read: {error}"]
    wrong = [] if f"{SPECIFICATION}/context" in (context if isinstance(context, list) else [context]) else [
        f"its @context is not that of RO-Crate {VERSION}"
    ]  # fmt: skip
    if len(entities) < len(told["@graph"]):
        wrong.append("two entities have one @id")
    wrong += [f"{identity} has no @type" for identity, one in entities.items() if not one.get("@type")]
    descriptor, root = entities.get(METADATA, {}), entities.get("./", {})
    if descriptor.get("about") != {"@id": "./"} or descriptor.get("conformsTo") != {"@id": SPECIFICATION}:
        wrong.append(f"{METADATA} does not say what it is about, or what it conforms to")
    if "Dataset" not in _listed(root.get("@type")):
        wrong.append("there is no root dataset")
    wrong += [
        f"the root dataset lacks {name}"
        for name in ("name", "description", "datePublished", "license")
        if not root.get(name)
    ]
    parts = {one["@id"] for one in _listed(root.get("hasPart"))}
    for identity, one in entities.items():
        wrong += [f"{identity} refers to {other}, which there is not" for other in _references(one)
                  if other not in entities and "://" not in other]  # fmt: skip
        if "File" in _listed(one["@type"]) if one.get("@type") else False:
            wrong += [] if identity in parts else [f"{identity} is no part of the root dataset"]
            wrong += _wrong_file(folder, identity, one)
    return wrong


def _listed(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


def _references(entity: Any) -> Iterator[str]:
    """Every @id that the properties of an entity refer to."""
    for name, value in entity.items():
        if name != "@id":
            for one in _listed(value):
                if isinstance(one, dict) and "@id" in one:
                    yield str(one["@id"])


def _wrong_file(folder: Path, identity: str, entity: Any) -> list[str]:
    path = folder / unquote(identity)
    if ".." in PurePosixPath(unquote(identity)).parts or not path.is_file():
        return [f"there is no file {unquote(identity)}"]
    if str(path.stat().st_size) != entity.get("contentSize") or file_digest(path) != entity.get("sha256"):
        return [f"{unquote(identity)} is not the file that was packed"]
    return []
