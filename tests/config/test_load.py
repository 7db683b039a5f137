from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook

from reporter.config import Config, HtmlOutput, WorkbookOutput, load, periods
from reporter.errors import ConfigError
from reporter.model import Match, Period, Text
from reporter.rules import (
    DEFAULT_ENGAGEMENT,
    Attendance,
    Brand,
    Exclusions,
    Identity,
    Privacy,
    Roster,
    RosterEntry,
    StaffPhone,
)
from reporter.vendors.caps import Caps

Make = Callable[..., Config]

FOUR = """accounts:
  volc: {vendor: volcengine, access_key: env:AK, secret_key: env:SK, detail: list}
  qs: {vendor: quanshi, app_key: env:K, app_secret: env:S, user_email: ops@example.com}
  talk: {vendor: talkcloud, auth_key: env:K, token: env:T}
  vod: {vendor: aliyun, access_key: env:AK, secret_key: env:SK}
"""


def week(text: str = "2026-W46") -> Period:
    return periods.resolve(text, "Asia/Shanghai", datetime.fromisoformat("2026-11-16T09:00:00+08:00"))


def test_smallest_config_has_the_defaults_of_the_design(make: Make) -> None:
    config = make()
    assert config.title == Text("acme", "acme")
    assert (config.language, config.timezone, config.period) == ("zh", "Asia/Shanghai", "last_week")
    assert config.identity == Identity()
    assert config.attendance == Attendance()
    assert config.exclusions == Exclusions()
    assert config.engagement == DEFAULT_ENGAGEMENT
    assert config.workbook == WorkbookOutput()
    assert config.html == HtmlOutput()
    assert (config.audience, config.privacy, config.brand) == ("client", Privacy(), Brand())
    assert config.mail is None
    assert config.rosters == ()


@pytest.mark.parametrize(
    "written",
    ["0123", "172183460671", "8602268011035296205", "1_000", "2026-11-05", "NO", "0x1F", "1e5", "1.0", "1:30"],
)
@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_id_is_the_text_that_was_written(make: Make, written: str, quote: str) -> None:
    events = (
        f"events:\n  - name: {quote}{written}{quote}\n    rooms: [{{account: volc, room: {quote}{written}{quote}}}]\n"
    )
    (room,) = make(events=events).rooms(week())
    assert (room.room_id, room.event) == (written, written)


def test_config_of_the_design_loads_word_for_word(tmp_path: Path, png: Callable[..., bytes]) -> None:
    (tmp_path / "rosters").mkdir()
    (tmp_path / "rosters" / "acme.csv").write_text("手机,姓名\n19000101101,王小萌\n", encoding="utf-8")
    (tmp_path / "rosters" / "staff.csv").write_text("phone\n19000101190\n", encoding="utf-8")
    (tmp_path / "acme.png").write_bytes(png(4, 4))
    path = tmp_path / "acme.yaml"
    path.write_bytes((Path(__file__).parent / "contract.yaml").read_bytes())
    config = load(path)
    assert [room.room_id for room in config.rooms(week())] == [
        "172183460671",
        "609768",
        "8602268011035296205",
        "9ae2af636ca6c10412f44891fc000001",
    ]
    assert list(config.matches()) == ["volc"]


def test_numbers_are_read_from_their_text(make: Make) -> None:
    config = make(
        "identity: {match_on: [email], max_shared: 7, min_id_length: '8'}\n"
        "attendance: {min_ratio: 0.75, min_minutes: 12.5, base: media}\nengagement: {watch: 2, votes: 0}\n"
    )
    assert config.identity == Identity(("email",), 7, 8)
    assert config.attendance == Attendance(0.75, 12.5, "media")
    assert config.engagement == {"watch": 2.0, "votes": 0.0}


def test_title_of_one_language_stands_in_for_the_other(make: Make) -> None:
    assert make("title: 周报\n").title == Text("周报", "周报")
    assert make("title: {en: Weekly}\n").title == Text("Weekly", "Weekly")
    assert make("title: {zh: 周报, en: Weekly}\n").title == Text("周报", "Weekly")


def test_rooms_carry_vendor_event_detail_and_days(make: Make) -> None:
    events = """events:
  - name: 第12课
    rooms:
      - {account: volc, room: 1, detail: tracks}
      - {account: qs, room: 2}
      - {account: talk, video: "3"}
      - {account: vod, media: 4}
  - name: 第12课
    period: 2026-11-10..2026-11-11
    rooms: [{account: volc, room: 5}]
"""
    rooms = make(accounts=FOUR, events=events).rooms(week())
    assert [(room.vendor, room.account, room.room_id, room.event, room.detail) for room in rooms] == [
        ("volcengine", "volc", "1", "第12课", "tracks"),
        ("quanshi", "qs", "2", "第12课", None),
        ("talkcloud", "talk", "3", "第12课", None),
        ("aliyun", "vod", "4", "第12课", None),
        ("volcengine", "volc", "5", "第12课", "list"),
    ]
    assert {room.period for room in rooms[:4]} == {week()}
    assert [room.entry for room in rooms] == [0, 0, 0, 0, 1], "equal names of two entries are two events"
    assert rooms[4].period == week("2026-11-10..2026-11-11")


def test_event_days_outside_the_asked_period_are_a_complaint_at_their_place(make: Make) -> None:
    events = "events:\n  - name: a\n    period: 2026-11-10\n    rooms: [{account: volc, room: 1}]\n"
    with pytest.raises(ConfigError, match=r"acme\.yaml:7:13: events\[0\]\.period: .* outside .* 2026-11-11") as caught:
        make(events=events).rooms(week("2026-11-11"))
    assert caught.value.complaints[0].line_shown.strip() == "period: 2026-11-10"


def test_matches_know_what_their_account_lists_already(make: Make) -> None:
    events = """events:
  - name: a
    rooms: [{account: volc, room: 1}, {account: qs, room: 2}]
rooms:
  - {account: volc, match: {name: "公开课*", tags: {行业: [教育, 培训]}, status: [live, ended]}}
  - {account: volc, match: {}}
"""
    listed = frozenset({"1"})
    assert make(accounts=FOUR, events=events).matches() == {
        "volc": (
            Match("公开课*", (("行业", ("教育", "培训")),), ("live", "ended"), listed),
            Match("", (), (), listed),
        )
    }


@pytest.mark.parametrize(
    ("more", "privacy"),
    [
        ("", Privacy("mask", "mask", "drop", "keep")),
        ("outputs: {workbook: {audience: internal}}\n", Privacy("keep", "keep", "keep", "keep")),
        ("privacy: {phone: keep, name: mask}\n", Privacy("keep", "mask", "drop", "mask")),
        ("outputs: {workbook: {audience: internal}}\nprivacy: {ip: drop}\n", Privacy("keep", "keep", "drop", "keep")),
    ],
)
def test_privacy_follows_the_audience_and_explicit_entries_win(make: Make, more: str, privacy: Privacy) -> None:
    assert make(more).privacy == privacy


def test_outputs_that_are_not_named_are_not_made(make: Make) -> None:
    config = make("outputs: {workbook: {sheets: [people, about], compress: fast, labels: {people.name: 学员}}}\n")
    assert config.workbook == WorkbookOutput(("people", "about"), {}, {"people.name": "学员"}, None, "fast")
    assert config.html is None


def test_sheets_may_show_what_they_join_and_derive(make: Make) -> None:
    columns = {"attendance": ("name", "company"), "plays": ("event",), "events": ("event", "people"), "curves": ("at",)}
    said = ", ".join(f"{table}: [{', '.join(names)}]" for table, names in columns.items())
    config = make(f"outputs: {{workbook: {{columns: {{{said}}}, labels: {{people.attended_events: 场次}}}}}}\n")
    assert config.workbook is not None
    assert config.workbook.columns == columns
    assert config.workbook.labels == {"people.attended_events": "场次"}


def test_people_may_show_what_attendance_sums_up(make: Make) -> None:
    config = make("outputs: {workbook: {columns: {people: [name, phone, live_seconds]}}}\n")
    assert config.workbook is not None
    assert config.workbook.columns == {"people": ("name", "phone", "live_seconds")}


def test_mail_has_its_defaults(make: Make) -> None:
    mail = make(
        "mail:\n  from: 周报 <reports@agency.example>\n  to: [甲 <a@Acme.Example>, b@acme.example]\n"
        "  bcc: [me@agency.example]\n"
    ).mail
    assert mail is not None
    assert mail.allowed_domains is None
    assert (mail.subject, mail.attach, mail.attach_name) == ("{title} {period}", ("workbook",), "{title}_{period}")
    assert (mail.max_mb, mail.smtp, mail.encrypt) == (Decimal(20), None, None)


def test_mail_keeps_what_is_written(make: Make) -> None:
    mail = make(
        "mail: {from: a@agency.example, to: [b@acme.example], allowed_domains: [ACME.example], "
        "subject: '{client} {{x}} {period}', attach: [page, pdf], max_mb: 7.50, rate: 30/min, "
        "smtp: env:SMTP, encrypt: {password: file:pw}}\n"
    ).mail
    assert mail is not None
    assert (mail.allowed_domains, mail.attach, mail.max_mb) == (("acme.example",), ("page", "pdf"), Decimal("7.50"))
    assert mail.encrypt is not None
    assert mail.encrypt.password == "file:pw"


def test_rosters_and_staff_lists_are_read_relative_to_the_file_that_names_them(make: Make, tmp_path: Path) -> None:
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "acme.csv").write_text("手机,姓名\n190-0010-1101,王小萌\n", encoding="utf-8")
    (tmp_path / "lists" / "staff.csv").write_text("电话\n19000101190\n", encoding="gb18030")
    config = make(
        "rosters: [{name: 名单, file: lists/acme.csv, columns: {phone: 手机, name: 姓名}}]\n"
        "exclude: [{phone_in: lists/staff.csv}, {role: host}, {role: speaker}]\n"
    )
    assert config.rosters == (Roster("名单", (RosterEntry(phone="190-0010-1101", name="王小萌"),)),)
    assert config.exclusions == Exclusions(("host", "speaker"), (StaffPhone("19000101190", "staff.csv"),))
    assert [name for name, _ in config.sources] == ["acme.yaml", "lists/acme.csv", "lists/staff.csv"]


def test_logo_and_templates_are_found_beside_the_config(make: Make, tmp_path: Path, png: Callable[..., bytes]) -> None:
    for name, data in (("acme.png", png(4, 4)), ("mine.html", b"x")):
        (tmp_path / name).write_bytes(data)
    Workbook().save(tmp_path / "theme.xlsx")
    config = make(
        "brand: {color: '#ABCDEF', logo: acme.png}\n"
        "outputs: {workbook: {template: theme.xlsx}, html: {template: mine.html}}\n"
    )
    assert config.brand == Brand("#abcdef", png(4, 4))
    assert config.workbook == WorkbookOutput(template=tmp_path / "theme.xlsx")
    assert config.html == HtmlOutput(tmp_path / "mine.html")


def test_hash_moves_with_every_file_that_is_named_and_with_nothing_else(make: Make, tmp_path: Path) -> None:
    roster = tmp_path / "a.csv"
    more = "rosters: [{name: 名单, file: a.csv, columns: {phone: 手机}}]\n"
    roster.write_text("手机\n1\n", encoding="utf-8")
    before = make(more).sha256
    assert make(more).sha256 == before
    roster.write_text("手机\n2\n", encoding="utf-8")
    after = make(more).sha256
    assert before != after != make(more + "# a comment\n").sha256


def test_extends_merges_maps_replaces_lists_and_the_nearer_wins(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "_far.yaml").write_text(
        "period: last_month\nlanguage: en\nexclude: [{role: host}, {phone_in: staff.csv}]\n"
        "accounts:\n  vod: {vendor: aliyun, access_key: env:AK, secret_key: env:SK}\n"
        "  volc: {vendor: volcengine, access_key: env:AK, secret_key: env:SK, detail: list}\n",
        encoding="utf-8",
    )
    (tmp_path / "shared" / "staff.csv").write_text("phone\n1\n")
    (tmp_path / "_near.yaml").write_text(
        "extends: shared/_far.yaml\nlanguage: zh\naccounts: {volc: {detail: tracks}}\n"
    )
    path = tmp_path / "acme.yaml"
    path.write_text(
        "extends: _near.yaml\nclient: acme\nperiod: yesterday\nexclude: [{role: speaker}]\n"
        "events: [{name: a, rooms: [{account: volc, room: 1}]}]\n"
    )
    config = load(path)
    assert (config.period, config.language) == ("yesterday", "zh")
    assert list(config.accounts) == ["vod", "volc"]
    assert config.rooms(week())[0].detail == "tracks"
    assert config.exclusions == Exclusions(("speaker",))
    assert [name for name, _ in config.sources] == ["acme.yaml", "_near.yaml", "shared/_far.yaml"]


def test_paths_of_a_base_start_from_the_base(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "clients").mkdir()
    (tmp_path / "shared" / "staff.csv").write_text("phone\n1\n")
    (tmp_path / "shared" / "_base.yaml").write_text(
        "period: last_week\nexclude: [{phone_in: staff.csv}]\n"
        "accounts: {volc: {vendor: volcengine, access_key: file:ak, secret_key: env:SK}}\n"
    )
    path = tmp_path / "clients" / "acme.yaml"
    path.write_text(
        "extends: ../shared/_base.yaml\nclient: acme\nevents: [{name: a, rooms: [{account: volc, room: 1}]}]\n"
    )
    config = load(path)
    assert config.exclusions.phones == (StaffPhone("1", "staff.csv"),)
    assert config.references["accounts.volc.access_key"].folder.resolve() == (tmp_path / "shared").resolve()
    assert [name for name, _ in config.sources] == ["clients/acme.yaml", "shared/_base.yaml", "shared/staff.csv"]


def test_config_may_begin_with_a_byte_order_mark_and_end_lines_as_windows_does(tmp_path: Path) -> None:
    path = tmp_path / "acme.yaml"
    text = (
        "client: acme\nperiod: last_week\ntitle: 周报\naccounts: {volc: {vendor: volcengine, access_key: env:A, "
        "secret_key: env:B}}\nevents: [{name: a, rooms: [{account: volc, room: 1}]}]\nlanguge: zh\n"
    )
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    with pytest.raises(ConfigError, match=r"acme\.yaml:6:1: languge: unknown key"):
        load(path)


def test_limits_are_bytes_and_seconds_however_written(make: Make) -> None:
    keys = "vendor: volcengine, access_key: env:A, secret_key: env:B"
    said = "seconds: 2.5, wire: 2MiB, unpacked: 1GiB, ratio: 50, nesting: 32"
    one = make(accounts=f"accounts:\n  volc: {{{keys}, limits: {{{said}}}}}\n").accounts["volc"]
    assert one.limits == Caps(seconds=2.5, wire=2 * 1024**2, unpacked=1024**3, ratio=50, nesting=32)
    two = make(accounts=f"accounts:\n  volc: {{{keys}, limits: {{wire: 4096}}}}\n").accounts["volc"]
    assert two.limits == Caps(wire=4096)
    assert hash(one) != hash(two)


def test_rates_are_kept_as_written(make: Make) -> None:
    keys = "vendor: volcengine, access_key: env:A, secret_key: env:B"
    both = make(accounts=f"accounts:\n  volc: {{{keys}, rate: 30/min}}\n").accounts["volc"].rate
    one = make(
        accounts=f"accounts:\n  volc: {{{keys}, rate: {{ListActivityAPI: 120/min, ListAccountUserData: 0.5/s}}}}\n"
    )
    assert both == "30/min"
    assert one.accounts["volc"].rate == (("ListActivityAPI", "120/min"), ("ListAccountUserData", "0.5/s"))
    assert hash(one.accounts["volc"])


def test_full_width_and_unbreakable_spaces_are_text_like_any_other(make: Make) -> None:
    events = "events:\n  - name: 第12课　下\n    rooms: [{account: volc, room: 172183460671}]\n"
    mail = (
        "mail:\n  from: 周报　小组 <reports@agency.example>\n  to: [ops@acme.example]\n"
        '  subject: "{title}　{period}"\n  attach_name: "{title}\\u00a0{period}"\n'
    )
    config = make(f"title: Acme　直播周报\n{mail}", events=events)
    assert (config.title.zh, config.events[0].name) == ("Acme　直播周报", "第12课　下")
    assert config.mail is not None
    assert (config.mail.subject, config.mail.attach_name) == ("{title}　{period}", "{title}\xa0{period}")
