"""Which findings count: rules by code, prefix and name, patterns of files, severities, the gate, and ignores in use."""

import pickle
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lint.answers import BODIES, OPENID, ORIGINAL_ID, envelopes
from tests.lint.sealing import SEAL, TIME
from wxkf_cli.errors import UsageError
from wxkf_cli.lint.linter import all_rules, lint
from wxkf_cli.lint.naming import Named, codes_of, level_of, names
from wxkf_cli.lint.pattern import fits
from wxkf_cli.lint.selection import EVERYTHING, Ignore, Selected, Selection, lint_selected, selection_of, unused
from wxkf_cli.lint.subject import DEFAULT_SETTING, Setting
from wxkf_cli.vocab.catalog import PUSHES
from wxkf_cli.vocab.message import make
from wxkf_cli.vocab.terms import DataFormat, Mode, Severity
from wxkf_cli.wire.exchange import Exchange, Response

ERROR, WARNING, NOTE = Severity
XML = (
    f"<xml><ToUserName>{ORIGINAL_ID}</ToUserName><FromUserName>{OPENID}</FromUserName>"
    f"<CreateTime>{TIME}123</CreateTime><MsgType>transfer_customer_service</MsgType></xml>"
).encode()
BOTH = {"KF301", "KF303"}


def exchange(body: bytes = XML, *, is_pushed: bool = True) -> Exchange:
    if not is_pushed:
        return Exchange(Response(None, (), body))
    return Exchange(Response(200, (), body), push=make(PUSHES["text"]), data=DataFormat.XML, sent_at=float(TIME))


def selected(selection: Selection, file: str | None = None, body: bytes = XML, *, is_pushed: bool = True) -> Selected:
    return lint_selected(exchange(body, is_pushed=is_pushed), DEFAULT_SETTING, selection, file)


def found(selection: Selection, file: str | None = None) -> set[str]:
    return {finding.code for finding in selected(selection, file).findings}


def only(*rules: str) -> Selection:
    return selection_of(select=[Named(each, "--select") for each in rules])


def without(*ignores: Ignore) -> Selection:
    return selection_of(ignores=ignores)


def in_settings(rule: str, files: str = "") -> Ignore:
    setting = "per_file_ignores" if files else "ignore"
    return Ignore(rule, setting=setting, origin="wxkf.toml", reason="it is so", files=files)


@pytest.mark.parametrize(
    ("rule", "codes"),
    [
        ("KF301", {"KF301"}),
        ("kf301", {"KF301"}),
        (" KF301 ", {"KF301"}),
        ("parties-not-exchanged", {"KF301"}),
        ("Parties-Not-Exchanged", {"KF301"}),
        ("KF90", {code for code in names() if code.startswith("KF90")}),
        ("unused-ignore", {"KF903"}),
        ("KF1", {code for code in names() if code.startswith("KF1")}),
        ("KF", set(names())),
    ],
)
def test_a_rule_is_named_by_its_code_the_beginning_of_codes_or_its_name(rule: str, codes: set[str]) -> None:
    assert codes_of(Named(rule, "--select")) == codes


@pytest.mark.parametrize(
    ("rule", "hint"),
    [
        ("KF3O1", "did you mean KF301 parties-not-exchanged?"),
        ("KF3011", "did you mean KF301 parties-not-exchanged?"),
        ("parties-not-exchange", "did you mean parties-not-exchanged?"),
        ("createtime-miliseconds", "did you mean createtime-milliseconds?"),
        ("301", "did you mean KF301 parties-not-exchanged?"),
        ("KF41", "did you mean KF401 event-transferred?"),
        ("", "name a rule by its code (KF301)"),
        ("K", "name a rule by its code (KF301)"),
        ("\x1b[31m", "name a rule by its code (KF301)"),
    ],
)
def test_an_unknown_rule_is_a_mistake_that_is_put_right(rule: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        codes_of(Named(rule, "select in wxkf.toml"))
    assert hint in caught.value.hint
    assert str(caught.value).startswith("select in wxkf.toml: no rule is called")
    assert str(caught.value).isprintable()


def test_every_rule_can_be_named_and_no_name_is_the_beginning_of_a_code() -> None:
    for code, name in names().items():
        assert codes_of(Named(name, "")) == codes_of(Named(code, "")) == {code}


@pytest.mark.parametrize(
    ("level", "hint"), [("erorr", "did you mean error?"), ("off", "it is error, warning or note"), ("", "it is error")]
)
def test_an_unknown_severity_is_a_mistake_that_is_put_right(level: str, hint: str) -> None:
    with pytest.raises(UsageError, match="is no severity") as caught:
        level_of(level, Named("KF301", "--severity"))
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("pattern", "fitting", "others"),
    [
        ("old/**", ["old/a.xml", "old/b/c.xml", "./old/a.xml"], ["old", "new/old/a.xml", "older/a.xml", "old.xml"]),
        ("old/", ["old/a.xml", "old/b/c.xml"], ["old", "older/a.xml"]),
        ("./old/", ["old/a.xml", "./old/a.xml"], ["old"]),
        ("old/*.xml", ["old/a.xml"], ["old/b/c.xml", "old/a.json", "a.xml"]),
        ("old/**/*.xml", ["old/a.xml", "old/b/c/d.xml"], ["old/a.json", "a.xml"]),
        ("**/old/**", ["old/a.xml", "x/y/old/z/a.xml", "/r/old/a.xml"], ["old", "x/old", "older/a.xml"]),
        ("*.response.xml", ["a.response.xml", "x/y/a.response.xml", "/r/a.response.xml"], ["a.xml", "x/a.push.xml"]),
        ("a?.xml", ["ab.xml", "x/ab.xml"], ["a.xml", "abc.xml"]),
        ("a[0-9].xml", ["a1.xml", "x/a2.xml"], ["ab.xml", "a.xml"]),
        ("a[!0-9].xml", ["ab.xml"], ["a1.xml"]),
        ("**", ["a", "a/b", "/a/b"], []),
        ("/r/**", ["/r/a.xml"], ["r/a.xml"]),
        ("a/**/b/**/c", ["a/b/c", "a/x/b/y/z/c", "a/b/b/c"], ["a/c", "a/b/c/d"]),
        ("你好/*", ["你好/a.xml"], ["您好/a.xml"]),
        ("-", ["-"], ["a", "x/a"]),
    ],
)
def test_a_pattern_fits_paths(pattern: str, fitting: list[str], others: list[str]) -> None:
    assert [each for each in fitting if not fits(each, pattern)] == []
    assert [each for each in others if fits(each, pattern)] == []


def test_no_pattern_makes_a_path_slow() -> None:
    assert not fits("/".join(["a"] * 3000), "/".join(["**", "a"] * 200) + "/b")


@pytest.mark.parametrize(
    ("selection", "codes"),
    [
        (EVERYTHING, BOTH),
        (only("KF3"), BOTH),
        (only("KF301"), {"KF301"}),
        (only("KF301", "createtime-milliseconds"), BOTH),
        (only("KF4"), set()),
        (without(Ignore("KF301")), {"KF303"}),
        (without(Ignore("KF30")), set()),
        (without(Ignore("KF301", files="old/**")), {"KF303"}),
        (without(Ignore("KF301", files="new/**")), BOTH),
        (selection_of(select=[Named("KF3", "")], ignores=[Ignore("KF303")]), {"KF301"}),
    ],
)
def test_what_is_selected_and_not_ignored_is_found(selection: Selection, codes: set[str]) -> None:
    assert found(selection, "old/a.xml") == codes


@pytest.mark.parametrize(
    ("given", "weights"),
    [
        ([], {"KF301": ERROR, "KF303": WARNING}),
        ([("KF303", "error")], {"KF301": ERROR, "KF303": ERROR}),
        ([("KF3", "note")], {"KF301": NOTE, "KF303": NOTE}),
        ([("KF303", "error"), ("KF3", "note")], {"KF301": NOTE, "KF303": ERROR}),
        ([("KF303", "error"), ("createtime-milliseconds", "note")], {"KF301": ERROR, "KF303": NOTE}),
        ([("KF", "Warning ")], {"KF301": WARNING, "KF303": WARNING}),
    ],
)
def test_the_more_exact_severity_goes_before_the_wider_and_the_later_before_the_earlier(
    given: list[tuple[str, str]], weights: dict[str, Severity]
) -> None:
    selection = selection_of(severities=[(Named(rule, "--severity"), level) for rule, level in given])
    assert {each.code: each.severity for each in selected(selection).findings} == weights


@pytest.mark.parametrize(
    ("gate", "failing"), [(ERROR, {ERROR}), (WARNING, {ERROR, WARNING}), (NOTE, set(Severity)), (None, {ERROR})]
)
def test_what_is_at_or_above_the_gate_fails(gate: Severity | None, failing: set[Severity]) -> None:
    assert {each for each in Severity if Selection(fail_on=gate).fails(each)} == failing


@pytest.mark.parametrize("rules", [("KF",), ("KF0", "KF1", "KF2", "KF3", "KF4", "KF5", "KF6", "KF7", "KF9")])
def test_a_selection_that_leaves_no_rule_is_refused(rules: tuple[str, ...]) -> None:
    known = [each for each in rules if any(code.startswith(each) for code in names())]
    with pytest.raises(UsageError, match="KF901 nothing-checked"):
        without(*map(Ignore, known))
    with pytest.raises(UsageError, match="KF901 nothing-checked"):
        only("KF9")


def test_checks_and_skipped_rules_are_those_that_count() -> None:
    everything = selected(EVERYTHING, is_pushed=False)
    assert sum(everything.skipped.values()) > 0
    one = selected(only("KF301"), is_pushed=False)
    assert ([each.code for each in one.ran], one.skipped) == (["KF301"], Counter())
    needs_push = selected(only("KF401", "KF301"), is_pushed=False)
    assert (needs_push.checks, sum(needs_push.skipped.values())) == (1, 1)
    assert selected(without(Ignore("KF303")), is_pushed=False).checks == everything.checks - 1


# ignores of the settings, whether the push is known, those that are unused
USE: dict[str, tuple[list[Ignore], bool, list[str]]] = {
    "used": ([in_settings("KF301"), in_settings("KF30")], True, []),
    "never found": ([in_settings("KF302")], True, ["KF302"]),
    "never found, on another stage": ([in_settings("KF202")], True, ["KF202"]),
    "one of a prefix is enough": ([in_settings("KF3")], True, []),
    "without a push it could not be": ([in_settings("KF401")], False, []),
    "with a push it could": ([in_settings("KF401")], True, ["KF401"]),
    "without a key nothing sealed could be": ([in_settings("KF507")], True, []),
    "no probe was made": ([in_settings("KF701")], True, []),
    "no URL was verified": ([in_settings("KF101")], True, []),
    "in its files": ([in_settings("KF301", "old/**")], True, []),
    "not in its files": ([in_settings("KF302", "old/**")], True, ["KF302"]),
    "no such file": ([in_settings("KF301", "odl/**")], True, ["KF301"]),
    "in its files, but without a push": ([in_settings("KF401", "old/**")], False, []),
    "on the command line": ([Ignore("KF302")], True, []),
    "the same on the command line": ([Ignore("KF301"), in_settings("KF301")], True, []),
}


@pytest.mark.parametrize("name", USE)
def test_an_ignore_that_might_have_left_something_out_and_did_not_is_unused(name: str) -> None:
    ignores, is_pushed, codes = USE[name]
    selection = without(*ignores)
    used: Counter[int] = Counter()
    for file in ("old/a.xml", "new/a.xml"):
        used.update(selected(selection, file, is_pushed=is_pushed).used)
    assert [each.rule for each in unused(selection, used, in_files=True)] == codes


def test_an_ignore_is_used_where_any_of_the_answers_is() -> None:
    selection = without(in_settings("KF303"))
    used: Counter[int] = Counter()
    for body in (b"success", XML, b"success"):
        used.update(selected(selection, body=body).used)
    assert (used, unused(selection, used, in_files=True)) == (Counter({0: 1}), [])


def test_what_was_not_selected_could_not_be_ignored() -> None:
    selection = selection_of(select=[Named("KF303", "")], ignores=[in_settings("KF302"), in_settings("KF301", "x/**")])
    assert unused(selection, selected(selection, "a.xml").used, in_files=True) == []


def test_without_files_no_ignore_of_files_is_unused() -> None:
    selection = without(in_settings("KF301", "old/**"))
    assert unused(selection, selected(selection).used, in_files=False) == []


def test_a_selection_and_what_it_selects_go_from_one_process_to_another() -> None:
    selection = selection_of(
        select=[Named("KF3", "")], ignores=[in_settings("KF303")], severities=[(Named("KF301", ""), "note")]
    )
    assert pickle.loads(pickle.dumps(selection)) == selection  # noqa: S301 - our own bytes
    assert pickle.loads(pickle.dumps(selected(selection))) == selected(selection)  # noqa: S301


CODES = [each.code for each in all_rules()]
RULES = st.sampled_from([*CODES, *{code[:3] for code in CODES}, *{code[:4] for code in CODES}])


@st.composite
def selections(draw: st.DrawFn) -> Selection:
    select = draw(st.lists(RULES, max_size=4))
    ignores = [
        Ignore(draw(RULES), files=draw(st.sampled_from(["", "", "old/**"]))) for _ in range(draw(st.integers(0, 4)))
    ]
    severities = draw(st.lists(st.tuples(RULES, st.sampled_from(list(Severity))), max_size=3))
    try:
        return selection_of(
            select=[Named(each, "") for each in select],
            ignores=ignores,
            severities=[(Named(rule, ""), level.value) for rule, level in severities],
        )
    except UsageError:
        return EVERYTHING


@settings(max_examples=400)
@given(
    st.one_of(BODIES, envelopes()), selections(), st.booleans(), st.sampled_from([SEAL, None]),
    st.sampled_from(["old/a.xml", "new/a.xml", None]),
)  # fmt: skip
def test_leaving_rules_out_never_brings_up_a_finding_nor_says_it_otherwise(
    body: bytes, selection: Selection, is_pushed: bool, seal: SEAL.__class__ | None, file: str | None
) -> None:
    answered = exchange(body, is_pushed=is_pushed)._replace(mode=Mode.SECURE if seal else None)
    setting = Setting(seal=seal)
    whole, chosen = lint(answered, setting), lint_selected(answered, setting, selection, file)
    shown = [each for each in whole.findings if selection.is_shown(each.code, file)]
    assert chosen.findings == tuple(map(selection.weighed, shown))
    assert chosen.ran == tuple(each for each in whole.ran if selection.is_shown(each.code, file))
    assert chosen.skipped <= whole.skipped
    assert sum(chosen.used.values()) >= len(whole.findings) - len(shown) - sum(
        not selection.is_selected(each.code) for each in whole.findings
    )
    assert {each.code for each in chosen.findings} <= {each.code for each in chosen.ran}
