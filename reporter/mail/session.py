"""One conversation with a mail server (RFC 5321): many messages, each with a verdict a recipient.

What is certain is told apart from what is not. Until DATA is said nothing can have been delivered, so a failure is
`deferred`. From then on a line that breaks leaves the mail `unknown`, and it waits for a person. A reply, to DATA or
to the body, is final either way.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

from reporter.mail.hush import hushed
from reporter.mail.server import Server
from reporter.mail.wire import Deadlines, Reply, UnaskedError, Wire, WireError, connect
from reporter.trust import Context

Ending = Literal["accepted", "refused", "deferred", "unknown"]

_GO_ON = 354
_READY, _DONE, _SIGNED_IN = 220, 250, 235


class SessionError(Exception):
    """No conversation came about, and nothing was sent: the reason, as a sentence without its end."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a message ended for one recipient."""

    ending: Ending
    reason: str


@dataclass(slots=True)
class Session:
    """A conversation that is ready for mail."""

    server: Server
    wire: Wire
    deadlines: Deadlines
    features: Mapping[str, str] = field(default_factory=dict)
    is_over: bool = False

    @property
    def most_bytes(self) -> int | None:
        """The server's limit of a message, None where it has none: SIZE of EHLO, of which 0 means that (RFC 1870)."""
        said = self.features.get("SIZE", "")
        return int(said) if said.isascii() and said.isdecimal() and int(said) else None

    def is_alive(self) -> bool:
        """Say whether the conversation still stands, after a while in which nothing was said."""
        with suppress(WireError):
            return not self.is_over and self.wire.command("RSET", self.deadlines.command).code == _DONE
        self.is_over = True
        return False

    def send(
        self,
        sender: str,
        recipients: Sequence[str],
        message: bytes,
        before_data: Callable[[Sequence[str]], None],
    ) -> dict[str, Ended]:
        """Hand one message over and return how it ended for each recipient.

        `before_data` gets the recipients that the server takes, before anything of the message is sent; what
        it raises passes through, with nothing sent.
        """
        ended: dict[str, Ended] = {}
        try:
            taken = self._envelope(sender, recipients, len(message), ended)
        except WireError as fault:
            self.is_over = True
            lost = Ended("deferred", f"{fault}, before anything was sent")
            return {one: ended.get(one, lost) for one in recipients}
        if taken:
            before_data(taken)
            body = self._body(message)
            ended |= dict.fromkeys(taken, body)
        return ended

    def close(self) -> None:
        """Say goodbye, if anybody still listens."""
        with suppress(WireError):
            if not self.is_over:
                self.wire.command("QUIT", self.deadlines.goodbye)
        self.wire.close()

    def _envelope(self, sender: str, recipients: Sequence[str], size: int, ended: dict[str, Ended]) -> list[str]:
        """Say who it is from and for; return the recipients that are taken, and put the others into `ended`."""
        sized = f" SIZE={size}" if "SIZE" in self.features else ""
        reply = self._say(f"MAIL FROM:<{sender}>{sized}")
        if not _is_fine(reply):
            ended.update(dict.fromkeys(recipients, _judged(reply)))
            return []
        taken = []
        for one in recipients:
            reply = self._say(f"RCPT TO:<{one}>")
            if _is_fine(reply):
                taken.append(one)
            else:
                ended[one] = _judged(reply)
        return taken

    def _body(self, message: bytes) -> Ended:
        try:
            reply = self._say("DATA")
        except UnaskedError as fault:
            self.is_over = True
            return Ended("deferred", f"{fault}, before anything was sent")
        except WireError as fault:
            self.is_over = True
            return Ended("unknown", f"{fault}, after DATA was said")
        if reply.code != _GO_ON:
            # 2xx is no answer to DATA; whoever gives it is not to be talked to any further
            self.is_over = _is_fine(reply)
            return _judged(reply)
        # whatever stops us from here on, no command may follow: it would be a line of the message
        self.is_over = True
        try:
            self.wire.send(_stuffed(message), self.deadlines.body)
            self.wire.send(b".\r\n", self.deadlines.command)
            reply = self.wire.reply(self.deadlines.dot)
        except WireError as fault:
            return Ended("unknown", f"{fault}, after the message was under way")
        if reply.code == _GO_ON:
            return Ended("unknown", "the server asks for more after the message's end")
        self.is_over = False
        return Ended("accepted", reply.text) if _is_fine(reply) else _judged(reply)

    def _say(self, line: str) -> Reply:
        return self.wire.command(line, self.deadlines.command)


def open_session(server: Server, context: Callable[[], Context], deadlines: Deadlines | None = None) -> Session:
    """Connect, secure the line, sign in, and return the conversation.

    The certificate is verified before a credential is sent, and there is no way around: a server that offers
    no STARTTLS where it is asked for, or no authentication, gets nothing. Raises `SessionError`.
    """
    steps = deadlines or Deadlines()
    try:
        wire = connect(server.host, server.port, steps.connect, partial(hushed, server=server))
    except WireError as fault:
        raise SessionError(f"the mail server {fault}") from fault
    session = Session(server, wire, steps)
    try:
        _greet(session, context)
        _sign_in(session)
    except WireError as fault:
        wire.close()
        raise SessionError(f"the mail server {server.name}: {fault}") from fault
    except BaseException:
        wire.close()
        raise
    return session


def _greet(session: Session, context: Callable[[], Context]) -> None:
    server, wire, steps = session.server, session.wire, session.deadlines
    if server.security == "none" and not wire.is_local:
        raise WireError("plain smtp leads to another machine")
    if server.security == "tls":
        wire.secure(context(), server.host, steps.greeting)
    _expect(wire.reply(steps.greeting), _READY, "does not greet")
    session.features = _hello(session)
    if server.security == "starttls":
        if "STARTTLS" not in session.features:
            raise WireError("offers no STARTTLS, so nothing was sent in the clear")
        _expect(wire.command("STARTTLS", steps.command), _READY, "refuses STARTTLS")
        wire.secure(context(), server.host, steps.greeting)
        # what was said in the clear may be anybody's: ask again
        session.features = _hello(session)


def _hello(session: Session) -> dict[str, str]:
    """Return what the server can do: keyword -> parameters, both in upper case."""
    reply = session.wire.command(f"EHLO {session.wire.own_address}", session.deadlines.command)
    _expect(reply, _DONE, "refuses EHLO")
    said = (line.strip().upper().partition(" ") for line in reply.lines[1:])
    return {keyword: parameters.strip() for keyword, _, parameters in said}


def _sign_in(session: Session) -> None:
    server = session.server
    if not server.user:
        return
    offered = session.features.get("AUTH", "").split()
    wire, seconds = session.wire, session.deadlines.command
    if "PLAIN" in offered:
        both = _base64(f"\0{server.user}\0{server.password}")
        reply = wire.command(f"AUTH PLAIN {both}", seconds)
    elif "LOGIN" in offered:
        _expect(wire.command("AUTH LOGIN", seconds), 334, "refuses to sign in")
        _expect(wire.command(_base64(server.user), seconds), 334, "refuses to sign in")
        reply = wire.command(_base64(server.password), seconds)
    else:
        raise WireError("offers no way to sign in that we know (PLAIN, LOGIN)")
    if reply.code != _SIGNED_IN:
        # the code alone: what a server says here may repeat what it was told
        raise WireError(f"refuses user and password ({reply.code})")


def _expect(reply: Reply, code: int, otherwise: str) -> None:
    if reply.code != code:
        raise WireError(f"{otherwise}: {reply.text}")


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode("ascii")


def _is_fine(reply: Reply) -> bool:
    return 200 <= reply.code < 300  # noqa: PLR2004 - the classes of RFC 5321, 4.2.1


def _judged(reply: Reply) -> Ended:
    """Return what a reply that is not fine means: 5xx is final, all else may be tried again."""
    return Ended("refused" if reply.code >= 500 else "deferred", reply.text)  # noqa: PLR2004 - likewise


def _stuffed(message: bytes) -> bytes:
    """Return a message as DATA takes it: CRLF at its end, a second dot where a line begins with one."""
    ended = message if message.endswith(b"\r\n") else message + b"\r\n"
    return (b"." + ended if ended.startswith(b".") else ended).replace(b"\r\n.", b"\r\n..")
