"""The witness of a test: what it is asked, how often the handler has acted."""

import inspect
from collections.abc import Awaitable, Callable

from wxkf_cli.errors import UsageError
from wxkf_cli.simulate.target import Reach, parse_url
from wxkf_cli.simulate.witness import UrlWitness
from wxkf_cli.testing.options import Witness
from wxkf_cli.trial.witnessing import MessageWatch, TotalWatch, Watch


async def watch_of(
    witness: Witness | None, settle: Callable[[], Awaitable[object]], allow_remote: str | None
) -> Watch | None:
    """What watches for pushes that are acted on twice; None without a witness.

    Args:
        witness: As the test gave it.
        settle: Waits for what an app in this process still does after its answers; then the count is whole.
        allow_remote: The public host that may be asked.

    Raises:
        UsageError: It is no URL that may be asked.
    """
    if witness is None:
        return None
    if isinstance(witness, str):
        target = parse_url(witness)
        url = UrlWitness(target)
        if await url.reach() is Reach.PUBLIC and target.host != allow_remote:
            message = f"the witness is on the public host {target.host}"
            raise UsageError(message, f"if it is yours, say so: allow_remote={target.host!r}")
        return MessageWatch(url.of) if url.is_per_message else TotalWatch(url.total)
    asked = witness

    async def count() -> int:
        await settle()
        given = asked()
        number = await given if inspect.isawaitable(given) else given
        if type(number) is not int or number < 0:
            message = f"the witness gave {number!r}"
            raise UsageError(message, "it gives how often the handler has acted so far: 0 or more")
        return number

    return TotalWatch(count)
