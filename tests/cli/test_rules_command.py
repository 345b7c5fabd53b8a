"""`wxkf rules` and `wxkf explain`."""

import json
from pathlib import Path

import pytest

from tests.cli.running import Wxkf
from wxkf_cli.lint.conformance_findings import CONFORMANCE_FINDINGS
from wxkf_cli.lint.linter import all_rules
from wxkf_cli.lint.redelivery_findings import REDELIVERY_FINDINGS
from wxkf_cli.lint.rule import Example
from wxkf_cli.lint.run_findings import RUN_FINDINGS
from wxkf_cli.lint.sdks import SDKS
from wxkf_cli.report import rule_page
from wxkf_cli.report.line import plain, width_of
from wxkf_cli.report.rule_list import GROUPS, everything, list_text
from wxkf_cli.vocab.terms import Language

GOLDEN = Path(__file__).parents[1] / "golden"
FOUND_BY_RUNS = (*REDELIVERY_FINDINGS, *CONFORMANCE_FINDINGS, *RUN_FINDINGS)
CODES = sorted([*(each.code for each in all_rules()), *(each.code for each in FOUND_BY_RUNS)])

READ = {
    "rules-list-en.txt": ["rules", "--lang", "en"],
    "rules-list-zh.txt": ["rules", "--lang", "zh"],
    "rules-list-en.md": ["rules", "--format", "markdown", "--lang", "en"],
    "rules-page-en.txt": ["explain", "KF201", "--lang", "en"],
    "rules-page-zh.txt": ["explain", "KF503", "--for", "werobot", "--lang", "zh"],
    "rules-page-en.md": ["explain", "KF210", "--format", "markdown", "--lang", "en"],
    "rules-page-run-en.txt": ["explain", "KF902", "--for", "flask", "--lang", "en"],
}


@pytest.mark.parametrize("name", READ)
def test_it_reads_like_this(wxkf: Wxkf, regen: bool, name: str) -> None:
    ran = wxkf(*READ[name])
    if regen:
        (GOLDEN / name).write_text(ran.out, "utf-8")
    assert ran.out == (GOLDEN / name).read_text("utf-8"), "if this is how it should read: pytest --regen, and look"
    assert (ran.code, ran.err) == (0, "")


def test_the_list_has_every_rule_once_in_its_group(wxkf: Wxkf) -> None:
    shown = json.loads(wxkf("rules", "--format", "json").out)["rules"]
    assert [each["code"] for each in shown] == CODES
    assert {each["group"] for each in shown} == {word for word, _ in GROUPS.values()}
    for each in shown:
        assert each["summary"]["en"]
        assert each["summary"]["zh"]
        assert each["severity"] in ("error", "warning", "note")


@pytest.mark.parametrize("about", everything(), ids=CODES)
def test_every_page_can_be_written_in_every_format(about: rule_page.Explained) -> None:
    for sdk in (None, SDKS["flask"]):
        wanted = rule_page.Wanted(about, {}, sdk)
        for language in Language:
            lines = [plain(each) for each in rule_page.page_text(wanted, language, None)]
            assert lines[0].startswith(f"{about.code} {about.name}")
            assert all(each.isprintable() for each in lines if "\u3000" not in each)
            markdown = rule_page.page_markdown(wanted, language)
            assert markdown.count("```") % 2 == 0
            assert "<xml>" not in outside_fences(markdown)
        whole = rule_page.page_json(wanted)
        assert json.loads(json.dumps(whole))["fix"]["zh"] == about.fix.zh


def outside_fences(markdown: str) -> str:
    return "".join(markdown.split("```")[::2])


def test_no_body_ends_the_fence_that_it_stands_in() -> None:
    hostile = Example("```\n<script>x</script>\x1b[31m\u202e````")
    about = all_rules()[0]._replace(bad=(hostile,))
    page = rule_page.page_markdown(rule_page.Wanted(about, {}), Language.EN)
    assert "`````text\n```\\n<script>x</script>\\x1b[31m\\u202e````\n`````" in page
    text = "\n".join(plain(each) for each in rule_page.page_text(rule_page.Wanted(about, {}), Language.EN, None))
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_long_envelopes_are_short_in_the_text_and_whole_in_the_json(wxkf: Wxkf) -> None:
    text = wxkf("explain", "KF501").out
    shape = json.loads(wxkf("explain", "KF501", "--format", "json").out)
    sealed = next(each["body"] for each in shape["good"] if "Encrypt" in each["body"])
    assert len(sealed) > 500
    assert sealed not in text
    assert sealed[:150] in text
    assert sealed[-50:] in text


def test_a_body_that_is_no_text_is_in_base64(wxkf: Wxkf) -> None:
    shape = json.loads(wxkf("explain", "KF217", "--format", "json").out)
    assert shape["bad"][0]["body_base64"].startswith("H4sI")
    assert "body" not in shape["bad"][0]


@pytest.mark.parametrize("named", ["KF301", "kf301", "parties-not-exchanged", "Parties-Not-Exchanged"])
def test_a_rule_is_found_by_code_or_name(wxkf: Wxkf, named: str) -> None:
    ran = wxkf("explain", named)
    assert ran.out.startswith("KF301 parties-not-exchanged")
    assert "--ignore KF301" in ran.out
    assert 'ignore = [{ rule = "KF301", reason = "..." }]' in ran.out


def test_a_recipe_is_shown_for_the_sdk_that_is_asked_for(wxkf: Wxkf) -> None:
    ran = wxkf("explain", "KF303", "--for", "npm wechat")
    assert "Math.floor(Date.now() / 1000)" in ran.out
    assert "https://github.com/node-webot/wechat/issues/175" in ran.out
    every = json.loads(wxkf("explain", "KF303", "--format", "json").out)["recipes"]
    assert {each["sdk"] for each in every} == {"npm-wechat", "co-wechat", "wxjava"}
    only = json.loads(wxkf("explain", "KF303", "--format", "json", "--for", "WxJava").out)["recipes"]
    assert [each["sdk"] for each in only] == ["wxjava"]


def test_an_sdk_without_that_recipe_says_which_it_has(wxkf: Wxkf) -> None:
    ran = wxkf("explain", "KF303", "--for", "weapp")
    assert ran.code == 0
    assert "no recipe for this code; it has KF214, KF403, KF503, KF509, KF701" in ran.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["explain", "KF310x"], ['no rule is called "KF310x"', "did you mean KF310"]),
        (["explain", "partys-not-exchanged"], ["did you mean parties-not-exchanged?"]),
        (["explain", "KF999"], ['no rule is called "KF999"']),
        (["explain", "KF3"], ["begins 24 codes, KF301 to KF324", "wxkf rules lists them"]),
        (["explain", "\x1b[31m\u202e"], ['no rule is called "\\x1b[31m\\u202e"']),
        (["explain", "KF301", "--for", "wechatpi"], ["did you mean wechatpy?", "there are: co-wechat, django"]),
        (["explain", "KF301", "--format", "yaml"], ["yaml"]),
        (["explain"], ["CODE|NAME"]),
    ],
)
def test_what_cannot_be_explained_is_a_usage_error_with_a_hint(
    wxkf: Wxkf, arguments: list[str], said: list[str]
) -> None:
    ran = wxkf(*arguments)
    assert (ran.code, ran.out) == (2, "")
    for part in said:
        assert part in ran.err


@pytest.mark.parametrize("width", [40, 80, 100])
@pytest.mark.parametrize("language", Language)
def test_lines_keep_to_the_width_of_the_terminal(width: int, language: Language) -> None:
    lines = [plain(each) for each in list_text(language, width)]
    assert [each for each in lines if width_of(each) > width and " " in each[width // 2 :]] == []
