"""Several courses against one handler, one after the other, told of as one."""

from collections.abc import Callable, Sequence

from wxkf_cli.report.event import Event, Listener, Summary
from wxkf_cli.trial.course import Course
from wxkf_cli.trial.scoring import exit_code_of
from wxkf_cli.vocab.terms import Severity


class InTurn(Course):
    """Runs courses in their order; `run` it once.

    Args:
        courses: Given whom to tell, what is run.
        listener: Is told of everything, and of the figures of all of them together at the end.
        gate: The least severity that fails; None where nothing does.
    """

    def __init__(
        self, courses: Sequence[Callable[[Listener], Course]], listener: Listener, gate: Severity | None
    ) -> None:
        super().__init__(Summary(gate=gate), listener)
        self._courses = [course(self._pass_on) for course in courses]
        self._under_way: Course | None = None

    def wind_down(self, number: int) -> None:
        """Push nothing more, as `Course.wind_down` has it: what is under way gives itself up."""
        self.stopping = number
        if self._under_way is not None:
            self._under_way.wind_down(number)

    async def _play(self) -> int:
        for course in self._courses:
            self.check_going()
            self._under_way = course
            await course.run()
            if self._summary.is_down:
                break
        return exit_code_of(self._summary)

    def _pass_on(self, event: Event) -> None:
        if isinstance(event, Summary):
            self._add(event)
        else:
            self._tell(event)

    def _add(self, part: Summary) -> None:
        """Count what one of them gave, however it ended."""
        whole = self._summary
        whole.checks += part.checks
        whole.failed += part.failed
        whole.skipped += part.skipped
        whole.pushes += part.pushes
        whole.severities.update(part.severities)
        whole.verdicts.update(part.verdicts)
        whole.connected |= part.connected
        whole.failure = part.failure
