"""Ways into apps in this process, for tests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from wxkf_cli.simulate.appload import Loaded
from wxkf_cli.simulate.apps import transport_into
from wxkf_cli.simulate.appthread import AppLoop
from wxkf_cli.simulate.complaint import Complaints
from wxkf_cli.simulate.over_call import InProcess
from wxkf_cli.simulate.target import Target
from wxkf_cli.vocab.choices import AppKind
from wxkf_cli.vocab.outcomes import Outcome
from wxkf_cli.wire.exchange import Answer, Failure, PushRequest

HEADERS = (("Host", ""), ("Content-Type", "text/xml"), ("Content-Length", "6"))
REQUEST = PushRequest("POST", (("signature", "a b"), ("nonce", "1")), HEADERS, b"<xml/>")
#: Seconds, where an app hangs, and where it does not.
SOON, LONG = 0.5, 30.0


class Opened(NamedTuple):
    """An app that can be called.

    Attributes:
        call: The transport.
        said: What it says besides its answers.
    """

    call: InProcess
    said: list[str]


def target_at(path: str = "/wx") -> Target:
    return Target(f"app://tests{path}", secure=False, host="127.0.0.1", port=80, path=path)


@asynccontextmanager
async def opened(app: Any, kind: AppKind, path: str = "/wx", said: list[str] | None = None) -> AsyncIterator[Opened]:
    """An app that is started; what it says goes into `said`, where it may not start."""
    said = [] if said is None else said
    apploop = AppLoop()
    transport = transport_into(
        await apploop.start(lambda: Loaded(app, kind)), target_at(path), apploop, Complaints(said.append)
    )
    try:
        await transport.start()
        yield Opened(transport, said)
        await transport.close()
    finally:
        await apploop.close(1.0)


def patience(expected: object) -> float:
    """The deadline for an app of which that is to be seen."""
    return SOON if isinstance(expected, Outcome) and expected.family == "timeout" else LONG


def shown(answer: Answer) -> tuple[int | None, bytes] | Outcome:
    """What a server shows of an app: status and body, or why there is no answer."""
    return answer.outcome if isinstance(answer, Failure) else (answer.status, answer.body)


def path_of(case: str) -> str:
    return "/" + case.replace(" ", "-")
