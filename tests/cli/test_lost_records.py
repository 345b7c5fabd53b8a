"""A record that is removed or replaced while it is written: the run ends, and does not look like a good one."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.running import Wxkf
from tests.scripted import Reply, Request, correct, scripted


def after(pushes: int, disturb: Callable[[Path], None]) -> Callable[[Request], Reply]:
    """A correct handler; with that push something happens to the record."""
    left = [pushes]

    def answer(request: Request) -> Reply:
        left[0] -= 1
        if left[0] == 0:
            (record,) = Path(".wxkf/runs").glob("*.ndjson")
            disturb(record)
        return correct(request)

    return answer


def remove(record: Path) -> None:
    record.unlink()


def replace(record: Path) -> None:
    other = Path("other")
    other.write_bytes(b"")
    other.replace(record)


SUITES = [
    ["--data", "xml", "--count", "40", "--record"],
    ["--data", "xml", "--count", "40", "--record", "--concurrency", "4", "--durability", "sync"],
    ["--data", "xml", "--suite", "conformance"],
]


@pytest.mark.parametrize("options", SUITES, ids=["one by one", "many at a time", "conformance"])
@pytest.mark.parametrize(("disturb", "how"), [(remove, "was removed"), (replace, "was replaced by another file")])
def test_nothing_more_is_pushed(
    wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch, options: list[str], disturb: Callable[[Path], None], how: str
) -> None:
    monkeypatch.setattr("wxkf_cli.trial.runfile.LOOK_SECONDS", 0.0)
    with scripted(after(10, disturb)) as handler:
        ran = wxkf("simulate", "--url", handler.url, *options)
        assert len(handler.requests) < 20
    assert ran.code == 4
    message, hint = ran.err.splitlines()[-2:]
    assert message.startswith("wxkf: the record .wxkf/runs/")
    assert message.endswith(f".ndjson {how} while it was written (local.disk)")
    assert "nothing more was pushed" in hint
    assert "report it" not in ran.err


def test_at_the_end_the_run_is_shown_with_the_exit_code_that_it_has(wxkf: Wxkf) -> None:
    with scripted(after(1, remove)) as handler:
        ran = wxkf("simulate", "--url", handler.url, "--only", "text", "--data", "xml", "--format", "json")
    assert (ran.code, json.loads(ran.out)["exit_code"]) == (4, 4)
    assert "was removed while it was written" in ran.err
