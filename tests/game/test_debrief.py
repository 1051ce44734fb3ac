"""The debrief: made of the exports and nothing else, in words that follow from its numbers."""

from __future__ import annotations

import json
import re

import pandas as pd
import pytest

from sim.game.rebuild import rebuild
from sim.game.rules import Refused
from sim.game.sentences import sentences
from sim.game.session import Session
from sim.game.views import projector_view, student_view
from sim.game.words import LANGUAGES, plain, signed
from sim.reporting.game_columns import GAME
from tests.game.small import begun, joined, start


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    """A session of one round, debriefed with one other draw of luck, and exported."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.game.lives.LUCK", 2)
        found = begun(tmp_path_factory.mktemp("debrief") / "s", "C")
        one, other = joined(found, 2, name="Grace")
        start(found)
        found.announce(one.token, 1, {"chips": 10}, 1)
        found.open(found.secret)
        found.save(one.token, 1, {"chips": 10}, 1)
        found.save(other.token, 1, {}, 1)
        found.predict(one.token, "before", {"rank": 3, "why": "=1+1"})
        found.lock(found.secret)
        found.compute()
        with pytest.raises(Refused, match="closed"):
            found.finish(found.secret)
        found.reveal(found.secret)
        steps: list[tuple[int, int]] = []
        found.prepare_debrief(lambda done, total: steps.append((done, total)))
        assert steps[-1][0] == steps[-1][1] == len(steps)
        found.export(found.secret)
    return found


def test_exports_alone_rebuild_scores_and_figures(session: Session) -> None:
    told = session.debrief()
    assert told is not None and told["ready"]
    found = rebuild(session.folder / "exports")
    assert json.loads(json.dumps(found)) == told["nations"]
    (nation,) = found
    results = pd.read_csv(session.folder / "exports" / "results.csv", encoding="utf-8-sig")
    last = results[results["round"] == 1].set_index("region")["score"]
    assert {one["region"]: one["score"] for one in nation["scores"]} == last.to_dict()
    assert len(nation["figure2"]) == 4 and nation["figure3"]["luck"] == 2
    assert len(nation["figure3"]["band"]["class"]["income"]["low"]) == 5
    assert nation["decided"] == {"people": 2, "bots": 2, "defaults": 0, "all": 4}


def test_what_is_nothing_in_the_digits_shown_has_no_sign_and_sentences_begin_with_a_capital(session: Session) -> None:
    assert [signed(value) for value in (-0.04, 0.04, 0.0, -0.06, -10.0, None)] == [
        "0.0",
        "0.0",
        "0.0",
        "−0.1",
        "−10.0",
        "–",
    ]
    assert [plain(value) for value in (-0.04, -0.06, None)] == ["0.0", "−0.1", "–"]
    (nation,) = rebuild(session.folder / "exports")
    assert nation["sentences"]["en"] and all(one[0] == one[0].upper() for one in nation["sentences"]["en"])


def test_every_file_has_the_columns_that_its_codebook_explains_and_no_name_of_a_person(session: Session) -> None:
    folder = session.folder / "exports"
    book = pd.read_csv(folder / "codebook.csv", encoding="utf-8-sig", keep_default_na=False)
    for name, (_, columns) in GAME.items():
        table = pd.read_csv(folder / name, encoding="utf-8-sig")
        assert list(table.columns) == list(columns) == list(book[book["file"] == name]["column"])
    assert (book["meaning"] != "").all()
    for path in folder.iterdir():
        assert "Grace" not in path.read_text(encoding="utf-8-sig")
    answers = pd.read_csv(folder / "predictions.csv", encoding="utf-8-sig", dtype=str)
    assert list(answers["answer"]) == ["3", "'=1+1"]  # no spreadsheet computes it
    persons = pd.read_csv(folder / "persons.csv", encoding="utf-8-sig")
    own = persons[persons["round"] == 1]
    assert list(zip(own["industry"].fillna(""), own["chips"], strict=True)).count(("", 0)) == 1


def test_the_replay_is_of_the_class_and_the_coordinated_arm(session: Session) -> None:
    page = (session.folder / "exports" / "replay-1.html").read_text(encoding="utf-8")
    assert "preset C" in page and "coordinated" in page
    assert not re.search(r"(src|href)=[\"']https?:", page)


def test_sentences_follow_the_numbers(session: Session) -> None:
    (nation,) = rebuild(session.folder / "exports")
    nation["figure3"]["means"] = {"class": 1.0, "coordinated": 1.01, "none": 2.0}
    assert "Most income came with no plan." in sentences("en", nation)
    assert "收入最高的是无规划。" in sentences("zh", nation)
    nation["figure3"]["means"]["none"] = -1.0
    assert any("gave the same income" in sentence for sentence in sentences("en", nation))
    last = nation["figure1"]["rounds"][-1]
    last["promoters"], last["carried"] = [9.0, *[0.0] * 7], [2.0] * 8
    assert any(
        "9.0 promoting regions" in sentence and "carries 2.0" in sentence for sentence in sentences("en", nation)
    )
    last["promoters"] = [1.0] * 8
    assert "In the last round no industry had more promoting regions than demand carries." in sentences("en", nation)


def test_the_debrief_is_shown_when_all_is_over_and_gone_when_a_round_is_taken_back(session: Session) -> None:
    told = projector_view(session)["debrief"]
    assert set(told) == {"nations", "ready"}
    member = session.state.players[0]
    from sim.game.people import token_of

    own = student_view(session, token_of(session.secret, member.id, 0))["reveal"]["own"]
    assert own["region"] == session.regions[member.seat[1]] and own["unit"] == "% (ln)"  # type: ignore[index]
    session.undo(session.secret)
    assert session.debrief() is None


def test_texts_are_the_same_in_both_languages() -> None:
    one, other = LANGUAGES["en"], LANGUAGES["zh"]
    assert list(one) == list(other)
    for key, text in one.items():
        assert set(re.findall(r"{(\w+)}", text)) == set(re.findall(r"{(\w+)}", other[key])), key
