"""A reader that has seen enough closes the pipe: the run ends, quietly, and its record says how."""

import subprocess

import pytest

from tests.cli.recorded import lines, record
from tests.cli.running import Wxkf
from tests.cli.test_resume import Slow, start
from tests.scripted import scripted


@pytest.mark.parametrize("more", [[], ["--suite", "conformance"], ["--format", "ndjson"]], ids=" ".join)
def test_the_record_of_a_run_whose_reader_went_away_has_the_exit_code_of_the_process(
    wxkf: Wxkf, more: list[str]
) -> None:
    answer = Slow()
    with (
        scripted(answer) as handler,
        start("simulate", "--url", handler.url, *more, stdout=subprocess.PIPE) as running,
    ):
        assert running.stdout is not None
        assert running.stdout.readline()
        assert answer.asked.wait(60)
        running.stdout.close()
        answer.go_on.set()
        assert running.stderr is not None
        assert running.stderr.read() == b""
        assert running.wait(60) == 141
    assert lines(record())[-1]["type"] == "summary"
    assert lines(record())[-1]["exit_code"] == 141
    assert "exit 141" in wxkf("runs", "list").out
    shown = wxkf("runs", "show")
    assert shown.code == 141
    assert shown.err == (
        f"wxkf: the run ended before its time: its output was closed; wxkf simulate --resume {record().stem} goes on\n"
    )
