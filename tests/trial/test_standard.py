"""The stories of the package: they are complete, ask what the suite asks, and are written as one would write them."""

from importlib import resources

import pytest

from wxkf_cli.errors import UsageError
from wxkf_cli.simulate.shot import TEXTS
from wxkf_cli.simulate.story import Say, Verify
from wxkf_cli.simulate.storywalk import walk
from wxkf_cli.trial.standard import SUITE, standard, text_of
from wxkf_cli.trial.storyfile import SUFFIX, parse
from wxkf_cli.trial.storywriter import written
from wxkf_cli.vocab.terms import SEALED_MODES, DataFormat, Flaw, Mode
from wxkf_cli.wire.crypto import BLOCK

FOLDER = resources.files("wxkf_cli") / "stories"


def test_the_suite_is_what_lies_in_the_folder() -> None:
    assert {f"{name}{SUFFIX}" for name in SUITE} == {each.name for each in FOLDER.iterdir()}


#: Story -> what is pushed in JSON, in secure mode: kind, flaw, and what else is out of the ordinary.
PUSHED = {
    "url-verification": [("", None), ("", Flaw.SIGNATURE)],
    "text": [("text", None, "你好"), ("text", None, "人工")],
    "image": [("image", None)],
    "miniprogrampage": [("miniprogrampage", None)],
    "user_enter_tempsession": [("user_enter_tempsession", None)],
    "known-event": [("subscribe_msg_popup_event", None)],
    "unknown-event": [("unknown_event", None)],
    "unknown-message": [("unknown_message", None)],
    "bad-signature": [("text", Flaw.SIGNATURE)],
    "json-as-text-xml": [("text", None, "text/xml")],
    "paddings": [("text", None, "x" * length) for length in range(1, BLOCK + 1)],
    "other-appid": [("text", Flaw.APPID)],
    "truncated-encrypt": [("text", Flaw.TRUNCATED)],
    "encrypt-not-base64": [("text", Flaw.BASE64)],
    "plaintext-body": [("text", Flaw.UNSEALED)],
    "plain-sealed-plain": [("text", None, Mode.PLAINTEXT), ("text", None), ("text", None, Mode.PLAINTEXT)],
    "lost-answer": [("text", None, "人工")],
    "slow-answer": [("text", None, "人工"), ("text", None, "在吗")],
    "two-users": [
        ("text", None, "人工"),
        ("text", None, "你好"),
        ("miniprogrampage", None),
        ("image", None),
        ("text", None, "在吗"),
    ],
    "session": [("text", None, "人工"), ("text", None, "在吗"), ("text", None, "还在吗")],
}


@pytest.mark.parametrize("name", SUITE)
def test_a_story_pushes_what_it_is_for(name: str) -> None:
    found: list[tuple[object, ...]] = []
    for turn in walk(standard(name), TEXTS):
        match turn.step:
            case Say() as say:
                own = (say.values.get("Content"), say.content_type, say.mode)
                found.append((say.kind, say.flaw, *(each for each in own if each is not None)))
            case Verify() as verify:
                found.append(("", verify.flaw))
    assert found == PUSHED[name]


def test_the_modes_that_a_story_is_for_are_those_that_can_have_its_flaw() -> None:
    limited = {name: standard(name).modes for name in SUITE if standard(name).modes}
    secure = ("paddings", "other-appid", "truncated-encrypt", "encrypt-not-base64", "plaintext-body")
    assert limited == {**dict.fromkeys(secure, (Mode.SECURE,)), "plain-sealed-plain": SEALED_MODES}
    assert [name for name in SUITE if standard(name).only_mode] == ["plaintext-body"]
    assert [name for name in SUITE if standard(name).mixes_modes] == ["plain-sealed-plain"]
    assert [name for name in SUITE if standard(name).formats == (DataFormat.JSON,)] == ["json-as-text-xml"]


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
