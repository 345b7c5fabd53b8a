"""A story unfolded: its steps in the order in which they are played, and how many they are."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from wxkf_cli.simulate.shot import TEXTS
from wxkf_cli.simulate.story import NOTHING_EXPECTED, Advance, Disturb, Move, Place, Repeat, Say, Step, Story, Verify


class Turn(NamedTuple):
    """A step as it is played.

    Attributes:
        number: Its number among its siblings, behind those of the steps around it, each with its round: `4[2].1` is
            the first step in the second round of step 4, `3[2]` the second text of step 3. Each file has its own.
        step: What happens.
    """

    number: str
    step: Move


def walk(story: Story, texts: Sequence[str] = TEXTS) -> Iterator[Turn]:
    """The steps in the order in which they are played, one at a time, repeats unfolded.

    Args:
        story: Which.
        texts: What users write in the steps that leave it to the run.
    """
    yield from _walked(story.steps, "", texts)


def _walked(steps: Sequence[Step], before: str, texts: Sequence[str]) -> Iterator[Turn]:
    for count, step in _numbered(steps):
        number = f"{before}{count}"
        match step:
            case Repeat():
                for turn in range(1, step.times + 1):
                    yield from _walked(step.steps, f"{number}[{turn}].", texts)
            case Say(texts=contents) if contents is not None:
                written: Sequence[str | int] = contents or texts
                for turn, content in enumerate(written, 1):
                    text = "x" * content if isinstance(content, int) else content
                    said = replace(step, texts=None, values={**step.values, "Content": text})
                    yield Turn(f"{number}[{turn}]", said)
            case _:
                yield Turn(number, step)


def _numbered(steps: Sequence[Step]) -> Iterator[tuple[int, Step]]:
    """Steps with their numbers in the file where they are written, as mistakes in it are told."""
    count = 0
    last: Place | None = None
    for step in steps:
        goes_on = last is None or (step.place.file == last.file and step.place.line >= last.line)
        count, last = count + 1 if goes_on else 1, step.place
        yield count, step


def size(steps: Sequence[Step], texts: Sequence[str] = TEXTS, *, pushing: bool = False) -> int:
    """How many steps `walk` gives, without walking; with `pushing`, of those alone that may push."""
    count = 0
    for step in steps:
        match step:
            case Repeat():
                count += step.times * size(step.steps, texts, pushing=pushing)
            case Say(texts=contents) if contents is not None:
                count += len(contents or texts)
            case Say() | Verify():
                count += 1
            case _:
                count += not pushing
    return count


def has_user_messages(steps: Sequence[Step]) -> bool:
    """Whether users send anything that may and should be transferred."""
    return any(
        has_user_messages(step.steps) if isinstance(step, Repeat) else isinstance(step, Say) and step.is_user_message
        for step in steps
    )


def checks_anything(steps: Sequence[Step]) -> bool:
    """Whether anything is pushed, done by an agent or expected, so that something can be right or wrong."""
    return any(
        checks_anything(step.steps)
        if isinstance(step, Repeat)
        else not isinstance(step, Advance | Disturb) or (isinstance(step, Advance) and step.expect != NOTHING_EXPECTED)
        for step in steps
    )


def is_cyclic(steps: Sequence[Step]) -> bool:
    """Whether these are user messages alone, each for itself: any number of them makes sense, in any overlap."""
    return all(
        is_cyclic(step.steps)
        if isinstance(step, Repeat)
        else isinstance(step, Say)
        and step.is_user_message
        and not (step.faults or step.at_once or step.needs)
        and step.expect == NOTHING_EXPECTED
        for step in steps
    )
