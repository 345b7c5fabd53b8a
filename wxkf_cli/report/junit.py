"""JUnit's XML, which every CI system shows: a suite for each file or case, a test for each rule that was run on it.

The XML is ASCII with character references, so that no encoding of stdout makes it lie. A suite is given when it is
whole, and nothing is kept of it. The responses of a record share one suite: a test for each of them would be millions.
Expectations on a whole run are tests only when they are not met: of the others, no event tells.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from wxkf_cli.lint.finding import Finding
from wxkf_cli.report.event import CaseDone, Done, Event, Found, Linted, Skipped, Started, Summary
from wxkf_cli.report.formats import RANK, Places, fix_line, harmless, said, shown_path
from wxkf_cli.vocab.terms import Language, Severity, Text
from wxkf_cli.wire.escape import safe

#: Findings of one rule that a test tells of; further ones are counted.
_TOLD = 100
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;", "\n": "&#10;", "\r": "&#13;"}
_BROKEN_OFF = Text("broken off: the rest of the case was not played", "已中断：该用例的其余部分未播放")
_MARKUP = re.compile("[&<>\"'\n\r]")


def escaped(text: str) -> str:
    """Text for an attribute or an element: what XML cannot carry becomes U+FFFD, all that is not ASCII a reference."""
    text = _NOT_IN_XML.sub("\ufffd", text)
    text = _MARKUP.sub(lambda found: _ENTITIES[found[0]], text).replace("##", "#&#35;")
    return text.encode("ascii", "xmlcharrefreplace").decode("ascii")


class _Suite:
    """What is known of a suite while it grows."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.tests: Counter[str] = Counter()
        self.found: dict[str, list[Finding]] = {}
        self.counts: Counter[str] = Counter()
        self.elapsed = 0.0
        self.is_broken_off = False

    def ran(self, done: Done) -> None:
        """Rules were run on an answer."""
        self.tests.update(f"{rule.code} {rule.name}" for rule in done.ran)
        self.elapsed += done.exchange.answer.elapsed

    def add(self, finding: Finding, times: int = 1) -> None:
        """Something was found, so often."""
        name = f"{finding.code} {finding.name}"
        self.tests[name] += 0
        self.counts[name] += times
        told = self.found.setdefault(name, [])
        if len(told) < _TOLD:
            told.append(finding)


class JUnit:
    """Gives each suite when it is whole.

    Args:
        language: Of messages.
        gate: The least severity that fails a test; below it, a finding is the test's output. None: nothing fails.
    """

    def __init__(self, language: Language, gate: Severity | None = Severity.ERROR) -> None:
        self._language = language
        self._failing = () if gate is None else tuple(each for each in Severity if RANK[each] <= RANK[gate])
        self._places = Places()
        self._done: list[Done] = []
        self._in_files: list[Finding] = []
        self._suite: _Suite | None = None
        self._cases: dict[tuple[str, str], _Suite] = {}
        self._run = _Suite("run")
        self._skipped: list[Skipped] = []
        self._is_live = False

    def take(self, event: Event) -> Iterator[str]:
        """The beginning, the suites, the end."""
        self._places.take(event)
        match event:
            case Started():
                self._is_live = event.origin == "target"
                yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="wxkf">\n'
            case Done() if self._is_live:
                key = (event.exchange.case, str(event.exchange.data or ""))
                self._cases.setdefault(key, _Suite("")).ran(event)
            case Done():
                self._done.append(event)
            case Found(of_case=True):
                pass  # it comes with its case
            case Found(finding) if finding.file is not None:
                self._in_files.append(finding)
            case Found(finding):
                self._run.add(finding)
            case Linted():
                yield from self._linted(event)
            case CaseDone():
                yield from self._shown(self._of_case(event))
            case Skipped():
                self._skipped.append(event)
                # Its openers were played, but are no checks.
                case_name, _, leg = event.what.partition(" ")
                self._cases.pop((case_name, leg.rpartition(" ")[2]), None)
            case Summary():
                yield from self._end()
            case _:
                pass

    def _linted(self, event: Linted) -> Iterator[str]:
        name = shown_path(event.file)
        if self._suite is None or self._suite.name != name:
            yield from self._last_file()
            self._suite = _Suite(name)
        for done in self._done:
            self._suite.ran(done)
        for finding in self._in_files:
            self._suite.add(finding)
        self._done, self._in_files = [], []

    def _last_file(self) -> Iterator[str]:
        if self._suite is not None:
            yield from self._shown(self._suite)

    def _of_case(self, event: CaseDone) -> _Suite:
        """What ran in a case, and what it found: its own figures, because not every finding is told apart."""
        mine = [key for key in self._cases if key[0] == event.case and event.data in (None, key[1])]
        mode = str(event.mode or "") if self._places.has_modes else ""
        suite = _Suite(" ".join(filter(None, (safe(event.case), mode, str(event.data or "")))))
        for each in [self._cases.pop(key) for key in mine]:
            suite.tests.update(each.tests)
        suite.elapsed, suite.is_broken_off = event.elapsed, event.is_broken_off
        for finding in event.findings:
            suite.add(finding)
        if event.check and not suite.tests:
            suite.tests[f"{event.check} {safe(event.case)}"] += 1
        for name in suite.counts:
            suite.counts[name] = max(suite.counts[name], event.codes[name.partition(" ")[0]])
        return suite

    def _end(self) -> Iterator[str]:
        yield from self._last_file()
        for finding in self._in_files:  # in a file that is no capture, as the settings are
            self._run.add(finding)
        if self._run.tests:
            yield from self._shown(self._run)
        if self._skipped:
            yield from self._not_run()
        yield "</testsuites>\n"

    def _shown(self, suite: _Suite) -> Iterator[str]:
        name = escaped(harmless(suite.name))
        tests = sorted(suite.tests)
        failed = sum(self._fails(suite, test) for test in tests)
        skipped = len(tests) - failed if suite.is_broken_off else 0
        yield (
            f'  <testsuite name="{name}" tests="{len(tests)}" failures="{failed}" errors="0" skipped="{skipped}"'
            f' time="{suite.elapsed:.3f}">\n'
        )
        for test in tests:
            head = f'    <testcase classname="{name}" name="{escaped(test)}"'
            # What was not asked to its end has not passed.
            unended = suite.is_broken_off and not self._fails(suite, test)
            inner = f'      <skipped message="{escaped(_BROKEN_OFF.said_in(self._language))}"/>\n' if unended else ""
            if test in suite.found:
                inner += self._outcome(suite, test)
            yield f"{head}>\n{inner}    </testcase>\n" if inner else f"{head}/>\n"
        yield "  </testsuite>\n"

    def _fails(self, suite: _Suite, test: str) -> bool:
        return any(each.severity in self._failing for each in suite.found.get(test, ()))

    def _outcome(self, suite: _Suite, test: str) -> str:
        found = suite.found[test]
        lines = [self._told(each) for each in found]
        more = suite.counts[test] - len(found)
        if more > 0:
            lines.append(f"+ {more}")
        lines += [fix_line(found[0], self._language), found[0].source]
        text = escaped("\n".join(lines)).replace("&#10;", "\n")
        if not self._fails(suite, test):
            return f"      <system-out>{text}</system-out>\n"
        message = escaped(said(found[0], self._language))
        return f'      <failure type="{found[0].severity}" message="{message}">{text}</failure>\n'

    def _told(self, finding: Finding) -> str:
        return f"{self._places.shown(finding)}: {finding.severity}: {said(finding, self._language)}"

    def _not_run(self) -> Iterator[str]:
        count = len(self._skipped)
        yield f'  <testsuite name="skipped" tests="{count}" failures="0" errors="0" skipped="{count}" time="0.000">\n'
        yield from _skipped_tests(self._skipped, self._language)
        yield "  </testsuite>\n"


def _skipped_tests(skipped: Iterable[Skipped], language: Language) -> Iterator[str]:
    for each in skipped:
        name = harmless(safe(each.what)) + (f" ({each.times})" if each.times > 1 else "")
        why = escaped(harmless(each.why.said_in(language)))
        yield (
            f'    <testcase classname="skipped" name="{escaped(name)}">\n'
            f'      <skipped message="{why}"/>\n    </testcase>\n'
        )
