"""`wxkf simulate --story`: from options to a run of stories."""

import secrets
from dataclasses import replace
from typing import Any

from wxkf_cli.cli.choosing import described
from wxkf_cli.cli.handler import HandlerOptions, opened, same_handler
from wxkf_cli.cli.performing import exit_code, performing
from wxkf_cli.cli.playing import Show, modes_named
from wxkf_cli.cli.running import winding_down
from wxkf_cli.errors import UsageError
from wxkf_cli.report.event import CaseDone
from wxkf_cli.settings import Settings
from wxkf_cli.simulate.story import Story
from wxkf_cli.simulate.storywalk import size
from wxkf_cli.simulate.target import Reach
from wxkf_cli.trial import files
from wxkf_cli.trial.plan import Plan
from wxkf_cli.trial.standard import SUITE, standard
from wxkf_cli.trial.storyfile import find, load
from wxkf_cli.trial.storytrial import StoryTrial
from wxkf_cli.vocab.terms import Language, Text
from wxkf_cli.wire.escape import quoted, safe

_BY_RULE = "auto:"


def chosen_stories(names: list[str]) -> list[Story]:
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
    return stories


def checked(stories: list[Story], language: Language) -> list[str]:
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


async def tell_stories(
    where: HandlerOptions,
    settings: Settings,
    plan: Plan,
    stories: list[Story],
    show: Show,
    *,
    seed: int | None = None,
    allow_remote: str | None = None,
    seats: int = 0,
) -> int:
    """Play stories and show it; returns the exit code.

    Args:
        where: The handler.
        settings: What the environment and the file say.
        plan: What to demand; its cases are not played.
        stories: What to play, in order.
        show: How to show and keep it.
        seed: For the ids and nonces; that of the only story, or a new one, without it.
        allow_remote: The public host that stories may go to.
        seats: How many sessions agents accept by themselves, where a story does not say.

    Raises:
        UsageError: They may not go there.
        HandlerDown: No connection was ever made; the summary has been shown.
    """
    own_seed = stories[0].seed if len(stories) == 1 else None
    chosen_seed = seed if seed is not None else own_seed if own_seed is not None else secrets.randbelow(2**31)
    async with opened(where, settings) as handler:
        plan = replace(plan, policy=handler.policy, modes=handler.modes)
        if handler.reach is Reach.PUBLIC and allow_remote != handler.target.host:
            message = f"--story towards the public host {handler.target.host}"
            raise UsageError(message, f"if it is yours, add --allow-remote {handler.target.host}")
        files_of = {story.name: story.place.file or story.name for story in stories}
        same = same_handler(where, handler)

        def again(event: CaseDone) -> list[str]:
            named = modes_named(event.mode, plan, handler)
            data = ["--data", event.data.value] if event.data else []
            return ["wxkf", "simulate", *same, "--story", files_of[event.case], *named, *data]

        described_now = _described(plan, stories, chosen_seed)
        with performing(handler, show, plan.policy, plan.selection, described_now, again) as (tell, run):
            trial = StoryTrial(
                plan,
                stories,
                handler.sender,
                handler.target.host_header,
                handler.transport,
                tell,
                redact=handler.redact,
                seed=chosen_seed,
                seats=seats,
                safe=run.safe if run is not None else lambda: None,
            )
            with winding_down(trial.wind_down, run.path.stem if run is not None else ""):
                summary = await trial.run()
        return exit_code(handler, summary, plan.selection)


def _described(plan: Plan, stories: list[Story], seed: int) -> dict[str, Any]:
    return {
        "suite": "story",
        "mode": [each.value for each in plan.modes],
        "data": [each.value for each in plan.formats],
        "stories": [story.name for story in stories],
        "texts": list(plan.texts),
        "seed": seed,
        "deadline": plan.policy.deadline,
        "accept_status": list(plan.policy.accepted_statuses),
        **described(plan.selection),
    }
