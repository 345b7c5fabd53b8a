"""`--container`: what cannot be played to one is neither listed nor refused for a wrong reason."""

from pathlib import Path

import pytest

from tests.cli.running import Wxkf

HIDDEN = ("url-verification", "bad-signature", "paddings")


def test_what_a_container_is_never_asked_is_not_listed(wxkf: Wxkf) -> None:
    everything = [line.split()[0] for line in wxkf("simulate", "--list").out.splitlines()]
    listed = [line.split()[0] for line in wxkf("simulate", "--container", "--list").out.splitlines()]
    assert set(HIDDEN) <= set(everything)
    assert listed[0] == "container-path"
    assert listed[1:] == [each for each in everything if each in listed]
    assert set(HIDDEN).isdisjoint(listed)
    assert {"text", "session"} <= set(listed)


@pytest.mark.parametrize(
    ("case", "why"),
    [
        ("url-verification", "there is no URL to verify here"),
        ("bad-signature", "no signature comes with the push here"),
        ("paddings", "nothing is sealed here"),
    ],
)
@pytest.mark.parametrize(
    "place", [("--container", "--url", "http://127.0.0.1:1/"), ("--app", "tests.apps.plain:handle")]
)
def test_what_cannot_be_played_here_says_why(wxkf: Wxkf, place: tuple[str, ...], case: str, why: str) -> None:
    ran = wxkf("simulate", *place, "--only", case, "--no-record")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"wxkf: there is nothing to play of {case} (KF901 nothing-checked): {why}\n")
    assert "--url or --exec" in ran.err
    both = wxkf("simulate", *place, "--only", case, "--only", "url-verification", "--no-record")
    assert why in both.err
    assert "there is no URL to verify here" in both.err


def test_a_story_for_another_mode_is_told_by_its_mode(wxkf: Wxkf) -> None:
    Path("a.story.toml").write_text('modes = ["plaintext"]\ndata = "xml"\n[[step]]\nsend = "x"\n', "utf-8")
    ran = wxkf("simulate", "--app", "tests.apps.plain:handle", "--story", "a.story.toml", "--data", "json")
    assert (ran.code, ran.out) == (2, "")
    assert "in plaintext mode there is nothing to play of a (KF901" in ran.err
