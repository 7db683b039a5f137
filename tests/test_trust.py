from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from reporter.errors import UsageError
from reporter.trust import trusted


def test_certificates_and_names_are_verified() -> None:
    context = trusted()
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


def test_certificate_file_without_certificates_is_told_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    with pytest.raises(UsageError, match=r"SSL_CERT_FILE names .*none\.pem"):
        trusted()
