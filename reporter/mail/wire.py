"""One line to a mail server: bytes out, replies in, a deadline on every step. The only file here that connects.

Deadlines are for whole steps, so that a server that sends a byte a second gains nothing. What is wrong with a
line is a `WireError`; whether mail may have gone out by then is for `session` to say.
"""

from __future__ import annotations

import queue
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from reporter import oneline

_MOST_LINE, _MOST_LINES = 4096, 200
#: characters of a reply that are shown and kept
_MOST_SHOWN = 300
_CHUNK = 64 * 1024
_REPLY_LINE = re.compile(rb"([2-5][0-9][0-9])([ -]?)(.*)", re.DOTALL)

Address = tuple[Any, ...]


class WireError(Exception):
    """The line is of no more use: the reason, as the rest of a sentence."""


class NotAReplyError(WireError):
    """What came back is no reply of SMTP."""


class UnaskedError(NotAReplyError):
    """The server spoke before it was asked, so that the next step was not begun."""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds for each step. The final dot has the ten minutes of RFC 5321, 4.5.3.2.6: less would make doubles."""

    connect: float = 30.0
    greeting: float = 60.0
    command: float = 60.0
    body: float = 600.0
    dot: float = 600.0
    goodbye: float = 5.0


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply: its code, and its lines without it, as they came.

    `text` is for a person, `550 no such user`: one line, nothing unprintable or secret, not without end.
    """

    code: int
    lines: tuple[str, ...]
    text: str


Hush = Callable[[str], str]


def _as_it_is(said: str) -> str:
    """Return what a server said to whom it was told no secret."""
    return said


class Wire:
    """A connected line."""

    def __init__(self, sock: socket.socket, monotonic: Callable[[], float], hush: Hush) -> None:
        """Take over a connected socket."""
        self._socket = sock
        self._hush = hush
        self._monotonic = monotonic
        self._buffer = bytearray()

    @property
    def own_address(self) -> str:
        """Our end of the line, as EHLO names it: an address literal."""
        host = str(self._socket.getsockname()[0]).partition("%")[0]
        return f"[IPv6:{host}]" if ":" in host else f"[{host}]"

    @property
    def is_local(self) -> bool:
        """Whether the other end is on this machine."""
        return ip_address(str(self._socket.getpeername()[0]).partition("%")[0]).is_loopback

    def command(self, line: str, seconds: float) -> Reply:
        """Send one command and return its reply; raises `WireError`, and `ValueError` for what is no one line."""
        if not line.isascii() or not line.isprintable():
            raise ValueError("a command is one line of ASCII")
        self._need_silence()
        deadline = self._monotonic() + seconds
        self._send(line.encode("ascii") + b"\r\n", deadline)
        return self._reply(deadline)

    def reply(self, seconds: float) -> Reply:
        """Return the next reply."""
        return self._reply(self._monotonic() + seconds)

    def send(self, data: bytes, seconds: float) -> None:
        """Send all of `data`."""
        self._need_silence()
        self._send(data, self._monotonic() + seconds)

    def secure(self, context: ssl.SSLContext, host: str, seconds: float) -> None:
        """Go on under TLS; the certificate must hold for `host`.

        What came in the clear behind the reply to STARTTLS may be anybody's, and ends the line.
        """
        if self._buffer:
            raise WireError("the server sent more in the clear after STARTTLS, as somebody in between would")
        try:
            self._socket.settimeout(seconds)
            self._socket = context.wrap_socket(self._socket, server_hostname=host)
        except ssl.SSLCertVerificationError as fault:
            raise WireError(f"the server's certificate is refused: {fault.verify_message}") from fault
        except (OSError, ValueError) as fault:
            raise WireError(f"TLS cannot be set up: {_why(fault)}") from fault

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _need_silence(self) -> None:
        """Refuse replies that came before they were asked for: the next one would be taken for another's."""
        if self._buffer:
            raise UnaskedError("the server answered what it was not asked")

    def _send(self, data: bytes, deadline: float) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[self._within(deadline, self._socket.send, rest[:_CHUNK]) :]

    def _reply(self, deadline: float) -> Reply:
        lines, codes = list[str](), set[bytes]()
        while len(lines) < _MOST_LINES:
            found = _REPLY_LINE.fullmatch(self._line(deadline))
            if found is None or (not found[2] and found[3]):
                raise NotAReplyError("the server said what is no reply of SMTP")
            codes.add(found[1])
            lines.append(found[3].decode("utf-8", "replace"))
            if len(codes) > 1:
                raise NotAReplyError("the server gave two codes in one reply")
            if found[2] != b"-":
                code = found[1].decode("ascii")
                return Reply(int(code), tuple(lines), self._shown(code, lines))
        raise NotAReplyError("the server's reply has no end")

    def _shown(self, code: str, lines: Sequence[str]) -> str:
        # before blanks are made one, and before it is cut: both would hide a secret from who looks for it
        said = " ".join(" ".join(map(self._hush, lines)).split())
        return oneline.shown(f"{code} {self._hush(said)}".strip())[:_MOST_SHOWN]

    def _line(self, deadline: float) -> bytes:
        while (end := self._buffer.find(b"\n")) < 0:
            if len(self._buffer) > _MOST_LINE:
                raise NotAReplyError("the server's line has no end")
            more = self._within(deadline, self._socket.recv, _CHUNK)
            if not more:
                raise WireError("the server hung up")
            self._buffer += more
        if end > _MOST_LINE:
            raise NotAReplyError("the server's line has no end")
        line = bytes(self._buffer[:end]).removesuffix(b"\r")
        del self._buffer[: end + 1]
        return line

    def _within(self, deadline: float, act: Callable[[Any], Any], argument: object) -> Any:  # noqa: ANN401 - what a socket gives
        left = deadline - self._monotonic()
        if left <= 0:
            raise WireError("the server took too long")
        try:
            self._socket.settimeout(left)
            return act(argument)
        except TimeoutError as fault:
            raise WireError("the server took too long") from fault
        except OSError as fault:
            raise WireError(f"the line broke: {_why(fault)}") from fault


def connect(
    host: str, port: int, seconds: float, hush: Hush = _as_it_is, monotonic: Callable[[], float] = time.monotonic
) -> Wire:
    """Return a line to a server, at whichever of its addresses answers first in their order; raises `WireError`.

    `hush` takes out of what the server says what nobody may read again.
    """
    deadline, why = monotonic() + seconds, "it has no address"
    for family, address in _addresses(host, port, seconds):
        left = deadline - monotonic()
        if left <= 0:
            why = "it took too long"
            break
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            sock.settimeout(left)
            sock.connect(address)
        except OSError as fault:
            sock.close()
            why = _why(fault)
            continue
        return Wire(sock, monotonic, hush)
    raise WireError(f"{host}:{port} cannot be reached: {why}")


def _addresses(host: str, port: int, seconds: float) -> Sequence[tuple[int, Address]]:
    """Look a name up, in a thread of its own: the system's resolver knows no deadline."""
    answers: queue.Queue[list[tuple[int, Address]] | OSError] = queue.Queue(1)

    def look() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put([(int(family), address) for family, _, _, _, address in found])
        except (OSError, UnicodeError) as fault:
            answers.put(fault if isinstance(fault, OSError) else OSError(str(fault)))

    threading.Thread(target=look, daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty:
        raise WireError(f"{host} cannot be looked up: the resolver took too long") from None
    if isinstance(answer, OSError):
        raise WireError(f"{host} cannot be looked up: {_why(answer)}")
    return answer


def _why(fault: BaseException) -> str:
    if isinstance(fault, TimeoutError):
        return "it took too long"
    reason = getattr(fault, "reason", None) or getattr(fault, "strerror", None) or str(fault)
    return str(reason).lower().replace("_", " ")
