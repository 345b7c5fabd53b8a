"""How long this machine has slept: time that passed for WeChat and the handler, and not for our own deadline.

The deadline runs on the monotonic clock, which no step of the wall clock moves and which stands still while the machine
sleeps. So a delivery that the machine slept through says nothing of the handler.
"""

import time
from collections.abc import Callable

#: Reads a clock, in seconds.
Reading = Callable[[], float]


def _since_boot() -> float:
    """Seconds since the machine was started, sleep included; where the system does not tell, without."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)  # Linux has it; elsewhere a sleep stays unseen
    return time.clock_gettime(clock) if clock is not None else time.monotonic()


def slept(since_boot: Reading = _since_boot, awake: Reading = time.monotonic) -> float:
    """Seconds that this machine has slept since it was started; only the difference of two readings means anything."""
    before = awake()
    now = since_boot()
    return now - (before + awake()) / 2
