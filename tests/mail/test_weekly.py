"""Every week by itself: what was missed is made, and a week that can no longer be made keeps no other from leaving."""

from __future__ import annotations

import email
import json
from datetime import UTC, datetime
from email import policy

import pytest

from reporter.config import periods
from reporter.store import Store
from tests.mail.conftest import WEEK, Desk
from tests.mail.servers import inbox

NOW = datetime.now(UTC)
MEDIA = "      - {account: vod, media: 9ae2af636ca6c10412f44891fc000001}\n"
ACCOUNT = """\
  vod: {vendor: aliyun, base_url: env:URL, access_key: env:DEMO_ALI_AK, secret_key: env:DEMO_ALI_SK}
events:
"""


def keep(desk: Desk, label: str, status: str | None) -> str:
    """Put a run of a week into the store: ended as `status`, or (None) begun and come to nothing; return the label."""
    period = periods.resolve(label, "Asia/Shanghai", NOW)
    with Store.open(f"sqlite:///{desk.folder / 'reporter.db'}") as store:
        begun = store.begin_run(
            client="acme", period=period, config_sha256="c" * 64, as_of=NOW, sources=(("acme.yaml", b""),), now=NOW
        )
        if status is not None:
            store.finish_run(begun.run_id, status, "{}", {}, NOW)
    return label


def weeks_ago(count: int) -> str:
    period = periods.resolve(WEEK, "Asia/Shanghai", NOW)
    for _ in range(count):
        period = periods.before(period)
    return period.label


def test_missed_weeks_are_made_oldest_first_and_one_that_no_vendor_tells_any_more_keeps_none_from_its_client(
    desk: Desk, vendors: dict[str, str]
) -> None:
    for count in (2, 3, 5):
        keep(desk, weeks_ago(count), "complete")
    gone, missed = keep(desk, weeks_ago(4), None), weeks_ago(1)
    path = desk.folder / "acme.yaml"
    text = path.read_text(encoding="utf-8").replace(f"period: {WEEK}", "period: last_week")
    path.write_text(text.replace("events:\n", ACCOUNT).replace("outputs:\n", f"{MEDIA}outputs:\n"), encoding="utf-8")
    ended = desk("run", "acme.yaml", "--catch-up", "--out", "out", "--json", env=vendors)
    assert ended.code == 0, ended.stderr
    made = json.loads(ended.stdout)["runs"]
    assert [(run["period"]["label"], run["status"]) for run in made] == [(missed, "complete"), (WEEK, "complete")]
    said = f"acme {gone} can no longer be made whole and is left out: vod DescribeVodMediaPlayData no longer tells "
    assert said in ended.stderr
    assert f"reporter run acme.yaml --period {gone} --allow-partial" in ended.stderr
    with inbox() as server:
        assert desk("send", "acme", "--config", "acme.yaml", "--yes", env={"SMTP_URL": server.url}).code == 0
        assert desk("send", f"acme/{missed}", "--yes", env={"SMTP_URL": server.url}).code == 0
    subjects = [email.message_from_bytes(raw, policy=policy.default)["Subject"] for *_, raw in server.mails]
    assert subjects == [f"Acme 直播周报 {WEEK}", f"Acme 直播周报 {missed}"]


@pytest.mark.parametrize("other", ["a day", "another config"])
def test_timer_mails_its_own_configs_run_of_the_period_that_ended_and_no_newer_one(
    desk: Desk, vendors: dict[str, str], other: str
) -> None:
    path = desk.folder / "acme.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(f"period: {WEEK}", "period: last_week"), encoding="utf-8")
    text, monday = path.read_text(encoding="utf-8"), datetime.strptime(f"{WEEK}-1", "%G-W%V-%u")  # noqa: DTZ007 - a day
    inner = desk.folder / "internal.yaml"
    inner.write_text(text.replace("visits]}", "visits], audience: internal}"), encoding="utf-8")
    name, period = ("acme.yaml", f"{monday:%Y-%m-%d}") if other == "a day" else ("internal.yaml", WEEK)
    assert desk("run", name, "--period", period, "--out", "out", env=vendors).code == 0
    with inbox() as server:
        timer = ("send", "acme", "--yes", "--config", "acme.yaml")
        ended = desk(*timer, env={"SMTP_URL": server.url})
        assert (ended.code, server.connections) == (3, 0)
        assert f"acme {WEEK} has no finished run that acme.yaml as it is now has made" in ended.stderr
        assert desk("run", "acme.yaml", "--catch-up", "--out", "out", env=vendors).code == 0
        assert desk(*timer, env={"SMTP_URL": server.url}).code == 0
    ((_, _, raw),) = server.mails
    assert email.message_from_bytes(raw, policy=policy.default)["Subject"] == f"Acme 直播周报 {WEEK}"


def test_config_of_another_client_or_a_period_without_config_is_2(desk: Desk) -> None:
    for words in (("bolt", "--config", "acme.yaml"), ("acme", "--period", "last_week")):
        assert desk("send", *words).code == 2
