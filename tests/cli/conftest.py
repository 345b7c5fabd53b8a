"""What every command's test starts from."""

from pathlib import Path

import pytest

from tests.cli.running import TOKEN, Wxkf


@pytest.fixture
def wxkf(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Wxkf:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WXKF_TOKEN", TOKEN)
    monkeypatch.setenv("LANG", "C.UTF-8")
    for variable in ("LC_ALL", "LC_MESSAGES", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(variable, raising=False)
    return Wxkf(capfd)
