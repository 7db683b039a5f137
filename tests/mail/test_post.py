"""The ledger and the server together: who is tried, who is not, and what stands written down afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from reporter.errors import HeldError, LockedError
from reporter.mail.draft import Draft
from reporter.mail.message import Attachment
from reporter.mail.parcel import Parcel
from reporter.mail.sending import Post, World, posting
from reporter.mail.server import Server, parse
from reporter.mail.wire import Deadlines
from reporter.store import Delivery, Store
from tests.mail.drafts import AT, PEOPLE, draft
from tests.mail.servers import HANG_UP, Inbox, inbox, scripted

OPS, BOSS, ME = PEOPLE
QUICK = Deadlines(connect=2, greeting=1, command=1, body=2, dot=1, goodbye=0.5)


@dataclass
class Clock:
    """A clock that stands still but for sleep."""

    at: datetime = AT
    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'reporter.db'}") as opened:
        yield opened


@dataclass
class Office:
    """Sends drafts as a command does, each time anew."""

    store: Store
    clock: Clock
    told: list[str] = field(default_factory=list)
    rows: list[Delivery] = field(default_factory=list)

    def __call__(
        self, server: Server, *drafts: Draft, only_failed: bool = False, to_me: bool = False
    ) -> dict[str, str]:
        world = World(self.clock.now, self.clock.sleep, deadlines=QUICK, tell=self.told.append)
        with posting(Post(self.store, world, only_failed, to_me)) as post:
            rows = [row for one in drafts for row in post.send(one, server)]
        self.rows = rows
        return {row.recipient: row.state for row in rows}

    @property
    def reasons(self) -> dict[str, str]:
        return {row.recipient: row.reason for row in self.store.ledger.rows()}


@pytest.fixture
def office(store: Store, clock: Clock) -> Office:
    return Office(store, clock)


def of(server: Inbox) -> Server:
    return parse(server.url)


def test_all_are_sent_one_mail_and_never_again(office: Office) -> None:
    with inbox() as server:
        assert office(of(server), draft()) == dict.fromkeys(PEOPLE, "accepted")
        assert office(of(server), draft()) == dict.fromkeys(PEOPLE, "accepted")
        assert office(of(server), draft(), only_failed=True) == dict.fromkeys(PEOPLE, "accepted")
    assert [(sender, recipients) for sender, recipients, _ in server.mails] == [("reports@agency.example", PEOPLE)]
    assert server.connections == 1


def test_refused_recipient_does_not_send_the_others_again(office: Office) -> None:
    with inbox(rcpt={OPS: "550 no such user"}) as server:
        assert office(of(server), draft()) == {OPS: "refused", BOSS: "accepted", ME: "accepted"}
        assert office(of(server), draft()) == {OPS: "refused", BOSS: "accepted", ME: "accepted"}
        assert server.connections == 1
        server.rcpt.clear()
        assert office(of(server), draft(), only_failed=True) == dict.fromkeys(PEOPLE, "accepted")
    assert server.delivered == [BOSS, ME, OPS]


def test_deferred_recipient_is_tried_when_due_or_at_once_if_asked(office: Office, clock: Clock) -> None:
    with inbox(rcpt={OPS: "451 greylisted"}) as server:
        assert office(of(server), draft())[OPS] == "deferred"
        assert office(of(server), draft())[OPS] == "deferred"
        assert server.connections == 1
        clock.sleep(299)
        assert office(of(server), draft())[OPS] == "deferred"
        assert server.connections == 1
        clock.sleep(1)
        assert office(of(server), draft())[OPS] == "deferred"
        assert server.connections == 2
        clock.sleep(301)
        assert office(of(server), draft(), only_failed=True)[OPS] == "deferred"
        assert server.connections == 3
    (row,) = [row for row in office.store.ledger.rows() if row.recipient == OPS]
    assert (row.tries, row.due_at) == (3, clock.at + timedelta(minutes=20))


def test_resent_mail_keeps_its_id_and_its_headers(office: Office) -> None:
    with inbox(rcpt={OPS: "450 later"}) as server:
        office(of(server), draft())
        server.rcpt.clear()
        office(of(server), draft(), only_failed=True)
    (_, _, first), (_, recipients, second) = server.mails
    assert recipients == (OPS,)
    assert first == second


def test_server_that_nobody_answers_at_defers_everybody(office: Office) -> None:
    with inbox() as server:
        pass
    assert office(of(server), draft()) == dict.fromkeys(PEOPLE, "deferred")
    assert "connection refused" in office.reasons[OPS]


@pytest.mark.parametrize(("lost", "bodies"), [("DATA", 0), ("dot", 1)])
def test_lost_connection_after_data_is_unknown_and_never_tried_again_by_itself(
    office: Office, store: Store, lost: str, bodies: int
) -> None:
    with scripted(replies={lost: HANG_UP}) as server:
        place = Server("none", "127.0.0.1", server.port)
        assert office(place, draft()) == dict.fromkeys(PEOPLE, "unknown")
        assert office(place, draft()) == dict.fromkeys(PEOPLE, "unknown")
        assert office(place, draft(), only_failed=True) == dict.fromkeys(PEOPLE, "unknown")
        assert (len(server.bodies), server.connections) == (bodies, 1)
    store.ledger.resolve("acme-0", is_delivered=False, now=AT)
    store.ledger.resolve("acme-1", is_delivered=True, now=AT)
    with inbox() as other:
        assert office(of(other), draft()) == {OPS: "accepted", BOSS: "accepted", ME: "unknown"}
    assert other.delivered == [OPS]


def test_sending_is_written_down_before_data(office: Office, store: Store) -> None:
    seen: list[set[str]] = []

    class Looking(Inbox):
        async def handle_DATA(self, *_: object) -> str:  # noqa: N802 - aiosmtpd's own name
            seen.append({row.state for row in store.ledger.rows()})
            return "250 taken"

    with inbox(Looking) as server:
        office(of(server), draft())
    assert seen == [{"sending"}]


def test_what_another_process_has_taken_since_is_not_sent(store: Store, clock: Clock) -> None:
    store.ledger.plan(draft().rows, AT)

    def meanwhile(seconds: float) -> None:
        clock.sleep(seconds)
        store.ledger.claim(["acme-1"], AT)

    with inbox() as server:
        world = World(clock.now, meanwhile, deadlines=QUICK)
        with posting(Post(store, world)) as post, pytest.raises(LockedError):
            post.send(draft(rate="30/min"), of(server))
    assert server.mails == []
    assert {row.key: row.state for row in store.ledger.rows()} == {
        "acme-0": "planned",
        "acme-1": "sending",
        "acme-2": "planned",
    }


def test_many_mails_go_through_one_connection(office: Office) -> None:
    with inbox() as server:
        office(of(server), *(draft(client) for client in ("acme", "bolt", "core")))
    assert (len(server.mails), server.connections) == (3, 1)


def test_line_that_broke_is_made_anew_for_the_next_mail(office: Office) -> None:
    with scripted(replies={"dot": HANG_UP}) as server:
        place = Server("none", "127.0.0.1", server.port)
        office(place, draft("acme"), draft("bolt"))
        assert (len(server.bodies), server.connections) == (2, 2)


def test_rate_holds_between_mails_and_between_commands(office: Office, clock: Clock) -> None:
    with inbox() as server:
        office(of(server), draft("acme", rate="30/min"), draft("bolt", rate="30/min"))
        office(of(server), draft("core", rate="30/min"))
    assert clock.slept == [0.0, 2.0, 2.0]


def test_copy_to_ourselves_leaves_no_trace_and_may_be_repeated(office: Office, store: Store) -> None:
    mine = draft()
    mine = replace(mine, rows=mine.rows[2:], recipients={mine.rows[2].key: mine.recipients[mine.rows[2].key]})
    with inbox() as server:
        assert office(of(server), mine, to_me=True) == {ME: "accepted"}
        assert office(of(server), mine, to_me=True) == {ME: "accepted"}
        assert store.ledger.rows() == []
        assert office(of(server), draft()) == dict.fromkeys(PEOPLE, "accepted")
    assert server.delivered == [ME, ME, *PEOPLE]


def test_draft_that_is_held_back_opens_no_connection_and_cannot_be_composed(office: Office) -> None:
    held = replace(draft(), reasons=("a phone number",))
    with inbox() as server:
        assert office(of(server), held) == dict.fromkeys(PEOPLE, "held")
    assert (server.connections, office.reasons[OPS]) == (0, "a phone number")
    with pytest.raises(HeldError):
        held.compose(held.parcels[0], AT)


def test_refused_recipient_is_not_tried_again_because_a_rule_held_the_mail_for_a_while(office: Office) -> None:
    with inbox(rcpt={OPS: "550 no such user", BOSS: "451 later"}) as server:
        assert office(of(server), draft()) == {OPS: "refused", BOSS: "deferred", ME: "accepted"}
        server.rcpt.clear()
        held = replace(draft(), reasons=("a phone number",))
        assert office(of(server), held) == {OPS: "refused", BOSS: "held", ME: "accepted"}
        assert office(of(server), draft()) == {OPS: "refused", BOSS: "accepted", ME: "accepted"}
    assert server.delivered == [ME, BOSS]


LARGE = Attachment("large.xlsx", bytes(range(256)) * 4000)
STEPS = (
    Parcel("whole", (LARGE,), ()),
    Parcel("zipped", (Attachment("large.zip", b"z" * 100_000),), ()),
    Parcel("summary", (), ()),
)


@pytest.mark.parametrize(
    ("size", "most", "taken"),
    [
        (33_554_432, "20", "large.xlsx"),
        (200_000, "20", "large.zip"),
        (33_554_432, "0.2", "large.zip"),
        (5_000, "20", ""),
    ],
)
def test_mail_is_as_large_as_server_and_config_take(office: Office, size: int, most: str, taken: str) -> None:
    with inbox(size=size) as server:
        assert office(of(server), draft(parcels=STEPS, max_mb=most)) == dict.fromkeys(PEOPLE, "accepted")
    ((_, _, data),) = server.mails
    assert [name in data for name in (b"large.xlsx", b"large.zip")] == [
        taken == "large.xlsx",
        taken == "large.zip",
    ]


@pytest.mark.parametrize(
    ("size", "most", "said"),
    [
        (200_000, "20", "files in one zip, since they are too large as they are (the server takes 200,000 bytes)"),
        (33_554_432, "0.2", "files in one zip, since they are too large as they are (mail.max_mb is 0.2)"),
        (5_000, "20", "the body holds the summary (the server takes 5,000 bytes)"),
    ],
)
@pytest.mark.parametrize("to_me", [False, True])
def test_what_was_made_smaller_and_for_whom_is_told_and_stands_in_the_rows(
    office: Office, size: int, most: str, said: str, to_me: bool
) -> None:
    with inbox(size=size, rcpt={BOSS: "550 no such user"}) as server:
        office(of(server), draft(parcels=STEPS, max_mb=most), to_me=to_me)
    reasons = {row.recipient: row.reason for row in office.rows}
    assert [said in reasons[one] for one in PEOPLE] == [True, False, True]
    (told,) = office.told
    assert (told.startswith("acme 2026-W47: files "), told.endswith(said)) == (True, True)
    assert office.reasons == ({} if to_me else reasons)


def test_files_that_go_as_they_are_need_no_word(office: Office) -> None:
    with inbox() as server:
        office(of(server), draft(parcels=STEPS))
    assert (office.told, set(office.reasons.values())) == ([], {"250 taken"})


SERVERS = "the mail server takes 300 bytes (its SIZE): have its keeper raise that, or name another server in mail.smtp"
OURS = "mail.max_mb is 0.0002 (200 bytes): raise it and run again"


@pytest.mark.parametrize(
    ("size", "most", "whose"),
    [("SIZE 300", "20", SERVERS), ("SIZE 0", "0.0002", OURS), ("SIZE 300", "0.0002", f"{SERVERS}; {OURS}")],
)
def test_mail_that_nothing_makes_small_enough_is_held_with_no_data_and_says_whose_limit_it_is(
    office: Office, size: str, most: str, whose: str
) -> None:
    with scripted(features=(size,)) as server:
        states = office(Server("none", "127.0.0.1", server.port), draft(parcels=STEPS, max_mb=most))
    assert states == dict.fromkeys(PEOPLE, "held")
    assert not [line for line in server.heard if line.startswith(("MAIL", "DATA"))]
    bare = len(draft().compose(STEPS[-1], AT))
    assert office.reasons[OPS] == f"too large for mail even without its files, {bare:,} bytes; {whose}"
