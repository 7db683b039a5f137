"""Bad certificates, and lines that are not secured: refused, with no byte of a credential on the wire."""

from __future__ import annotations

import ssl
import warnings
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from reporter.mail.server import Server
from reporter.mail.session import SessionError, open_session
from reporter.mail.wire import Deadlines
from reporter.trust import trusted
from tests.mail.servers import Scripted, scripted

QUICK = Deadlines(connect=2, greeting=2, command=2, body=2, dot=2, goodbye=0.5)
NOW = datetime.now(UTC)
DAY = timedelta(days=1)
USER, PASSWORD = "canary-user", "canary-password"
CANARIES = (b"canary", b"Y2FuYXJ5", b"AUTH")


class Authority:
    """A certificate authority of the tests."""

    def __init__(self, name: str) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.certificate = self._signed(self.name, self.key, x509.BasicConstraints(ca=True, path_length=0))

    def issue(
        self,
        folder: Path,
        *,
        host: str = "127.0.0.1",
        since: datetime = NOW - DAY,
        until: datetime = NOW + DAY,
        usage: x509.ObjectIdentifier = ExtendedKeyUsageOID.SERVER_AUTH,
    ) -> ssl.SSLContext:
        """Return a server's context with a certificate for `host`."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        names = x509.SubjectAlternativeName([_name(host)])
        certificate = self._signed(subject, key, names, x509.ExtendedKeyUsage([usage]), since=since, until=until)
        (folder / "key.pem").write_bytes(_pem(key))
        (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
        return context

    def _signed(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        *extensions: x509.ExtensionType,
        since: datetime = NOW - 2 * DAY,
        until: datetime = NOW + 2 * DAY,
    ) -> x509.Certificate:
        builder = x509.CertificateBuilder(
            self.name, subject, key.public_key(), x509.random_serial_number(), since, until
        )
        for extension in extensions:
            builder = builder.add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
        return builder.sign(self.key, hashes.SHA256())


def _name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@pytest.fixture(scope="session")
def authority() -> Authority:
    return Authority("an authority that is trusted")


@pytest.fixture(autouse=True)
def trusting(authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust the authority, through SSL_CERT_FILE."""
    path = tmp_path / "authority.pem"
    path.write_bytes(authority.certificate.public_bytes(serialization.Encoding.PEM))
    monkeypatch.setenv("SSL_CERT_FILE", str(path))


def old_tls(context: ssl.SSLContext) -> ssl.SSLContext:
    """Return a context that speaks nothing newer than TLS 1.1."""
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.options &= ~ssl.OP_NO_TLSv1_1
    with warnings.catch_warnings(action="ignore"):
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context


BAD: dict[str, Callable[[Authority, Path], ssl.SSLContext]] = {
    "another authority": lambda _, folder: Authority("nobody knows it").issue(folder),
    "another host": lambda authority, folder: authority.issue(folder, host="mail.other.example"),
    "another address": lambda authority, folder: authority.issue(folder, host="127.0.0.2"),
    "expired": lambda authority, folder: authority.issue(folder, since=NOW - 2 * DAY, until=NOW - DAY),
    "not valid yet": lambda authority, folder: authority.issue(folder, since=NOW + DAY, until=NOW + 2 * DAY),
    "made for clients": lambda authority, folder: authority.issue(folder, usage=ExtendedKeyUsageOID.CLIENT_AUTH),
    "old protocol": lambda authority, folder: old_tls(authority.issue(folder)),
}


def opened(server: Scripted, security: Any) -> None:
    """Sign in at a server, send a mail, and say goodbye."""
    session = open_session(Server(security, "127.0.0.1", server.port, USER, PASSWORD), trusted, QUICK)
    session.send("reports@agency.example", ["ops@acme.example"], b"Subject: canary\r\n\r\n", lambda _: None)
    session.close()


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_good_certificate_is_taken_and_nothing_of_a_credential_is_in_the_clear(
    security: str, authority: Authority, tmp_path: Path
) -> None:
    with scripted(features=("AUTH PLAIN",), **{security: authority.issue(tmp_path)}) as server:
        opened(server, security)
    assert [line.split(" ")[0] for line in server.heard if line.split(" ")[0] in {"AUTH", "DATA"}] == ["AUTH", "DATA"]
    assert not [one for one in CANARIES if one in server.raw]


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("bad", BAD)
def test_bad_certificate_is_refused_before_a_credential_is_sent(
    security: str, bad: str, authority: Authority, tmp_path: Path
) -> None:
    context = BAD[bad](authority, tmp_path)
    with (
        scripted(features=("AUTH PLAIN",), **{security: context}) as server,
        pytest.raises(SessionError, match=r"certificate is refused|TLS cannot be set up"),
    ):
        opened(server, security)
    assert not [line for line in server.heard if not line.startswith(("EHLO", "STARTTLS"))]
    assert not [one for one in CANARIES if one in server.raw]


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ({}, "offers no STARTTLS"),
        ({"starttls": True, "replies": {"STARTTLS": "454 not now"}}, "refuses STARTTLS"),
        ({"starttls": True, "replies": {"STARTTLS": "220 go on\r\n250-evil\r\n250 AUTH PLAIN"}}, "in the clear after"),
    ],
    ids=["stripped", "refused", "injected"],
)
def test_line_that_is_not_secured_gets_no_credential_and_no_mail(
    script: dict[str, Any], why: str, authority: Authority, tmp_path: Path
) -> None:
    script = script | ({"starttls": authority.issue(tmp_path)} if "starttls" in script else {})
    with scripted(features=("AUTH PLAIN",), **script) as server, pytest.raises(SessionError, match=why):
        opened(server, "starttls")
    assert not [line for line in server.heard if not line.startswith(("EHLO", "STARTTLS"))]
    assert not [one for one in CANARIES if one in server.raw]


def test_plain_smtp_never_leads_to_another_machine() -> None:
    """The line's other end counts, not what its name says."""
    with scripted() as server:
        session = open_session(Server("none", "127.0.0.1", server.port), trusted, QUICK)
        assert session.wire.is_local
        session.close()
