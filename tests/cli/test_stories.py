"""Stories on the command line: found, read, played and told of."""

import json
import shlex
from pathlib import Path

import pytest

from tests.cli.running import Wxkf, codes
from tests.scripted import Reply, Request, correct, scripted

FORWARDS = '[[step]]\nsend = "人工"\nexpect = { verdict = "acknowledged" }\n'


@pytest.mark.parametrize("mode", ["plaintext", "compatible", "secure"])
def test_the_package_s_own_stories_pass_on_the_demo(wxkf: Wxkf, mode: str) -> None:
    names = ("session", "lost-answer", "slow-answer", "two-users", "text", "paddings")
    shape = wxkf.json(
        "simulate", "--demo", "correct", "--mode", mode, *(w for name in names for w in ("--story", name))
    )
    assert codes(shape) == []
    assert shape["exit_code"] == 0
    assert shape["settings"]["stories"] == list(names)
    assert {each["case"] for each in shape["exchanges"]} >= {"session", "lost-answer"}


def test_a_story_of_one_s_own_is_played_and_told_with_its_place(wxkf: Wxkf) -> None:
    Path("mine.story.toml").write_text(FORWARDS, "utf-8")
    shape = wxkf.json("simulate", "--demo", "correct", "--story", "mine.story.toml", "--data", "xml")
    (finding,) = shape["findings"]
    assert (finding["code"], finding["file"], finding["line"]) == ("KF904", "mine.story.toml", 1)
    assert finding["message"]["en"] == "step 1: expected verdict acknowledged, got transferred"
    text = wxkf("simulate", "--demo", "correct", "--story", "mine.story.toml", "--data", "xml")
    assert text.code == 1
    assert "FAIL  mine" in text.out
    command = next(line.split(": ", 1)[1] for line in text.out.splitlines() if "reproduce: " in line)
    assert wxkf(*shlex.split(command)[1:]).code == 1


def test_expectations_are_told_behind_many_findings_of_answers(wxkf: Wxkf) -> None:
    expects = "".join(f"[[step]]\nexpect.deliveries = {count}\n" for count in (3, 4))
    Path("a.story.toml").write_text('[[step]]\nrepeat = 30\nstep = [{ send = "a" }]\n' + expects, "utf-8")
    with scripted(lambda _: Reply(b"1")) as handler:
        text = wxkf("simulate", "--url", handler.url, "--data", "xml", "--story", "a.story.toml").out
    assert "and 29 more like it" in text
    assert "step 2: expected deliveries 3, got 1" in text
    assert "step 3: expected deliveries 4, got 1" in text


def test_a_redelivery_stands_in_the_record_as_a_delivery_of_its_own(wxkf: Wxkf) -> None:
    lines = wxkf.ndjson("simulate", "--demo", "correct", "--story", "lost-answer", "--data", "json")
    sent = [(line["id"], line["delivery"]) for line in lines if line["type"] == "sent"]
    assert sent == [("e1", 1), ("e1", 2)]
    done = [line for line in lines if line["type"] == "done"]
    assert [(line["outcome"], line["verdict"]) for line in done] == [("local.fault", "void"), ("ok", "transferred")]
    (record,) = Path(".wxkf/runs").glob("*.ndjson")
    assert wxkf("lint-response", str(record)).code == 0


def test_a_handler_that_speaks_one_format_is_played_in_that_one(wxkf: Wxkf) -> None:
    def xml_only(request: Request) -> Reply:
        return correct(request) if request.method == "GET" or request.body.startswith(b"<") else Reply(b"", 500)

    Path("a.story.toml").write_text('[[step]]\nsend = "a"\n', "utf-8")
    with scripted(xml_only) as handler:
        shape = wxkf.json("simulate", "--url", handler.url, "--story", "a.story.toml")
    assert codes(shape) == ["KF902"]
    assert {each["data"] for each in shape["exchanges"] if each["case"] == "a"} == {"xml"}
    assert shape["exit_code"] == 0


def test_stories_are_only_read_where_that_is_asked(wxkf: Wxkf) -> None:
    Path("a.story.toml").write_text('[[step]]\nsend = "a"\n', "utf-8")
    ran = wxkf("simulate", "--story", "*.story.toml", "--check")
    assert (ran.code, ran.out) == (0, "a.story.toml: 1 step, right\n")
    Path("b.story.toml").write_text('[[step]]\nsned = "a"\n', "utf-8")
    ran = wxkf("simulate", "--story", ".", "--check")
    assert ran.code == 2
    assert "b.story.toml:2" in ran.err
    assert "did you mean send?" in ran.err


def test_a_story_of_ours_is_printed_to_start_from(wxkf: Wxkf) -> None:
    ran = wxkf("simulate", "--print-story", "session")
    Path("mine.story.toml").write_text(ran.out, "utf-8")
    assert wxkf("simulate", "--demo", "correct", "--story", "mine.story.toml").code == 0
    assert "did you mean session?" in wxkf("simulate", "--print-story", "sesion").err


WRONG = [
    (["--story", "nope"], "is no story (KF901", ""),
    (["--check"], "--check is for stories", "--story FILE"),
    (["--story", "session", "--agents", "auto:0"], "is no rule for agents", "auto:3"),
    (["--story", "session", "--only", "text"], "--only has no place beside it", ""),
    (["--story", "session", "--suite", "conformance"], "--suite has no place beside it", ""),
    (["--resume", "last", "--story", "session"], "--story has no place beside it", ""),
]


@pytest.mark.parametrize(("arguments", "said", "hint"), WRONG)
def test_what_does_not_go_together_is_refused(wxkf: Wxkf, arguments: list[str], said: str, hint: str) -> None:
    ran = wxkf("simulate", "--demo", "correct", *arguments)
    assert ran.code == 2
    assert said in ran.err
    assert hint in ran.err


def test_agents_can_accept_by_rule(wxkf: Wxkf) -> None:
    Path("a.story.toml").write_text(
        '[[step]]\nsend = "a"\n[[step]]\nsend = "b"\nexpect = { pushed = false }\n', "utf-8"
    )
    assert wxkf("simulate", "--demo", "correct", "--story", "a.story.toml").code == 1
    assert wxkf("simulate", "--demo", "correct", "--story", "a.story.toml", "--agents", "auto:1").code == 0


def test_the_same_seed_gives_the_same_story(wxkf: Wxkf) -> None:
    runs = [
        json.dumps([each["push"]["query"].split("&nonce=")[1] for each in shape["exchanges"]])
        for shape in (wxkf.json("simulate", "--demo", "correct", "--story", "text", "--seed", seed) for seed in "112")
    ]
    assert runs[0] == runs[1] != runs[2]


def test_a_handler_that_is_not_there_is_exit_3(wxkf: Wxkf) -> None:
    ran = wxkf("simulate", "--url", "http://127.0.0.1:1/wx", "--story", "session")
    assert ran.code == 3
    assert "could not be reached" in ran.err


def test_a_story_that_failed_is_replayed_as_a_whole(wxkf: Wxkf) -> None:
    Path("mine.story.toml").write_text(FORWARDS, "utf-8")
    acknowledging = False

    def answer(request: Request) -> Reply:
        return Reply(b"success") if acknowledging else correct(request)

    with scripted(answer) as handler:
        story = ("--url", handler.url, "--story", "mine.story.toml", "--data", "json")
        assert wxkf("simulate", *story).code == 1
        ran = wxkf("replay", "--format", "json")
        assert (ran.code, codes(json.loads(ran.out))) == (1, ["KF904"])
        assert "reproduce: wxkf replay\n" in wxkf("runs", "show").out
        acknowledging = True
        ran = wxkf("replay")
        assert (ran.code, ran.out.splitlines()[1].split()) == (0, ["FIXED", "mine", "json"])
        Path("mine.story.toml").write_text(FORWARDS.replace("acknowledged", "transferred"), "utf-8")
        ran = wxkf("replay")
        assert (ran.code, "mine.story.toml has changed since" in ran.err) == (2, True)


def test_what_is_expected_before_any_push_is_told_of_once(wxkf: Wxkf) -> None:
    Path("mine.story.toml").write_text(
        '[[step]]\nadvance = "1m"\nexpect = { waiting = ["小明"] }\n[[step]]\nsend = "x"\n', "utf-8"
    )
    story = ("--demo", "correct", "--story", "mine.story.toml", "--data", "xml")
    ran = wxkf("simulate", *story, "--report", "junit=report.xml")
    assert ran.out.count('step 1: expected waiting ["小明"], got []') == ran.out.count("FAIL  ") == 1
    assert Path("report.xml").read_text("utf-8").count("<failure") == 1
    again = wxkf("replay")
    assert again.out.count('step 1: expected waiting ["小明"], got []') == again.out.count("FAIL") == 1, again.out


SEALED = [
    ("alone", '[[step]]\nsend = "a"\n[[step]]\nsend = "b"\nmode = "secure"\n', "2", 3, "secure"),
    (
        "in a repeat",
        '[[step]]\nrepeat = 2\n[[step.step]]\nevent = "user_enter_tempsession"\nmode = "compatible"\n',
        "1[1].1",
        3,
        "compatible",
    ),
]


@pytest.mark.parametrize("where", [["--demo", "correct", "--mode", "plaintext"], ["--url"]], ids=["demo", "url"])
@pytest.mark.parametrize(("steps", "number", "line", "mode"), [case[1:] for case in SEALED], ids=[c[0] for c in SEALED])
def test_a_step_that_cannot_be_sealed_is_told_before_anything_is_pushed(
    wxkf: Wxkf, steps: str, number: str, line: int, mode: str, where: list[str]
) -> None:
    Path("a.story.toml").write_text(steps, "utf-8")
    with scripted() as handler:
        place = [*where, handler.url] if where == ["--url"] else where
        ran = wxkf("simulate", *place, "--story", "a.story.toml")
        assert not handler.requests
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines() == [
        f"wxkf: a.story.toml:{line}: step {number}: a push in {mode} mode is sealed, and the run has no key",
        f"      set WXKF_AES_KEY and WXKF_APPID, or add --aes-key and --appid, and with --mode name {mode}",
    ]
    assert not Path(".wxkf").exists()


def test_a_step_that_can_be_sealed_is(wxkf: Wxkf) -> None:
    Path("a.story.toml").write_text(SEALED[0][1], "utf-8")
    shape = wxkf.json("simulate", "--demo", "correct", "--mode", "compatible", "--story", "a.story.toml")
    assert {each["mode"] for each in shape["exchanges"]} == {"compatible", "secure"}


NOTHING = [
    '[[step]]\nadvance = "31m"\n',
    '[[step]]\nfault = ["drop-answer"]\n',
    '[[step]]\nrepeat = 2\n[[step.step]]\nadvance = "1m"\n[[step]]\nfault = ["reset"]\n',
]


@pytest.mark.parametrize("check", [[], ["--check"]], ids=["played", "only read"])
@pytest.mark.parametrize("steps", NOTHING, ids=["time", "a fault", "both"])
def test_a_story_that_checks_nothing_is_none(wxkf: Wxkf, steps: str, check: list[str]) -> None:
    Path("a.story.toml").write_text(steps, "utf-8")
    ran = wxkf("simulate", "--demo", "correct", "--story", "a.story.toml", *check)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines() == [
        "wxkf: a.story.toml:1: the story checks nothing (KF901 nothing-checked)",
        "      one of its steps sends something, or expects something: time and faults alone are no check",
    ]


CHECKING = [
    ("", '[[step]]\nadvance = "31m"\nexpect = { session = "handler" }\n'),
    ('[[step]]\nadvance = "31m"\n', '[[step]]\nsend = "a"\n'),
]


@pytest.mark.parametrize(("included", "steps"), CHECKING, ids=["expects", "includes what only passes time"])
def test_one_that_checks_something_is(wxkf: Wxkf, included: str, steps: str) -> None:
    Path("opening.story.toml").write_text(included, "utf-8")
    include = 'include = ["opening.story.toml"]\n' if included else ""
    Path("a.story.toml").write_text(include + steps, "utf-8")
    assert wxkf("simulate", "--demo", "correct", "--story", "a.story.toml").code == 0


def test_a_step_has_the_number_in_a_run_that_it_has_where_it_is_read(wxkf: Wxkf) -> None:
    expects = '[[step]]\nsend = "a"\n[[step]]\nexpect = { deliveries = 2 }\n'
    Path("opening.story.toml").write_text(expects, "utf-8")
    Path("a.story.toml").write_text(f'include = ["opening.story.toml"]\n{expects}', "utf-8")
    text = wxkf("simulate", "--demo", "correct", "--data", "xml", "--story", "a.story.toml").out
    assert "step 2 of opening.story.toml: expected deliveries 2, got 1" in text
    assert "step 2: expected deliveries 2, got 1" in text
    Path("a.story.toml").write_text(f'include = ["opening.story.toml"]\n{expects}session = "x"\n', "utf-8")
    assert "a.story.toml:6: step 2: session is no key" in wxkf("simulate", "--story", "a.story.toml", "--check").err
