"""One rule with everything that is known of it: why, examples, cure, recipes, how to ignore it."""

import re
from base64 import b64encode
from collections.abc import Iterator
from typing import Any, NamedTuple

from wxkf_cli.lint.recipes.recipe import Recipe, Sdk
from wxkf_cli.lint.rule import VERIFICATION, Example, Rule
from wxkf_cli.lint.run_findings import Delivered, Redelivery, RunFinding
from wxkf_cli.report.finding_text import FIX, SEVERITY_NAMES, SEVERITY_STYLE, SOURCE
from wxkf_cli.report.line import Line, Part, Style, line, wrapped
from wxkf_cli.report.rule_list import Explained, bilingual, inline, short
from wxkf_cli.vocab.terms import Language, Mode, Text
from wxkf_cli.wechat.verdict import judge
from wxkf_cli.wire.escape import safe

_WHY = Text("why", "原因")
_BAD, _GOOD = Text("bad", "错误示例"), Text("good", "正确示例")
_SKIPPED = Text("skipped where", "跳过条件")
_THEN = Text("then", "结果")
_RECIPES, _NO_RECIPE = Text("recipes", "具体做法"), Text("no recipe for this code; it has", "没有该规则的做法；它有")
_IGNORE, _SINCE = Text("ignore", "忽略"), Text("since", "始于")
_OR = Text(", or in wxkf.toml", "，或在 wxkf.toml 中写")
_ZERO_BYTES = Text("(zero bytes)", "（零字节）")
_LOST, _AT_ONCE = Text("lost on the way", "途中丢失"), Text("at the same time", "同时到达")
_ACTED = Text("the witness counts {times} more", "计数增加 {times}")
_NO_PUSH, _NO_ANSWER = Text("no push given", "未提供推送"), Text("no answer", "没有应答")
#: Characters of an example that the text shows: all, or its beginning and its end.
_SHOWN, _BEGINNING, _END = 260, 160, 60
#: The same for one of several deliveries: what tells replies apart stands at their end.
_SHOWN_OF_SEVERAL = 140, 17, 100
#: Examples that the text and the Markdown show; the JSON shape has all.
_BAD_SHOWN, _GOOD_SHOWN = 4, 2


class Wanted(NamedTuple):
    """What is asked about one rule.

    Attributes:
        about: The rule, or the finding about a run.
        recipes: By the name of the SDK: those there are, or those of the one asked for.
        sdk: The one asked for.
    """

    about: Explained
    recipes: dict[str, Recipe]
    sdk: Sdk | None = None


def ignoring(about: Explained) -> dict[str, str] | None:
    """How to leave a code out: on the command line, and in the settings, which want a reason; None where it cannot."""
    if isinstance(about, RunFinding) and not about.can_be_ignored:
        return None
    code = about.code
    return {"option": f"--ignore {code}", "setting": f'ignore = [{{ rule = "{code}", reason = "..." }}]'}


def page_text(wanted: Wanted, language: Language, width: int | None) -> Iterator[Line]:
    """One rule, everything."""
    about = wanted.about
    severity = Part(SEVERITY_NAMES[about.severity].said_in(language), SEVERITY_STYLE[about.severity])
    since = Part(f"{_SINCE.said_in(language)} {about.since}", Style.QUIET)
    yield line(Part(f"{about.code} {about.name}", Style.STRONG), "  ", severity, "  ", since)
    for label, text in _said(wanted, language):
        hanging = "    " if label else "  "
        yield from map(line, wrapped(f"{label}: {text}" if label else text, width, "  ", hanging))


def _said(wanted: Wanted, language: Language) -> Iterator[tuple[str, str]]:
    about = wanted.about
    yield "", about.summary.said_in(language)
    yield _WHY.said_in(language), about.why.said_in(language)
    yield SOURCE.said_in(language), f"{about.evidence}  {about.source}"
    if isinstance(about, Rule):
        if about.needs:
            yield _SKIPPED.said_in(language), ", ".join(need.value.said_in(language) for need in about.needs)
        for example in about.bad[:_BAD_SHOWN]:
            yield f"{_BAD.said_in(language)} ({_context(example, language)})", _shown(example, language)
        yield _THEN.said_in(language), _consequence(about.bad[0], language)
        for example in about.good[:_GOOD_SHOWN]:
            yield f"{_GOOD.said_in(language)} ({_context(example, language)})", _shown(example, language)
    else:
        for label, pushes in ((_BAD, about.bad), (_GOOD, about.good)):
            for push in pushes:
                context = _context(push.deliveries[0].answer, language)
                yield f"{label.said_in(language)} ({context})", _over_deliveries(push, language)
    yield FIX.said_in(language), about.fix.said_in(language)
    yield from _recipes(wanted, language)
    how = ignoring(about)
    if how is not None:
        yield _IGNORE.said_in(language), f"{how['option']}{_OR.said_in(language)} {how['setting']}"


def _recipes(wanted: Wanted, language: Language) -> Iterator[tuple[str, str]]:
    if wanted.sdk is None:
        if wanted.recipes:
            yield _RECIPES.said_in(language), f"--for {', '.join(wanted.recipes)}"
        return
    recipe = wanted.recipes.get(wanted.sdk.name)
    if recipe is None:
        yield wanted.sdk.title, f"{_NO_RECIPE.said_in(language)} {', '.join(sorted(wanted.sdk.recipes))}"
    else:
        yield wanted.sdk.title, f"{recipe.text.said_in(language)}  {recipe.source}"


def _context(example: Example, language: Language) -> str:
    """What an example answers, in a few words."""
    if example.push is None:
        return _NO_PUSH.said_in(language)
    if example.push == VERIFICATION:
        return VERIFICATION
    parts = [example.push, example.data.upper()]
    parts += [example.mode] if example.mode is not Mode.PLAINTEXT else []
    parts += [example.flaw] if example.flaw is not None else []
    return ", ".join(parts)


def _shown(example: Example, language: Language, cut: tuple[int, int, int] = (_SHOWN, _BEGINNING, _END)) -> str:
    """An example on one line that no byte of it leaves; longer than the first of `cut`, only its two ends."""
    longest, beginning, end = cut
    if example.failure is not None:
        return f"{_NO_ANSWER.said_in(language)} ({example.failure})"
    status = f"{example.status}  " if example.status not in (None, 200) else ""
    headers = "".join(f"{name}: {safe(value)}  " for name, value in example.headers)
    body = safe(example.body, 10_000)
    if len(body) > longest:
        body = f"{body[:beginning]} … {body[-end:]}"
    return status + headers + (_ends_shown(body) or _ZERO_BYTES.said_in(language))


def _over_deliveries(push: Redelivery, language: Language) -> str:
    """The deliveries of one push, each with its answer."""
    parts, number = [], 0
    for each in push.deliveries:
        number += not each.is_copy
        noted = ((_AT_ONCE, each.is_copy), (_LOST, each.is_lost))
        notes = "".join(f" ({note.said_in(language)})" for note, holds in noted if holds)
        parts.append(f"{number}. {_shown(each.answer, language, _SHOWN_OF_SEVERAL)}{notes}")
    if push.acted is not None:
        parts.append(_ACTED.said_in(language).format(times=push.acted))
    return " → ".join(parts)


def _ends_shown(body: str) -> str:
    """The body with blanks at its ends as escapes: nobody sees them otherwise."""
    bare = body.strip(" ")
    before = len(body) - len(body.lstrip(" "))
    return r"\x20" * before + bare + r"\x20" * (len(body) - len(bare) - before)


def _consequence(example: Example, language: Language) -> str:
    """What becomes of a bad example, in everybody's eyes."""
    judgement = judge(example.exchange(), example.setting.policy, example.setting.seal)
    sees = judgement.user_sees
    if language is Language.ZH:
        return f"{judgement.verdict}；微信{judgement.wechat.zh}" + (f"；用户看到：{sees.zh}" if sees else "")
    return f"{judgement.verdict}; WeChat {judgement.wechat.en}" + (f"; the user sees: {sees.zh}" if sees else "")


def page_markdown(wanted: Wanted, language: Language) -> str:
    """One rule, everything, as Markdown: what stands in a body is in fences that it cannot end."""
    about = wanted.about
    severity = SEVERITY_NAMES[about.severity].said_in(language)
    blocks = [f"## {about.code} `{about.name}`", f"{severity}, {_SINCE.said_in(language)} {about.since}"]
    for label, text in _said(wanted, language):
        if not label:
            blocks.append(inline(text))
        elif label.startswith((_BAD.said_in(language), _GOOD.said_in(language))):
            fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", text))])
            blocks.append(f"**{inline(label)}**\n\n{fence}text\n{text}\n{fence}")
        else:
            blocks.append(f"**{inline(label)}**: {inline(text)}")
    return "\n\n".join(blocks)


def page_json(wanted: Wanted) -> dict[str, Any]:
    """One rule, everything, examples whole."""
    about = wanted.about
    return {
        **short(about),
        "why": bilingual(about.why),
        "fix": bilingual(about.fix),
        "source": about.source,
        "hides": list(about.hides) if isinstance(about, Rule) else [],
        "bad": [_example(each) if isinstance(each, Example) else _redelivery(each) for each in about.bad],
        "good": [_example(each) if isinstance(each, Example) else _redelivery(each) for each in about.good],
        "recipes": [
            {"sdk": name, "text": bilingual(each.text), "source": each.source} for name, each in wanted.recipes.items()
        ],
        "ignore": ignoring(about),
    }


def _example(example: Example) -> dict[str, Any]:
    return {
        "push": example.push,
        "data": example.data if example.push not in (None, VERIFICATION) else None,
        "mode": example.mode,
        "flaw": example.flaw,
        "outcome": example.failure,
        "status": example.status if example.failure is None else None,
        "headers": [list(each) for each in example.headers],
        **_body(example),
    }


def _redelivery(push: Redelivery) -> dict[str, Any]:
    return {"deliveries": [_delivered(each) for each in push.deliveries], "acted": push.acted}


def _delivered(delivery: Delivered) -> dict[str, Any]:
    return {**_example(delivery.answer), "lost": delivery.is_lost, "copy": delivery.is_copy}


def _body(example: Example) -> dict[str, Any]:
    """The body as text, or in base64 where it is none."""
    if example.failure is not None:
        return {"body": None}
    if isinstance(example.body, str):
        return {"body": example.body}
    try:
        return {"body": example.body.decode("utf-8")}
    except UnicodeDecodeError:
        return {"body_base64": b64encode(example.body).decode()}
