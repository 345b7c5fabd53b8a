"""A handler with one flaw at a time: exactly its own checks of the conformance suite fail; the good one fails none."""

import json

import pytest

from tests.cli.conftest import wxkf  # noqa: F401 - a fixture
from tests.cli.running import Wxkf
from tests.handlers.handler_flaws import FLAWS as HANDLER_FLAWS
from tests.handlers.launch import handler
from wxkf_cli.simulate.conformance.table import CHECKS

AES_KEY, APPID = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx2c2769f8efd9abc2"
TOKEN = "test-token-42"
SIGNED_ONLY = {f"C{number:02}" for number in range(1, 11)}

FLAWS: dict[str, set[str]] = {
    "no-signature-check": SIGNED_ONLY,
    "compares-a-prefix": {"C01", "C03", "C05", "C06"},
    # What has signature[] has no signature.
    "takes-missing-parameters": {"C02", "C06"},
    "fails-on-missing-parameters": {"C02"},
    "verification-unchecked": {"C03"},
    "known-tokens": {"C04"},
    "no-token": {"C04"},
    "trusts-forwarded-for": {"C05"},
    "strips-signature": {"C06"},
    "fails-on-two-signatures": {"C06"},
    "no-time-check": {"C07", "C08"},
    "takes-the-future": {"C08"},
    "takes-empty-timestamp": {"C09"},
    "forgets-signatures": {"C10"},
    "acknowledges-forgeries": SIGNED_ONLY,
    "acknowledges-the-second-time": {"C11", "C13"},
    "fails-on-event-again": {"C12"},
    "rounds-message-ids": {"C14"},
    "answers-first-user": {"C39"},
    # One of those that C17 asks with is a general entity in UTF-16.
    "resolves-entities": {"C15", "C16", "C17"},
    "loads-dtd": {"C17"},
    "parses-before-check": {"C15", "C17"},
    "follows-xinclude": {"C18"},
    "hangs-on-entities": {"C19"},
    "fails-on-unknown-msgtype": {"C20"},
    "fails-on-unknown-event": {"C21"},
    "needs-optional-fields": {"C21"},
    "transfers-everything": {"C20", "C21", "C22"},
    "transfers-entering": {"C22"},
    "hangs-on-long-text": {"C23"},
    "three-byte-utf8": {"C24"},
    "fails-on-markup": {"C25"},
    "fails-on-quotes": {"C26"},
    "computes-templates": {"C26"},
    "looks-up-jndi": {"C26"},
    "copies-into-header": {"C26"},
    "fetches-pictures": {"C27"},
    "changes-echostr": {"C33"},
    "echoes-html": {"C34"},
    # The NUL of C26 is malformed XML.
    "fails-on-malformed": {"C26", "C35"},
    "shows-traceback": {"C35"},
    "takes-put": {"C36"},
    "hangs-on-parameters": {"C37"},
    "redirects": {"C41"},
    "names-version": {"C42"},
    "names-framework": {"C42"},
}
#: Warnings, whatever the check weighs: a forgery that is acknowledged, and the malformed XML of C26.
MILD = {"acknowledges-forgeries", "fails-on-malformed"}
#: Where a check waits for an answer that never comes.
HANGING = {name for name in FLAWS if name.startswith("hangs-")}

# flaw of the sealer, checks that fail
SEALER_FLAWS = {
    "none": set(),
    "checks-signature-only": {"C28"},
    "no-signature-check": {"C28"},
    "accepts-plaintext": {"C29"},
    "no-appid-check": {"C30"},
    "padding-16-only": {"C31"},
    "crashes-on-unopenable": {"C32"},
}


def found_in(shape: dict[str, object]) -> set[str]:
    findings = shape["findings"]
    assert isinstance(findings, list)
    return {finding["check"] for finding in findings if finding["code"] != "KF902"}


def test_every_flaw_of_the_handler_has_its_row() -> None:
    assert FLAWS.keys() == HANDLER_FLAWS.keys() - {"none"}


def test_every_check_that_is_made_has_a_flaw_that_fails_it() -> None:
    failing = set().union(*FLAWS.values(), *SEALER_FLAWS.values())
    assert failing == {check.id for check in CHECKS.values() if check.ask is not None}


def test_the_good_handler_fails_none(wxkf: Wxkf) -> None:  # noqa: F811 - the fixture
    with handler("flawed_handler", "none", token=TOKEN) as url:
        shape = wxkf.json("simulate", "--url", url, "--suite", "conformance")
    assert shape["findings"] == []
    assert shape["exit_code"] == 0
    assert shape["summary"]["grade"] == {"passed": True, "open": {"C": 0, "H": 0, "M": 0, "L": 0}, "checks": 35}


@pytest.mark.parametrize(("flaw", "checks"), FLAWS.items(), ids=FLAWS)
def test_a_flaw_fails_its_own_checks_and_no_other(
    wxkf: Wxkf,  # noqa: F811 - the fixture
    flaw: str,
    checks: set[str],
) -> None:
    data = "json" if checks == {"C14"} else "xml"
    deadline = ["--deadline", "2"] if flaw in HANGING else []
    with handler("flawed_handler", flaw, token=TOKEN) as url:
        # Not checked against the schema each time: that takes as long as the run.
        ran = wxkf(
            *("simulate", "--url", url, "--suite", "conformance", "--data", data, *deadline),
            *("--format", "json", "--no-record"),
        )
    shape = json.loads(ran.out)
    assert found_in(shape) == checks
    is_open = any(CHECKS[each].letter in "CH" for each in checks)
    worst = {finding["severity"] for finding in shape["findings"]}
    assert ("error" in worst) == (is_open and flaw not in MILD)
    assert shape["summary"]["grade"]["passed"] == ("error" not in worst)
    assert shape["exit_code"] == ("error" in worst)


@pytest.mark.parametrize(("flaw", "checks"), SEALER_FLAWS.items(), ids=SEALER_FLAWS)
def test_a_flaw_of_sealing_fails_its_own_check_and_no_other(
    wxkf: Wxkf,  # noqa: F811 - the fixture
    monkeypatch: pytest.MonkeyPatch,
    flaw: str,
    checks: set[str],
) -> None:
    monkeypatch.setenv("WXKF_AES_KEY", AES_KEY)
    monkeypatch.setenv("WXKF_APPID", APPID)
    sealed = [word for number in range(28, 33) for word in ("--only", f"C{number}")]
    with handler("flawed_sealer", flaw, token=TOKEN, aes_key=AES_KEY, appid=APPID) as url:
        shape = wxkf.json("simulate", "--url", url, "--suite", "conformance", *sealed)
    assert found_in(shape) == checks


def test_a_right_handler_that_does_no_more_than_wechat_asks_passes_in_secure_mode(
    wxkf: Wxkf,  # noqa: F811 - the fixture
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("WXKF_AES_KEY", AES_KEY)
    monkeypatch.setenv("WXKF_APPID", APPID)
    with handler("flawed_sealer", "none", token=TOKEN, aes_key=AES_KEY, appid=APPID) as url:
        shape = wxkf.json("simulate", "--url", url, "--suite", "conformance")
    # It looks at no clock, and Python's own server names itself.
    assert found_in(shape) == {"C07", "C08", "C09", "C42"}
    assert shape["summary"]["grade"]["passed"]
