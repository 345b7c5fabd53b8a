"""Right and wrong are told apart on handlers on SDKs that this project did not write: wechatpy, co-wechat."""

import pytest

from tests.cli.conftest import wxkf  # noqa: F401 - a fixture
from tests.cli.running import Wxkf, by_severity
from tests.handlers.launch import handler

AES_KEY, APPID = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx2c2769f8efd9abc2"

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
    # Both read XML only, which is a note and no fault.
    assert by_severity(shape) == {"error": errors, "warning": warnings, "note": {"KF902"}}
    assert shape["exit_code"] == code
    assert [finding["name"] for finding in shape["findings"] if finding["severity"] == "note"] == ["one-data-format"]


SEALED = ["secure", "compatible"]
#: All that co-wechat writes a time into.
MILLISECONDS = {"KF303", "KF517"}
#: An unexpected exception, hence 500, for what does not open: a warning, not more.
CRASHES = {"KF705"}

# program, variant, mode, exit code, codes of the errors, codes of the warnings
SEALED_HANDLERS = [
    ("flask_wechatpy", "correct", "secure", 0, set(), {*CRASHES, "KF704"}),
    ("flask_wechatpy", "correct", "compatible", 0, set(), set()),
    ("flask_wechatpy", "forwarding", "secure", 1, {"KF401", "KF402"}, {*CRASHES, "KF405", "KF704"}),
    ("flask_wechatpy", "forwarding", "compatible", 1, {"KF401", "KF402"}, {"KF405"}),
    ("flask_wechatpy_json", "correct", "secure", 0, set(), CRASHES),
    ("flask_wechatpy_json", "correct", "compatible", 0, set(), set()),
    ("flask_wechatpy_json", "forwarding", "secure", 1, {"KF401", "KF402"}, {*CRASHES, "KF405"}),
    ("flask_wechatpy_json", "forwarding", "compatible", 1, {"KF401", "KF402"}, {"KF405"}),
    ("koa_co_wechat", "correct", "secure", 0, set(), {*MILLISECONDS, *CRASHES, "KF703", "KF704"}),
    ("koa_co_wechat", "correct", "compatible", 0, set(), MILLISECONDS),
    ("koa_co_wechat", "forwarding", "secure", 1, {"KF401", "KF402"},
     {*MILLISECONDS, *CRASHES, "KF405", "KF703", "KF704"}),
    ("koa_co_wechat", "forwarding", "compatible", 1, {"KF401", "KF402"}, {*MILLISECONDS, "KF405"}),
    # What co-wechat does with a returned 'success', and with nothing returned: a passive reply, sealed.
    ("koa_co_wechat", "returns-success", "compatible", 1, {"KF404"}, MILLISECONDS),
    ("koa_co_wechat", "returns-nothing", "compatible", 1, {"KF404"}, MILLISECONDS),
]  # fmt: skip


@pytest.mark.parametrize(
    ("program", "variant", "mode", "code", "errors", "warnings"),
    SEALED_HANDLERS,
    ids=[" ".join(row[:3]) for row in SEALED_HANDLERS],
)
def test_a_sealed_handler_on_a_real_sdk_is_judged_right(
    wxkf: Wxkf,  # noqa: F811 - the fixture
    monkeypatch: pytest.MonkeyPatch,
    program: str,
    variant: str,
    mode: str,
    code: int,
    errors: set[str],
    warnings: set[str],
) -> None:
    monkeypatch.setenv("WXKF_AES_KEY", AES_KEY)
    monkeypatch.setenv("WXKF_APPID", APPID)
    with handler(program, variant, token="test-token-42", aes_key=AES_KEY, appid=APPID) as url:
        shape = wxkf.json("simulate", "--url", url, "--mode", mode)
    assert by_severity(shape) == {"error": errors, "warning": warnings, "note": {"KF902"}}
    assert shape["exit_code"] == code
