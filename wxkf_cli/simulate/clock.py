"""Where the simulation's time comes from: handed in, so that tests never wait."""

import time
from collections.abc import Callable
from typing import TypeAlias

#: Story time: seconds since the epoch.
Clock: TypeAlias = Callable[[], float]

system_clock: Clock = time.time
