"""`wxkf simulate`: the suite against handlers that are right, and wrong in one way each."""

import json
import re
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.running import Wxkf, codes, valid_lines
from tests.scripted import Reply, Request, correct, scripted
from wxkf_cli.trial.standard import SUITE, suite
from wxkf_cli.vocab.terms import DataFormat, Mode
from wxkf_cli.wire.signature import verify

GOLDEN = Path(__file__).parent.parent / "golden"
Answer = Callable[[Request], Reply]


def forwards_events(request: Request) -> Reply:
    return Reply(request.transferred()) if request.method == "POST" and request.signed else correct(request)


def only(data_format: DataFormat, answering: Answer = correct) -> Answer:
    def answer(request: Request) -> Reply:
        if request.method == "POST" and request.format is not data_format:
            return Reply(b"cannot parse", 500)
        return answering(request)

    return answer


def on_user_messages(body: Callable[[Request], bytes]) -> Answer:
    """A right handler, but for what it answers to a text."""

    def answer(request: Request) -> Reply:
        right = correct(request)
        return Reply(body(request)) if b"transfer_customer_service" in right.body else right

    return answer


def _in(data_format: DataFormat, body: Callable[[Request], bytes]) -> Answer:
    """A right handler, but for what it answers to user messages in one format."""
    wrong = on_user_messages(body)
    return lambda request: (wrong if request.body and request.format is data_format else correct)(request)


def believes_everything(request: Request) -> Reply:
    if request.method == "GET":
        return Reply(request.query["echostr"].encode())
    return Reply(request.transferred()) if request.push.kind.name == "text" else Reply()


def acknowledges_forgeries(request: Request) -> Reply:
    return correct(request) if request.signed else Reply()


def goes_by_content_type(request: Request) -> Reply:
    if request.method == "POST" and request.format is DataFormat.JSON and "json" not in request.headers["Content-Type"]:
        return Reply(b"", 415)
    return correct(request)


def unexchanged(request: Request) -> bytes:
    to_user, from_user = str(request.push.to_user).encode(), str(request.push.from_user).encode()
    return request.transferred().replace(from_user, b"\0").replace(to_user, from_user).replace(b"\0", to_user)


def when_asked(request: Request) -> bytes:
    return request.transferred() if request.push.values.get("Content") == "人工" else b"success"


def always_xml(request: Request) -> bytes:
    from wxkf_cli.vocab.message import transfer
    from wxkf_cli.wire import codec

    return codec.render(transfer(str(request.push.from_user), str(request.push.to_user), 1), DataFormat.XML)


QUOTED = b'"success"'


def as_string(request: Request) -> bytes:
    return json.dumps(request.transferred().decode()).encode()


def marked(request: Request) -> bytes:
    return b"\xef\xbb\xbf" + request.transferred()


def passive(request: Request) -> bytes:
    return request.transferred().replace(b"transfer_customer_service", b"text")


# name, handler, options, exit code, the codes that are found (each as a set)
HANDLERS: list[tuple[str, Answer, list[str], int, set[str]]] = [
    ("right", correct, [], 0, set()),
    ("forwards events", forwards_events, [], 1, {"KF401", "KF402", "KF405"}),
    ("XML only", only(DataFormat.XML), [], 0, {"KF902"}),
    ("JSON only", only(DataFormat.JSON), [], 0, {"KF902"}),
    ("XML only, behind a mark", only(DataFormat.XML, on_user_messages(marked)), [], 1, {"KF206", "KF902"}),
    ("XML only, quoted", only(DataFormat.XML, on_user_messages(lambda _: QUOTED)), [], 1, {"KF201", "KF902"}),
    ("XML only, as a JSON string", only(DataFormat.XML, on_user_messages(as_string)), [], 1, {"KF211", "KF902"}),
    ("XML only, JSON demanded", only(DataFormat.XML), ["--data", "json"], 1, {"KF001"}),
    ("neither format", lambda _: Reply(b"", 500), [], 1, {"KF001"}),
    ("addresses not exchanged", on_user_messages(unexchanged), [], 1, {"KF301"}),
    ("addresses not exchanged in JSON", _in(DataFormat.JSON, unexchanged), [], 1, {"KF301"}),
    ("never transfers", on_user_messages(lambda _: b"success"), [], 1, {"KF403"}),
    ("never transfers, nothing demanded", on_user_messages(lambda _: b"success"), ["--expect", "none"], 0, set()),
    ("transfers only 人工", on_user_messages(when_asked), [], 0, set()),
    ("transfers only 人工, all demanded", on_user_messages(when_asked), ["--expect", "all"], 1, {"KF403"}),
    ("quoted success", on_user_messages(lambda _: QUOTED), [], 1, {"KF201"}),
    ("nothing at all", on_user_messages(lambda _: b""), [], 1, {"KF214", "KF403"}),
    ("passive reply", on_user_messages(passive), [], 1, {"KF404"}),
    ("10 MB", on_user_messages(lambda _: b"x" * 10_000_000), [], 1, {"KF005"}),
    ("UTF-16", on_user_messages(lambda r: r.transferred().decode().encode("utf-16")), [], 1, {"KF205"}),
    ("believes every signature", believes_everything, ["--expect", "none"], 1, {"KF102", "KF701"}),
    ("acknowledges forgeries", acknowledges_forgeries, [], 0, {"KF702"}),
    ("goes by Content-Type", goes_by_content_type, [], 1, {"KF001"}),
    ("XML for everything", on_user_messages(always_xml), ["--data", "json"], 1, {"KF203"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "options", "code", "found"), [row[1:] for row in HANDLERS], ids=[r[0] for r in HANDLERS]
)
def test_a_handler_gets_exactly_the_findings_of_its_flaw(
    wxkf: Wxkf, answer: Answer, options: list[str], code: int, found: set[str]
) -> None:
    with scripted(answer) as handler:
        shape = wxkf.json("simulate", "--url", handler.url, *options)
    assert (set(codes(shape)), shape["exit_code"]) == (found, code)


def test_the_demo_is_judged_right_and_the_buggy_one_wrong(wxkf: Wxkf) -> None:
    right, wrong = wxkf.json("simulate", "--demo", "correct"), wxkf.json("simulate", "--demo", "buggy")
    assert (right["exit_code"], codes(right)) == (0, [])
    assert wrong["exit_code"] == 1
    assert "KF401" in codes(wrong)


@pytest.mark.parametrize("demo", ["correct", "buggy"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_output_reads_as_it_should(wxkf: Wxkf, demo: str, lang: str, regen: bool) -> None:
    ran = wxkf("simulate", "--demo", demo, "--seed", "1", "--lang", lang)
    shown = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT", ran.out)
    shown = re.sub(r" +\d+ ms", " N ms", shown)
    shown = re.sub(r"\d+\.\d s|，\d+\.\d 秒", "N s", shown)
    golden = GOLDEN / f"simulate-{demo}-{lang}.txt"
    if regen:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(shown, encoding="utf-8")
    assert shown == golden.read_text("utf-8"), "if this is what it should be: pytest --regen, then review the diff"


@pytest.mark.parametrize("name", [story.name for story in suite() if Mode.PLAINTEXT in (story.modes or Mode)])
def test_each_case_can_be_played_alone(wxkf: Wxkf, name: str) -> None:
    with scripted() as handler:
        shape = wxkf.json("simulate", "--url", handler.url, "--only", name, "--data", "both")
    assert {exchange["case"] for exchange in shape["exchanges"]} <= {name, "text"}
    assert name in {exchange["case"] for exchange in shape["exchanges"]}
    assert shape["exit_code"] == 0
    assert shape["summary"]["checks"] > 0


def test_what_is_pushed_is_signed_and_fresh_each_time(wxkf: Wxkf) -> None:
    with scripted() as handler:
        wxkf.json("simulate", "--url", handler.url)
        genuine = [request for request in handler.requests if request.signed]
        forged = [request for request in handler.requests if not request.signed]
    assert len(forged) == 3  # the GET, and a push in each format
    assert len({request.query["nonce"] for request in handler.requests}) == len(handler.requests)
    message_ids = [request.push.values["MsgId"] for request in genuine if "MsgId" in str(request.body)]
    twice = [each for each, count in Counter(message_ids).items() if count > 1]
    assert len(twice) == 4  # a lost and a slow answer in each format bring the same message again
    assert all(isinstance(each, int) and each > 2**53 for each in message_ids)
    assert not any(
        verify(r.query["signature"], "test-token-42", r.query["timestamp"], r.query["nonce"]) for r in forged
    )


def test_a_seed_repeats_ids_and_nonces(wxkf: Wxkf) -> None:
    def pushed() -> list[tuple[str, str]]:
        with scripted() as handler:
            wxkf("simulate", "--url", handler.url, "--seed", "7")
            posts = [request for request in handler.requests if request.method == "POST"]
            # What is sent at once arrives in any order.
            return sorted((request.query["nonce"], str(request.push.values.get("MsgId"))) for request in posts)

    assert pushed() == pushed()


def test_options_reach_the_pushes(wxkf: Wxkf) -> None:
    with scripted() as handler:
        wxkf.json(
            "simulate", "--url", handler.url, "--only", "text", "--data", "xml", "--text", "在吗", "--openid", "oOther",
            "--original-id", "gh_other", "--header", "X-Env: test", "--content-type", "application/xml",
        )  # fmt: skip
        (request,) = handler.requests
    push = request.push
    assert (push.from_user, push.to_user, push.values["Content"]) == ("oOther", "gh_other", "在吗")
    assert (request.headers["X-Env"], request.headers["Content-Type"]) == ("test", "application/xml")
    assert request.query["openid"] == "oOther"


def test_count_repeats_the_user_messages_and_keeps_no_record(wxkf: Wxkf) -> None:
    with scripted() as handler:
        shape = wxkf.json(
            "simulate", "--url", handler.url, "--data", "xml", "--count", "30", "--concurrency", "8", "--keep-alive"
        )
        kinds = [request.push.kind.name for request in handler.requests if request.method == "POST" and request.signed]
    # The stories: text, a lost answer, a slow one and then one more, three by two users, two around a session.
    assert kinds.count("text") == 30 * (1 + 2 + 3 + 3 + 2)
    assert [kinds.count(each) for each in ("image", "miniprogrampage", "user_enter_tempsession")] == [60, 60, 1]
    assert shape["summary"]["failed"] == 0
    assert not Path(".wxkf").exists()


def test_a_finding_that_comes_many_times_is_shown_once_and_counted(wxkf: Wxkf) -> None:
    with scripted(on_user_messages(unexchanged)) as handler:
        ran = wxkf("simulate", "--url", handler.url, "--only", "text", "--data", "xml", "--count", "50", "--keep-alive")
    assert ran.out.count("KF301 parties-not-exchanged") == 1
    assert "and 49 more like it" in ran.out
    assert "50 failed" in ran.out


def test_the_record_is_the_stream_and_lint_response_finds_the_same_in_it(wxkf: Wxkf) -> None:
    with scripted(forwards_events) as handler:
        lines = wxkf.ndjson("simulate", "--url", handler.url)
    (record,) = Path(".wxkf/runs").iterdir()
    assert valid_lines(record.read_text("ascii")) == lines
    assert (Path(".wxkf/.gitignore").read_text(), Path(".wxkf").stat().st_mode & 0o777) == ("*\n", 0o700)
    assert [line["type"] for line in (lines[0], lines[-1])] == ["run", "summary"]
    sent = {line["id"] for line in lines if line["type"] == "sent"}
    assert sent == {line["id"] for line in lines if line["type"] == "done"}
    found = [(line["code"], line["exchange"]) for line in lines if line["type"] == "finding"]
    linted = wxkf.json("lint-response", str(record))
    assert sorted(found) == sorted((finding["code"], finding["exchange"]) for finding in linted["findings"])


def test_stop_at_the_first_failure_skips_the_rest(wxkf: Wxkf) -> None:
    with scripted(forwards_events) as handler:
        shape = wxkf.json("simulate", "--url", handler.url, "--data", "xml", "-x")
    assert codes(shape) == ["KF401"]
    assert {skip["why"] for skip in shape["skipped"]} == {"stopped at the first failure"}
    assert shape["summary"]["skipped"] == len(shape["skipped"]) == 8


def test_a_handler_that_is_down_is_exit_3_and_one_line(wxkf: Wxkf) -> None:
    ran = wxkf("simulate", "--url", "http://127.0.0.1:1/wx")
    assert ran.code == 3
    assert ran.err.splitlines()[0] == (
        "wxkf: the handler at http://127.0.0.1:1/wx could not be reached: the connection was refused"
    )
    assert len(ran.err.splitlines()) == 2


def test_waiting_for_a_handler_ends_with_exit_3(wxkf: Wxkf) -> None:
    ran = wxkf("simulate", "--url", "http://127.0.0.1:1/wx", "--wait", "1ms")
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("wxkf: no handler at http://127.0.0.1:1/wx after 0.001 s\n")


def test_a_secret_that_a_handler_gives_back_is_masked(wxkf: Wxkf) -> None:
    leaks = on_user_messages(lambda _: b"your token is test-token-42")
    with scripted(leaks) as handler:
        for output in ("text", "json", "ndjson"):
            ran = wxkf("simulate", "--url", handler.url, "--format", output)
            assert "test-token-42" not in ran.out + ran.err
            assert "***" in ran.out
    assert all("test-token-42" not in record.read_text("ascii") for record in Path(".wxkf/runs").iterdir())


def test_a_short_token_does_not_mask_our_own_words(wxkf: Wxkf) -> None:
    ran = wxkf("simulate", "--url", "http://127.0.0.1:1/wx", "--token", "was")
    assert "the connection was refused (net.refused)" in ran.out


def test_a_deadline_that_is_not_wechats_is_marked(wxkf: Wxkf) -> None:
    ran = wxkf("simulate", "--demo", "correct", "--deadline", "2")
    assert "deadline=2.0s(non-standard)" in ran.out.splitlines()[0]
    assert "deadline" not in wxkf("simulate", "--demo", "correct").out.splitlines()[0]


def test_httpx_judges_as_the_wire_does(wxkf: Wxkf) -> None:
    verdicts = [
        [(each["case"], each["verdict"]) for each in wxkf.json("simulate", "--demo", "buggy", *client)["exchanges"]]
        for client in ([], ["--client", "httpx"])
    ]
    assert verdicts[0] == verdicts[1]


def test_the_cases_are_listed(wxkf: Wxkf) -> None:
    ran = wxkf("simulate", "--list")
    assert ran.code == 0
    assert [line.split()[0] for line in ran.out.splitlines()] == list(SUITE)


def test_cases_can_be_shuffled_and_the_seed_repeats_the_order(wxkf: Wxkf) -> None:
    def order(*options: str) -> list[str]:
        shape = wxkf.json("simulate", "--demo", "correct", "--data", "xml", "--no-record", *options)
        assert shape["exit_code"] == 0
        return list(dict.fromkeys(each["case"] for each in shape["exchanges"]))

    straight = order("--seed", "1")
    shuffled = order("--seed", "1", "--shuffle")
    assert shuffled == order("--seed", "1", "--shuffle")
    assert shuffled != straight
    assert shuffled != order("--seed", "2", "--shuffle")
    assert sorted(shuffled) == sorted(straight)


def test_a_burst_is_so_many_pushes_at_once(wxkf: Wxkf) -> None:
    together = threading.Barrier(5, timeout=20)

    def answer(request: Request) -> Reply:
        if request.method == "POST" and request.signed and request.push.msgtype == "image":
            together.wait()  # nobody is answered before all are here
        return correct(request)

    with scripted(answer) as handler:
        shape = wxkf.json("simulate", "--url", handler.url, "--only", "image", "--data", "xml", "--burst", "5")
    assert len([each for each in shape["exchanges"] if each["case"] == "image"]) == 5
    assert shape["exit_code"] == 0
    ran = wxkf("simulate", "--demo", "correct", "--burst", "5", "--count", "5")
    assert ran.code == 2
    assert "leave --count and --concurrency out" in ran.err
