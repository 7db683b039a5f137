"""The sandbox on a loopback port: the only place in it with a socket."""

from __future__ import annotations

import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

import httpx

from reporter.sandbox.sandbox import Sandbox

_HOST = "127.0.0.1"


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
        self.send_response_only(response.status_code)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(response.content)

    do_GET = do_POST = _answer  # noqa: N815 - the names that the library calls

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the library names it
        """Print nothing."""
