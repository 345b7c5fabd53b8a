"""Which stories are played: from options to the stories of a plan."""

from collections.abc import Callable, Sequence

from wxkf_cli.errors import UsageError
from wxkf_cli.report.event import CaseDone
from wxkf_cli.simulate.chaos import DEFAULT
from wxkf_cli.simulate.story import Story
from wxkf_cli.simulate.storywalk import size
from wxkf_cli.trial import files
from wxkf_cli.trial.chaoswords import written
from wxkf_cli.trial.plan import Plan
from wxkf_cli.trial.standard import SUITE, standard
from wxkf_cli.trial.storyfile import find, load
from wxkf_cli.trial.wholeness import repeats
from wxkf_cli.vocab.terms import Language, Text
from wxkf_cli.wire.escape import quoted, safe

_BY_RULE = "auto:"


def chosen_stories(names: list[str]) -> tuple[Story, ...]:
    """The stories that arguments stand for: files, patterns, folders, and names of the suite's own.

    Raises:
        UsageError: One stands for nothing, or is no story.
    """
    stories = []
    for name in names:
        if name in SUITE and not files.exists(name):
            stories.append(standard(name))
        else:
            stories += [load(path) for path in find([name])]
    return tuple(stories)


def chosen_from_suite(only: list[str] | None, skip: list[str] | None) -> tuple[Story, ...]:
    """The stories of the standard suite that are left by `--only` and `--skip`.

    Raises:
        UsageError: One is not in it, or nothing is left.
    """
    only, skip = only or [], skip or []
    for name in (*only, *skip):
        if name not in SUITE:
            import difflib

            near = difflib.get_close_matches(name, SUITE, n=1)
            message = f"no case is called {quoted(name)}"
            raise UsageError(message, f"did you mean {near[0]}?" if near else f"there are: {', '.join(SUITE)}")
    chosen = tuple(name for name in SUITE if (not only or name in only) and name not in skip)
    if not chosen:
        message = "--only and --skip leave nothing to check (KF901 nothing-checked)"
        raise UsageError(message, f"there are: {', '.join(SUITE)}")
    return tuple(map(standard, chosen))


def played_again(plan: Plan, witness: str | None = None) -> Callable[[list[str], CaseDone], list[str]]:
    """From the options for the same handler, and a case that was played, the command that plays it again.

    What chaos hits follows from the numbers of pushes: there it is all of the run that is played again.
    """
    stories = {story.name: story for story in plan.stories}
    files_of = {name: story.place.file for name, story in stories.items()}

    def again(same_handler: list[str], event: CaseDone) -> list[str]:
        words = ["wxkf", "simulate", *same_handler]
        names = list(files_of) if plan.chaos else [event.case]
        for name in names if plan.is_named or len(names) < len(SUITE) else ():
            words += ["--story", name if name in SUITE else files_of[name]] if plan.is_named else ["--only", name]
        if event.data and not plan.chaos:
            words += ["--data", event.data.value]
        if plan.chaos and plan.mandatory:
            words += ["--data", *plan.formats]
        is_many = event.case in stories and repeats(stories[event.case], plan)
        for option, value in ("--count", plan.count), ("--concurrency", plan.concurrency):
            words += [option, str(value)] if (plan.chaos or is_many) and value is not None and value != 1 else []
        for each in ["default"] if plan.chaos == DEFAULT else written(plan.chaos):
            words += ["--chaos", each]
        return [*words, *(["--witness", witness] if witness else [])]

    return again


def checked(stories: Sequence[Story], language: Language) -> list[str]:
    """A line for each story that could be read."""
    lines = []
    for story in stories:
        count = size(story.steps)
        steps = Text(f"{count} step{'' if count == 1 else 's'}, right", f"{count} 步，正确")
        lines.append(f"{safe(story.place.file or story.name, 4096)}: {steps.said_in(language)}")
    return lines


def seats_of(agents: str | None) -> int:
    """How many sessions agents accept by themselves.

    Raises:
        UsageError: It is neither `hand` nor `auto:N`.
    """
    if agents is None or agents == "hand":
        return 0
    number = agents.removeprefix(_BY_RULE)
    if not agents.startswith(_BY_RULE) or not number.isascii() or not number.isdigit() or not 0 < int(number) <= 10_000:
        message = f"--agents {quoted(agents)} is no rule for agents"
        raise UsageError(message, "hand: they accept when a story says so; auto:3: up to three sessions at a time")
    return int(number)
