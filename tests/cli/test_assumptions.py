"""How WeChat delivers and ends sessions can be set; what a story says goes before it."""

import json
from pathlib import Path

import pytest

from tests.cli.running import Wxkf
from wxkf_cli.cli.assumptions import policy_of
from wxkf_cli.errors import UsageError
from wxkf_cli.settings import KEYS, Setting, Settings
from wxkf_cli.simulate.story import Story
from wxkf_cli.vocab.policy import DEFAULT_POLICY, Policy

#: Each assumption with a value that is not its own.
OTHERS: dict[str, object] = {
    "deliveries": 1,
    "delivery_spacing": 0.0,
    "redeliver_abnormal": True,
    "is_signed_anew": False,
    "session_seconds": 60.0,
    "session_counts_from_message": True,
}


def settings(**values: object) -> Settings:
    return Settings({name: Setting(value, "wxkf.toml") for name, value in values.items()})


def test_nothing_set_is_what_is_assumed() -> None:
    assert policy_of(None, settings()) == DEFAULT_POLICY


@pytest.mark.parametrize("name", OTHERS)
def test_each_assumption_is_a_setting(name: str) -> None:
    assert name in KEYS
    assert policy_of(None, settings(**{name: OTHERS[name]})) == DEFAULT_POLICY._replace(**{name: OTHERS[name]})


def test_every_assumption_is_a_setting_but_the_quotas() -> None:
    assert set(Policy._fields) == {*OTHERS, "accepted_statuses", "deadline", "quota_message", "quota_entry"}


@pytest.mark.parametrize("name", OTHERS)
def test_a_story_goes_before_the_settings(name: str) -> None:
    base = policy_of(None, settings(**OTHERS))
    its_own = getattr(DEFAULT_POLICY, name)
    assert Story("a story", (), settings={name: its_own}).policy(base) == base._replace(**{name: its_own})


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("deliveries", 0, "1 to 100"),
        ("deliveries", 101, "1 to 100"),
        ("delivery_spacing", -1.0, "0 or more"),
        ("delivery_spacing", float("nan"), "0 or more"),
        ("session_seconds", 0.0, "above 0"),
        ("session_seconds", float("inf"), "above 0"),
    ],
)
def test_a_number_that_cannot_be_is_quoted_and_put_right(name: str, value: float, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        policy_of(None, settings(**{name: value}))
    assert str(caught.value) == f"{name} in wxkf.toml is {value}"
    assert said in caught.value.hint


def test_the_option_goes_before_the_setting() -> None:
    assert policy_of(2.0, settings(deadline=3.0)).deadline == 2.0
    assert policy_of(None, settings(deadline=3.0)).deadline == 3.0


STORY = """
name = "a slow answer"
{settings}
[[step]]
send = "人工"
fault = {{ kind = "delay", seconds = 9, times = 9 }}
expect = {{ deliveries = {deliveries} }}
"""


@pytest.mark.parametrize(
    ("environment", "own", "deliveries"),
    [({}, "", 3), ({"WXKF_DELIVERIES": "2"}, "", 2), ({"WXKF_DELIVERIES": "2"}, "settings = { deliveries = 4 }", 4)],
)
def test_a_run_delivers_as_often_as_is_set(
    wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], own: str, deliveries: int
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    story = Path("slow.story.toml")
    story.write_text(STORY.format(settings=own, deliveries=deliveries), "utf-8")
    ran = wxkf(
        "simulate", "--demo", "correct", "--story", str(story), "--data", "json", "--no-record", "--format", "json"
    )
    assert json.loads(ran.out)["exit_code"] == 0, ran.out[-2000:]
