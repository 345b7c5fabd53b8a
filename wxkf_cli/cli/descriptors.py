"""Open files: macOS allows a process 256 of them by default, and every push in flight is one."""

import contextlib
from collections.abc import Callable
from dataclasses import replace

from wxkf_cli.cli.handler import Handler
from wxkf_cli.trial.plan import Plan

#: Open files that are asked for, where that many may be had.
_WANTED = 8192
#: Open files that are for something else than pushes.
_KEPT_FREE = 64


def raise_limit() -> None:
    """Allow this process as many open files as it may have, but not more than are of use."""
    try:
        import resource
    except ImportError:  # Windows, where there is no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _WANTED if hard == resource.RLIM_INFINITY else min(hard, _WANTED)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(OSError, ValueError):  # forbidden, or more than the kernel has
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def within_limit(plan: Plan, handler: Handler, say: Callable[[tuple[str, ...]], None]) -> Plan:
    """The plan with no more pushes in flight than there may be open files; says so where these are fewer.

    Args:
        plan: What is asked for.
        handler: To whom; over no socket, there is nothing to be short of.
        say: Tells a person.
    """
    limit = _limit()
    if limit is None or handler.kind not in ("url", "exec", "demo", "container"):
        return plan
    # Of the demo, both ends are in this process, and its own may be closed after the next push has begun.
    most = max(1, (limit - _KEPT_FREE) // (3 if handler.kind == "demo" else 1))
    if plan.concurrency <= most:
        return plan
    say((f"{most} pushes in flight instead of {plan.concurrency}: only {limit} files may be open here (ulimit -n)",))
    return replace(plan, concurrency=most)


def _limit() -> int | None:
    """How many files this process may have open; None for no limit."""
    try:
        import resource
    except ImportError:
        return None
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return None if soft == resource.RLIM_INFINITY else soft
