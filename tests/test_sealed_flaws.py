"""A handler with one crypto flaw at a time: each has a code of its own and no other, the flawless one has none."""

import pytest

from tests.cli.conftest import wxkf  # noqa: F401 - a fixture
from tests.cli.running import Wxkf, by_severity
from tests.handlers.launch import handler

AES_KEY, APPID = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx2c2769f8efd9abc2"
SECURE, BOTH = ("secure",), ("plaintext", "secure")

# flaw, modes, codes of the errors, codes of the warnings
FLAWS = [
    ("none", SECURE, set(), set()),
    ("not-sealed", SECURE, {"KF501"}, set()),
    ("sealed-success", SECURE, {"KF503"}, set()),
    ("lower-case-names", SECURE, {"KF504"}, set()),
    ("timestamp-misspelt", SECURE, {"KF504"}, set()),
    ("other-format", SECURE, {"KF505"}, set()),
    ("envelope-in-other-format-only", SECURE, {"KF505"}, set()),
    ("signature-over-three", SECURE, {"KF506"}, set()),
    ("signature-other-token", SECURE, {"KF507"}, set()),
    ("other-appid", SECURE, {"KF508"}, set()),
    ("appid-missing", SECURE, {"KF508"}, set()),
    ("length-as-text", SECURE, {"KF509"}, set()),
    ("length-little-endian", SECURE, {"KF511"}, set()),
    # Only a reply that is not all ASCII shows it, and such a reply has a field too many.
    ("length-in-characters", SECURE, {"KF512"}, set()),
    ("length-missing", SECURE, {"KF513"}, set()),
    ("padding-16", SECURE, set(), {"KF514"}),
    ("padding-missing", SECURE, {"KF515"}, set()),
    ("padding-twice", SECURE, {"KF515"}, set()),
    ("other-key", SECURE, {"KF516"}, set()),
    ("key-as-text", SECURE, {"KF516"}, set()),
    ("ecb", SECURE, {"KF516"}, set()),
    ("timestamp-milliseconds", SECURE, set(), {"KF517"}),
    ("encrypt-not-base64", SECURE, {"KF518"}, set()),
    ("encrypt-with-line-breaks", SECURE, {"KF518"}, set()),
    ("encrypt-truncated", SECURE, {"KF519"}, set()),
    ("signature-missing", SECURE, {"KF520"}, set()),
    ("nonce-missing", SECURE, {"KF520"}, set()),
    ("no-signature-check", SECURE, {"KF701"}, set()),
    ("checks-signature-only", SECURE, {"KF701"}, set()),
    ("no-appid-check", SECURE, set(), {"KF703"}),
    ("accepts-plaintext", SECURE, set(), {"KF704"}),
    ("crashes-on-unopenable", SECURE, set(), {"KF705"}),
    ("padding-16-only", SECURE, {"KF001"}, set()),
    # In secure mode alone it takes plaintext as well; its own fault shows between the modes.
    ("seals-after-first", BOTH, {"KF502"}, set()),
]


@pytest.mark.parametrize(("flaw", "modes", "errors", "warnings"), FLAWS, ids=[row[0] for row in FLAWS])
def test_a_flaw_has_its_own_code_and_no_other(
    wxkf: Wxkf,  # noqa: F811 - the fixture
    monkeypatch: pytest.MonkeyPatch,
    flaw: str,
    modes: tuple[str, ...],
    errors: set[str],
    warnings: set[str],
) -> None:
    monkeypatch.setenv("WXKF_AES_KEY", AES_KEY)
    monkeypatch.setenv("WXKF_APPID", APPID)
    with handler("flawed_sealer", flaw, token="test-token-42", aes_key=AES_KEY, appid=APPID) as url:
        shape = wxkf.json("simulate", "--url", url, *(word for mode in modes for word in ("--mode", mode)))
    found = by_severity(shape)
    # A handler that opens some paddings only may refuse the push that asks whether it speaks a format.
    assert found.pop("note") <= ({"KF902"} if flaw == "padding-16-only" else set())
    assert found == {"error": errors, "warning": warnings}
    assert shape["exit_code"] == bool(errors)
