from __future__ import annotations

import pytest

from reporter.errors import UsageError
from reporter.mail.server import Server, parse


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "smtp+starttls://user:pass@mail.example:587",
            Server("starttls", "mail.example", 587, "user", "pass"),
        ),
        ("smtp+starttls://mail.example", Server("starttls", "mail.example", 587)),
        ("smtps://me%40a.example:p%2Fw%3A@mail.example", Server("tls", "mail.example", 465, "me@a.example", "p/w:")),
        ("smtp://127.0.0.1:2525", Server("none", "127.0.0.1", 2525)),
        ("smtp://localhost/", Server("none", "localhost", 25)),
        ("smtp://[::1]", Server("none", "::1", 25)),
        ("smtps://例子.example", Server("tls", "xn--fsqu00a.example", 465)),
        ("smtps://u:ses%2Fame@straße.example:587", Server("tls", "xn--strae-oqa.example", 587, "u", "ses/ame")),
    ],
)
def test_server_is_read_from_its_url(url: str, expected: Server) -> None:
    assert parse(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.example",
        "http://mail.example",
        "smtp://mail.example",
        "smtp://192.0.2.1:25",
        "smtp://localhost.evil.example",
        "smtps://",
        "smtps://user:sesame@",
        "smtps://mail.example:0",
        "smtps://mail.example:99999",
        "smtps://mail.example:port",
        "smtps://user@mail.example",
        "smtps://user:sesame@mail.example/path",
        "smtps://user:sesame@mail.example?verify=none",
        "smtps://user:ses%0D%0Aame@mail.example",
        "smtp+starttls://[::1",
        "smtps://user:sesame@mail.example\u24d0",
        "smtps://user:sesame@\u212amail.example",
        "smtps://user:sesame@ΣΟΦΟΣ.example",
        "smtps://user:sesame@mail\u3002example",
    ],
)
def test_url_that_cannot_be_used_is_refused_and_never_quoted(url: str) -> None:
    with pytest.raises(UsageError) as told:
        parse(url)
    assert told.value.exit_code == 2
    assert "sesame" not in str(told.value)


def test_password_may_hold_a_full_width_space_and_one_with_a_control_character_is_told_as_that() -> None:
    assert parse("smtps://user:ses%E3%80%80ame@mail.example").password == "ses\u3000ame"
    with pytest.raises(UsageError, match="a password that holds a control character"):
        parse("smtps://user:ses%00ame@mail.example")


def test_password_is_not_in_what_is_printed_of_a_server() -> None:
    assert "sesame" not in repr(parse("smtps://user:sesame@mail.example"))
