"""Faults of the line in plain words: what happened, where, and what to do."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

import httpx

from reporter.errors import BadRequestError, RefusedError, UnavailableError, VendorError

_CHECK_ADDRESS = "check the account's base_url and proxy, and that this machine is online"


def told(fault: Exception, url: httpx.URL, seconds: float) -> VendorError:
    """Return the error for a fault of httpx or of the deadline; `seconds` is the deadline of a try."""
    place = f"{url.host}:{url.port or (443 if url.scheme == 'https' else 80)}"
    causes = tuple(_causes(fault))
    if _any(causes, ssl.SSLCertVerificationError):
        return RefusedError(
            f"the certificate of {place} is not trusted, so nothing was sent",
            advice="check base_url, this machine's clock and certificates, or name the right ones in SSL_CERT_FILE",
        )
    if isinstance(fault, httpx.UnsupportedProtocol | httpx.InvalidURL):
        return BadRequestError(f"{url} is no address that can be asked", advice="check the account's base_url")
    return UnavailableError(*_words(fault, causes, place, seconds))


def _words(fault: Exception, causes: tuple[BaseException, ...], place: str, seconds: float) -> tuple[str]:
    table: tuple[tuple[bool, str], ...] = (
        (_any(causes, socket.gaierror), f"the name {place.rsplit(':', 1)[0]} is unknown: {_CHECK_ADDRESS}"),
        (_any(causes, ConnectionRefusedError), f"nobody listens at {place}: is the address right?"),
        (isinstance(fault, httpx.ProxyError), f"the proxy did not let the call through to {place}"),
        (isinstance(fault, httpx.ConnectTimeout), f"{place} did not take the call in time"),
        (isinstance(fault, TimeoutError), f"{place} did not finish its answer within {seconds:g} s"),
        (isinstance(fault, httpx.TimeoutException), f"{place} fell silent"),
        (isinstance(fault, httpx.ConnectError), f"{place} cannot be reached: {_CHECK_ADDRESS}"),
        # httpx reads where a redirect leads also where it is not followed, and idna refuses what is no name
        (isinstance(fault, UnicodeError), f"{place} redirects to what is no address"),
        (isinstance(fault, httpx.RemoteProtocolError), f"{place} broke off, or answered what is no HTTP"),
    )
    return (next((words for fits, words in table if fits), f"the connection to {place} broke"),)


def _any(causes: tuple[BaseException, ...], kind: type[BaseException]) -> bool:
    return any(isinstance(cause, kind) for cause in causes)


def _causes(fault: BaseException) -> Iterator[BaseException]:
    """Yield a fault and all that led to it, members of groups included."""
    seen, waiting = set[int](), [fault]
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += [cause for cause in (one.__cause__, one.__context__) if cause is not None]
        waiting += one.exceptions if isinstance(one, BaseExceptionGroup) else ()
