"""What fails only where pushes overlap, or come in another shape, is replayed as it was pushed: as a story."""

import re
import shlex
import threading
import tomllib
from pathlib import Path

import pytest

from tests.cli.recorded import lines, record
from tests.cli.running import Wxkf, codes
from tests.scripted import Reply, Request, correct, scripted

MANY = ["--only", "text", "--data", "xml", "--count", "12", "--concurrency", "4"]


class AnswersTheLast:
    """A handler that keeps the user whom it answers in one place: each of two at once waits for the other one."""

    def __init__(self) -> None:
        self.last = b""
        self.is_mended = False
        self._both = threading.Barrier(2)

    def __call__(self, request: Request) -> Reply:
        if self.is_mended or request.method == "GET" or not request.signed:
            return correct(request)
        self.last = request.transferred()
        try:
            self._both.wait(0.5)
        except threading.BrokenBarrierError:
            self._both.reset()
        return Reply(self.last)


class TooMany:
    """A handler that says it is busy while it has more than one push in hand."""

    def __init__(self) -> None:
        self.is_mended = False
        self._in_hand = 0
        self._came = threading.Condition()

    def __call__(self, request: Request) -> Reply:
        if self.is_mended or request.method == "GET" or not request.signed:
            return correct(request)
        with self._came:
            self._in_hand += 1
            self._came.notify_all()
            is_busy = self._came.wait_for(lambda: self._in_hand > 1, 0.5)
        with self._came:
            self._in_hand -= 1
        return Reply(b"busy", 503) if is_busy else correct(request)


@pytest.mark.parametrize(
    ("story", "case"),
    [
        ("", "two-users"),
        ('[[step]]\nuser = "a"\nsend = "x"\n[[step]]\nuser = "b"\nsend = "y"\nat_once = true\n', "a"),
    ],
)
@pytest.mark.parametrize("named", ["failures", "all", "each"])
def test_what_overlapped_is_played_as_a_whole(wxkf: Wxkf, story: str, case: str, named: str) -> None:
    Path("a.story.toml").write_text(story, "utf-8")
    chosen = ["--story", "a.story.toml"] if story else ["--only", "two-users"]
    answer = AnswersTheLast()
    with scripted(answer) as handler:
        told = wxkf("simulate", "--url", handler.url, *chosen, "--data", "xml")
        named_by = {"failures": [], "all": ["last"], "each": failing()}[named]
        still = wxkf("replay", *named_by)
        answer.is_mended = True
        mended = wxkf("replay", *named_by)
    assert "reproduce: wxkf simulate" in told.out
    assert (still.code, words(still.out)) == (1, [("FAILED", case)]), still.out
    assert (mended.code, words(mended.out)) == (0, [("FIXED", case)]), mended.out
    is_said = f"failed as part of {case}, which is played as a whole" in still.err
    assert is_said == (named == "each")


def failing() -> list[str]:
    """The pushes that something was found in."""
    return [each["exchange"] for each in lines(record()) if each["type"] == "finding" and each["exchange"]]


def words(out: str) -> list[tuple[str, ...]]:
    """(word, case) of each story, and of each push its id."""
    return re.findall(r"^  (FIXED|FAILED|PASS)\s+(\S+)", out, re.MULTILINE)


def test_what_failed_under_many_is_played_with_as_many(wxkf: Wxkf) -> None:
    answer = TooMany()
    with scripted(answer) as handler:
        told = wxkf("simulate", "--url", handler.url, *MANY, "--record")
        handler.requests.clear()
        still = wxkf("replay")
        pushes = len(handler.requests)
        shape = wxkf.json("replay")
        answer.is_mended = True
        mended = wxkf("replay")
    assert "--count 12 --concurrency 4" in told.out
    assert (still.code, words(still.out), pushes) == (1, [("FAILED", "text")], 12), still.out
    assert set(codes(shape)) == {"KF001"}
    assert (mended.code, words(mended.out)) == (0, [("FIXED", "text")]), mended.out


@pytest.mark.parametrize("many", [["--count", "12", "--concurrency", "4"], ["--burst", "4"]])
def test_the_line_that_plays_it_again_plays_as_many(wxkf: Wxkf, many: list[str]) -> None:
    with scripted(TooMany()) as handler:
        told = wxkf("simulate", "--url", handler.url, "--only", "text", "--data", "xml", *many)
        (line,) = re.findall(r"reproduce: wxkf (.*)", told.out)
        handler.requests.clear()
        again = wxkf(*shlex.split(line))
        assert len(handler.requests) == int(many[1])
    assert again.code == 1


def test_pushes_and_stories_are_one_replay(wxkf: Wxkf) -> None:
    def misnames(request: Request) -> Reply:
        right = correct(request)
        return right._replace(body=right.body.replace(b"transfer_customer_service", b"text"))

    with scripted(misnames) as handler:
        wxkf("simulate", "--url", handler.url, "--only", "text", "--only", "two-users", "--data", "xml", "--record")
        ran = wxkf("replay")
        shape = wxkf.json("replay", "--report", "junit=replay.xml")
    assert (ran.code, words(ran.out)) == (1, [("FAILED", "e1"), ("FAILED", "e2"), ("FAILED", "two-users")]), ran.out
    closing = ran.out.splitlines()[-2:]
    assert closing[0].startswith("2 pushes: 0 fixed, 2 failed, 0 right as before")
    assert closing[1].startswith("1 case: 0 fixed, 1 failed, 0 right as before  5 pushes")
    ids = [each["id"] for each in shape["exchanges"]]
    assert len(set(ids)) == len(ids) == 7
    assert Path("replay.xml").read_text("utf-8").count("<testsuites") == 1


def test_what_chaos_hit_is_played_with_the_same_chaos(wxkf: Wxkf) -> None:
    seen: set[str] = set()

    def once(request: Request) -> Reply:
        """Right once, and busy when the same comes at the same time or again."""
        if request.method == "GET" or not request.signed:
            return correct(request)
        name = str(request.push.values.get("MsgId"))
        is_new = name not in seen
        seen.add(name)
        return correct(request) if is_new else Reply(b"busy", 503)

    chaos = ["--count", "10", "--chaos", "duplicate 30%", "--seed", "4"]
    with scripted(once) as handler:
        wxkf("simulate", "--url", handler.url, "--only", "text", "--data", "xml", *chaos, "--record")
        seen.clear()
        handler.requests.clear()
        still = wxkf("replay")
        bodies = [request.body for request in handler.requests]
    assert (still.code, words(still.out)) == (1, [("FAILED", "text")]), still.out
    assert 10 < len(bodies) < 20


# --- one push over several deliveries ---


@pytest.mark.parametrize("named", [[], ["e1"], ["last"]])
def test_what_several_deliveries_show_is_played_with_all_of_them(wxkf: Wxkf, named: list[str]) -> None:
    seen: set[str] = set()

    def once(request: Request) -> Reply:
        """Transfers each message once, and says success when it comes again."""
        if request.method == "GET" or not request.signed:
            return correct(request)
        name = str(request.push.values.get("MsgId"))
        comes_again = name in seen
        seen.add(name)
        return Reply() if comes_again else correct(request)

    with scripted(once) as handler:
        wxkf("simulate", "--url", handler.url, "--only", "lost-answer", "--data", "xml", "--expect", "none")
        ran = wxkf("replay", *named)
        compared = wxkf("replay", "--diff")
    assert (ran.code, words(ran.out)) == (1, [("FAILED", "lost-answer")]), ran.out
    assert [word for _, word in words(compared.out)] == ["e1"]


def test_a_first_delivery_that_failed_is_a_failure_of_its_push(wxkf: Wxkf) -> None:
    seen: set[bytes] = set()

    given_up = threading.Event()

    def slow_once(request: Request) -> Reply:
        if request.body not in seen:
            seen.add(request.body)
            given_up.wait(60)
        return correct(request)

    with scripted(slow_once) as handler:
        told = wxkf("simulate", "--url", handler.url, "--only", "text", "--data", "xml", "--deadline", "0.3")
        given_up.set()
        ran = wxkf("replay")
        one = wxkf("replay", "e1")
    assert "KF003" in told.out
    assert (ran.code, words(ran.out)) == (0, [("FIXED", "e1"), ("FIXED", "e2")]), ran.out + ran.err
    assert words(one.out) == [("FIXED", "e1")]


# --- printed as a story ---


def test_the_story_has_the_users_and_what_overlapped(wxkf: Wxkf) -> None:
    answer = AnswersTheLast()
    with scripted(answer) as handler:
        wxkf("simulate", "--url", handler.url, "--only", "two-users", "--data", "xml")
        printed = wxkf("replay", "--as", "story").out
        Path("kept.story.toml").write_text(printed, "utf-8")
        still = wxkf("simulate", "--url", handler.url, "--story", "kept.story.toml", "--data", "xml")
        answer.is_mended = True
        mended = wxkf("simulate", "--url", handler.url, "--story", "kept.story.toml", "--data", "xml")
    story = tomllib.loads(printed)
    assert [each.get("user") for each in story["step"]] == ["xiaoming", "xiaohong", "xiaoming", "xiaohong", "xiaoming"]
    assert [each.get("at_once", False) for each in story["step"]] == [False, True, True, False, True]
    assert story["name"].startswith("what was answered wrongly in ")
    assert (still.code, mended.code) == (1, 0)


@pytest.mark.parametrize("first", ["", '\nfault = "duplicate"'])
@pytest.mark.parametrize("second", ["", '\nfault = "duplicate"'])
@pytest.mark.parametrize("at_once", [True, False])
def test_the_story_has_what_overlapped_whichever_left_first(
    wxkf: Wxkf, first: str, second: str, *, at_once: bool
) -> None:
    Path("a.story.toml").write_text(
        f'[[step]]\nuser = "a"\nsend = "x"{first}\n'
        f'[[step]]\nuser = "b"\nsend = "y"{second}\nat_once = {str(at_once).lower()}\n',
        "utf-8",
    )
    with scripted() as handler:
        wxkf("simulate", "--url", handler.url, "--story", "a.story.toml", "--data", "xml")
        story = tomllib.loads(wxkf("replay", "last", "--as", "story").out)
    assert [each.get("at_once", False) for each in story["step"]] == [False, at_once]


@pytest.mark.parametrize(("what", "says"), [("story", "pushes of"), ("pytest", "Pushes to a handler, recorded")])
def test_where_nothing_was_wrong_none_is_called_so(wxkf: Wxkf, what: str, says: str) -> None:
    with scripted() as handler:
        wxkf("simulate", "--url", handler.url, "--only", "text", "--data", "xml")
        printed = wxkf("replay", "last", "--as", what).out
    assert says in printed
    assert "wrongly" not in printed


def test_what_overlapped_under_many_is_printed_so(wxkf: Wxkf) -> None:
    with scripted(TooMany()) as handler:
        wxkf("simulate", "--url", handler.url, *MANY, "--record")
        story = tomllib.loads(wxkf("replay", "--as", "story").out)
    assert len(story["step"]) == 12
    assert [each for each in story["step"] if each.get("at_once")]
