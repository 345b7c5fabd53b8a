"""Right and wrong are told apart on handlers that this project did not write: wechatpy on Flask, co-wechat on Koa."""

import pytest

from tests.cli.conftest import wxkf  # noqa: F401 - a fixture
from tests.cli.running import Wxkf, codes
from tests.handlers.launch import handler

# program, variant, exit code, codes of the errors, codes of the warnings
HANDLERS = [
    ("flask_wechatpy", "correct", 0, set(), set()),
    ("flask_wechatpy", "forwarding", 1, {"KF401", "KF402"}, {"KF405"}),
    # wechatpy calls an event that it does not know `unknown`, so `type == "event"` lets it through.
    ("flask_wechatpy", "trap", 1, {"KF401", "KF402"}, {"KF405"}),
    ("flask_wechatpy", "crash", 1, {"KF001"}, set()),
    ("koa_co_wechat", "correct", 0, set(), {"KF303"}),
    ("koa_co_wechat", "forwarding", 1, {"KF401", "KF402"}, {"KF303", "KF405"}),
]


@pytest.mark.parametrize(
    ("program", "variant", "code", "errors", "warnings"), HANDLERS, ids=[f"{row[0]} {row[1]}" for row in HANDLERS]
)
def test_a_handler_on_a_real_sdk_is_judged_right(
    wxkf: Wxkf,  # noqa: F811 - the fixture
    program: str,
    variant: str,
    code: int,
    errors: set[str],
    warnings: set[str],
) -> None:
    with handler(program, variant, token="test-token-42") as url:
        shape = wxkf.json("simulate", "--url", url)
    by_severity = {
        level: {f["code"] for f in shape["findings"] if f["severity"] == level} for level in ("error", "warning")
    }
    assert by_severity == {"error": errors, "warning": warnings}
    assert shape["exit_code"] == code
    # Both read XML only, which is a note and no fault.
    assert [finding["name"] for finding in shape["findings"] if finding["severity"] == "note"] == ["one-data-format"]
    assert "KF902" in codes(shape)
