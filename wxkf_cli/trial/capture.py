"""One captured answer, and what is known beside it."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from wxkf_cli.trial.pushes import GivenPush
from wxkf_cli.vocab.outcomes import Outcome, Phase
from wxkf_cli.vocab.policy import BODY_LIMIT
from wxkf_cli.vocab.terms import Mode, Text
from wxkf_cli.wire.contentencoding import announced, decode
from wxkf_cli.wire.envelope import Seal
from wxkf_cli.wire.exchange import Answer, Exchange, Failure, Response


class Capture(NamedTuple):
    """One captured answer.

    Attributes:
        exchange: What is known of it.
        file: Where it was read; `-` for stdin, unless it was given a name.
        line: The line of the file at which its body begins, from 1; for a record, its line.
        start: The byte of the file at which its body begins, from 0; for a record, its line.
        in_record: Whether the body does not stand in the file as it is (in a line of a record, in an entry of a HAR,
            in chunks or compressed), so that places inside the body are not places in the file.
        known: What `Checker.skim` knew of it at a glance; None for most.
    """

    exchange: Exchange
    file: str
    line: int = 1
    start: int = 0
    in_record: bool = False
    known: Any = None


class PassedOver(NamedTuple):
    """Something in a file that is no answer to a push.

    Attributes:
        why: The reason.
        file: Where it was read.
        what: What it is: `entries` of a HAR, or `lines`, of which a killed process leaves the last one torn.
    """

    why: Text
    file: str
    what: str = "entries"


class Context(NamedTuple):
    """What is known of captures beside themselves.

    Attributes:
        push: The push of every answer that does not come with its own.
        mode: The encryption mode of every push that does not say so itself.
        seal: What opens sealed pushes; None without a key.
        stdin_name: The file that stdin stands for; empty for none.
    """

    push: GivenPush | None = None
    mode: Mode | None = None
    seal: Seal | None = None
    stdin_name: str = ""


class Skims(Protocol):
    """What may do with an answer at a glance, before it is made a capture: a `Checker`."""

    def skim(self, record: Mapping[str, Any], file: str) -> Any:
        """What `records.Skim` does with a line of a record."""

    def skim_bare(self, push: str, answer: str, mode: Mode, file: str) -> bool:
        """Whether nothing is left to be done with a bare body beside its push."""


def limited(answer: Answer) -> Answer:
    """Larger than the wire takes, an answer is what the wire makes of it."""
    if isinstance(answer, Response) and len(answer.body) > BODY_LIMIT:
        return Failure(Outcome.LIMIT_BODY, Phase.BODY, answer.elapsed)
    return answer


#: How a body begins that has an encoding, by its name; of the others nothing is known.
_BEGINNINGS = {"gzip": (b"\x1f\x8b",), "deflate": (b"x\x01", b"x^", b"x\x9c", b"x\xda")}


def unpacked(answer: Response) -> Answer:
    """A captured response, its Content-Encoding undone as the wire undoes it, where its body still has one.

    curl leaves the body as it came, but `curl --compressed` undoes the encoding and keeps the header.
    """
    encoding = announced(answer.headers)
    last = encoding.rpartition(",")[2].strip().lower().removeprefix("x-")
    if not answer.body.startswith(_BEGINNINGS.get(last, ())):
        return answer
    body = decode(answer.body, encoding)
    if isinstance(body, Outcome):
        return Failure(body, Phase.DECODE, answer.elapsed, encoding)
    return answer._replace(body=body)


def in_context(exchange: Exchange, context: Context, given: GivenPush | None) -> Exchange:
    """The exchange with what is known beside it; what it says itself goes first."""
    if given is not None and exchange.push is None and exchange.request is None:
        # Many frameworks log a sealed push as it was opened: then the mode is what the options say.
        return exchange._replace(push=given.message, data=given.data, mode=exchange.mode or context.mode or given.mode)
    if exchange.mode is None and context.mode is not None:
        return exchange._replace(mode=context.mode)
    return exchange
