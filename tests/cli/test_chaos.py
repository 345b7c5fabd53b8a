"""`wxkf simulate --chaos` and `--witness`: what is hit, what is found, what is refused before anything is pushed."""

import json
from collections import Counter
from collections.abc import Callable

import pytest

from tests.cli.recorded import cut, lines, record
from tests.cli.running import Wxkf, codes
from tests.cli.test_reach import handler_at
from tests.scripted import Reply, Request, correct, scripted
from wxkf_cli.cli.playing import within_reach
from wxkf_cli.errors import UsageError
from wxkf_cli.simulate.target import Reach
from wxkf_cli.trial.chaoswords import parse
from wxkf_cli.trial.plan import Plan

TEXTS = ["--only", "text", "--data", "xml"]
LOST = ["--only", "lost-answer", "--data", "xml", "--expect", "none"]


def once() -> Callable[[Request], Reply]:
    """A handler that transfers each message once, and says success when it comes again."""
    seen: set[str] = set()

    def answer(request: Request) -> Reply:
        if request.method == "GET" or not request.signed:
            return correct(request)
        name = str(request.push.values.get("MsgId"))
        comes_again = name in seen
        seen.add(name)
        return Reply() if comes_again else correct(request)

    return answer


def test_chaos_is_the_same_for_the_same_seed_and_a_right_handler_passes(wxkf: Wxkf) -> None:
    arguments = ["simulate", "--demo", "correct", *TEXTS, "--count", "200", "--chaos", "default", "--seed", "3"]
    first, again = (wxkf.json(*arguments) for _ in range(2))
    assert (first["exit_code"], first["findings"]) == (0, [])
    assert first["settings"]["chaos"] == [
        "drop-answer 5%", "delay 5% seconds=6", "duplicate 5% copies=1", "reset 2% after_bytes=0", "split 5% bytes=16",
        "slow-body 1% bytes_per_second=5000",
    ]  # fmt: skip
    assert first["summary"] == again["summary"]
    assert first["summary"]["verdicts"]["void"] > 5
    assert first["summary"]["verdicts"].get("late", 0) == 0


def test_a_message_that_no_agent_gets_is_found_in_the_standard_suite(wxkf: Wxkf) -> None:
    with scripted(once()) as handler:
        shape = wxkf.json("simulate", "--url", handler.url, *LOST)
    assert (shape["exit_code"], codes(shape)) == (1, ["KF406"])


def test_what_is_found_over_several_deliveries_is_reproduced_by_all_of_them(wxkf: Wxkf) -> None:
    with scripted(once()) as handler:
        ran = wxkf("simulate", "--url", handler.url, *LOST, "--chaos", "duplicate 100%", "--seed", "7")
        whole = wxkf("simulate", "--url", handler.url, "--chaos", "default", "--chaos", "duplicate 9%", "--seed", "7")
    assert "KF406 message-lost-on-redelivery" in ran.out
    assert "--only lost-answer --data xml --chaos 'duplicate 100% copies=1' --seed 7" in ran.out
    # What chaos hits follows from the numbers of pushes, so nothing is left out.
    lines = [line for line in whole.out.splitlines() if "reproduce: wxkf simulate" in line]
    assert lines
    assert not any("--only" in line for line in lines)


# From where both answers that got lost stand in the record: before, nobody can know the first.
@pytest.mark.parametrize("keep", [5, 6, 7])
def test_a_run_that_goes_on_finds_what_it_would_have_found(wxkf: Wxkf, keep: int) -> None:
    with scripted(once()) as handler:
        chaos = ["--chaos", "duplicate 100% times=2"]
        wxkf("simulate", "--url", handler.url, *LOST, "--seed", "5", *chaos)
        path = record()
        whole = [line["code"] for line in lines(path) if line["type"] == "finding"]
        cut(path, keep)
        ran = wxkf("simulate", "--resume", "last")
    assert ran.code == 1
    assert [line["code"] for line in lines(path) if line["type"] == "finding"] == whole == ["KF406"]


def test_an_answer_that_was_taken_away_is_in_the_record(wxkf: Wxkf) -> None:
    with scripted() as handler:
        wxkf("simulate", "--url", handler.url, *LOST)
    done = [line for line in lines(record()) if line["type"] == "done"]
    assert [line["outcome"] for line in done] == ["local.fault", "ok"]
    lost = done[0]["failure"]["lost"]
    assert (lost["status"], "transfer_customer_service" in lost["body"]) == (200, True)
    assert json.dumps(done[1]).count('"lost"') == 0


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (["--chaos", "drop 5%"], '--chaos "drop 5%": "drop" is no fault', "did you mean drop-answer?"),
        (["--chaos", "split 1%", "--client", "httpx"], '--chaos "split" needs', "drop-answer, delay, duplicate"),
        (["--suite", "conformance", "--chaos", "default"], "--chaos has no place", "standard suite"),
        (["--suite", "conformance", "--witness", "http://127.0.0.1:1"], "--witness has no place", "standard suite"),
        (["--resume", "last", "--chaos", "default"], "--chaos has no place beside it", "start a new run"),
        (["--witness", "ftp://127.0.0.1/"], "not a URL", "http://"),
        (["--witness", "http://169.254.169.254/"], "link-local or cloud metadata", "never"),
        (["--witness", "http://127.0.0.1:1/{msgid}"], 'names "msgid"', "did you mean {MsgId}?"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_pushed(
    wxkf: Wxkf, arguments: list[str], message: str, hint: str
) -> None:
    with scripted() as handler:
        ran = wxkf("simulate", "--url", handler.url, *arguments)
        assert handler.requests == []
    assert ran.code == 2
    assert message in ran.err
    assert hint in ran.err


def test_chaos_towards_a_public_host_wants_it_named_again() -> None:
    plan = Plan(chaos=parse(["drop-answer 1%"]))
    far = handler_at("staging.example.com", Reach.PUBLIC)
    with pytest.raises(UsageError, match=r"--chaos towards the public host staging\.example\.com"):
        within_reach(plan, far, None)
    assert within_reach(plan, far, "staging.example.com") == plan


@pytest.mark.parametrize("query", ["", "?id={MsgId}"])
@pytest.mark.parametrize(("acts_again", "found"), [(False, []), (True, ["KF408"])])
def test_a_witness_tells_whether_the_handler_acts_twice(
    wxkf: Wxkf, query: str, acts_again: bool, found: list[str]
) -> None:
    acted: Counter[str] = Counter()

    def answer(request: Request) -> Reply:
        if request.method == "GET":
            asked = request.query.get("id")
            return Reply(json.dumps({"count": acted[asked] if asked else acted.total()}).encode())
        name = str(request.push.values.get("MsgId"))
        acted[name] += acts_again or not acted[name]
        return correct(request)

    with scripted(answer) as handler:
        shape = wxkf.json("simulate", "--url", handler.url, *LOST, "--witness", handler.url + query)
    assert codes(shape) == found
    assert shape["exit_code"] == len(found)


def test_a_witness_without_a_count_begins_no_run(wxkf: Wxkf) -> None:
    with scripted(lambda _: Reply(b"<html>", 404)) as handler:
        ran = wxkf("simulate", "--url", handler.url, *LOST, "--witness", handler.url + "/acted")
        assert [request.method for request in handler.requests] == ["GET"]
    assert (ran.code, ran.out) == (2, "")
    assert 'has no count: it answered (status 404, "<html>")' in ran.err
    assert wxkf("runs", "list").out == ""
