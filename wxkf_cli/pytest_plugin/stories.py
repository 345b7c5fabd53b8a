"""Story files as tests: one item for each, played as `wxkf simulate --story` plays it."""

import asyncio
import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from wxkf_cli.errors import WxkfError
from wxkf_cli.pytest_plugin.marking import options_of, told
from wxkf_cli.simulate.story import Story
from wxkf_cli.testing import App, Witness
from wxkf_cli.testing.storyrun import StoryRun, play
from wxkf_cli.trial.storyfile import load


class StoryFile(pytest.Module):
    """A story file, which holds one story; a module for pytest, since fixtures may ask for that of a test."""

    def collect(self) -> Iterator[pytest.Item]:
        """The story, or its mistakes: each with its line and what would be right."""
        self.obj = ModuleType(self.path.name)  # nothing is imported
        try:
            story = load(_near(self.path))
        except WxkfError as error:
            message = f"{error}\n  {error.hint}" if error.hint else str(error)
            raise self.CollectError(message) from None
        yield StoryItem.from_parent(self, name=story.name, callobj=played(story))


def _near(path: Path) -> str:
    """A path as seen from the current folder, where that is shorter: as somebody would type it."""
    with suppress(ValueError, OSError):
        near = os.path.relpath(path)
        return near if len(near) < len(str(path)) else str(path)
    return str(path)


class StoryItem(pytest.Function):
    """A story that is played; a function for pytest, so that it has fixtures."""

    def reportinfo(self) -> tuple[os.PathLike[str] | str, int | None, str]:
        """Where it is written."""
        return self.path, 0, f"story: {self.name}"

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *_: Any) -> Any:
        """What is shown of its failure; its first line in pytest's summary, where CI would have all of it again."""
        shown = super().repr_failure(excinfo)
        crash = getattr(shown, "reprcrash", None)
        if crash is not None:
            crash.message = crash.message.partition("\n")[0]
        return shown


def played(story: Story) -> Any:
    """A test function that plays a story."""

    def play_story(
        request: pytest.FixtureRequest,
        wxkf_app: App | str | None,
        wxkf_url: str | None,
        wxkf_settings: Mapping[str, Any],
        wxkf_witness: Witness | None,
    ) -> None:
        with told():
            app, options = options_of(request, wxkf_app, wxkf_url, wxkf_settings, wxkf_witness)
            run = asyncio.run(play(story, app, options, seed=secrets.randbelow(2**31)))
        _tell(run)

    return play_story


def _tell(run: StoryRun) -> None:
    """Fail or skip the test as the story has ended."""
    if run.skipped:
        pytest.skip("; ".join(run.skipped))
    if run.failed:
        pytest.fail("\n".join(_shown(run.places, run.lines)), pytrace=False)


def _shown(places: Sequence[str], lines: Sequence[str]) -> Iterator[str]:
    yield from places
    yield from lines
