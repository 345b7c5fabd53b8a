"""Threads for what blocks in this process, made as they are needed.

All are daemons, and so is what they start: a handler that hangs does not keep wxkf from ending.
"""

import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import TypeAlias

from wxkf_cli.simulate.handover import Handover

Job: TypeAlias = Callable[[], None]

#: Calls into a blocking app at a time; one that is past its deadline does not count (ours).
WORKERS = 40
#: Workers in all, those that hang among them (ours).
WORKERS_IN_ALL = 400


class Workers:
    """Threads that run jobs; a job that hangs has its thread for itself.

    A change of threads costs more than many a job, so one worker at a time is roused, and the next one only if the
    loop finds jobs still waiting when it comes round again: the worker before then blocks, or takes long, and had it
    not, it would have done those jobs as well.

    Args:
        home: The way into that loop, which is the one that gives the jobs.
    """

    def __init__(self, home: Handover) -> None:
        self._home = home
        self._lock = threading.Lock()  # over all that follows
        self._jobs: deque[Job] = deque()
        self._resting: list[threading.Lock] = []
        self._alive = self._given_up = 0
        self._is_rousing = self._is_closed = False

    def run(self, job: Job) -> None:
        """Run a job as soon as a thread is free; it raises nothing.

        Raises:
            RuntimeError: There is no thread, and none can be made.
        """
        with self._lock:
            self._jobs.append(job)
            self._rouse()

    def give_up(self) -> None:
        """One more job hangs: another thread may come in its place."""
        with self._lock:
            self._given_up += 1
            self._rouse()

    def given_back(self) -> None:
        """One job that hung has ended after all."""
        with self._lock:
            self._given_up -= 1

    def close(self) -> None:
        """End the threads that have nothing to do."""
        with self._lock:
            self._is_closed = True
            for pillow in self._resting:
                pillow.release()
            self._resting.clear()

    def _look(self) -> None:
        """In the loop: see to jobs that nobody has taken."""
        with self._lock:
            self._rouse()

    def _rouse(self) -> None:
        if self._is_rousing or not self._jobs:
            return
        if self._resting:
            self._is_rousing = True
            self._resting.pop().release()
        elif self._alive - self._given_up < WORKERS and self._alive < WORKERS_IN_ALL:
            # Otherwise it waits, as it would in a server.
            self._start_one()

    def _start_one(self) -> None:
        try:
            threading.Thread(target=self._work, name="wxkf-worker", daemon=True).start()
        except RuntimeError:  # the machine has no more
            if not self._alive:
                self._jobs.pop()
                raise
        else:
            self._is_rousing = True
            self._alive += 1

    def _work(self) -> None:
        pillow = threading.Lock()  # held by a worker that rests
        pillow.acquire()
        is_roused = True
        while True:
            job = self._take(pillow, is_roused=is_roused)
            is_roused = job is None
            if job is not None:
                job()
            elif self._is_closed:
                return
            else:
                pillow.acquire()

    def _take(self, pillow: threading.Lock, *, is_roused: bool) -> Job | None:
        """The next job; if there is none, whoever asks is among those that rest."""
        with self._lock:
            if is_roused:
                self._is_rousing = False
            if not self._jobs:
                self._resting.append(pillow)
                return None
            job = self._jobs.popleft()
            is_more = bool(self._jobs)
        if is_roused and is_more:
            with suppress(RuntimeError):  # the loop is closed
                self._home.give(self._look)
        return job
