"""A certificate authority of the tests' own, made when it is first asked for."""

import datetime
import functools
import ipaddress
import ssl
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NOW = datetime.datetime.now(datetime.UTC)
DAY = datetime.timedelta(days=1)


class Identity(NamedTuple):
    """A certificate with its key, both PEM."""

    certificate: bytes
    key: bytes

    def saved(self, path: Path) -> Path:
        """The file that holds both."""
        path.write_bytes(self.certificate + self.key)
        return path


class Authority(NamedTuple):
    """Who signs."""

    name: x509.Name
    key: ec.EllipticCurvePrivateKey
    certificate: bytes

    def issue(self, *hosts: str, expired: bool = False) -> Identity:
        """A certificate for those names and addresses."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = [_general_name(host) for host in hosts]
        built = _builder(self.name, _name("wxkf test server"), key, expired=expired)
        built = built.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return Identity(_pem(built.sign(self.key, hashes.SHA256())), _key_pem(key))


@functools.cache
def authority() -> Authority:
    """The one of this test run."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("wxkf test authority")
    built = _builder(name, name, key).add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    return Authority(name, key, _pem(built.sign(key, hashes.SHA256())))


def served(identity: Identity, folder: Path) -> ssl.SSLContext:
    """The context of a server with that certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(identity.saved(folder / "server.pem"))
    return context


def _builder(
    issuer: x509.Name, subject: x509.Name, key: ec.EllipticCurvePrivateKey, *, expired: bool = False
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .issuer_name(issuer)
        .subject_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - 3 * DAY)
        .not_valid_after(NOW - DAY if expired else NOW + DAY)
    )


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
