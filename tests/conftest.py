"""One option for all golden files, and one Hypothesis profile that is the same on every machine."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# Beside pytest's own cache: a `.hypothesis` that `norecursedirs` does not name is warned of, and warnings are errors.
os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(Path(__file__).parents[1] / ".pytest_cache" / "hypothesis"))

# Derandomized: a failure in CI is the failure on the desk. `--hypothesis-profile thorough` looks further.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.register_profile("thorough", deadline=None, max_examples=20_000)
settings.load_profile("steady")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--regen", action="store_true", help="rewrite the golden files instead of comparing with them")


@pytest.fixture
def regen(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be written rather than read."""
    return bool(request.config.getoption("--regen"))


@pytest.fixture(autouse=True)
def _a_busy_machine_is_no_excuse(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests run beside one another, and what they are about must not depend on how busy the machine is."""
    if request.module.__name__ != "tests.simulate.test_lag":
        monkeypatch.setattr("wxkf_cli.simulate.lag.LAG_LIMIT", float("inf"))
