"""Client or server killed at nine points of a mail: none lost without a row, none doubled, ambiguous ones unknown."""

from __future__ import annotations

import multiprocessing
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from multiprocessing import connection
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.mail import client, postfix
from tests.mail.drafts import PEOPLE, draft
from tests.mail.servers import POINTS, Breaking, Inbox, free_port, inbox

#: what is certain once a line has broken there: the server has nothing, or has it and we know
NOTHING_OUT, KNOWN = {"connect", "EHLO", "MAIL", "RCPT"}, {"QUIT"}


#: how often each point is killed at: where a kill lands within it is chance, so that once would say little
ROUNDS = [5, pytest.param(100, marks=pytest.mark.soak)]


class Mailer(Protocol):
    """A real server: its port, and how often each recipient has got a mail."""

    @property
    def port(self) -> int: ...

    def delivered(self, message_id: str) -> Counter[str]: ...


class Kept(Inbox):
    """An aiosmtpd server that counts by Message-ID, as a Maildir is counted."""

    def delivered(self, message_id: str) -> Counter[str]:  # type: ignore[override] # by mail, not in order
        mails = [one for one in self.mails if message_id.encode() in one[2]]
        return Counter(recipient for _, recipients, _ in mails for recipient in recipients)


@pytest.fixture(scope="session")
def real(need_program: Callable[[str], Path]) -> Iterator[postfix.Postfix]:
    """The one Postfix of a session: it takes seconds to start and to stop."""
    need_postfix(need_program)
    with postfix.running(free_port()) as server:
        yield server


@pytest.fixture(scope="session", params=["aiosmtpd", "postfix"])
def mailer(request: pytest.FixtureRequest) -> Iterator[Any]:
    if request.param == "postfix":
        yield request.getfixturevalue("real")
    else:
        with inbox(Kept) as server:
            yield server


def need_postfix(need_program: Callable[[str], Path]) -> None:
    """Skip where there is no Postfix, or no root to start it; in CI both have to be there."""
    need_program("postfix")
    if os.geteuid() != 0 and os.environ.get("CI") != "true":
        pytest.skip("Postfix is started by root only")


@pytest.fixture(scope="session")
def clients() -> Any:
    """Processes that have all libraries loaded, and share nothing with this one."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.mail.client"])
    return context


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'reporter.db'}"


_rounds = iter(range(10**6))


def new_client() -> str:
    """Return a client whose mail has a Message-ID of its own."""
    return f"acme{next(_rounds)}"


def settled(mailer: Mailer, url: str, name: str, first: dict[str, str]) -> None:
    """Send again, and once more, and hold the ledger against the mailboxes: nothing is lost, nothing doubled."""
    again = client.send(mailer.port, url, name)
    again = client.send(mailer.port, url, name, only_failed=True)
    delivered = mailer.delivered(draft(name).envelope.message_id)
    assert set(again) == set(PEOPLE)
    for one in PEOPLE:
        assert again[one] in {"accepted", "unknown"}
        assert delivered[one] <= 1, f"{one} has got {delivered[one]}"
        assert delivered[one] == 1 or again[one] == "unknown", f"{one} is {again[one]} and has got nothing"
        assert first.get(one) != "unknown" or again[one] == "unknown"


def kill_client(mailer: Mailer, clients: Any, url: str, point: str) -> None:
    """Kill the sending process where a line would break, and look what the next one makes of it."""
    name = new_client()
    started: list[Any] = []

    def kill() -> None:
        started[0].kill()
        # until it is gone; its exit status is for the one that joins it
        connection.wait([started[0].sentinel], 10)

    with closing(Breaking(mailer.port, point, kill)) as line:
        started.append(clients.Process(target=client.send, args=(line.port, url, name)))
        started[0].start()
        started[0].join(60)
        assert started[0].exitcode == -9, f"{point}: the process ended by itself"
    before = mailer.delivered(draft(name).envelope.message_id)
    found = client.send(mailer.port, url, name)
    if point in NOTHING_OUT:
        assert (+before, set(found.values())) == (Counter(), {"accepted"})
    elif point in KNOWN:
        assert (set(before.values()), set(found.values())) == ({1}, {"accepted"})
    elif point == "accepted":  # the reply was on its way: it was read, and written down, or not
        assert set(found.values()) in ({"accepted"}, {"unknown"})
    else:
        assert set(found.values()) == {"unknown"}
    settled(mailer, url, name, found)


def kill_server(mailer: Mailer, url: str, point: str, act: Callable[[], None] | None = None) -> None:
    """Cut the line to the server at a point, and look what the client makes of it."""
    name = new_client()
    with closing(Breaking(mailer.port, point, act)) as line:
        found = client.send(line.port, url, name)
    expected = "deferred" if point in NOTHING_OUT else "unknown" if point in {"DATA", "body", "dot"} else "accepted"
    assert set(found.values()) == {expected}
    settled(mailer, url, name, found)


@pytest.mark.parametrize("rounds", ROUNDS)
@pytest.mark.parametrize("point", POINTS)
def test_killed_client_loses_and_doubles_nothing(
    mailer: Mailer, clients: Any, url: str, point: str, rounds: int
) -> None:
    for _ in range(rounds):
        kill_client(mailer, clients, url, point)


@pytest.mark.parametrize("rounds", ROUNDS)
@pytest.mark.parametrize("point", POINTS)
def test_server_that_dies_loses_and_doubles_nothing(mailer: Mailer, url: str, point: str, rounds: int) -> None:
    for _ in range(rounds):
        kill_server(mailer, url, point)


@pytest.mark.parametrize("point", ["RCPT", "DATA", "body", "dot"])
def test_postfix_killed_outright_loses_and_doubles_nothing(real: postfix.Postfix, url: str, point: str) -> None:
    """All of its processes are killed with the line, and started again: what it has taken is in its queue."""

    def restart() -> None:
        real.kill()
        real.start()

    kill_server(real, url, point, restart)
