"""An answer written out for a failing test: as the command line shows a case, and what was pushed and came back."""

from collections.abc import Sequence

from wxkf_cli.lint.finding import Finding
from wxkf_cli.lint.selection import Selection
from wxkf_cli.report.line import plain
from wxkf_cli.report.simulation import SimulationText
from wxkf_cli.testing.answer import Answer
from wxkf_cli.vocab.outcomes import MEANING
from wxkf_cli.vocab.terms import DataFormat, Language, Mode, Text
from wxkf_cli.wechat.opening import read
from wxkf_cli.wire import codec
from wxkf_cli.wire.document import Document
from wxkf_cli.wire.envelope import Seal
from wxkf_cli.wire.escape import Redactor, safe
from wxkf_cli.wire.exchange import Exchange, Failure

#: Characters of a body that are shown (ours).
_BODY_LIMIT = 1200
_PUSH = Text("push", "推送")
_ANSWER = Text("answer", "应答")
_NO_ANSWER = Text("no answer", "没有应答")
_LOST = Text("lost on the way", "途中丢失")
_EMPTY = Text("(zero bytes)", "（零字节）")
_NOT_PUSHED = Text("not pushed: an agent serves the user", "未推送：客服正在接待该用户")
_SEALED = Text("sealed", "已加密")


class Shown:
    """Writes answers out.

    Args:
        language: Of everything but codes and names.
        redact: Masks secrets.
        selection: What weighs how much.
        seal: Opens what is sealed; None without a key.
        again: The words of a command that plays the test again; empty for none.
    """

    def __init__(
        self, language: Language, redact: Redactor, selection: Selection, seal: Seal | None, again: Sequence[str]
    ) -> None:
        self._language = language
        self._redact = redact
        self._selection = selection
        self._seal = seal
        self._again = again

    def __call__(self, answer: Answer, findings: Sequence[Finding]) -> str:
        """Push, answer, verdict, and these findings of it."""
        lines = list(self._case(answer, findings)) if answer.pushed else [f"  {self._say(_NOT_PUSHED)}"]
        for exchange in answer.exchanges[-2:]:
            lines += [self._pushed(exchange), self._answered(exchange)]
        return self._redact("\n".join(lines))

    def _say(self, text: Text) -> str:
        return text.said_in(self._language)

    def _case(self, answer: Answer, findings: Sequence[Finding]) -> list[str]:
        """As the command line shows a case that was played."""
        case = answer.case
        codes = {finding.code: case.codes[finding.code] for finding in findings}
        failed = sum(self._selection.fails(finding.severity) for finding in findings)
        shown = case._replace(findings=tuple(findings), codes=codes, failed=failed)
        text = SimulationText(
            self._language,
            None,
            reproducer=lambda _: self._again,
            gate=self._selection.fail_on,
        )
        lines = [plain(each) for each in text.lines(shown)]
        # Without a command there is none to show.
        return lines[:-1] if failed and not self._again else lines

    def _pushed(self, exchange: Exchange) -> str:
        request = exchange.request
        assert request is not None  # noqa: S101 - what was delivered has one
        head = f"{request.method} ?{request.query_string}" if request.method == "GET" else f"{request.method}"
        number = f" {exchange.delivery}" if exchange.delivery > 1 else ""
        if exchange.push is None:
            return f"  {self._say(_PUSH)}{number}: {safe(head, _BODY_LIMIT)}"
        is_sealed = exchange.mode is not Mode.PLAINTEXT
        label = f" ({self._say(_SEALED)}, {exchange.mode})" if is_sealed else ""
        body = codec.render(exchange.push, exchange.data or DataFormat.XML) if is_sealed else request.body
        return f"  {self._say(_PUSH)}{number}{label}: {self._body(body)}"

    def _answered(self, exchange: Exchange) -> str:
        answer, label = exchange.answer, f"  {self._say(_ANSWER)}: "
        if isinstance(answer, Failure):
            if answer.lost is None:
                return f"{label}{self._say(_NO_ANSWER)}: {self._say(MEANING[answer.outcome])}"
            answer, label = answer.lost, f"  {self._say(_ANSWER)} ({self._say(_LOST)}): "
        status = f"{answer.status} " if answer.status is not None else ""
        opened = self._opened(answer.body, exchange)
        return f"{label}{status}{self._body(answer.body)}{opened}"

    def _opened(self, body: bytes, exchange: Exchange) -> str:
        """What a sealed answer holds."""
        data = codec.sniff(body)
        document = codec.parse(body, data) if data is not None and self._seal is not None else None
        if self._seal is None or not isinstance(document, Document) or document.get("Encrypt") is None:
            return ""
        inner = read(document, self._seal, exchange.data).message
        return f"\n    = {self._body(inner)}" if inner else ""

    def _body(self, body: bytes) -> str:
        return safe(body, _BODY_LIMIT) if body else self._say(_EMPTY)
