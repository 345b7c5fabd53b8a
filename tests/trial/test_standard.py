"""The stories of the package: they are complete, ask what the suite asks, and are written as one would write them."""

from importlib import resources
from itertools import product

import pytest

from wxkf_cli.errors import UsageError
from wxkf_cli.simulate.story import Say, Story, Verify
from wxkf_cli.simulate.storywalk import walk
from wxkf_cli.simulate.suite import CASES, TEXTS, Shot
from wxkf_cli.trial.standard import SUITE, standard, text_of
from wxkf_cli.trial.storyfile import SUFFIX, parse
from wxkf_cli.trial.storywriter import written
from wxkf_cli.vocab.terms import DataFormat, Mode

FOLDER = resources.files("wxkf_cli") / "stories"


def shots(story: Story, data: DataFormat, mode: Mode) -> list[Shot]:
    """A story as what the suite's cases give."""
    found = []
    for turn in walk(story, TEXTS):
        match turn.step:
            case Say() as say:
                own = (say.data or data, say.values, say.mode or mode, say.flaw, say.content_type, say.without)
                found.append(Shot(story.name, say.kind, *own))
            case Verify() as verify:
                found.append(Shot(story.name, "", data, mode=mode, flaw=verify.flaw))
    return found


def test_the_suite_is_what_lies_in_the_folder() -> None:
    assert {f"{name}{SUFFIX}" for name in SUITE} == {each.name for each in FOLDER.iterdir()}


def test_the_stories_begin_with_the_cases_in_their_order() -> None:
    assert SUITE[: len(CASES)] == tuple(CASES)


@pytest.mark.parametrize("name", CASES)
def test_a_story_says_what_its_case_says(name: str) -> None:
    case, story = CASES[name], standard(name)
    assert (story.name, story.about, story.formats) == (name, case.about, case.formats)
    assert (story.modes or tuple(Mode), story.only_mode, story.mixes_modes) == (
        *(case.modes, case.is_alone, case.is_sandwich),
    )
    for data, mode in product(case.formats, case.modes):
        assert shots(story, data, mode) == list(case.shots(data, TEXTS, mode=mode))
    says = [turn.step for turn in walk(story) if isinstance(turn.step, Say)]
    assert all(say.is_user_message == case.is_user_message for say in says)


@pytest.mark.parametrize("name", SUITE)
def test_a_story_speaks_both_languages_and_reads_back_as_it_is_written(name: str) -> None:
    story = standard(name)
    assert story.about.en != story.about.zh
    assert parse(written(story).encode(), f"{name}{SUFFIX}") == story
    assert text_of(name).endswith("\n")


def test_a_name_that_is_none_is_put_right() -> None:
    with pytest.raises(UsageError, match='no story of the suite is called "sesion"') as caught:
        standard("sesion")
    assert caught.value.hint == "did you mean session?"
    with pytest.raises(UsageError) as caught:
        text_of("../wxkf")
    assert caught.value.hint.startswith("there are url-verification, text")
