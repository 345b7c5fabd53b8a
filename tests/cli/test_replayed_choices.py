"""What counted as a failure in a run counts when it is shown and replayed, unless something else is asked for."""

from pathlib import Path

import pytest

from tests.cli.running import Wxkf
from tests.scripted import Reply, Request, correct, scripted


def in_milliseconds(request: Request) -> Reply:
    """A handler that is right but for a warning: KF303."""
    right = correct(request)
    stamp = str(request.push.values.get("CreateTime", "")).encode() if request.body and request.signed else b""
    return Reply(right.body.replace(stamp, stamp + b"000"), right.status) if stamp else right


RUN = ("--only", "text", "--data", "xml")


@pytest.mark.parametrize(
    ("options", "code", "again", "then"),
    [
        (("--fail-on", "warning"), 1, (), 1),
        (("--fail-on", "warning"), 1, ("--fail-on", "error"), 2),
        (("--severity", "KF303=error"), 1, (), 1),
        (("--severity", "KF303=error", "--fail-on", "never"), 0, (), 0),
        (("--ignore", "KF303", "--fail-on", "warning"), 0, (), 2),
        ((), 0, ("--fail-on", "warning"), 1),
    ],
)
def test_a_failure_is_what_it_was(
    wxkf: Wxkf, options: tuple[str, ...], code: int, again: tuple[str, ...], then: int
) -> None:
    with scripted(in_milliseconds) as handler:
        played, shown = wxkf("simulate", "--url", handler.url, *RUN, *options, "-q"), wxkf("runs", "show", "-q")
        assert played.code == shown.code == code
        assert shown.out.count("FAIL  text") == played.out.count("FAIL  text") >= code
        replayed = wxkf("replay", *again)
    assert replayed.code == then, replayed.err
    assert ("2 failed" in replayed.out) == (then != 2)


STORIES = {
    "nothing is pushed": '[[step]]\nuser = "小明"\nagent = "accept"\n',
    "much is expected": (
        '[[step]]\nsend = "x"\nexpect = { verdict = "late", deliveries = 3, session = "human", waiting = ["a"] }\n'
    ),
}


@pytest.mark.parametrize(("story", "messages"), [("nothing is pushed", 1), ("much is expected", 4)])
def test_a_story_is_played_again_and_all_that_it_lacks_is_told(wxkf: Wxkf, story: str, messages: int) -> None:
    Path("mine.story.toml").write_text(STORIES[story], "utf-8")
    with scripted() as handler:
        first = wxkf("simulate", "--url", handler.url, "--story", "mine.story.toml", "--data", "xml")
        again = wxkf("replay")
    assert (first.code, again.code) == (1, 1), again.err
    assert "FAILED  mine" in again.out
    assert first.out.count("step 1: ") == again.out.count("step 1: ") == messages


def test_what_failed_of_the_run_as_a_whole_is_not_denied(wxkf: Wxkf) -> None:
    with scripted(lambda request: correct(request) if request.method == "GET" else Reply(b"success")) as handler:
        assert wxkf("simulate", "--url", handler.url, *RUN).code == 1
        again = wxkf("replay")
    assert again.code == 2
    assert "KF403 is about the run as a whole" in again.err
    assert "no push by itself failed" in again.err
