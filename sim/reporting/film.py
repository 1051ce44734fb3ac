"""Films of runs: MP4 for a talk, GIF for a page or a mail."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from sim.reporting.figures.film import PIXELS, Film
from sim.runs.history import History
from sim.store.files import write_atomically

FORMS = ("mp4", "gif")
MARK = "clustersim film"
"""Stands as a comment in every film."""
SMOOTH = 24
"""Pictures a second of an MP4: some players stumble over fewer; most of them only repeat the one before."""
HOLD = 2.0
"""Seconds for which the last year stays."""


class MissingEncoder(RuntimeError):
    """The encoder is not installed; the message says what to do."""


def encoder() -> Any:
    """The library that brings ffmpeg along. Raises MissingEncoder with the remedy."""
    try:
        return import_module("imageio_ffmpeg")
    except ModuleNotFoundError as error:
        raise MissingEncoder(
            "an MP4 needs imageio-ffmpeg, which is missing: pip install 'clustersim[experiments]', or write a .gif"
        ) from error


def write_film(histories: Sequence[History], path: Path, years_a_second: float = 4.0, language: str = "en") -> int:
    """Write a film of one run, or of two side by side, into `path`, whole or not at all; returns its number of years.

    The name's end says the form: .mp4 or .gif. Raises ValueError for other ends, more than two histories or two with
    different years, MissingEncoder, and OSError where it cannot be written.
    """
    form = path.suffix.lower().removeprefix(".")
    if form not in FORMS:
        raise ValueError(f"a film is an .mp4 or a .gif, not {path.suffix or 'a name without an end'}")
    film = Film(histories, language)
    write = _write_mp4 if form == "mp4" else _write_gif
    if form == "mp4":
        encoder()
    write_atomically(path, lambda temporary: write(film, temporary, years_a_second))
    return len(film.years)


def _write_mp4(film: Film, path: Path, years_a_second: float) -> None:
    """H.264 in the colours that every player shows; the index at the front, so that it plays while it loads."""
    codec = encoder()
    stream = codec.write_frames(
        str(path), PIXELS, fps=SMOOTH, quality=None, codec="libx264", macro_block_size=16, ffmpeg_log_level="error",
        output_params=["-crf", "20", "-f", "mp4", "-movflags", "+faststart", "-metadata", f"comment={MARK}"],
    )  # fmt: skip
    stream.send(None)
    shown, last = 0, b""
    try:
        for number, picture in enumerate(film.frames(), start=1):
            last = picture.tobytes()
            until = round(number * SMOOTH / years_a_second)
            for _ in range(shown, max(until, shown + 1)):
                stream.send(last)
            shown = max(until, shown + 1)
        for _ in range(round(HOLD * SMOOTH)):
            stream.send(last)
    finally:
        stream.close()


def _write_gif(film: Film, path: Path, years_a_second: float) -> None:
    from PIL import Image

    size = (PIXELS[0] * 3 // 4, PIXELS[1] * 3 // 4)
    pictures = [Image.fromarray(one).resize(size, Image.Resampling.LANCZOS) for one in film.frames()]
    palette = pictures[-1].quantize(256)
    small = [one.quantize(palette=palette, dither=Image.Dither.NONE) for one in pictures]
    times = [round(1000 / years_a_second)] * (len(small) - 1) + [round(1000 * HOLD)]
    small[0].save(
        path, format="GIF", save_all=True, append_images=small[1:], duration=times, loop=0, comment=MARK.encode()
    )
