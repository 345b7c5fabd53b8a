"""What is trusted where the system has a store of its own."""

import ssl
import sys
from typing import Any

import pytest

from tests.simulate.certificates import authority
from wxkf_cli.simulate.trust import tls_context

CERTIFICATE = ssl.PEM_cert_to_DER_cert(authority().certificate.decode())
SERVERS, MAIL = "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.4"


def trusted(monkeypatch: pytest.MonkeyPatch, *held: tuple[bytes, str, Any]) -> list[Any]:
    """The certificates that a context trusts on a Windows whose store holds those."""
    stores = {"ROOT": list(held), "CA": []}
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(ssl, "enum_certificates", stores.__getitem__, raising=False)
    return [each["subject"][0][0][1] for each in tls_context().get_ca_certs()]


@pytest.mark.parametrize("trust", [True, {SERVERS}])
def test_the_store_of_windows_is_trusted_whatever_files_there_are(monkeypatch: pytest.MonkeyPatch, trust: Any) -> None:
    assert "wxkf test authority" in trusted(monkeypatch, (CERTIFICATE, "x509_asn", trust))


def test_a_store_that_may_not_be_read_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: str) -> None:
        raise PermissionError

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(ssl, "enum_certificates", refuse, raising=False)
    assert tls_context().verify_mode is ssl.CERT_REQUIRED


@pytest.mark.parametrize(
    "held",
    [(CERTIFICATE, "x509_asn", {MAIL}), (CERTIFICATE, "pkcs_7_asn", True), (b"broken", "x509_asn", True)],
    ids=["for mail", "in another form", "broken"],
)
def test_what_is_not_for_servers_is_passed_over(monkeypatch: pytest.MonkeyPatch, held: tuple[bytes, str, Any]) -> None:
    assert "wxkf test authority" not in trusted(monkeypatch, held)


def test_the_environment_adds_nothing_on_windows_either(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    path.write_bytes(authority().certificate)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    assert "wxkf test authority" not in trusted(monkeypatch)
