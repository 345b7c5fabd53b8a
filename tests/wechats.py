"""What tests of the public API have in common."""

import os
from pathlib import Path
from typing import Any

import pytest

NOTICE = "该小程序客服暂时无法提供服务，请稍后再试"


@pytest.fixture(autouse=True)
def nothing_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings but those of the test."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "wxkf.toml").touch()
    for name in [each for each in os.environ if each.startswith("WXKF_")]:
        monkeypatch.delenv(name)


def transferring(push: dict[str, Any]) -> dict[str, Any]:
    """Transfers everything, events too."""
    return {
        "ToUserName": push["FromUserName"],
        "FromUserName": push["ToUserName"],
        "CreateTime": push["CreateTime"],
        "MsgType": "transfer_customer_service",
    }
