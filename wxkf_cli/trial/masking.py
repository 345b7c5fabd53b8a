"""Keep secrets that a handler gave back out of what is said of its answer."""

from wxkf_cli.lint.finding import Finding
from wxkf_cli.vocab.terms import Text
from wxkf_cli.wechat.record import Redact
from wxkf_cli.wire.exchange import Answer, Response


def masked(finding: Finding, answer: Answer, redact: Redact) -> Finding:
    """The finding without secrets, where the handler gave one back: then its message may quote it.

    Only then: a short token is a part of many words.
    """
    if not isinstance(answer, Response):
        return finding
    given = "\n".join([answer.body.decode("utf-8", "replace"), *(value for _, value in answer.headers)])
    if redact(given) == given:
        return finding
    return finding._replace(message=Text(redact(finding.message.en), redact(finding.message.zh)))
