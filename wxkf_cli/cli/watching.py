"""`--witness` and `--chaos`, from what was given to what a trial takes."""

from collections.abc import Iterable

from wxkf_cli.errors import UsageError
from wxkf_cli.simulate.chaos import Share
from wxkf_cli.simulate.over_wire import Wire
from wxkf_cli.simulate.target import Reach, parse_url
from wxkf_cli.simulate.transport import Transport
from wxkf_cli.simulate.trust import tls_context
from wxkf_cli.simulate.witness import UrlWitness
from wxkf_cli.trial.chaoswords import needs_wire
from wxkf_cli.trial.witnessing import MessageWatch, TotalWatch, Watch
from wxkf_cli.wire.escape import quoted


async def watch_of(witness: str | None, allow_remote: str | None, ca: str | None = None) -> Watch | None:
    """Who is asked whether the handler acts twice, once it has answered a first time; None for nobody.

    Args:
        witness: The URL that was given; its `{MsgId}` stands for that of the message it is asked about.
        allow_remote: The public host that may be asked.
        ca: A PEM file of certificates that are trusted beside the system's roots.

    Raises:
        UsageError: It is no URL that may be asked, or has no count.
    """
    if witness is None:
        return None
    target = parse_url(witness)
    asked = UrlWitness(target, tls_context(ca=ca) if target.secure else None)
    if await asked.reach() is Reach.PUBLIC and target.host != allow_remote:
        message = f"--witness on the public host {target.host}"
        raise UsageError(message, f"if it is yours, add --allow-remote {target.host}")
    watch = MessageWatch(asked.of) if asked.is_per_message else TotalWatch(asked.total)
    # Asked already here: a run that cannot be watched is not begun.
    await watch.begin()
    return watch


def check_chaos(chaos: Iterable[Share], transport: Transport) -> None:
    """Make sure that everything that is to go wrong can.

    Raises:
        UsageError: A fault needs wxkf's own wire, and the handler is reached in another way.
    """
    fault = needs_wire(chaos)
    if fault and not isinstance(transport, Wire):
        message = f"--chaos {quoted(fault)} needs wxkf's own wire"
        raise UsageError(
            message, "name the faults that do not: drop-answer, delay, duplicate; or reach it by --url alone"
        )
