"""Mail servers of the tests: one that obeys a script, one that keeps what it takes, and a line that breaks on cue."""

from __future__ import annotations

import email
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import policy
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

#: what a script says instead of a reply
HANG_UP, SILENCE = "hang up", "silence"

Replies = Mapping[str, str]


@dataclass
class Scripted:
    """A server on loopback that answers as `replies` say, by verb (`greeting`, `EHLO`, `RCPT <a@b>`, `dot`, …).

    `heard` are the lines that came, in the clear or not; `raw` is every byte that came over a line that was not
    secured; `bodies` are the messages whose end came.
    """

    replies: Replies = field(default_factory=dict)
    features: tuple[str, ...] = ("SIZE 10000000",)
    starttls: ssl.SSLContext | None = None
    tls: ssl.SSLContext | None = None
    slow: float = 0.0
    heard: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    raw: bytearray = field(default_factory=bytearray)
    connections: int = 0

    def __post_init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._over = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._over.set()
        _stop_listening(self._listening)

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                self.connections += 1
                threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        line = _Line(connection, self.raw)
        with suppress(OSError, _OverError, ValueError):
            if self.tls is not None:
                line.secure(self.tls)
            self._converse(line)
        line.close()

    def _converse(self, line: _Line) -> None:
        self._say(line, "greeting", "220 scripted")
        while True:
            said = line.read()
            self.heard.append(said)
            verb = said.split(" ", 1)[0].split(":", 1)[0].upper()
            if verb == "EHLO":
                more = ("STARTTLS",) if self.starttls and not line.is_secure else ()
                names = ("scripted", *self.features, *more)
                lines = [f"250{'-' if at < len(names) - 1 else ' '}{name}" for at, name in enumerate(names)]
                self._say(line, "EHLO", "\r\n".join(lines))
            elif verb == "STARTTLS":
                self._say(line, "STARTTLS", "220 go on")
                if self.starttls is not None:
                    line.secure(self.starttls)
            elif verb == "DATA":
                self._data(line)
            elif verb == "QUIT":
                self._say(line, "QUIT", "221 bye")
                return
            else:
                key = said.upper() if said.upper() in {one.upper() for one in self.replies} else verb
                self._say(line, key, "235 in" if verb == "AUTH" else "250 fine")

    def _data(self, line: _Line) -> None:
        if not self._say(line, "DATA", "354 go on").startswith("354"):
            return
        body = line.read_body()
        if body is None:
            raise _OverError
        self.bodies.append(body)
        self._say(line, "dot", "250 taken")

    def _say(self, line: _Line, key: str, otherwise: str) -> str:
        by_key = {name.upper(): reply for name, reply in self.replies.items()}
        reply = by_key.get(key.upper(), otherwise)
        if reply == HANG_UP:
            raise _OverError
        if reply == SILENCE:
            self._over.wait(30)
            raise _OverError
        data = reply.encode("latin-1") + b"\r\n"
        for at in range(len(data)) if self.slow else ():
            line.send(data[at : at + 1])
            self._over.wait(self.slow)
        if not self.slow:
            line.send(data)
        return reply


class _OverError(Exception):
    """The script says that the line is over."""


class _Line:
    def __init__(self, connection: socket.socket, raw: bytearray) -> None:
        self._connection = connection
        self._raw = raw
        self._buffer = b""
        self.is_secure = False

    def send(self, data: bytes) -> None:
        self._connection.sendall(data)

    def close(self) -> None:
        self._connection.close()

    def secure(self, context: ssl.SSLContext) -> None:
        self._connection = context.wrap_socket(self._connection, server_side=True)
        self.is_secure = True

    def read(self) -> str:
        return self._until(b"\r\n").decode("latin-1")

    def read_body(self) -> bytes | None:
        with suppress(_OverError):
            return self._until(b"\r\n.\r\n") + b"\r\n"
        return None

    def _until(self, end: bytes) -> bytes:
        while end not in self._buffer:
            more = self._connection.recv(65536)
            if not more:
                raise _OverError
            if not self.is_secure:
                self._raw += more
            self._buffer += more
        found, _, self._buffer = self._buffer.partition(end)
        return found


@contextmanager
def scripted(**script: Any) -> Iterator[Scripted]:
    """Yield a server that obeys a script (see `Scripted`)."""
    server = Scripted(**script)
    try:
        yield server
    finally:
        server.close()


@dataclass
class Inbox:
    """An aiosmtpd server: what it took, as (sender, recipients, bytes), and how it answers.

    `rcpt` and `data` are its replies by address and for all; `login` is the one user and password it knows.
    """

    rcpt: dict[str, str] = field(default_factory=dict)
    data: str = ""
    login: tuple[str, str] | None = None
    size: int = 33_554_432
    mails: list[tuple[str, tuple[str, ...], bytes]] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def delivered(self) -> list[str]:
        """Each recipient of each mail, in the order in which they came."""
        return [one for _, recipients, _ in self.mails for one in recipients]

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's own name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        reply = self.rcpt.get(address, "")
        if not reply:
            envelope.rcpt_tos.append(address)
        return reply or "250 fine"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - likewise
        if self.data:
            return self.data
        content = envelope.original_content or b""
        self.mails.append((str(envelope.mail_from), tuple(envelope.rcpt_tos), content))
        return "250 taken"

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        return AuthResult(success=(data.login.decode(), data.password.decode()) == self.login)


class _Counting(Controller):
    def __init__(self, inbox: Inbox) -> None:
        super().__init__(inbox, hostname="127.0.0.1", port=free_port())
        self._inbox = inbox

    def factory(self) -> SMTP:
        self._inbox.connections += 1
        known = self._inbox.login is not None
        return SMTP(
            self.handler,
            data_size_limit=self._inbox.size,
            authenticator=self._inbox.authenticate if known else None,
            auth_require_tls=False,
            auth_required=known,
        )


@contextmanager
def inbox(kind: type[Inbox] = Inbox, **how: Any) -> Iterator[Inbox]:
    """Yield an aiosmtpd server (see `Inbox`, of which `kind` may be another)."""
    made = kind(**how)
    controller = _Counting(made)
    controller.start()
    made.connections = 0  # the controller looks whether it answers
    made.port = controller.port
    try:
        yield made
    finally:
        controller.stop()


def free_port() -> int:
    """Return a port of loopback that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
    return port


#: where a line can break, in the order in which a mail passes them
POINTS = ("connect", "EHLO", "MAIL", "RCPT", "DATA", "body", "dot", "accepted", "QUIT")


@dataclass
class Breaking:
    """A line to a real server that breaks at a point: `act` is done (kill the client), or both ends are cut.

    `dot`: the server has the message and has said so, and the client has not heard it. `accepted`: it has.
    """

    target: int
    point: str
    act: Callable[[], None] | None = None
    broken: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        _stop_listening(self._listening)

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        with client, suppress(OSError, _OverError):
            self._at("connect")
            with socket.create_connection(("127.0.0.1", self.target)) as server:
                self._relay(client, server)
        self.broken.set()

    def _relay(self, client: socket.socket, server: socket.socket) -> None:
        client.sendall(_reply(server))
        while True:
            line = _read(client, b"\r\n")
            verb = line[:4].decode("latin-1").upper()
            self._at(verb)
            server.sendall(line)
            reply = _reply(server)
            client.sendall(reply)
            if reply.startswith(b"354"):
                body = client.recv(1024)
                self._at("body")
                server.sendall(body + (b"" if body.endswith(b"\r\n.\r\n") else _read(client, b"\r\n.\r\n")))
                reply = _reply(server)
                self._at("dot")
                client.sendall(reply)
                self._at("accepted")

    def _at(self, point: str) -> None:
        if point != self.point:
            return
        if self.act is not None:
            self.act()
        raise _OverError


def _stop_listening(listening: socket.socket) -> None:
    # closing alone would leave the thread that accepts where it is, and the port taken
    with suppress(OSError):
        listening.shutdown(socket.SHUT_RDWR)
    listening.close()


def _read(source: socket.socket, end: bytes) -> bytes:
    data = b""
    while not data.endswith(end):
        more = source.recv(65536)
        if not more:
            raise _OverError
        data += more
    return data


def _reply(server: socket.socket) -> bytes:
    data = _read(server, b"\r\n")
    while data.splitlines()[-1][3:4] == b"-":
        data += _read(server, b"\r\n")
    return data


def read_plain(raw: bytes) -> str:
    """Return the plain body of a mail."""
    message: Any = email.message_from_bytes(raw, policy=policy.default)
    return str(message.get_body(("plain",)).get_content())
