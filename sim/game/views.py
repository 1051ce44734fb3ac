"""What browsers may know, as JSON has it: nothing that is hidden in the present phase is ever put into a view.

Hidden until the debrief: others' chips (unless the preset shows them), true fit, the parallel arms, others' scores.
"""

from __future__ import annotations

from typing import Any

from sim.game.core import AWAY, Core
from sim.game.engine import ARMS, true_fit
from sim.game.lock import BINDING, OWN_BEST, REPEAT, STUDENT, TEAM
from sim.game.rules import CHIPS, MOST_INDUSTRIES, MOST_PLAYERS
from sim.game.scores import growth, places, scores
from sim.game.state import (
    ANNOUNCE,
    CHOOSING,
    CLOSED,
    COMPUTING,
    DEBRIEF,
    LOBBY,
    OPEN,
    PLAYER,
    PROPOSE,
    RESULT,
    Member,
)
from sim.game.words import lines
from sim.model.opening import tiles

REVEALED = (DEBRIEF, CLOSED)
UNITS = {"rank": "regions", "nation": "%", "residents": "%"}
CALLS = {
    LOBBY: ("begin", "lock_lobby"), ANNOUNCE: ("open", "extend", "pause", "undo"),
    PROPOSE: ("open", "extend", "pause", "undo"), OPEN: ("lock", "extend", "pause", "undo"), COMPUTING: ("undo",),
    RESULT: ("open", "undo", "reveal"), DEBRIEF: ("export", "finish", "undo"), CLOSED: ("export",),
}  # fmt: skip
"""What a teacher may ask for in each phase, beside what is always there."""
ALWAYS = ("rename", "remove", "reissue", "anonymise", "lock_lobby")


def _common(session: Core) -> dict[str, Any]:
    state = session.state
    return {
        "phase": state.phase, "round": state.round, "rounds": state.rounds, "practice": state.round == 0,
        "paused": state.paused, "deadline": state.deadline, "left": state.left, "now": session.clock(),
    }  # fmt: skip


def name_of(session: Core, member: Member) -> str:
    """A name, or the number of who has none."""
    return session.names.of(member.id) or f"{int(member.id[1:])}"


# -- students --------------------------------------------------------------------------------------------


def student_view(session: Core, token: str) -> dict[str, Any]:
    """What a student's device shows. Raises Gone."""
    with session._lock:
        member = session.member_of(token)
        state = session.state
        nation = member.seat[0] if member.seat is not None else 1
        preset = session.preset(nation)
        told = {
            **_common(session), "member": member.id, "name": name_of(session, member), "role": member.role,
            "code": member.code, "language": member.language, "starts": member.starts,
            "seat": _seat(session, member), "team": _team(session, member), "preset": preset.key,
            "payoff": preset.payoff, "scoring": {"key": preset.payoff, "unit": UNITS[preset.payoff]},
            "nations": state.nations, "others": len(session.regions) - 1,
            "chips": CHIPS, "most": MOST_INDUSTRIES, "matched": preset.match, "hot": list(session.hot),
            "industries": industries(session, nation, member), "draft": _draft(session, member),
            "history": history(session, member), "predicted": sorted(
                kind for kind, found in state.predictions.items() if member.id in found),
        }  # fmt: skip
        if preset.announces:
            told |= _announcements(session, member, nation)
        if preset.proposes:
            told |= _proposal(session, member, nation)
        if state.phase in REVEALED:
            told["reveal"] = _reveal(session, member, nation)
        return told


def _seat(session: Core, member: Member) -> dict[str, Any] | None:
    if member.seat is None or member.role != PLAYER:
        return None
    return {"nation": member.seat[0], "region": session.regions[member.seat[1]]}


def _team(session: Core, member: Member) -> list[str]:
    if member.seat is None:
        return []
    return [name_of(session, one) for one in session.state.players if one.seat == member.seat]


def _draft(session: Core, member: Member) -> dict[str, Any] | None:
    state = session.state
    store = state.announced if state.phase == ANNOUNCE else state.drafts
    saved = store.get(state.round, {}).get(member.id)
    return None if saved is None else {"chips": saved.chips, "version": saved.version, "at": saved.at}


def industries(session: Core, nation: int, member: Member | None = None) -> list[dict[str, Any]]:
    """Industries in order: price (100 before the first round), margin in per cent; a governor's stars besides."""
    names, state = session.industries, session.state
    if state.fork is None:
        return [{"name": name, "open": True, "price": None, "margin": None, "stars": None} for name in names]
    before, last = state.fork["observed"]["industries"], session.last_year(nation)["industries"]
    open_names = session.open_names(nation)
    found = []
    for row, name in enumerate(names):
        first, price, margin = before["price"][row], last["price"][row], last["margin"][row]
        one: dict[str, Any] = {
            "name": name, "open": name in open_names,
            "price": 100.0 * price / first if first and price else None,
            "margin": None if margin is None else 100.0 * margin,
        }  # fmt: skip
        if member is not None:
            seat = member.seat if member.role == PLAYER else None
            one["stars"] = None if seat is None else _stars(session, seat, row)
            if session.preset(nation).shows_plans:
                one["promoters"] = last["promoters"][row] if session.years(nation) else None
        found.append(one)
    return found


def _stars(session: Core, seat: tuple[int, int], row: int) -> int | None:
    return int(session.advice(seat[0])["stars"][seat[1]][row]) if session.ready else None


def history(session: Core, member: Member) -> list[dict[str, Any]]:
    """What a governor's own region did and what came of it, round by round."""
    state = session.state
    if member.seat is None or member.role != PLAYER or state.fork is None:
        return []
    nation, region = member.seat
    found = []
    before = state.fork["observed"]
    for round in sorted(state.results):
        years = state.results[round]["nations"][str(nation)]["class"]["years"]
        (did,) = [one for one in state.decisions[round] if (one.nation, one.region) == member.seat]
        so_far = years if round == 0 else session.years(nation, upto=round)
        last = years[-1]["regions"]
        found.append({
            "round": round, "chips": did.chips, "source": did.source,
            "growth": growth(before["regions"]["value_added"][region], last["value_added"][region]),
            "jobs": last["jobs"][region], "revenue": last["revenue"][region], "firms": last["firms"][region],
            "score": scores(session.preset(nation).payoff, state.fork["observed"], so_far)[region],
        })  # fmt: skip
        before = years[-1] if round > 0 else before
    return found


def _announcements(session: Core, member: Member, nation: int) -> dict[str, Any]:
    """Announcements of the round, once all were made; nobody's before."""
    if session.state.phase == ANNOUNCE:
        return {"announcements": []}
    told = session.state.announced.get(session.state.round, {})
    found = []
    for other, saved in told.items():
        seat = session.state.members[other].seat
        if seat is not None and seat[0] == nation and not session.state.members[other].removed:
            found.append({"region": session.regions[seat[1]], "chips": saved.chips})
    return {"announcements": found}


def _proposal(session: Core, member: Member, nation: int) -> dict[str, Any]:
    """The coordinator's proposal, and what all did last round; for the coordinator what the advisers of all say."""
    state = session.state
    is_coordinator = state.coordinators.get(nation) == member.id
    saved = state.proposed.get(state.round, {}).get(nation)
    shown = saved is not None and (is_coordinator or state.phase not in (ANNOUNCE, PROPOSE))
    before = state.decisions.get(state.round - 1 if state.phase in CHOOSING else state.round, [])
    if state.phase == COMPUTING:
        before = []
    return {
        "coordinator": is_coordinator, "binding": bool(state.settings.get("binding")),
        "proposal": saved.chips if shown and saved is not None else None,
        "proposal_version": saved.version if is_coordinator and saved is not None else None,
        "stars": session.advice(nation)["stars"] if is_coordinator and session.ready else None,
        "plans_before": [{"region": session.regions[one.region], "chips": one.chips} for one in before
                         if one.nation == nation and state.round > 1],
        "regions": list(session.regions),
    }  # fmt: skip


def _reveal(session: Core, member: Member, nation: int) -> dict[str, Any]:
    """What is shown to a governor when all is over."""
    state = session.state
    years = session.years(nation)
    if not years or state.fork is None:
        return {}
    told = scores(session.preset(nation).payoff, state.fork["observed"], years)
    found: dict[str, Any] = {
        "scores": [{"region": region, "score": score, "place": place}
                   for region, score, place in zip(session.regions, told, places(told), strict=True)],
        "parallel": {arm: _income(session, nation, arm) for arm in ("class", "coordinated", "none")},
    }  # fmt: skip
    if member.seat is not None and member.role == PLAYER:
        region = member.seat[1]
        if session.worlds.past is not None:
            found["fit"] = true_fit(session.worlds.past)[region]
        debrief = session.debrief()
        rows = debrief["nations"][nation - 1].get("figure2") if debrief else None
        if rows:
            found["own"] = next((one for one in rows if one["region"] == session.regions[region]), None)
    return found


def _income(session: Core, nation: int, arm: str) -> list[float | None]:
    """Change of the nation's real income of each year over the fork year, per cent."""
    fork = session.state.fork
    before = fork["observed"]["nation"]["income"] if fork is not None else None
    return [growth(before, year["nation"]["income"]) for year in session.years(nation, arm)]


# -- projector -------------------------------------------------------------------------------------------


def projector_view(session: Core) -> dict[str, Any]:
    """What everybody sees on the wall."""
    with session._lock:
        state = session.state
        found = {
            **_common(session), "language": session.language, "room": session.room_code(),
            "lobby_closed": state.lobby_closed, "ready": session.ready,
            "saved": sum(_has_saved(session, one) for one in state.players),
            "playing": sum(_is_asked(session, one) for one in state.players),
            "most_players": MOST_PLAYERS,
            "nations": [_nation(session, nation) for nation in range(1, state.nations + 1)],
            "map": _map(session), "hot": list(session.hot),
        }  # fmt: skip
        if state.phase in REVEALED:
            told = session.debrief()
            found["debrief"] = None if told is None else {"nations": told["nations"], "ready": told["ready"]}
            found["expected"] = _expected(session)
        return found


def _expected(session: Core) -> dict[str, Any]:
    """What the class expected: guesses of `copiers` in order, and how many took each plan for the `winner`."""
    answers = [told["answers"] for told in session.state.predictions.get("before", {}).values()]
    copiers = sorted(float(one["copiers"]) for one in answers if isinstance(one.get("copiers"), int | float))
    winners = [one["winner"] for one in answers if one.get("winner") in ARMS]
    return {"copiers": copiers, "winner": {arm: winners.count(arm) for arm in ARMS}}


def _is_asked(session: Core, member: Member) -> bool:
    """Whether the present phase waits for what somebody decides."""
    state = session.state
    if state.phase == PROPOSE:
        return _coordinates(session, member)
    return state.phase == LOBBY or member.starts <= state.round


def _coordinates(session: Core, member: Member) -> bool:
    if member.seat is None or not session.preset(member.seat[0]).proposes:
        return False
    return session.state.coordinators.get(member.seat[0]) == member.id


def _has_saved(session: Core, member: Member) -> bool:
    state = session.state
    if state.phase == ANNOUNCE:
        return member.id in state.announced.get(state.round, {})
    if state.phase == PROPOSE:
        told = state.proposed.get(state.round, {})
        return member.seat is not None and _coordinates(session, member) and member.seat[0] in told
    return member.id in state.drafts.get(state.round, {})


def _nation(session: Core, nation: int) -> dict[str, Any]:
    """What the projector shows of a nation: its class's arm alone."""
    years = session.years(nation)
    fork = session.state.fork
    found: dict[str, Any] = {
        "nation": nation, "preset": session.preset(nation).key, "payoff": session.preset(nation).payoff,
        "industries": industries(session, nation), "duplication": years[-1]["nation"]["duplication"] if years else None,
        "series": [],
    }  # fmt: skip
    if years and fork is not None:
        before = fork["observed"]["nation"]
        found["series"] = [
            {"year": year["year"], "income": growth(before["income"], year["nation"]["income"]),
             "utilisation": _per_cent(year["nation"]["utilisation"])} for year in years
        ]  # fmt: skip
    return found


def _per_cent(value: float | None) -> float | None:
    return None if value is None else 100.0 * value


def _map(session: Core) -> dict[str, Any]:
    """Where the regions lie, and who governs them."""
    state = session.state
    positions = tiles(session.base.regions)[1]
    found = []
    for nation in range(1, state.nations + 1):
        for region, (y, x) in enumerate(positions):
            members = [one for one in state.players if one.seat == (nation, region)]
            governing = [one for one in members if one.starts <= max(state.round, 0)]
            kind = "bot" if not governing else "student" if len(governing) == 1 else "team"
            found.append({"name": session.regions[region], "x": x, "y": y, "nation": nation, "kind": kind,
                          "saved": any(_has_saved(session, one) for one in governing)})  # fmt: skip
    return {"columns": 1 + max(x for _, x in positions), "rows": 1 + max(y for y, _ in positions), "regions": found}


# -- the teacher -----------------------------------------------------------------------------------------


def teacher_view(session: Core, secret: str) -> dict[str, Any]:
    """What the teacher sees. Raises Denied."""
    session.check(secret)
    own = bool(session.state.settings.get("own"))  # what was measured was measured on the scenario that is shipped
    presets = [{**line, "stale": line["stale"] or own} for line in lines(session.language, session.state.rounds)]
    with session._lock:
        state = session.state
        found = projector_view(session)
        can = [*CALLS[state.phase], *ALWAYS]
        if state.phase == LOBBY and not session.ready:
            can.remove("begin")
        if state.phase == RESULT and state.round >= state.rounds:
            can.remove("open")
        if state.phase in (RESULT, OPEN, ANNOUNCE, PROPOSE) and not any(round > 0 for round in state.results):
            can = [one for one in can if one != "reveal"]
        if not state.decisions and "undo" in can:
            can.remove("undo")
        if state.phase not in (LOBBY, *REVEALED) and session.plays(lambda preset: preset.proposes):
            can.append("coordinator")
        if state.paused:
            can = ["go_on" if one == "pause" else one for one in can]
        return {
            **found, "roster": [_roster(session, one) for one in state.members.values()],
            "can": list(dict.fromkeys(can)), "presets": presets, "folder": str(session.folder.name),
            "coordinators": state.coordinators,
            "predictions": {kind: len(answers) for kind, answers in state.predictions.items()},
        }  # fmt: skip


def _roster(session: Core, member: Member) -> dict[str, Any]:
    state = session.state
    away = session.clock() - session.last_seen.get(member.id, -AWAY) > AWAY
    status = "thinking"
    if member.removed:
        status = "removed"
    elif member.role != PLAYER or not _is_asked(session, member):
        status = "waiting"
    elif _has_saved(session, member):
        status = "saved"
    elif away:
        status = "away"
    found: dict[str, Any] = {
        "member": member.id, "name": name_of(session, member), "code": member.code, "role": member.role,
        "starts": member.starts, "status": status, "away": away, "nation": None, "region": None, "source": None,
        "coordinates": _coordinates(session, member), "may_coordinate": False,
    }  # fmt: skip
    if member.seat is not None:
        found |= {"nation": member.seat[0], "region": session.regions[member.seat[1]]}
        free = not member.removed and not found["coordinates"]
        found["may_coordinate"] = free and session.preset(member.seat[0]).proposes
        last = state.decisions.get(max(state.decisions, default=0), [])
        found["source"] = next((one.source for one in last if (one.nation, one.region) == member.seat), None)
    return found


SOURCES = (STUDENT, TEAM, REPEAT, OWN_BEST, BINDING)
"""Of decisions in seats that people hold; those of bots are bot:HABIT."""
