"""What a witness said stands in the record: it is told again, counted, and not forgotten by a run that goes on."""

import json
from collections import Counter
from collections.abc import Callable

import pytest

from tests.cli.recorded import cut, lines, record, untimed
from tests.cli.running import TOKEN, Wxkf, codes
from tests.scripted import Reply, Request, correct, scripted

LOST = ["--only", "lost-answer", "--data", "xml", "--expect", "none"]


def acting_twice() -> Callable[[Request], Reply]:
    """A handler that acts on every delivery, and tells how often it has, in all or on one message."""
    acted: Counter[str] = Counter()

    def answer(request: Request) -> Reply:
        if request.method == "GET":
            asked = request.query.get("id")
            return Reply(json.dumps({"count": acted[asked] if asked else acted.total()}).encode())
        acted[str(request.push.values.get("MsgId"))] += 1
        return correct(request)

    return answer


@pytest.mark.parametrize("query", ["", "?id={MsgId}"])
def test_what_a_witness_found_is_shown_as_it_was_told(wxkf: Wxkf, query: str) -> None:
    with scripted(acting_twice()) as handler:
        told = wxkf("simulate", "--url", handler.url, *LOST, "--witness", handler.url + query)
        shown = wxkf("runs", "show")
        shape = wxkf.json("runs", "show")
    assert told.code == shown.code == 1
    # The line that plays it again is another one where there is a record.
    assert [each for each in untimed(shown.out).splitlines() if "reproduce" not in each] == [
        each for each in untimed(told.out).splitlines() if "reproduce" not in each
    ]
    assert (codes(shape), shape["summary"]["failed"]) == (["KF408"], 1)


@pytest.mark.parametrize("query", ["", "?id={MsgId}"])
def test_all_that_a_witness_found_is_counted_again_however_often(wxkf: Wxkf, query: str) -> None:
    with scripted(acting_twice()) as handler:
        witness = handler.url + query
        told = wxkf.json("simulate", "--url", handler.url, *LOST, "--count", "25", "--witness", witness, "--record")
        shown = wxkf.json("runs", "show")
        finished = wxkf.json("simulate", "--resume", "last")
        text = wxkf("runs", "show")
    for shape in (told, shown, finished):
        assert (codes(shape), shape["summary"]["failed"]) == (["KF408"] * 25, 25)
    assert text.out.count("KF408 acted-twice") == 1


def test_a_replay_says_how_the_witness_is_asked_again(wxkf: Wxkf) -> None:
    with scripted(acting_twice()) as handler:
        witness = handler.url + "?id={MsgId}"
        wxkf("simulate", "--url", handler.url, *LOST, "--witness", witness)
        ran = wxkf("replay")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines() == [
        "wxkf: KF408 acted-twice of lost-answer is what a witness says, and a replay asks none",
        f"      wxkf simulate --url {handler.url} --mode plaintext --only lost-answer --data xml --witness '{witness}'",
    ]


@pytest.mark.parametrize("keep", [2, 3, 4, 5, 6])
@pytest.mark.parametrize("query", ["", "?id={MsgId}"])
def test_a_run_that_goes_on_asks_the_same_witness(wxkf: Wxkf, query: str, keep: int) -> None:
    with scripted(acting_twice()) as handler:
        wxkf("simulate", "--url", handler.url, *LOST, "--witness", handler.url + query)
        path = record()
        assert [line["code"] for line in lines(path) if line["type"] == "finding"] == ["KF408"]
        cut(path, keep)
        ran = wxkf("simulate", "--resume", "last")
    # What was acted on before it goes on, a witness of everything together does not know any more: that is said.
    # In doubt from the first on, it comes twice from then on.
    is_known = query != "" or keep in (2, 6)
    assert ran.code == is_known
    told = "KF408 acted-twice" if is_known else "of 1 pushes that came more than once it cannot be told"
    assert told in ran.out


def test_another_witness_is_refused(wxkf: Wxkf) -> None:
    with scripted(acting_twice()) as handler:
        wxkf("simulate", "--url", handler.url, *LOST, "--witness", handler.url)
        cut(record(), 3)
        ran = wxkf("simulate", "--resume", "last", "--witness", handler.url + "?id={MsgId}")
    assert ran.code == 2
    assert "witness is " in ran.err


def test_a_secret_in_it_is_not_recorded_and_has_to_be_given_again(wxkf: Wxkf) -> None:
    with scripted(acting_twice()) as handler:
        witness = f"{handler.url}?key={TOKEN}&id={{MsgId}}"
        wxkf("simulate", "--url", handler.url, *LOST, "--witness", witness)
        assert TOKEN not in record().read_text("ascii")
        cut(record(), 3)
        without = wxkf("simulate", "--resume", "last")
        again = wxkf("simulate", "--resume", "last", "--witness", witness)
    assert (without.code, without.out) == (2, "")
    assert without.err.splitlines()[1:] == [
        f'wxkf: the run was made with --witness "{handler.url}?key=***&id={{MsgId}}", and its secret is not in the '
        "record",
        "      give the same --witness again",
    ]
    assert (again.code, "KF408" in again.out) == (1, True)
