from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from reporter.config import Config, access, known_secrets, privacy, secret
from reporter.errors import ConfigError, RefusedError

Make = Callable[..., Config]

VOLC = "vendor: volcengine, access_key: env:VOLC_AK, secret_key: env:VOLC_SK"
KEYS = {"VOLC_AK": "AKmadeup", "VOLC_SK": "SKmadeup"}
TALK = """accounts:
  talk: {vendor: talkcloud, auth_key: env:TK_KEY, token: %s}
"""
VIDEO = "events: [{name: a, rooms: [{account: talk, video: 1}]}]\n"


def told(config: Config, env: dict[str, str]) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        access(config, env=env)
    return [str(complaint) for complaint in caught.value.complaints]


def test_access_resolves_references_from_the_environment(make: Make) -> None:
    ready = access(make(), env=KEYS)["volc"]
    assert ready.keys == {"access_key": "AKmadeup", "secret_key": "SKmadeup"}
    assert ready.vendor.name == "volcengine"
    assert "madeup" not in repr(ready)


def test_access_tells_of_every_missing_secret_at_its_place(make: Make, tmp_path: Path) -> None:
    config, folder = make(), f"{tmp_path}{os.sep}"
    line = "\n    volc: {vendor: volcengine, access_key: env:VOLC_AK, secret_key: env:VOLC_SK}"
    missing = f"VOLC_AK is not set; set it, or put VOLC_AK=… into {folder}.env"
    empty = f"VOLC_SK is empty; set it, or put VOLC_SK=… into {folder}.env"
    assert told(config, {"VOLC_SK": ""}) == [
        f"{folder}acme.yaml:4:42: accounts.volc.access_key: the environment variable {missing}{line}",
        f"{folder}acme.yaml:4:67: accounts.volc.secret_key: the environment variable {empty}{line}",
    ]


def test_access_asks_only_for_the_accounts_in_use(make: Make) -> None:
    more = "  spare: {vendor: aliyun, access_key: env:NOT_SET, secret_key: env:NOT_SET}\n"
    accounts = f"accounts:\n  volc: {{{VOLC}}}\n{more}"
    config = make(accounts=accounts)
    assert list(config.accounts) == ["volc", "spare"]
    assert list(access(config, env=KEYS)) == ["volc"]


def test_known_secrets_are_those_that_lead_to_something_here(make: Make, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("sesame\n", encoding="utf-8")
    config = make(
        "mail: {from: a@b.example, to: [c@b.example], smtp: env:SMTP, encrypt: {password: file:password}}\n",
        accounts=(
            f"accounts:\n  volc: {{{VOLC}, base_url: env:URL}}\n"
            "  talk: {vendor: talkcloud, auth_key: env:NOT_SET, token: call:no.such.module:function}\n"
        ),
    )
    env = {**KEYS, "URL": "https://vendor.example", "SMTP": "smtps://a:b@c.example"}
    assert known_secrets(config, env=env) == {
        "accounts.volc.access_key": "AKmadeup",
        "accounts.volc.secret_key": "SKmadeup",
        "mail.smtp": "smtps://a:b@c.example",
        "mail.encrypt.password": "sesame",
    }


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("VOLC_AK=plain", "plain"),
        ("export VOLC_AK=plain", "plain"),
        ("  VOLC_AK = spaced  ", "spaced"),
        ("VOLC_AK=a#b # comment", "a#b"),
        ("VOLC_AK='single # quoted'", "single # quoted"),
        ('VOLC_AK="double \\"quoted\\" # too"  # comment', 'double "quoted" # too'),
        ("VOLC_AK=a=b==", "a=b=="),
        ("#VOLC_AK=no\nVOLC_AK=yes", "yes"),
        ("not a line\nVOLC_AK=first\nVOLC_AK=last", "last"),
        ("\ufeffVOLC_AK=bom", "bom"),
        ("VOLC_AK=a # 密钥", "a"),
    ],
)
def test_dotenv_beside_the_config_is_read(make: Make, tmp_path: Path, line: str, value: str) -> None:
    (tmp_path / ".env").write_text(f"{line}\nVOLC_SK=sk\n", encoding="utf-8")
    assert access(make(), env={})["volc"].keys["access_key"] == value


def test_environment_comes_before_dotenv(make: Make, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("VOLC_AK=file\nVOLC_SK=file\n")
    assert access(make(), env={"VOLC_AK": "env"})["volc"].keys == {"access_key": "env", "secret_key": "file"}


def test_file_reference_is_relative_to_the_config_and_loses_its_last_newline(make: Make, tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "sk.txt").write_bytes(b"SKmadeup\r\n")
    accounts = "accounts:\n  volc: {vendor: volcengine, access_key: env:VOLC_AK, secret_key: file:keys/sk.txt}\n"
    assert access(make(accounts=accounts), env=KEYS)["volc"].keys["secret_key"] == "SKmadeup"


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (None, "does not exist"),
        (b"\n", "is empty; write the secret into it"),
        (b"\xff\xfe", "is no text"),
        (b"a\nb\n", "holds a line break or control character"),
    ],
)
def test_file_reference_that_leads_to_nothing_is_a_complaint(
    make: Make, tmp_path: Path, data: bytes | None, what: str
) -> None:
    if data is not None:
        (tmp_path / "sk.txt").write_bytes(data)
    accounts = "accounts:\n  volc: {vendor: volcengine, access_key: env:VOLC_AK, secret_key: file:sk.txt}\n"
    (complaint,) = told(make(accounts=accounts), KEYS)
    assert "acme.yaml:4:67: accounts.volc.secret_key: " in complaint
    assert what in complaint


def test_call_reference_is_imported_when_it_is_needed(make: Make) -> None:
    config = make(accounts=TALK % "call:posixpath:basename", events=VIDEO)
    token = access(config, env={"TK_KEY": "k"})["talk"].keys["token"]
    assert not isinstance(token, str)
    assert token("a/b") == "b"


def test_key_with_an_unseen_character_is_refused_without_its_value(make: Make) -> None:
    (complaint,) = told(make(), {**KEYS, "VOLC_SK": "SKmade\u200bup"})
    assert "accounts.volc.secret_key: env:VOLC_SK holds a character that no key has" in complaint
    assert "SKmade" not in complaint


def token_of(auth_key: str, _seconds: int) -> object:
    """Do what a function of a user's may do, as the key says."""
    if auth_key == "raises":
        raise RuntimeError(f"no server for {auth_key} of mine")
    return {"none": None, "number": 7, "cjk": "令牌", "lines": "a\nb", "empty": ""}.get(auth_key, f"t-{auth_key}")


def token_of_nothing() -> str:
    return "t"


@pytest.mark.parametrize(
    ("name", "key", "what"),
    [
        ("token_of", "raises", "the account's function ended with RuntimeError"),
        ("token_of_nothing", "k", "the account's function ended with TypeError"),
        *(("token_of", key, "returned what is no token") for key in ("none", "number", "cjk", "lines", "empty")),
    ],
)
def test_function_that_makes_no_token_is_told_in_one_line_without_its_words(
    make: Make, name: str, key: str, what: str
) -> None:
    config = make(accounts=TALK % f"call:{__name__}:{name}", events=VIDEO)
    made = access(config, env={"TK_KEY": key})["talk"].keys["token"]
    assert callable(made)
    with pytest.raises(RefusedError, match=what) as caught:
        made(key, 1795000000)
    assert f"call:{__name__}:{name} takes the auth key and the time" in str(caught.value)
    assert "of mine" not in str(caught.value)


def test_function_that_makes_a_token_is_taken_at_its_word(make: Make) -> None:
    made = access(make(accounts=TALK % f"call:{__name__}:token_of", events=VIDEO), env={"TK_KEY": "k"})["talk"].keys
    assert callable(made["token"])
    assert made["token"]("k", 1795000000) == "t-k"


@pytest.mark.parametrize(
    ("reference", "what"),
    [
        ("call:no_such_module_here:make", "no_such_module_here cannot be imported (ModuleNotFoundError"),
        ("call:posixpath:make", "posixpath has no function make"),
        ("call:posixpath:sep", "posixpath has no function sep"),
    ],
)
def test_call_reference_that_leads_to_nothing_is_a_complaint(make: Make, reference: str, what: str) -> None:
    (complaint,) = told(make(accounts=TALK % reference, events=VIDEO), {"TK_KEY": "k"})
    assert f"acme.yaml:4:58: accounts.talk.token: {what}" in complaint


@pytest.mark.parametrize(
    ("url", "ready"),
    [
        ("https://api.example.com/", "https://api.example.com"),
        ("https://api.example.com:8443/a/b/", "https://api.example.com:8443/a/b"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://127.8.9.1", "http://127.8.9.1"),
        ("http://[::1]:8080/vod", "http://[::1]:8080/vod"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("https://straße.example", "https://straße.example"),
    ],
)
@pytest.mark.parametrize("is_literal", [True, False])
def test_base_url_is_taken_literally_and_from_the_environment(
    make: Make, url: str, ready: str, is_literal: bool
) -> None:
    written = f'"{url}"' if is_literal else "env:PLACE"
    config = make(accounts=f"accounts:\n  volc: {{{VOLC}, base_url: {written}}}\n")
    assert access(config, env={**KEYS, "PLACE": url})["volc"].account.base_url == ready


@pytest.mark.parametrize(
    "url",
    [
        "http://api.example.com",
        "http://128.0.0.1",
        "http://localhost.example.com",
        "https://me:madeup@api.example.com",
        "https://api.example.com?x=1",
        "https://api.example.com#x",
        "https://api.example.com:port",
        "ftp://api.example.com",
        "api.example.com",
        "https://",
        "https://api example.com",
        "https://\u212aapi.example.com",
        "https://api\u3002example.com",
        "https://ΣΟΦΟΣ.example",
    ],
)
def test_base_url_from_the_environment_is_refused_unseen(make: Make, url: str) -> None:
    accounts = f"accounts:\n  volc: {{{VOLC}, base_url: env:PLACE}}\n"
    (complaint,) = told(make(accounts=accounts), {**KEYS, "PLACE": url})
    assert "accounts.volc.base_url: what it refers to" in complaint
    assert "madeup" not in complaint


def test_proxy_may_hold_a_password_since_it_comes_from_the_environment(make: Make) -> None:
    accounts = f"accounts:\n  volc: {{{VOLC}, proxy: env:PROXY}}\n"
    config, url = make(accounts=accounts), "http://me:madeup@proxy.example.com:3128"
    assert access(config, env={**KEYS, "PROXY": url})["volc"].account.proxy == url
    (complaint,) = told(config, {**KEYS, "PROXY": "proxy.example.com"})
    assert "is no URL of a proxy; write http://host:port" in complaint


def test_scope_is_the_same_for_the_same_key_at_the_same_place(make: Make) -> None:
    config = make()
    scope = access(config, env=KEYS)["volc"].scope
    assert len(scope) == 16
    assert access(config, env={**KEYS, "VOLC_SK": "rotated"})["volc"].scope == scope
    assert access(config, env={**KEYS, "VOLC_AK": "another"})["volc"].scope != scope
    elsewhere = f"accounts:\n  volc: {{{VOLC}, base_url: https://api.example.com}}\n"
    assert access(make(accounts=elsewhere), env=KEYS)["volc"].scope != scope


def test_hash_key_is_followed_only_where_something_is_hashed(make: Make) -> None:
    rule = privacy(make("privacy: {phone: hash, key: env:HASH}\n"), env={"HASH": "k1"})
    assert rule.key == "k1"
    assert "k1" not in repr(rule)
    assert privacy(make("privacy: {phone: drop, key: env:HASH}\n"), env={}).key == ""


def test_hash_key_that_is_not_set_is_a_complaint(make: Make) -> None:
    with pytest.raises(ConfigError, match=r"8:29: privacy\.key: the environment variable HASH is not set"):
        privacy(make("privacy: {phone: hash, key: env:HASH}\n"), env={})


def test_secret_of_mail_is_followed_by_its_key(make: Make) -> None:
    config = make("mail: {from: a@agency.example, to: [b@acme.example], smtp: env:SMTP_URL}\n")
    assert secret(config, "mail.smtp", env={"SMTP_URL": "smtps://mail.example.com"}) == "smtps://mail.example.com"
    with pytest.raises(ConfigError, match=r"8:60: mail\.smtp: the environment variable SMTP_URL is not set"):
        secret(config, "mail.smtp", env={})
