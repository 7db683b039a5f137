"""Which certificates are believed: those of the system's store, or of the file that `SSL_CERT_FILE` names."""

from __future__ import annotations

import os
import ssl

import truststore

from reporter.errors import UsageError

#: what a verified line is set up with
Context = ssl.SSLContext


def trusted() -> Context:
    """Return a context that verifies certificates and host names; raises `UsageError` for an unreadable file."""
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    own = os.environ.get("SSL_CERT_FILE")
    if own:
        try:
            context.load_verify_locations(cafile=own)
        except (OSError, ssl.SSLError) as fault:
            raise UsageError(f"SSL_CERT_FILE names {own}, which holds no certificates that can be read") from fault
    return context
