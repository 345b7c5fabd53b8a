"""The rules: their own examples are their tests, and real mistakes and real SDKs are the rest."""

import re
from pathlib import Path

import pytest

from tests.lint.sealing import SEAL, as_json, as_xml, encrypted, fields
from tests.lint.texts import check_message, check_text
from wxkf_cli import __version__
from wxkf_cli.lint import examples, rules
from wxkf_cli.lint.linter import all_rules, lint, rule
from wxkf_cli.lint.rule import Example, Need, Rule
from wxkf_cli.lint.subject import Setting
from wxkf_cli.vocab.catalog import PUSHES
from wxkf_cli.vocab.message import make
from wxkf_cli.vocab.terms import Mode, Severity
from wxkf_cli.wire.channel import Channel
from wxkf_cli.wire.exchange import Exchange, Response

BAD = [pytest.param(each, example, id=f"{each.code}-{n}") for each in all_rules() for n, example in enumerate(each.bad)]
GOOD = [pytest.param(example, id=f"{each.code}-{n}") for each in all_rules() for n, example in enumerate(each.good)]
RULES = [pytest.param(each, id=each.code) for each in all_rules()]

ORIGINAL_ID = "gh_97417a04a28d"
RIGHT = (
    f"<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>{ORIGINAL_ID}</FromUserName>"
    "<CreateTime>1714112446</CreateTime><MsgType>transfer_customer_service</MsgType></xml>"
).encode()


SEALED = fields(encrypted(RIGHT))


def codes_of(example: Example) -> list[str]:
    return [finding.code for finding in lint(example.exchange(), example.setting).findings]


@pytest.mark.parametrize(("bad_rule", "example"), BAD)
def test_a_bad_example_trips_its_own_rule_and_no_other(bad_rule: Rule, example: Example) -> None:
    assert codes_of(example) == [bad_rule.code]


@pytest.mark.parametrize("example", GOOD)
def test_a_good_example_is_clean_under_every_rule(example: Example) -> None:
    assert codes_of(example) == []


@pytest.mark.parametrize(("bad_rule", "example"), BAD)
def test_a_finding_says_the_same_in_both_languages(bad_rule: Rule, example: Example) -> None:
    (finding,) = lint(example.exchange(), example.setting).findings
    assert finding.severity is bad_rule.severity
    check_message(finding.message)


def version(text: str) -> list[int]:
    return [int(part) for part in text.split(".")]


@pytest.mark.parametrize("each", RULES)
def test_a_rule_is_whole(each: Rule) -> None:
    assert re.fullmatch(r"KF\d{3}", each.code)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", each.name)
    assert each.source.startswith("https://")
    assert re.fullmatch(r"\d+\.\d+\.\d+", each.since)
    assert version(each.since) <= version(__version__)
    assert each.bad
    assert each.good
    for text in (each.summary, each.why, each.fix):
        check_text(text)


@pytest.mark.parametrize("each", RULES)
def test_a_rule_hides_only_rules_that_exist_and_none_that_weighs_more(each: Rule) -> None:
    weight = list(Severity)
    for code in each.hides:
        assert weight.index(rule(code).severity) >= weight.index(each.severity)


def test_hiding_never_goes_in_a_circle() -> None:
    hides = {each.code: set(each.hides) for each in all_rules()}
    while hides:
        last = [code for code, hidden in hides.items() if hidden.isdisjoint(hides)]
        assert last, f"a circle among {sorted(hides)}"
        for code in last:
            del hides[code]


def test_codes_names_and_files_agree() -> None:
    every = all_rules()
    assert len({each.code for each in every}) == len({each.name for each in every}) == len(every)
    files = {path.stem for path in Path(rules.__path__[0]).glob("kf*.py")}
    assert files == {f"{each.code}_{each.name}".lower().replace("-", "_") for each in every}
    assert [each.code for each in every] == sorted(each.code for each in every)


def test_right_replies_are_written_down_once() -> None:
    literals = [value for name, value in vars(examples).items() if name.isupper()]
    for each in all_rules():
        for example in each.good:
            same = [literal for literal in literals if literal == example.body]
            assert all(example.body is literal for literal in same), f"{each.code}: take it from lint/examples.py"


#: Codes that are promised.
PROMISED = {
    "KF001": "status", "KF002": "redirect", "KF003": "late", "KF004": "unreachable", "KF005": "oversize",
    "KF101": "echostr-changed", "KF102": "echostr-to-bad-signature", "KF201": "success-decorated",
    "KF202": "malformed", "KF203": "wrong-data-format", "KF301": "parties-not-exchanged", "KF302": "field-missing",
    "KF303": "createtime-milliseconds", "KF304": "msgtype-misspelt", "KF305": "touser-of-translated-page",
    "KF401": "event-transferred", "KF402": "unknown-event-transferred", "KF403": "message-never-transferred",
    "KF404": "passive-reply", "KF501": "not-sealed", "KF502": "sealed-in-plaintext-mode", "KF503": "sealed-success",
    "KF504": "envelope-names", "KF505": "envelope-in-other-format", "KF506": "msgsignature-over-three-values",
    "KF507": "msgsignature-wrong", "KF508": "another-appid", "KF509": "length-as-text", "KF510": "sealed-unopened",
    "KF511": "length-little-endian", "KF512": "length-in-characters", "KF513": "length-wrong", "KF514": "padding-16",
    "KF515": "padding-wrong", "KF516": "another-key", "KF517": "timestamp-milliseconds", "KF518": "encrypt-not-base64",
    "KF519": "encrypt-not-whole-blocks", "KF520": "envelope-fields", "KF701": "forged-push-transferred",
    "KF702": "forged-push-acknowledged", "KF703": "appid-unchecked", "KF704": "plaintext-accepted",
    "KF705": "crash-on-unopenable", "KF706": "unopenable-transferred", "KF217": "compressed-body",
    "KF218": "object-printed", "KF219": "jsonp", "KF220": "document-in-array", "KF221": "reply-inside-object",
    "KF222": "result-object", "KF223": "success-misspelt", "KF224": "wrong-root", "KF225": "attribute-or-namespace",
    "KF226": "comment-in-document", "KF227": "declared-encoding", "KF228": "reply-encoded",
    "KF316": "lookalike-name", "KF317": "lookalike-value", "KF318": "createtime-date", "KF319": "createtime-too-fine",
    "KF320": "value-not-filled-in", "KF321": "cdata-as-text", "KF322": "address-not-text",
    "KF323": "values-in-arrays", "KF324": "push-echoed",
}  # fmt: skip


def test_promised_codes_keep_their_names() -> None:
    assert {code: rule(code).name for code in PROMISED} == PROMISED


def test_without_a_push_the_rules_that_need_one_are_counted_as_skipped() -> None:
    report = lint(Exchange(Response(200, (), RIGHT)))
    assert report.findings == ()
    assert report.skipped[Need.PUSH] == 5
    assert report.skipped[Need.DATA_FORMAT] == 1
    assert report.skipped[Need.SEND_TIME] == 1
    assert report.checks > 20
    assert report.failed == 0


def test_a_place_is_where_the_value_begins() -> None:
    body = f"<xml>\n  <ToUserName><![CDATA[{ORIGINAL_ID}]]></ToUserName>\n</xml>"
    findings = lint(Exchange(Response(200, (), body.encode()))).findings
    places = {finding.code: finding.place for finding in findings}
    assert places["KF301"] is not None
    assert (places["KF301"].line, places["KF301"].column) == (2, 24)
    assert places["KF302"] is None


@pytest.mark.parametrize(
    ("body", "code", "column"),
    [
        (as_xml(fields(encrypted(RIGHT), timestamp=1714112446000)), "KF517", None),
        (as_json(fields(encrypted(RIGHT, appid=""))), "KF508", 13),
        (as_json([("encrypt", value) if name == "Encrypt" else (name, value) for name, value in SEALED]), "KF504", 13),
        (as_json(fields(encrypted(RIGHT.replace(b"gh_97417a04a28d", b"gh_x")))), "KF314", 13),
    ],
)
def test_the_place_of_a_fault_of_an_envelope_is_its_field(body: bytes, code: str, column: int | None) -> None:
    exchange = Exchange(Response(200, (), body), push=make(PUSHES["text"]), mode=Mode.SECURE)
    (finding,) = lint(exchange, Setting(seal=SEAL)).findings
    assert finding.code == code
    assert finding.place is not None
    assert finding.place.column == (body.index(b"1714112446000") + 1 if column is None else column)


def test_echostr_decorations_are_named() -> None:
    named = {
        example.body: lint(example.exchange()).findings[0].message.en.partition(":")[0] for example in rule("KF101").bad
    }
    assert named["4375120948345356000"] == "the echostr as a number, rounded to 53 bits"
    assert named['"4375120948345356249"'] == "the echostr in quotes"
    assert len(set(named.values())) == 10


@pytest.mark.parametrize("body", ["a b/c=&d", "a+b/c=&amp;d", "a%2Bb%2Fc%3D%26d"])
def test_an_echostr_that_was_escaped_is_named(body: str) -> None:
    request = Channel("AAAAA").verification("a+b/c=&d", timestamp=1714112446, nonce="1")
    (finding,) = lint(Exchange(Response(200, (), body.encode()), request=request)).findings
    assert finding.message.en.startswith("the echostr with characters escaped or unescaped")


def test_what_comes_from_outside_cannot_leave_its_sentence() -> None:
    body = RIGHT.replace(b"transfer_", "\u202etransfer\n::error::".encode())
    (finding,) = lint(Exchange(Response(200, (), body))).findings
    assert '"\\u202etransfer\\n::error::customer_service"' in finding.message.en
