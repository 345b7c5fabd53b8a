"""A recorded run of the conformance suite: shown, made again where it failed, gone on with, ended by signals."""

import re
import signal
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from tests.cli.recorded import SEALED, cut, lines, message_ids, record, untimed
from tests.cli.running import TOKEN, Ran, Wxkf
from tests.cli.test_resume import STOPPING, Slow, heard, start
from tests.scripted import Reply, Request, correct, scripted
from wxkf_cli import settings as all_settings
from wxkf_cli.cli.choosing import ChoiceOptions, chosen_findings
from wxkf_cli.cli.conforming import go_on
from wxkf_cli.cli.handler import HandlerOptions
from wxkf_cli.cli.playing import Show
from wxkf_cli.cli.resuming import resuming
from wxkf_cli.cli.running import run
from wxkf_cli.errors import UsageError
from wxkf_cli.simulate.conformance.table import CHECKS
from wxkf_cli.vocab.choices import Demo, Output
from wxkf_cli.vocab.terms import Language

SUITE = ("simulate", "--suite", "conformance")
NOTHING_GIVEN = HandlerOptions()
BUGGY = (*SUITE, "--demo", "buggy", "--seed", "7")


def robust(request: Request) -> Reply:
    """A handler that refuses what it cannot read instead of dying of it."""
    if not {"signature", "timestamp", "nonce"} <= request.query.keys():
        return Reply(b"", 403)
    return correct(request)


class Mended:
    """A handler that takes any signature until it is mended."""

    def __init__(self) -> None:
        self.is_mended = False

    def __call__(self, request: Request) -> Reply:
        if self.is_mended or request.signed or request.method == "GET" or len(request.query) < 3:
            return robust(request)
        return Reply(request.transferred())


def results(path: Path) -> Counter[tuple[str, str | None]]:
    """How often each check has a result in the record."""
    return Counter((line["check"], line["data"]) for line in lines(path) if line["type"] == "check")


def words(out: str) -> list[tuple[str, str, str]]:
    """(word, check, format) of each check that was made again."""
    return re.findall(r"^  (FIXED|FAILED|PASS) +(C\d\d) \S+ *(\w*)$", out, re.MULTILINE)


# --- shown ---


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_it_is_shown_as_it_was_told(wxkf: Wxkf, lang: str) -> None:
    told = wxkf(*BUGGY, "--lang", lang)
    shown = wxkf("runs", "show", "--lang", lang)
    assert (shown.code, shown.err) == (1, "")
    assert untimed(shown.out) == untimed(told.out)


def test_it_is_shown_in_the_machine_shape(wxkf: Wxkf) -> None:
    only = ("--only", "C22", "--only", "C07", "--only", "C33")
    told, shown = wxkf.json(*BUGGY, *only), wxkf.json("runs", "show")
    for shape in (told, shown):
        for exchange in shape["exchanges"]:
            if not exchange["genuine"]:
                del exchange["kind"]  # what a probe is meant to be is not read back from its bytes
            for came in ("response", "failure"):
                if exchange[came] is not None:
                    del exchange[came]["elapsed_ms"]
    assert shown == told


def test_its_lines_have_the_result_of_each_check(wxkf: Wxkf) -> None:
    made = [line for line in wxkf.ndjson(*BUGGY, "--only", "C22", "--only", "C03") if line["type"] == "check"]
    assert [(each["check"], each["mode"], each["data"], each["failed"], each["worst"]) for each in made] == [
        ("C03", None, None, False, None),
        ("C22", "plaintext", "xml", True, "H"),
        ("C22", "plaintext", "json", True, "H"),
    ]


@pytest.mark.parametrize("keep", [1, 3, 40, 250])
def test_of_one_that_was_cut_off_the_part_that_there_is_is_shown(wxkf: Wxkf, keep: int) -> None:
    wxkf(*BUGGY)
    cut(record(), keep)
    made = results(record())
    cut(record(), keep, b'{"type":"do')
    shown = wxkf("runs", "show")
    assert len(re.findall(r"^  (?:PASS|FAIL)  C\d\d ", shown.out, re.MULTILINE)) == len(made)
    assert "grade: unfinished" in shown.out or "grade: fail" in shown.out
    assert "the record ends here, before the run did" in shown.err


def test_sealed_ones_are_shown_with_their_key(wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch) -> None:
    told = wxkf(*SUITE, "--demo", "correct", "--mode", "secure", "--only", "C28", "--only", "C31")
    assert "are sealed" in wxkf("runs", "show").err
    monkeypatch.setenv("WXKF_TOKEN", "AAAAA")
    for name, value in SEALED.items():
        monkeypatch.setenv(name, value)
    assert untimed(wxkf("runs", "show").out) == untimed(told.out)


def test_it_is_listed_with_the_number_of_checks(wxkf: Wxkf) -> None:
    wxkf(*BUGGY)
    assert f"--demo buggy  {len(CHECKS)} checks  " in wxkf("runs", "list").out


def test_a_line_that_was_changed_is_named(wxkf: Wxkf) -> None:
    wxkf(*BUGGY, "--only", "C22")
    text = record().read_text("ascii")
    record().write_text(text.replace('"worst":"H"', '"worst":"X"'), "ascii")
    ran = wxkf("runs", "show")
    assert (ran.code, "is no check of a conformance run" in ran.err) == (2, True), ran.err


# --- replayed ---


def test_the_checks_that_failed_are_made_again_and_are_failed_or_fixed(wxkf: Wxkf) -> None:
    answer = Mended()
    with scripted(answer) as handler:
        wxkf(*SUITE, "--url", handler.url, "--only", "C01", "--only", "C33", "--only", "C24")
        still = wxkf("replay")
        handler.requests.clear()
        answer.is_mended = True
        mended = wxkf("replay")
        asked = len(handler.requests)
        whole = wxkf("replay", "last")
    assert (still.code, words(still.out)) == (1, [("FAILED", "C01", "xml"), ("FAILED", "C01", "json")])
    assert "KF710" in still.out
    assert (mended.code, words(mended.out)) == (0, [("FIXED", "C01", "xml"), ("FIXED", "C01", "json")])
    assert f"2 checks: 2 fixed, 0 failed, 0 right as before  {asked} pushes" in mended.out
    assert whole.code == 0
    assert Counter(word for word, _, _ in words(whole.out)) == {"FIXED": 2, "PASS": 3}
    assert len(list(Path(".wxkf/runs").iterdir())) == 1, "a replay is no run of its own: the last one stays the last"


def test_only_the_formats_in_which_a_check_failed_are_asked(wxkf: Wxkf) -> None:
    answer = Mended()

    def only_xml_is_wrong(request: Request) -> Reply:
        return robust(request) if request.body.startswith(b"{") else answer(request)

    with scripted(only_xml_is_wrong) as handler:
        wxkf(*SUITE, "--url", handler.url, "--only", "C01", "--only", "C24")
        assert words(wxkf("replay").out) == [("FAILED", "C01", "xml")]


@pytest.mark.parametrize("named", [["C03", "c22"], ["last", "session-entered", "C03"]])
def test_checks_are_named(wxkf: Wxkf, named: list[str]) -> None:
    wxkf(*BUGGY, "--only", "C03", "--only", "C22", "--only", "C15")
    ran = wxkf("replay", *named)
    assert (ran.code, words(ran.out)) == (
        1,
        [("PASS", "C03", ""), ("FAILED", "C22", "xml"), ("FAILED", "C22", "json")],
    )


def test_a_failure_of_a_recorded_run_names_its_replay_and_of_another_the_options(wxkf: Wxkf) -> None:
    assert "reproduce: wxkf replay C22\n" in wxkf(*BUGGY, "--only", "C22").out
    unrecorded = wxkf(*BUGGY, "--only", "C22", "--no-record").out
    assert "reproduce: wxkf simulate --demo buggy --suite conformance --only C22 --data xml\n" in unrecorded


def test_a_handler_that_answers_no_ordinary_push_any_more_fails(wxkf: Wxkf) -> None:
    answer = Mended()
    with scripted(answer) as handler:
        wxkf(*SUITE, "--url", handler.url, "--only", "C01", "--data", "xml")
    with scripted(lambda _: Reply(b"", 500)) as broken:
        ran = wxkf("replay", "--url", broken.url)
    assert (ran.code, "FAILED  ordinary-push" in ran.out, words(ran.out)) == (1, True, [])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["e4"], "wxkf replay C01, or wxkf simulate --suite conformance --only C01"),
        (["e1"], "is no push of a check"),
        (["e99999"], "is no push of a check"),
        (["C24"], "make it with: wxkf simulate --suite conformance --only C24"),
        (["C40"], "made nowhere"),
        (["--diff"], "--diff is about single pushes"),
        (["--as", "curl"], "--as curl is about single pushes"),
        (["C01", "--demo", "correct", "--url", "http://127.0.0.1:1/"], "both name a handler"),
        ([], "no check failed in"),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, list) else "",
)
def test_what_cannot_be_replayed_is_exit_2_with_a_hint(wxkf: Wxkf, arguments: list[str], said: str) -> None:
    wxkf(*SUITE, "--demo", "correct", "--only", "C01", "--only", "C03")
    ran = wxkf("replay", *arguments)
    assert (ran.code, ran.out, said in ran.err, len(ran.err.splitlines())) == (2, "", True, 2), ran.err


def test_a_check_is_nothing_to_replay_of_the_standard_suite(wxkf: Wxkf) -> None:
    wxkf("simulate", "--demo", "correct", "--only", "text")
    ran = wxkf("replay", "C22")
    assert (ran.code, "is no run of the conformance suite" in ran.err) == (2, True)


# --- gone on with ---


def gone_on(wxkf: Wxkf, where: HandlerOptions = NOTHING_GIVEN) -> Ran:
    """What `wxkf simulate --resume last` does with such a record."""
    settings = all_settings.here()
    show = Show(Output.TEXT, Language.EN)
    with resuming("last", sync=False) as resumed:
        code = run(go_on(where, settings, chosen_findings(ChoiceOptions(), settings), show, resumed))
    return Ran(code, *wxkf._capfd.readouterr())


@pytest.mark.parametrize("keep", [1, 2, 4, 40, 130, 250, 615])
def test_it_goes_on_with_exactly_the_checks_that_have_no_result(wxkf: Wxkf, keep: int) -> None:
    told = wxkf(*BUGGY)
    path = record()
    planned = results(path)
    cut(path, keep)
    before, made = path.read_bytes().splitlines(), results(path)
    cut(path, keep, b'{"type":"do')
    ran = gone_on(wxkf)
    assert (ran.code, results(path)) == (1, planned)
    after = [line for line in lines(path)[keep:] if line["type"] == "sent"]
    asked_again = {line["case"] for line in after} - {"ordinary-push"}
    assert asked_again == {CHECKS[check].name for check, data in planned - made}
    assert untimed(ran.out).partition(" mode=")[2] == untimed(told.out).partition(" mode=")[2]
    assert path.read_bytes().splitlines()[:keep] == before
    assert [line["n"] for line in lines(path)] == list(range(1, len(lines(path)) + 1))


def test_nothing_that_was_pushed_is_pushed_again(wxkf: Wxkf) -> None:
    wxkf(*SUITE, "--demo", "correct", "--seed", "7", "--only", "C24", "--only", "C26", "--data", "xml")
    whole = set(message_ids(record(), "sent"))
    cut(record(), len(lines(record())) - 9)
    known = set(message_ids(record(), "sent"))
    gone_on(wxkf)
    again = Counter(message_ids(record(), "sent"))
    assert known < whole
    assert [again[each] for each in known] == [1] * len(known)


def test_one_that_came_to_its_end_is_only_shown(wxkf: Wxkf) -> None:
    with scripted(robust) as handler:
        wxkf(*SUITE, "--url", handler.url, "--only", "C01", "--only", "C03")
        handler.requests.clear()
        assert gone_on(wxkf).code == 0
        assert handler.requests == []


def test_a_handler_that_was_not_there_is_asked_once_more(wxkf: Wxkf) -> None:
    with scripted(robust) as handler:
        url = handler.url
    assert wxkf(*SUITE, "--url", url, "--only", "C01").code == 3
    text = record().read_text("ascii")
    with scripted(robust) as handler:
        record().write_text(text.replace(url, handler.url), "ascii")
        assert gone_on(wxkf).code == 0
    assert results(record()) == {("C01", "xml"): 1, ("C01", "json"): 1}


@pytest.mark.parametrize(
    ("where", "said"),
    [
        (HandlerOptions(demo=Demo.CORRECT), "not with .*--demo correct"),
        (HandlerOptions(token="another"), "were signed with another Token"),
    ],
)
def test_what_does_not_fit_the_record_is_refused(wxkf: Wxkf, where: HandlerOptions, said: str) -> None:
    with scripted(robust) as handler:
        wxkf(*SUITE, "--url", handler.url, "--only", "C01", "--only", "C24")
        cut(record(), 9)
        before = record().read_bytes()
        with pytest.raises(UsageError, match=said):
            gone_on(wxkf, where)
    assert record().read_bytes() == before
    assert TOKEN not in record().read_text("ascii")


# --- ended ---


def test_with_every_record_synced_it_is_the_same(wxkf: Wxkf) -> None:
    only = ("--demo", "correct", "--seed", "7", "--only", "C01", "--only", "C13")
    plain, synced = (wxkf(*SUITE, *only, *more) for more in ([], ["--durability", "sync"]))
    assert synced.code == 0
    assert untimed(synced.out).partition(" mode=")[2] == untimed(plain.out).partition(" mode=")[2]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_after_the_first_signal_no_check_pushes_more_and_it_goes_on_later(
    wxkf: Wxkf, number: signal.Signals, code: int
) -> None:
    answer = Slow()
    chosen = ["--only", "C24", "--only", "C42", "--data", "xml"]
    with (
        scripted(answer) as handler,
        start(*SUITE, "--url", handler.url, *chosen, stdout=subprocess.PIPE) as running,
    ):
        assert answer.asked.wait(60)
        running.send_signal(number)
        assert heard(running) == STOPPING
        answer.go_on.set()
        out, err = running.communicate(timeout=60)
        assert len(handler.requests) == 1
        assert (running.returncode, "grade: unfinished" in out.decode()) == (code, True)
        assert err.decode().splitlines() == [
            f"wxkf: interrupted by {number.name}",
            f"      what was done is recorded; go on with: wxkf simulate --resume {record().stem}",
        ]
        kinds = Counter(line["type"] for line in lines(record()))
        assert (kinds["sent"], kinds["done"], kinds["check"], kinds["summary"]) == (1, 1, 0, 1)
        assert lines(record())[-1]["exit_code"] == code
        assert f"it was interrupted; wxkf simulate --resume {record().stem} goes on" in wxkf("runs", "show").err
        gone_on(wxkf)
    assert results(record()) == {("C24", "xml"): 1, ("C42", "xml"): 1}


@pytest.mark.usefixtures("wxkf")
def test_the_second_signal_ends_it_at_once() -> None:
    answer = Slow()
    with scripted(answer) as handler, start(*SUITE, "--url", handler.url, stdout=subprocess.DEVNULL) as running:
        assert answer.asked.wait(60)
        running.send_signal(signal.SIGTERM)
        assert heard(running) == STOPPING
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=60)
        answer.go_on.set()
    assert running.returncode == 143, err
    kinds = Counter(line["type"] for line in lines(record()))
    assert (kinds["sent"], kinds["done"], kinds["summary"]) == (1, 0, 1)
