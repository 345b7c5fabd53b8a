"""When this whole process stood still: time that passed for nothing in it, and not for an app that runs in it.

A thread beats, which whatever waits in another thread does not hold up. A beat comes late as well where an app keeps
the interpreter for itself; but then the process computes, and that is time that the app has taken. Only something that
keeps the interpreter while it waits, as next to nothing does, cannot be told from a stop.
"""

import threading
import time
from collections import deque

from wxkf_cli.simulate.lag import BEAT_SECONDS, KEPT, LAG_LIMIT, outside
from wxkf_cli.simulate.suspension import Reading

#: The share of a lag that this process may have computed in and still have stood still for the rest of it (ours).
_COMPUTING_SHARE = 0.1
#: Seconds that the thread has to end, which needs none unless something keeps the interpreter (ours).
_END_SECONDS = 1.0


class Standstill:
    """Beats while calls are under way, and remembers when the process stood still.

    Args:
        now: The time, in seconds.
        computed: Seconds that this process has computed so far, in all its threads.

    Attributes:
        now: The same.
    """

    def __init__(self, now: Reading = time.monotonic, computed: Reading = time.process_time) -> None:
        self.now, self._computed = now, computed
        self._under_way = 0
        self._thread: threading.Thread | None = None
        self._is_resting = self._is_closed = False
        self._roused = threading.Event()
        self._lock = threading.Lock()  # over what follows
        self._due: tuple[float, float] | None = None
        self._found: deque[tuple[float, float]] = deque(maxlen=KEPT)

    def begin(self) -> None:
        """A call begins; only one thread tells of calls."""
        self._under_way += 1
        if self._thread is None:
            self._start()
        elif self._is_resting:
            self.expect(0.0)
            self._roused.set()

    def end(self) -> None:
        """A call has ended; without any, nothing beats."""
        self._under_way -= 1

    def close(self) -> None:
        """Beat no more."""
        self._is_closed = True
        self._roused.set()
        if self._thread is not None:
            self._thread.join(_END_SECONDS)

    def expect(self, seconds: float) -> None:
        """The next beat is due in so many seconds."""
        with self._lock:
            self._due = self.now() + seconds, self._computed()

    def came(self) -> None:
        """The beat that was due has come."""
        with self._lock:
            found, self._due = self._overdue(self.now()), None
            if found is not None:
                self._found.append(found)

    def awake(self, started: float, ended: float) -> float:
        """Seconds between the two, less those in which this process stood still; asked in any thread."""
        if ended - started <= LAG_LIMIT:
            return ended - started
        with self._lock:
            overdue = self._overdue(ended)
            found = (*self._found, overdue) if overdue is not None else tuple(self._found)
        return outside(found, started, ended)

    def _overdue(self, now: float) -> tuple[float, float] | None:
        """From when to when the process stood still, by the beat that is due; None where it did not."""
        if self._due is None:
            return None
        due, computed_before = self._due
        computed = self._computed() - computed_before
        lag = now - due
        if lag - computed <= LAG_LIMIT or computed > _COMPUTING_SHARE * lag:
            return None
        return due + computed, now

    def _start(self) -> None:
        self.expect(0.0)
        thread = threading.Thread(target=self._beat, name="wxkf-beat", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # the machine has no more: then no standstill is seen
            self._due = None
        else:
            self._thread = thread

    def _beat(self) -> None:
        """In the thread."""
        while not self._is_closed:
            self.came()
            if self._under_way:
                self.expect(BEAT_SECONDS)
                if self._roused.wait(BEAT_SECONDS):
                    self._roused.clear()
            else:
                self._rest()
        self.came()

    def _rest(self) -> None:
        """Until a call begins; one that begins just now is seen by one of the two."""
        self._roused.clear()
        self._is_resting = True
        if not self._under_way and not self._is_closed:
            self._roused.wait()
        self._is_resting = False
