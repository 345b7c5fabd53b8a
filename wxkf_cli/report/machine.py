"""The machine shape: one JSON object for a whole run, or one line for each thing that happens.

The shape is a promise; `schema.json` beside this file states it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from wxkf_cli import __version__
from wxkf_cli.lint.finding import Finding
from wxkf_cli.report.event import Called, CaseDone, Done, Event, Found, Grade, Linted, Sent, Skipped, Started, Summary
from wxkf_cli.report.fitting import fitted
from wxkf_cli.report.recordline import done_line, sent_line
from wxkf_cli.vocab.policy import DEFAULT_POLICY, Policy
from wxkf_cli.vocab.terms import Severity, Text
from wxkf_cli.wechat.callrecord import call_to_json
from wxkf_cli.wechat.record import Redact, exchange_to_json, sent_to_json

SCHEMA_VERSION = 1
_TOOL = {"name": "wxkf", "version": __version__}


def finding_to_json(finding: Finding) -> dict[str, Any]:
    """One finding in the machine shape."""
    place = finding.place
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity.value,
        "message": _bilingual(finding.message),
        "fix": _bilingual(finding.fix),
        "fixable": finding.is_fixable,
        "exchange": finding.exchange,
        "case": finding.case or None,
        "check": finding.check,
        "file": finding.file,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "byte": place.offset if place else None,
        "evidence": finding.evidence.value,
        "source": finding.source,
    }


def summary_to_json(summary: Summary) -> dict[str, Any]:
    """The figures in the machine shape."""
    return {
        "checks": summary.checks,
        "passed": summary.passed,
        "failed": summary.failed,
        "skipped": summary.skipped,
        "errors": summary.severities[Severity.ERROR],
        "warnings": summary.severities[Severity.WARNING],
        "notes": summary.severities[Severity.NOTE],
        "verdicts": {verdict.value: count for verdict, count in sorted(summary.verdicts.items())},
        **({"grade": _grade(summary.grade)} if summary.grade is not None else {}),
    }


def _grade(grade: Grade) -> dict[str, Any]:
    return {"passed": grade.is_pass, "open": dict(grade.open), "checks": grade.checks}


def _bilingual(text: Text) -> dict[str, str]:
    return {"en": text.en, "zh": text.zh}


def dumps(value: Mapping[str, Any] | Sequence[Any], indent: int | None = None) -> str:
    """JSON in ASCII, so that no character of it can trouble a terminal, a log or a parser.

    Nor can what two ASCII characters begin: `##[` is a command to GitHub's runner wherever it stands, `</` and `<!` end
    a script that JSON was put into. All three are written so that they read the same.
    """
    text = json.dumps(value, ensure_ascii=True, indent=indent, separators=None if indent else (",", ":"))
    if "##" in text:
        text = text.replace("##", r"#\u0023")
    if "<" in text:
        text = text.replace("</", r"<\/").replace("<!", r"\u003c!")
    return text


class WholeJson:
    """Collects the events of a run and gives one object at its end.

    Args:
        policy: The assumptions that outcomes depend on.
        redact: Masks secrets in what the handler gave back.
    """

    def __init__(self, policy: Policy = DEFAULT_POLICY, redact: Redact = str) -> None:
        self._policy = policy
        self._redact = redact
        self._head: dict[str, Any] = {}
        self._exchanges: list[dict[str, Any]] = []
        self._calls: list[dict[str, Any]] = []
        self._findings: list[dict[str, Any]] = []
        self._skipped: list[dict[str, Any]] = []

    def take(self, event: Event) -> Iterator[str]:
        """Nothing until the last event, which gives the whole text."""
        match event:
            case Started():
                self._head = _head(event)
            case Done():
                self._exchanges.append(exchange_to_json(event.exchange, event.judgement, self._policy, self._redact))
            case Called():
                self._calls.append(call_to_json(event.call))
            case Found():
                self._findings.append(finding_to_json(event.finding))
            case Skipped():
                self._skipped.append(_skip(event))
            case Summary():
                whole = dumps(
                    {
                        "schema_version": SCHEMA_VERSION,
                        "tool": _TOOL,
                        **self._head,
                        "exchanges": self._exchanges,
                        **({"calls": self._calls} if self._calls else {}),
                        "findings": self._findings,
                        "skipped": self._skipped,
                        "summary": summary_to_json(event),
                        "exit_code": event.exit_code,
                    },
                    indent=2,
                )
                yield f"{whole}\n"
            case Sent() | CaseDone() | Linted():
                pass


class Ndjson:
    """One object a line, as things happen.

    Args:
        policy: The assumptions that outcomes depend on.
        redact: Masks secrets in what the handler gave back.
    """

    def __init__(self, policy: Policy = DEFAULT_POLICY, redact: Redact = str) -> None:
        self._policy = policy
        self._redact = redact
        self._lines = 0

    def take(self, event: Event) -> Iterator[str]:
        """The lines of one event."""
        for each in ndjson(event, self._lines + 1, self._policy, self._redact):
            self._lines += 1
            yield f"{each}\n"


def ndjson(event: Event, number: int, policy: Policy = DEFAULT_POLICY, redact: Redact = str) -> Iterator[str]:
    """The line of one event, without its newline; none for some.

    Args:
        event: What happened.
        number: Which line of the stream it would be, from 1.
        policy: The assumptions that outcomes depend on.
        redact: Masks secrets in what the handler gave back.
    """
    match event:
        case Started():
            head = {"type": "run", "n": number, "schema_version": SCHEMA_VERSION, "tool": _TOOL}
            yield dumps({**head, **_head(event)})
        case Sent():
            yield sent_line(event.exchange, number) or fitted(
                {"type": "sent", "n": number, **sent_to_json(event.exchange)}, dumps
            )
        case Done():
            line = done_line(event.exchange, event.judgement, number, policy, redact)
            if line is None:
                answered = exchange_to_json(event.exchange, event.judgement, policy, redact)
                line = fitted({"type": "done", "n": number, **answered}, dumps)
            yield line
        case Called():
            yield dumps({"type": "call", "n": number, **call_to_json(event.call)})
        case Found():
            yield dumps({"type": "finding", "n": number, **finding_to_json(event.finding)})
        case Summary():
            figures = {**summary_to_json(event), "exit_code": event.exit_code}
            yield dumps({"type": "summary", "n": number, **figures, "elapsed_ms": round(event.wall * 1000, 3)})
        case CaseDone() if event.check:
            yield dumps({"type": "check", "n": number, **_check(event)})
        case Skipped() | CaseDone() | Linted():
            pass


def _check(event: CaseDone) -> dict[str, Any]:
    """The result of a check; what it found stands before it."""
    return {
        "check": event.check,
        "case": event.case,
        "mode": event.mode.value if event.mode else None,
        "data": event.data.value if event.data else None,
        "failed": bool(event.failed),
        "worst": event.worst or None,
        "pushes": event.pushes,
        "elapsed_ms": round(event.elapsed * 1000, 3),
    }


def _head(event: Started) -> dict[str, Any]:
    return {event.origin: event.target, "settings": dict(event.settings)}


def _skip(event: Skipped) -> dict[str, Any]:
    return {"what": event.what, "why": event.why.en, "count": event.times}
