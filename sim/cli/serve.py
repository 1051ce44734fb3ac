"""`clustersim serve`: a page on which to change a run and see what differs."""

from __future__ import annotations

import socket
import threading
import webbrowser
from contextlib import suppress

import click

from sim.cli.exits import BadInput
from sim.cli.shared import compile_rules, language_option
from sim.page.listening import PORT, PortTaken, listen

SHOWN = 6
"""Scenarios that the warning names."""


@click.command(short_help="Open a page: two layouts side by side, to change and to watch.")
@click.argument("scenarios", metavar="[SCENARIO]...", nargs=-1)
@click.option("--port", type=click.IntRange(1, 65_535), help=f"Port; the first free one from {PORT} on if not given.")
@click.option(
    "--lan", is_flag=True, help="Also answer other machines of this network: everybody there can then use the page."
)
@click.option("--lesson", metavar="NAME", help="Open this lesson; see `clustersim lessons`.")
@click.option("--browser/--no-browser", default=True, show_default=True, help="Open the page in a browser.")
@language_option
@click.option("--workers", type=click.IntRange(1, 64), help="Threads that compute; all cores if not given.")
def serve(
    scenarios: tuple[str, ...], port: int | None, lan: bool, lesson: str | None, browser: bool, language: str,
    workers: int | None,
) -> None:  # fmt: skip
    """Open a page on which two layouts live side by side with the same luck: play, change something, see what differs.

    Scenarios are those given, or all that `clustersim scenarios` lists. The page answers this machine only, asks no
    other for anything, and needs no network. Ctrl-C ends it.

    \b
    Examples:
      clustersim serve
      clustersim serve --lesson why_cluster
      clustersim serve mine.yaml --no-browser --port 9000
    """
    try:
        import uvicorn

        from sim.page.server import application
    except ModuleNotFoundError as error:
        raise BadInput(f"the page needs {error.name}, which is not installed: pip install 'clustersim[page]'") from None
    from sim.store.executors.local import processes

    sources = _sources(scenarios)
    opened = f"?lesson={_known_lesson(lesson)}" if lesson is not None else ""
    compile_rules()
    try:
        listening = listen(port, "0.0.0.0" if lan else "127.0.0.1")
    except PortTaken as error:
        raise BadInput(str(error)) from None
    chosen = listening.getsockname()[1]
    hosts = [f"{name}:{chosen}" for name in ("127.0.0.1", "localhost", *(_own_names() if lan else []))]
    app = application(sources, hosts, language, processes(workers, 64))
    address = f"http://127.0.0.1:{chosen}/{opened}"
    click.echo(f"{address} (Ctrl-C ends it)")
    if lan:
        _tell_network(hosts[2:], list(sources), language)
    told = uvicorn.Config(app, log_level="warning", lifespan="off", ws="none", timeout_graceful_shutdown=1)
    if browser:
        # The socket listens already: a browser that is faster than the server waits for it.
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
    ended = threading.Event()
    threading.Thread(target=app.state.sessions.sweep, args=(ended,), daemon=True).start()
    try:
        uvicorn.Server(told).run(sockets=[listening])
    finally:
        ended.set()
        app.state.pool.shutdown(wait=False, cancel_futures=True)
        app.state.sessions.bench.close()


def _known_lesson(name: str) -> str:
    """`name`, of a lesson that there is. Raises BadInput for another."""
    from sim.scenario.problems import did_you_mean
    from sim.studies.lessons import lessons

    if name not in lessons():
        raise BadInput(
            f"there is no lesson {name}: {did_you_mean(name, list(lessons())) or 'see `clustersim lessons`'}"
        )
    return name


def _sources(scenarios: tuple[str, ...]) -> dict[str, str]:
    """Name on the page and file of each scenario. Raises ScenarioError for what cannot be loaded, BadInput for one name
    of two files."""
    from sim.scenario.layers import known_scenarios, name_of
    from sim.scenario.reading import load_scenario

    if scenarios:
        found: dict[str, str] = {}
        for source in scenarios:
            load_scenario(source)
            name = name_of(source)
            if found.setdefault(name, source) != source:
                raise BadInput(f"{found[name]} and {source} would have one name on the page: rename one of the files")
        return found
    known = known_scenarios()
    first = [name for name in ("policy_text", "china_45") if name in known]
    return {name: str(known[name]) for name in [*first, *(name for name in known if name not in first)]}


def _own_names() -> list[str]:
    """Addresses under which others in the network reach this machine."""
    found: set[str] = set()
    with suppress(OSError):
        found |= {str(told[4][0]) for told in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # nothing is sent: it only says which address would be used
        found.add(str(probe.getsockname()[0]))
    return sorted(name for name in found if not name.startswith("127."))


def _tell_network(hosts: list[str], scenarios: list[str], language: str) -> None:
    """Say what others can see and do, and where; with a code to photograph."""
    from sim.page.words import page_catalogues

    texts = page_catalogues()[language]["texts"]
    named = ", ".join(scenarios[:SHOWN])
    if len(scenarios) > SHOWN:
        named = texts["and_more"].format(names=named, count=len(scenarios) - SHOWN)
    for key in ("lan_open", "lan_seen", "lan_unseen", "lan_plain"):
        click.echo(texts[key].format(scenarios=named))
    for host in hosts:
        click.echo(f"http://{host}/")
    if hosts:
        import segno

        segno.make(f"http://{hosts[0]}/").terminal(compact=True)
