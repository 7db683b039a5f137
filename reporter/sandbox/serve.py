"""The sandbox on a loopback port: the only place in it with a socket."""

from __future__ import annotations

import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self, cast

import httpx

from reporter.sandbox.faults_base import bare
from reporter.sandbox.faults_wire import WIRE_KEY
from reporter.sandbox.sandbox import Sandbox

_HOST = "127.0.0.1"
#: SO_LINGER on, for no time: closing resets (the numbers are short ones on Windows)
_AT_ONCE = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
#: a drip is a byte in so many seconds, for at most so many bytes
_DRIP_SECONDS, _DRIP_BYTES = 0.25, 1200


class Server:
    """Serve a sandbox on 127.0.0.1 for the length of a `with`; `port` 0 takes any that is free.

    The port is taken when the server is made (`OSError` where it cannot be had). One request is answered at
    a time. Nothing is printed.
    """

    def __init__(self, sandbox: Sandbox, port: int = 0) -> None:
        """Take the port."""
        self._listener = _Listener((_HOST, port), sandbox)
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.05,), name="sandbox")
        self.url = f"http://{_HOST}:{self._listener.server_address[1]}"

    def __enter__(self) -> Self:
        """Begin to answer."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop, and close every connection."""
        self._listener.shutdown()
        self._thread.join()
        self._listener.hang_up()
        self._listener.server_close()

    @property
    def is_idle(self) -> bool:
        """Whether every connection that was let in has been closed: all that came on them has been answered."""
        return self._listener.is_idle


class _Listener(ThreadingHTTPServer):
    """A thread a connection; they are told to end, and waited for."""

    daemon_threads = False
    # Windows lets two servers share a port with this option, POSIX only reuses one that is closing
    allow_reuse_address = sys.platform != "win32"

    def __init__(self, address: tuple[str, int], sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.lock = threading.Lock()
        self._open: set[socket.socket] = set()
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as the library types it
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401 - as the library types it
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as the library types it
        """Stay silent when a client hangs up; anything else is a fault of ours and is shown."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    @property
    def is_idle(self) -> bool:
        return not self._open

    def hang_up(self) -> None:
        for connection in tuple(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:  # the client was faster
                continue


class _Handler(BaseHTTPRequestHandler):
    """One connection, kept alive; small replies go out at once."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Listener

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        url = f"http://{self.headers.get('Host') or _HOST}{self.path}"
        request = httpx.Request(self.command, url, headers=list(self.headers.items()), content=body)
        with self.server.lock:
            response = self.server.sandbox.answer(request)
        wire = response.extensions.get(WIRE_KEY)
        if wire:
            self.close_connection = True
            _SPOILT[wire](self, response)
            return
        self._head(response)
        for piece in cast("Iterable[bytes]", response.stream):
            self.wfile.write(piece)

    def _head(self, response: httpx.Response, **instead: str | None) -> None:
        """Send status and headers; `instead` replaces some, or (None) leaves them out."""
        headers = {**dict(response.headers), **{name.replace("_", "-"): value for name, value in instead.items()}}
        self.send_response_only(response.status_code)
        for name, value in headers.items():
            if value is not None:
                self.send_header(name, value)
        self.end_headers()

    do_GET = do_POST = _answer  # noqa: N815 - the names that the library calls

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the library names it
        """Print nothing."""


def _hang_up(handler: _Handler, _response: httpx.Response) -> None:
    handler.wfile.flush()


def _reset(handler: _Handler, _response: httpx.Response) -> None:
    """Close so that the other side sees a reset: https://man7.org/linux/man-pages/man7/socket.7.html, SO_LINGER."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
    handler.connection.close()


def _no_http(handler: _Handler, _response: httpx.Response) -> None:
    handler.wfile.write(b"220 smtp.example.com ESMTP\r\n")


def _half(response: httpx.Response) -> bytes:
    data = bare(response)
    return data[: len(data) // 2]


def _short_length(handler: _Handler, response: httpx.Response) -> None:
    handler._head(response)  # noqa: SLF001 - the handler's own, in its own file
    handler.wfile.write(_half(response))


def _reset_mid_body(handler: _Handler, response: httpx.Response) -> None:
    _short_length(handler, response)
    handler.wfile.flush()
    time.sleep(_DRIP_SECONDS)  # else the reset overtakes what was sent
    _reset(handler, response)


def _cut_chunked(handler: _Handler, response: httpx.Response) -> None:
    handler._head(response, content_length=None, transfer_encoding="chunked")  # noqa: SLF001 - likewise
    data = _half(response)
    handler.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))


def _cut_without_length(handler: _Handler, response: httpx.Response) -> None:
    handler._head(response, content_length=None, connection="close")  # noqa: SLF001 - likewise
    handler.wfile.write(_half(response))


def _drip(handler: _Handler, data: bytes) -> None:
    for place in range(min(len(data), _DRIP_BYTES)):
        handler.wfile.write(data[place : place + 1])
        handler.wfile.flush()
        time.sleep(_DRIP_SECONDS)


def _drip_headers(handler: _Handler, _response: httpx.Response) -> None:
    _drip(handler, b"HTTP/1.1 200 OK\r\nX-Slow: " + b"s" * _DRIP_BYTES)


def _drip_body(handler: _Handler, response: httpx.Response) -> None:
    handler._head(response)  # noqa: SLF001 - likewise
    handler.wfile.flush()
    _drip(handler, bare(response))


#: what the line does to a reply that says so
_SPOILT: dict[str, Callable[[_Handler, httpx.Response], None]] = {
    "hang-up": _hang_up,
    "reset-before-headers": _reset,
    "no-http": _no_http,
    "drip-headers": _drip_headers,
    "reset-mid-body": _reset_mid_body,
    "short-length": _short_length,
    "cut-chunked": _cut_chunked,
    "drip-body": _drip_body,
    "cut-without-length": _cut_without_length,
}
