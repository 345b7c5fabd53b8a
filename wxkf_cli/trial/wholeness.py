"""Which stories show what is wrong only as a whole: one push of theirs, made alone, comes to another handler."""

from collections.abc import Iterable, Iterator, Sequence

from wxkf_cli.report.event import CaseDone
from wxkf_cli.simulate.chaos import WRITTEN
from wxkf_cli.simulate.story import Disturb, Fault, FaultKind, Repeat, Say, Step, Story, Verify
from wxkf_cli.simulate.storywalk import has_user_messages
from wxkf_cli.trial.plan import Plan


def is_whole(story: Story, plan: Plan) -> bool:
    """Whether pushes of a story are under way together, or come in another shape than a push of its own has."""
    if repeats(story, plan) and plan.concurrency > 1:
        return True
    return any(
        (isinstance(step, Say | Verify) and step.at_once)
        or (isinstance(step, Say | Verify | Disturb) and comes_otherwise(step.faults))
        for step in steps_of(story.steps)
    )


def is_whole_case(event: CaseDone, plan: Plan) -> bool:
    """Whether a case that was played is such a story."""
    return any(story.name == event.case and is_whole(story, plan) for story in plan.stories)


def repeats(story: Story, plan: Plan) -> bool:
    """Whether a plan plays a story more than once."""
    return plan.count is not None and plan.count > 1 and has_user_messages(story.steps)


def comes_otherwise(faults: Iterable[Fault]) -> bool:
    """Whether a handler sees anything of faults: of answers that are late or lost, it does not."""
    return any(fault.kind in WRITTEN or fault.kind is FaultKind.DUPLICATE for fault in faults)


def has_own_formats(story: Story) -> bool:
    """Whether a step has a data format of its own."""
    return any(isinstance(step, Say) and step.data is not None for step in steps_of(story.steps))


def steps_of(steps: Sequence[Step]) -> Iterator[Step]:
    """All steps, those that are repeated once."""
    for step in steps:
        if isinstance(step, Repeat):
            yield from steps_of(step.steps)
        else:
            yield step
