"""From the events of a run to its record: what is there already is not written again."""

from collections.abc import Container

from wxkf_cli.errors import RecordLost
from wxkf_cli.report import machine
from wxkf_cli.report.event import Called, CaseDone, Done, Event, Found, Summary
from wxkf_cli.report.machine import finding_to_json
from wxkf_cli.trial.conformance_plan import CheckLeg
from wxkf_cli.trial.runfile import RunFile
from wxkf_cli.vocab.policy import Policy
from wxkf_cli.wechat.record import Redact


class Recorder:
    """Writes a run into its record.

    Args:
        run: The record.
        policy: The assumptions that outcomes depend on.
        redact: Masks secrets in what the handler gave back.
        found: The findings that are in it, as `key_of` gives them.
        checks: The conformance checks whose results are in it.
    """

    def __init__(
        self,
        run: RunFile,
        policy: Policy,
        redact: Redact,
        found: Container[str] = (),
        checks: Container[CheckLeg] = (),
    ) -> None:
        self._run = run
        self._policy = policy
        self._redact = redact
        self._found = found
        self._checks = checks

    def take(self, event: Event) -> None:
        """Record one event.

        Raises:
            RecordLost: It could not be written.
        """
        match event:
            case Done() | Called() if event.is_old:
                return
            case CaseDone() if (event.check, event.mode, event.data) in self._checks:
                return
            case Found() if self._found and key_of(finding_to_json(event.finding)) in self._found:
                return
            case Summary() if self._run.is_lost:
                # The one who broke off has said why, or closing it does.
                event.exit_code = max(event.exit_code, RecordLost.exit_code)
            case _:
                for line in machine.ndjson(event, self._run.lines + 1, self._policy, self._redact):
                    self._run.write(line)


def key_of(finding: dict[str, object]) -> str:
    """What two records of the same finding have in common."""
    return machine.dumps({name: value for name, value in finding.items() if name not in ("type", "n")})
