"""What each fault of a server comes to: certain failures are deferred or refused, everything else is unknown."""

from __future__ import annotations

import time
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest

from reporter.mail.hush import hushed
from reporter.mail.server import Server
from reporter.mail.session import Ended, SessionError, open_session
from reporter.mail.wire import Deadlines
from reporter.trust import trusted
from tests.mail.servers import HANG_UP, SILENCE, Scripted, inbox, scripted

QUICK = Deadlines(connect=2, greeting=1, command=1, body=2, dot=1, goodbye=0.5)
MESSAGE = b"Subject: x\r\n\r\n.one\r\n..two\r\nend\r\n"
TWO = ("ops@acme.example", "boss@acme.example")


def at(port: int, **more: Any) -> Server:
    return Server("none", "127.0.0.1", port, **more)


def handed(server: Scripted, recipients: Sequence[str] = TWO) -> dict[str, Ended]:
    session = open_session(at(server.port), trusted, QUICK)
    try:
        return session.send("reports@agency.example", recipients, MESSAGE, lambda _: None)
    finally:
        session.close()


def endings(ended: dict[str, Ended]) -> list[str]:
    return [ended[one].ending for one in TWO]


def test_taken_mail_is_accepted_with_what_the_server_said() -> None:
    with scripted() as server:
        assert handed(server) == dict.fromkeys(TWO, Ended("accepted", "250 taken"))
    assert server.heard == [
        "EHLO [127.0.0.1]",
        f"MAIL FROM:<reports@agency.example> SIZE={len(MESSAGE)}",
        "RCPT TO:<ops@acme.example>",
        "RCPT TO:<boss@acme.example>",
        "DATA",
        "QUIT",
    ]
    assert server.bodies == [MESSAGE.replace(b"\r\n.", b"\r\n..")]


def test_real_server_gets_the_message_byte_for_byte() -> None:
    with inbox() as server:
        session = open_session(at(server.port), trusted, QUICK)
        session.send("reports@agency.example", TWO, MESSAGE, lambda _: None)
        session.close()
    assert server.mails == [("reports@agency.example", TWO, MESSAGE)]


@pytest.mark.parametrize(
    ("replies", "expected"),
    [
        ({"MAIL": "451 later"}, ["deferred", "deferred"]),
        ({"MAIL": "550 no"}, ["refused", "refused"]),
        ({"MAIL": HANG_UP}, ["deferred", "deferred"]),
        ({"RCPT TO:<ops@acme.example>": "550 no such user"}, ["refused", "accepted"]),
        ({"RCPT TO:<ops@acme.example>": "450 greylisted"}, ["deferred", "accepted"]),
        ({"RCPT TO:<boss@acme.example>": "552 quota"}, ["accepted", "refused"]),
        ({"RCPT TO:<boss@acme.example>": HANG_UP}, ["deferred", "deferred"]),
        ({"RCPT": "550 no"}, ["refused", "refused"]),
        ({"RCPT": "what?"}, ["deferred", "deferred"]),
        ({"DATA": "451 later"}, ["deferred", "deferred"]),
        ({"DATA": "554 no"}, ["refused", "refused"]),
        ({"DATA": HANG_UP}, ["unknown", "unknown"]),
        ({"DATA": SILENCE}, ["unknown", "unknown"]),
        ({"DATA": "go ahead"}, ["unknown", "unknown"]),
        ({"DATA": "250 fine"}, ["deferred", "deferred"]),
        ({"RCPT TO:<boss@acme.example>": "250 fine\r\n451 later"}, ["deferred", "deferred"]),
        ({"DATA": "354 go on\r\n250 done already"}, ["unknown", "unknown"]),
        ({"dot": "452 full"}, ["deferred", "deferred"]),
        ({"dot": "421 closing"}, ["deferred", "deferred"]),
        ({"dot": "552 too large"}, ["refused", "refused"]),
        ({"dot": HANG_UP}, ["unknown", "unknown"]),
        ({"dot": SILENCE}, ["unknown", "unknown"]),
        ({"dot": "thanks"}, ["unknown", "unknown"]),
        ({"dot": "250"}, ["accepted", "accepted"]),
        ({"dot": "250ok"}, ["unknown", "unknown"]),
        ({"dot": "354 more"}, ["unknown", "unknown"]),
        ({"dot": "250-first\r\n451 second"}, ["unknown", "unknown"]),
        ({"dot": "999 what"}, ["unknown", "unknown"]),
        ({"dot": "250-a\r\n250-b\r\n250 c"}, ["accepted", "accepted"]),
        ({"QUIT": HANG_UP}, ["accepted", "accepted"]),
        ({"QUIT": "what"}, ["accepted", "accepted"]),
    ],
)
def test_fault_of_a_server_is_told_for_each_recipient(replies: dict[str, str], expected: list[str]) -> None:
    with scripted(replies=replies) as server:
        assert endings(handed(server)) == expected


@pytest.mark.timed
@pytest.mark.parametrize(
    ("script", "why"),
    [
        ({"replies": {"greeting": "554 go away"}}, "does not greet: 554 go away"),
        ({"replies": {"greeting": "421 busy"}}, "does not greet: 421 busy"),
        ({"replies": {"greeting": HANG_UP}}, "hung up"),
        ({"replies": {"greeting": SILENCE}}, "took too long"),
        ({"replies": {"greeting": "HTTP/1.1 400 Bad Request"}}, "no reply of SMTP"),
        ({"replies": {"greeting": "220 " + "x" * 9000}}, "no end"),
        ({"replies": {"EHLO": "502 what"}}, "refuses EHLO"),
        ({"replies": {"EHLO": "\r\n".join(["250-x"] * 300)}}, "no end"),
        ({"slow": 0.3}, "took too long"),
    ],
)
def test_conversation_that_does_not_come_about_says_why_and_in_time(script: dict[str, Any], why: str) -> None:
    began = time.monotonic()
    with scripted(**script) as server, pytest.raises(SessionError, match=why):
        open_session(at(server.port), trusted, QUICK)
    assert time.monotonic() - began < 4
    assert not [line for line in server.heard if line.startswith("MAIL")]


@pytest.mark.timed
def test_reply_that_drips_in_ends_with_its_step_and_not_with_its_bytes() -> None:
    """Four bytes a second: each read succeeds, the step does not."""
    with scripted(replies={"greeting": "220 " + "x" * 100}, slow=0.25) as server:
        began = time.monotonic()
        with pytest.raises(SessionError, match="took too long"):
            open_session(at(server.port), trusted, QUICK)
        assert time.monotonic() - began < QUICK.greeting + 1


def test_reply_to_the_final_dot_has_ten_minutes_and_a_deadline_of_its_own() -> None:
    assert Deadlines().dot == 600
    impatient = replace(QUICK, command=30, body=30, dot=0.2)
    with scripted(replies={"dot": SILENCE}) as server:
        session = open_session(at(server.port), trusted, impatient)
        began = time.monotonic()
        ended = session.send("reports@agency.example", TWO, MESSAGE, lambda _: None)
        assert time.monotonic() - began < 10
        session.close()
    assert endings(ended) == ["unknown", "unknown"]


def test_server_that_nobody_listens_for_is_named() -> None:
    with scripted() as server:
        port = server.port
    with pytest.raises(SessionError, match=rf"127\.0\.0\.1:{port} cannot be reached: connection refused"):
        open_session(at(port), trusted, QUICK)


def test_name_that_leads_nowhere_is_told() -> None:
    with pytest.raises(SessionError, match="cannot be looked up"):
        open_session(replace(at(25), host="nowhere.invalid", security="tls"), trusted, QUICK)


@pytest.mark.parametrize("mechanisms", ["AUTH PLAIN LOGIN", "AUTH LOGIN"])
def test_user_signs_in_before_anything_is_sent(mechanisms: str) -> None:
    replies = {"AUTH LOGIN": "334 VXNlcm5hbWU6", "dXNlcg==": "334 UGFzc3dvcmQ6", "c2VzYW1l": "235 in"}
    with scripted(features=(mechanisms,), replies=replies) as server:
        session = open_session(at(server.port, user="user", password="sesame"), trusted, QUICK)
        session.close()
    said = server.heard[1:-1]
    assert said in (["AUTH PLAIN AHVzZXIAc2VzYW1l"], ["AUTH LOGIN", "dXNlcg==", "c2VzYW1l"])


@pytest.mark.parametrize(
    ("features", "reply", "why"),
    [
        (("AUTH PLAIN",), "535 sesame is wrong", r"refuses user and password \(535\)"),
        (("AUTH CRAM-MD5",), "", "offers no way to sign in"),
        ((), "", "offers no way to sign in"),
    ],
)
def test_who_cannot_sign_in_sends_nothing_and_never_repeats_the_password(
    features: tuple[str, ...], reply: str, why: str
) -> None:
    replies = {"AUTH": reply} if reply else {}
    with scripted(features=features, replies=replies) as server, pytest.raises(SessionError, match=why) as told:
        open_session(at(server.port, user="user", password="sesame"), trusted, QUICK)
    assert "sesame" not in str(told.value)
    assert not [line for line in server.heard if line.startswith("MAIL")]


_PASSWORD = "pässe/same wört"
_REPEATED = [
    _PASSWORD,
    _PASSWORD.upper(),
    quote(_PASSWORD, safe=""),
    quote(_PASSWORD, safe="").lower(),
    b64encode(_PASSWORD.encode()).decode(),
    b64encode(b"user@agency.example").decode(),
    b64encode(f"\0user@agency.example\0{_PASSWORD}".encode()).decode(),
    b64encode(f"\0user@agency.example\0{_PASSWORD}".encode()).decode()[:37],
]


@pytest.mark.parametrize("said", _REPEATED)
@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA", "dot 5", "dot 2"])
def test_server_that_repeats_what_signed_us_in_is_not_quoted(said: str, verb: str) -> None:
    code = "250" if verb == "dot 2" else "550"
    in_bytes = f"{code}-no\r\n{code} what is '{said}' to user@agency.example".encode().decode("latin-1")
    with scripted(features=("AUTH PLAIN",), replies={verb.partition(" ")[0]: in_bytes}) as server:
        place = at(server.port, user="user@agency.example", password=_PASSWORD)
        session = open_session(place, trusted, QUICK)
        ended = session.send("reports@agency.example", TWO, MESSAGE, lambda _: None)
        session.close()
    assert {one.reason for one in ended.values()} == {f"{code} no what is '***' to user@agency.example"}


@pytest.mark.parametrize(
    ("said", "password", "shown"),
    [
        ("wrong sesame-1", "sesame-1", "wrong ***"),
        ("wrong sesame-", "sesame-1", "wrong ***"),
        ("wrong sesame-2", "sesame-1", "wrong sesame-2"),
        ("wrong pw, no pwd", "pw", "wrong ***, no pwd"),
        ("sesame", "", "sesame"),
        ("user said cEBzcyB3MHJk and dXNlcg", "p@ss w0rd", "user said *** and ***"),
        ("p@ss  w0rd", "p@ss  w0rd", "***"),
    ],
)
def test_password_is_struck_whole_or_cut_off_and_a_short_one_as_a_word(said: str, password: str, shown: str) -> None:
    assert hushed(said, at(25, user="user" if password else "", password=password)) == shown


def test_server_that_repeats_the_password_before_it_greets_a_mail_is_not_quoted() -> None:
    replies = {"EHLO": "550 sesame"}
    with scripted(replies=replies) as server, pytest.raises(SessionError, match=r"refuses EHLO: 550 \*\*\*$"):
        open_session(at(server.port, user="user", password="sesame"), trusted, QUICK)


def test_code_of_a_reply_is_never_taken_for_a_password() -> None:
    with scripted(features=("AUTH PLAIN",), replies={"RCPT": "550 no 550"}) as server:
        session = open_session(at(server.port, user="user", password="550"), trusted, QUICK)
        ended = session.send("reports@agency.example", TWO, MESSAGE, lambda _: None)
        session.close()
    assert {one.reason for one in ended.values()} == {"550 no ***"}


def test_size_of_the_server_is_known_and_none_or_nothing_is_no_limit() -> None:
    for feature, expected in (("SIZE 1000", 1000), ("SIZE 0", None), ("SIZE", None), ("PIPELINING", None)):
        with scripted(features=(feature,)) as server:
            session = open_session(at(server.port), trusted, QUICK)
            assert session.most_bytes == expected
            session.close()


def test_what_stops_us_before_data_leaves_the_message_unsent() -> None:
    def stop(_: Sequence[str]) -> None:
        raise KeyboardInterrupt

    with scripted() as server:
        session = open_session(at(server.port), trusted, QUICK)
        with pytest.raises(KeyboardInterrupt):
            session.send("reports@agency.example", TWO, MESSAGE, stop)
        assert session.is_alive()
        session.close()
    assert "DATA" not in server.heard


def test_recipients_that_the_server_refuses_are_not_among_those_about_to_be_sent() -> None:
    taken: list[Sequence[str]] = []
    with scripted(replies={"RCPT TO:<ops@acme.example>": "550 no"}) as server:
        session = open_session(at(server.port), trusted, QUICK)
        session.send("reports@agency.example", TWO, MESSAGE, taken.append)
        session.close()
    assert taken == [["boss@acme.example"]]
