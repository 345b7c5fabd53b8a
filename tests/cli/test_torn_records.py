"""`wxkf lint-response` reads what a killed process leaves of a run; any other broken line is an error."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cli.recorded import record
from tests.cli.running import Wxkf


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_torn_end_of_a_run_of_ours_is_left_out_with_a_notice(
    wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch, jobs: str, lang: str
) -> None:
    monkeypatch.setattr("wxkf_cli.trial.jobs._BYTES", 2000)  # so that it is not read in one piece
    wxkf("simulate", "--demo", "correct", "--only", "text")
    path = record()
    whole = wxkf("lint-response", str(path), "--jobs", jobs, "--lang", lang)
    with path.open("ab") as file:
        file.write(b'{"type":"do')
    torn = wxkf("lint-response", str(path), "--jobs", jobs, "--lang", lang)
    assert (whole.code, torn.code) == (0, 0)
    assert torn.err == f'wxkf: the last line of "{path}" is torn: its 11 bytes are left out\n'
    assert torn.out.startswith(whole.out.rstrip("\n"))
    shape = wxkf.json("lint-response", str(path), "--jobs", jobs)
    assert [(each["what"], each["count"]) for each in shape["skipped"]] == [("lines", 1)]
    assert all("torn" not in each["what"] for each in shape["findings"])


@given(st.data())
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_wherever_a_run_of_ours_breaks_off_what_is_whole_is_read(wxkf: Wxkf, data: st.DataObject) -> None:
    if not Path("whole.ndjson").exists():
        wxkf("simulate", "--demo", "correct", "--only", "text")
        record().rename("whole.ndjson")
    whole = Path("whole.ndjson").read_bytes()
    first = whole.index(b"\n") + 1
    at = data.draw(st.integers(first + whole[first:].index(b"\n") + 1, len(whole)))
    Path("cut.ndjson").write_bytes(whole[:at])
    done = whole[:at].rpartition(b"\n")[0].count(b'{"type":"done"')
    # A line that lacks nothing but its end is whole.
    done += whole[:at].rpartition(b"\n")[2].startswith(b'{"type":"done"') and whole[at : at + 1] == b"\n"
    ran = wxkf("lint-response", "cut.ndjson", "--format", "json")
    if done:
        assert len(json.loads(ran.out)["exchanges"]) == done, ran.err
    else:
        assert (ran.code, "nothing was checked" in ran.err) == (2, True)
    assert ("is torn" in ran.err) == (whole[at - 1 : at] != b"\n" and whole[at : at + 1] not in (b"\n", b""))


SMALL = b'{"push":{"body":"<xml/>"},"response":{"status":200,"body":"success"}}\n'


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(SMALL + b'{"push":{"bo', id="somebody else's"),
        pytest.param(b'{"type":"run"}\n{"type":"do\n' + SMALL, id="in the middle"),
        pytest.param(b'{"type":"run"}\n' + SMALL + b'{"type":"do\n', id="at the end, but whole"),
        pytest.param(b'{"type":"ru', id="nothing but the beginning"),
    ],
)
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_any_other_broken_line_is_an_error(wxkf: Wxkf, written: bytes, jobs: str) -> None:
    Path("broken.ndjson").write_bytes(written)
    ran = wxkf("lint-response", "broken.ndjson", "--jobs", jobs)
    assert (ran.code, "is not JSON" in ran.err) == (2, True), ran.err
