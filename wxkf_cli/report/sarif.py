"""SARIF 2.1.0, for code scanning and for editors: the findings with the rules behind them, in English and Chinese.

GitHub takes no result without a file, so a finding in a live answer has two places: the logical one, its case, mode,
data format and exchange; and as its file the path it is told to have, that of the run's record or `wxkf-simulate`.
Paths are relative to the repository's root and never leave it; no address is made from data; messages are plain text.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from wxkf_cli import __version__
from wxkf_cli.lint.finding import Finding
from wxkf_cli.lint.rule import Rule
from wxkf_cli.report.event import Done, Event, Found, Skipped, Summary
from wxkf_cli.report.formats import NO_FILE, Fingerprints, Locate, Places, located, mended, said
from wxkf_cli.report.machine import dumps
from wxkf_cli.report.markdown import prose
from wxkf_cli.vocab.terms import Language, Text

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0-rtm.5.json"
_ROOT = "%SRCROOT%"


class Sarif:
    """Collects findings and the rules that ran, and gives one log at the end.

    Args:
        locate: Paths from the repository's root.
        stand_in: The path of findings that are in no file.
    """

    def __init__(self, locate: Locate, stand_in: str = NO_FILE) -> None:
        self._locate = locate
        self._stand_in = stand_in
        self._places = Places()
        self._fingerprints = Fingerprints()
        self._rules: dict[str, dict[str, Any]] = {}
        self._results: list[dict[str, Any]] = []
        self._skipped: list[Skipped] = []

    def take(self, event: Event) -> Iterator[str]:
        """Nothing until the end."""
        self._places.take(event)
        match event:
            case Done():
                for rule in event.ran:
                    if rule.code not in self._rules:
                        self._rules[rule.code] = _of_rule(rule)
            case Found(finding):
                self._results.append(self._result(finding))
                self._rules.setdefault(finding.code, _of_finding(finding))
            case Skipped():
                self._skipped.append(event)
            case Summary():
                yield f"{dumps(self._log(event), indent=2)}\n"
            case _:
                pass

    def _log(self, summary: Summary) -> dict[str, Any]:
        rules = [self._rules[each] for each in sorted(self._rules)]
        index = {rule["id"]: number for number, rule in enumerate(rules)}
        for result in self._results:
            result["ruleIndex"] = index[result["ruleId"]]
        run: dict[str, Any] = {
            "tool": {"driver": {"name": "wxkf", "version": __version__, "language": "en", "rules": rules}},
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
            "invocations": [self._invocation(summary)],
            "results": self._results,
        }
        return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}

    def _invocation(self, summary: Summary) -> dict[str, Any]:
        told: dict[str, Any] = {"executionSuccessful": summary.exit_code in (0, 1), "exitCode": summary.exit_code}
        if self._skipped:
            texts = (f"skipped, {each.why.en}: {each.what} ({each.times})" for each in self._skipped)
            told["toolExecutionNotifications"] = [{"level": "note", "message": {"text": _plain(t)}} for t in texts]
        return told

    def _result(self, finding: Finding) -> dict[str, Any]:
        shown = self._places.shown(finding)
        location: dict[str, Any] = {"physicalLocation": self._physical(finding)}
        if finding.file is None:
            place, message = self._places.leg(finding), f"{shown}: {said(finding, Language.EN)}"
            location["logicalLocations"] = [{"name": shown.rpartition(" ")[2], "fullyQualifiedName": shown}]
        else:
            place, message = located(finding.file, self._locate), said(finding, Language.EN)
        name = self._fingerprints.of(finding, place)
        return {
            "ruleId": finding.code,
            "ruleIndex": -1,  # known at the end, when all rules are
            "level": finding.severity.value,
            "message": {"text": _plain(message)},
            "locations": [location],
            # The second is the one by which GitHub tells whether it knows an alert.
            "partialFingerprints": {"wxkf/v1": name, "primaryLocationLineHash": f"{name}:1"},
            "properties": {
                "evidence": finding.evidence.value,
                "isFixable": finding.is_fixable,
                "message": {"zh": said(finding, Language.ZH)},
                "fix": {"en": mended(finding, Language.EN), "zh": mended(finding, Language.ZH)},
            },
        }

    def _physical(self, finding: Finding) -> dict[str, Any]:
        region: dict[str, Any] = {"startLine": 1}
        path = self._stand_in if finding.file is None else located(finding.file, self._locate)
        if finding.file is not None and finding.place is not None:
            region = {"startLine": finding.place.line, "startColumn": finding.place.column}
        uri = quote(_bytes_of(path), safe="/")
        return {"artifactLocation": {"uri": uri, "uriBaseId": _ROOT}, "region": region}


def _bytes_of(path: str) -> bytes:
    """A file name as the system has it: bytes, or on Windows any sequence of 16-bit units."""
    try:
        return path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return path.encode("utf-8", "surrogatepass")


def _plain(text: str) -> str:
    """A message in which no viewer finds a link: `[text](address)` is one, in plain text too."""
    return text.replace("](", "] (")


def _of_rule(rule: Rule) -> dict[str, Any]:
    return _descriptor(
        rule.code, rule.name, rule.severity.value, rule.summary, rule.why, rule.fix, rule.evidence.value, rule.source
    )


def _of_finding(finding: Finding) -> dict[str, Any]:
    """For what is said of a whole run, by no rule."""
    about = Text(finding.name.replace("-", " "), finding.name)
    return _descriptor(
        finding.code,
        finding.name,
        finding.severity.value,
        about,
        about,
        finding.fix,
        finding.evidence.value,
        finding.source,
    )


def _descriptor(
    code: str, name: str, level: str, summary: Text, why: Text, fix: Text, evidence: str, source: str
) -> dict[str, Any]:
    known = f"Source ({evidence}):"
    markdown = f"{prose(why.en)}\n\n**Fix:** {prose(fix.en)}\n\n{known} <{source}>\n\n"
    markdown += f"{prose(why.zh)}\n\n**修复：**{prose(fix.zh)}"
    text = f"{why.en}\nFix: {fix.en}\n{known} {source}\n\n{why.zh}\n修复：{fix.zh}"
    return {
        "id": code,
        "name": name,
        "shortDescription": {"text": summary.en},
        "fullDescription": {"text": why.en},
        "help": {"text": text, "markdown": markdown},
        "helpUri": source,
        "defaultConfiguration": {"level": level},
        "properties": {"evidence": evidence, "summary": {"zh": summary.zh}, "why": {"zh": why.zh}, "tags": ["wechat"]},
    }
