"""Judge and lint answers, and know again one that was seen before with another user and at another time.

The second answer of an outline is judged and linted like the first, and so is its twin: the same with other addresses
and another time. Where the same is said of both but for these, it is said of every answer of that outline, and only the
addresses are filled in. Where it is not, each is looked at for itself. A property test holds one to the other.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from wxkf_cli.lint.finding import Finding
from wxkf_cli.lint.selection import EVERYTHING, Selected, Selection, lint_selected
from wxkf_cli.lint.subject import Setting
from wxkf_cli.trial.outline import Outline, Struck, are_akin, filled, marked, outlined, twin_of, words_of
from wxkf_cli.trial.records import is_plain
from wxkf_cli.vocab.catalog import USER_MESSAGES, is_known
from wxkf_cli.vocab.message import Message, Value
from wxkf_cli.vocab.policy import SLOW_SHARE
from wxkf_cli.vocab.terms import Mode, Text
from wxkf_cli.wechat import plainpush
from wxkf_cli.wechat.verdict import Judgement, Verdict, judge, on_the_desk
from wxkf_cli.wire.exchange import Exchange, Headers, Response

#: How many outlines are remembered.
_REMEMBERED = 2000
#: How much later the twin is pushed, in seconds: no digit of it stays.
_LATER = 111_111_111
#: Headers that differ from answer to answer and say nothing about it.
_PASSING = frozenset({"date", "content-length"})


@dataclass(slots=True)
class Seen:
    """What is said of every answer of an outline.

    Attributes:
        judgement: Its judgement.
        selected: What is wrong with it, with marks for what was struck out.
        words: Words in it that might be pieces of somebody's address.
        may_transfer: Whether it answers a user message.
        times: How many answers were passed at a glance since somebody counted.
        fixable: Which findings a safe fix mends; None as long as nobody asked, empty where the twin says otherwise.
    """

    judgement: Judgement
    selected: Selected
    words: frozenset[str]
    may_transfer: bool
    times: int = 0
    fixable: tuple[bool, ...] | None = None


#: What there is to an answer beside its body: the status, the headers, what the wire let pass, the mode of the push.
Told: TypeAlias = tuple[float | None, Headers, tuple[str, ...] | None, Mode | str | None]


class Known(NamedTuple):
    """An answer whose outline was seen before.

    Attributes:
        seen: What is said of that outline.
        struck: What was struck out this time.
        plain: How the push is written.
    """

    seen: Seen
    struck: Struck
    plain: plainpush.Glance

    @classmethod
    def of(cls, found: "Found") -> "Known":
        """What was found: most are only counted, and need none of this."""
        seen, time, plain = found
        program, user = plain[1].group(1, 2)
        return cls(seen, Struck(user, program, time), plain)


#: What is said of an answer's outline, the time that was struck out, and how the push is written.
Found: TypeAlias = tuple[Seen, str, plainpush.Glance]


class Examiner:
    """Judges and lints one answer after the other.

    Args:
        setting: What they are linted with; `expect_transfer` is given with each.
        selection: Which findings count.
    """

    def __init__(self, setting: Setting, selection: Selection = EVERYTHING) -> None:
        self._settings = {each: setting._replace(expect_transfer=each) for each in (False, True)}
        self._slow = setting.policy.deadline * SLOW_SHARE / 2
        self._selection = selection
        self._has_files = any(ignore.files for ignore in selection.ignores)
        self._seen: dict[Outline, Seen | None] = {}
        # Answers that are all different need no twins: only what comes twice is worth one.
        self._once: set[Outline] = set()

    def examine(self, exchange: Exchange, file: str | None, *, expect_transfer: bool) -> tuple[Judgement, Selected]:
        """The judgement on one answer, and what is wrong with it; `file` is where it was captured, if it was."""
        setting = self._settings[expect_transfer]
        found = self._outlined(exchange, file, expect_transfer=expect_transfer)
        if found is None:
            return self._examined(exchange, setting, file)
        key, struck = found
        if key not in self._seen:
            said = self._examined(exchange, setting, file)
            if key in self._once:
                self._remember(key, exchange, struck, file, said)
            elif len(self._once) < _REMEMBERED:
                self._once.add(key)
            else:
                self._once = {key}
            return said
        seen = self._seen[key]
        if seen is None or (seen.words and are_akin(seen.words, struck)):
            return self._examined(exchange, setting, file)
        return _on_desk(seen.judgement, exchange), _filled(seen.selected, struck, exchange)

    def fixable(
        self, exchange: Exchange, file: str, look: Callable[[Exchange], tuple[bool, ...]], *, expect_transfer: bool
    ) -> tuple[bool, ...]:
        """Which of the findings of an answer a safe fix mends, looking only where that is not known of its outline."""
        found = self._outlined(exchange, file, expect_transfer=expect_transfer)
        seen = self._seen.get(found[0]) if found is not None else None
        if found is None or seen is None or (seen.words and are_akin(seen.words, found[1])):
            return look(exchange)
        key, struck = found
        if seen.fixable is None:
            of_this, of_twin = look(exchange), look(_twin(exchange, key[0], twin_of(struck, _LATER)))
            seen.fixable = of_this if of_this == of_twin else ()
        return seen.fixable or look(exchange)

    def _outlined(
        self, exchange: Exchange, file: str | None, *, expect_transfer: bool
    ) -> tuple[Outline, Struck] | None:
        """What answers of an outline are remembered by, and what was struck out of this one."""
        found = _outline(exchange, self._slow)
        if found is None:
            return None
        return (*found[0], expect_transfer, file if self._has_files else None), found[1]

    def recognise(self, record: Mapping[str, Any], file: str, *, demanding: bool) -> Found | None:
        """What is said of the answer in a line of a record, where its outline was seen before.

        Neither the push nor the answer is parsed for that.

        Args:
            record: The line.
            file: Where it stands.
            demanding: Whether user messages must be transferred.
        """
        push, response = record.get("push"), record.get("response")
        if type(push) is not dict or type(response) is not dict:
            return None
        body, answer, status = push.get("body"), response.get("body"), response.get("status")
        if type(body) is not str or type(answer) is not str:
            return None
        if type(status) is int and len(record) == 2 and len(push) == 1 and len(response) == 2:
            told: Told = (status, (), (), Mode.PLAINTEXT)
            return self.glimpse(body, answer, told, file, demanding=demanding)
        if not is_plain(record, push, response) or response.get("elapsed_ms", 0) > 1000 * self._slow:
            return None
        headers = response.get("headers")
        telling = _telling([tuple(each) for each in headers]) if headers else ()
        found = self.glimpse(
            body,
            answer,
            (status, telling, (), record.get("mode") or Mode.PLAINTEXT),
            file,
            sent_at=record.get("sent_at"),
            demanding=demanding,
        )
        return found if found is None or record.get("data") in (None, found[2][0].data) else None

    def glimpse(
        self, push: str, answer: str, told: Told, file: str, *, sent_at: float | None = None, demanding: bool
    ) -> Found | None:
        """What is said of an answer to a push as WeChat writes them, where its outline was seen before.

        Args:
            push: The push's body.
            answer: The answer's.
            told: What there is to it beside that.
            file: Where it stands.
            sent_at: When the push was sent; None where that is not known.
            demanding: Whether user messages must be transferred.
        """
        plain = plainpush.glance(push)
        if plain is None:
            return None
        form, match = plain
        program, user, time = match.group(1, 2, 3)
        found = outlined(answer, user, program, int(time), sent_at)
        if found is None:
            return None
        outline, written = found
        name = form.kind.name
        must_transfer = demanding and name in USER_MESSAGES
        within = file if self._has_files else None
        seen = self._seen.get((outline, told, form.data, name, sent_at is None, must_transfer, within))
        if seen is None or (seen.words and are_akin(seen.words, Struck(user, program, written))):
            return None
        return seen, written, plain

    @staticmethod
    def said_of(known: Known, exchange: Exchange) -> tuple[Judgement, Selected]:
        """The judgement on an answer that was recognised, and what is wrong with it."""
        return _on_desk(known.seen.judgement, exchange), _filled(known.seen.selected, known.struck, exchange)

    def _examined(self, exchange: Exchange, setting: Setting, file: str | None) -> tuple[Judgement, Selected]:
        judgement = judge(exchange, setting.policy, setting.seal)
        return judgement, lint_selected(exchange, setting, self._selection, file)

    def _remember(
        self, key: Outline, exchange: Exchange, struck: Struck, file: str | None, said: tuple[Judgement, Selected]
    ) -> None:
        if len(self._seen) >= _REMEMBERED:
            self._seen.clear()
        self._seen[key] = None
        words = words_of(key[0])
        if words is None:
            return
        judgement, selected = said
        other = twin_of(struck, _LATER)
        twin = _twin(exchange, key[0], other)
        findings = tuple(_marked(each, struck) for each in selected.findings)
        template = selected._replace(findings=findings)
        setting = self._settings[key[-2]]
        if (judgement, _filled(template, other, twin)) == self._examined(twin, setting, file):
            self._seen[key] = Seen(judgement, template, words, key[3] in USER_MESSAGES)


def _outline(exchange: Exchange, slow: float) -> tuple[Outline, Struck] | None:
    """What tells an exchange from others, and what was struck out of its answer; None where that is not plain."""
    answer, push = exchange.answer, exchange.push
    if not isinstance(answer, Response) or answer.elapsed > slow or push is None or not is_known(push):
        return None
    if not exchange.is_ordinary:
        return None
    user, program, pushed = push.from_user, push.to_user, push.values.get("CreateTime")
    if not (isinstance(user, str) and isinstance(program, str) and type(pushed) is int) or exchange.flaw is not None:
        return None
    try:
        body = answer.body.decode()
    except UnicodeDecodeError:
        return None
    found = outlined(body, user, program, pushed, exchange.sent_at)
    if found is None:
        return None
    told: Told = (answer.status, _telling(answer.headers), answer.leniencies, exchange.mode)
    struck = Struck(user, program, found[1])
    return (found[0], told, exchange.data, push.kind.name, exchange.sent_at is None), struck


def _telling(headers: Iterable[tuple[str, str]]) -> Headers:
    return tuple([pair for pair in headers if pair[0].lower() not in _PASSING])


def _twin(exchange: Exchange, outline: str, other: Struck) -> Exchange:
    """The exchange with other addresses and at another time."""
    answer, push, sent_at = exchange.answer, exchange.push, exchange.sent_at
    assert isinstance(answer, Response) and push is not None  # noqa: S101, PT018 - an outline has both
    pushed = push.values["CreateTime"]
    assert isinstance(pushed, int)  # noqa: S101 - the same
    values: dict[str, Value] = {"ToUserName": other.program, "FromUserName": other.user, "CreateTime": pushed + _LATER}
    return exchange._replace(
        answer=answer._replace(body=filled(outline, other).encode()),
        push=Message(push.kind, {**push.values, **values}),
        sent_at=None if sent_at is None else sent_at + _LATER,
    )


def _marked(finding: Finding, struck: Struck) -> Finding:
    return finding._replace(message=Text(*(marked(each, struck) for each in finding.message)))


def _filled(selected: Selected, struck: Struck, exchange: Exchange) -> Selected:
    """What is said of one answer, from what is said of all of its outline."""
    if not selected.findings:
        return selected
    findings = tuple([_said_again(each, struck, exchange) for each in selected.findings])
    return selected._replace(findings=findings)


def _said_again(finding: Finding, struck: Struck, exchange: Exchange) -> Finding:
    code, name, severity, (english, chinese), fix, evidence, source, *_ = finding
    message = Text(filled(english, struck), filled(chinese, struck))
    # Not _replace: it takes three times as long.
    return Finding(code, name, severity, message, fix, evidence, source, exchange.id, exchange.case, *finding[9:])


def _on_desk(judgement: Judgement, exchange: Exchange) -> Judgement:
    """The judgement with this message on the agents' desk."""
    if judgement.verdict is not Verdict.TRANSFERRED:
        return judgement
    verdict, wechat, user_sees, _, evidence, source = judgement
    return Judgement(verdict, wechat, user_sees, on_the_desk(exchange.push), evidence, source)
