"""What a TLS connection trusts: the system's roots, and what was named; never what the environment slips in."""

import ssl
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from wxkf_cli.errors import UsageError


def tls_context(*, ca: str | None = None, certificate: str | None = None, insecure: bool = False) -> ssl.SSLContext:
    """TLS 1.2 or later with verification on.

    Unlike `ssl.create_default_context` it reads neither SSL_CERT_FILE nor SSLKEYLOGFILE.

    Args:
        ca: A PEM file of certificates that are trusted beside the system's roots.
        certificate: A PEM file with a client certificate and its key.
        insecure: Verify nothing.

    Raises:
        UsageError: A file cannot be used.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    else:
        _load_roots(context)
    try:
        if ca is not None:
            option, what, path = "--ca", "certificates", ca
            context.load_verify_locations(ca)
        if certificate is not None:
            option, what, path = "--cert", "a certificate and its key", certificate
            context.load_cert_chain(certificate)
    except (OSError, ValueError) as error:
        message = f"{option} {path} is not a PEM file of {what}"
        raise UsageError(message) from error
    return context


def _load_roots(context: ssl.SSLContext) -> None:
    paths = ssl.get_default_verify_paths()
    file, folder = Path(paths.openssl_cafile), Path(paths.openssl_capath)
    if file.is_file():
        context.load_verify_locations(cafile=file)
    if folder.is_dir():
        context.load_verify_locations(capath=folder)
    if sys.platform == "win32":
        for store in ("CA", "ROOT"):
            with suppress(PermissionError):
                _trust(context, ssl.enum_certificates(store))
    elif not file.is_file() and not folder.is_dir():
        # Such a system has no roots but those that the environment names.
        context.load_default_certs()


def _trust(context: ssl.SSLContext, stored: Iterable[tuple[bytes, str, set[str] | bool]]) -> None:
    """Trust what Windows holds for servers; each comes with its encoding and what it is good for, True for all."""
    for certificate, encoding, uses in stored:
        is_for_servers = uses is True or (isinstance(uses, set) and ssl.Purpose.SERVER_AUTH.oid in uses)
        if encoding == "x509_asn" and is_for_servers:
            with suppress(ssl.SSLError):  # one that is broken
                context.load_verify_locations(cadata=certificate)
