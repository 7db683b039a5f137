"""Every week by itself: what was missed is made, and a week that can no longer be made keeps no other from leaving."""

from __future__ import annotations

import email
import json
from datetime import UTC, datetime
from email import policy

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
        assert desk("send", "acme", "--yes", env={"SMTP_URL": server.url}).code == 0
        assert desk("send", f"acme/{missed}", "--yes", env={"SMTP_URL": server.url}).code == 0
    subjects = [email.message_from_bytes(raw, policy=policy.default)["Subject"] for *_, raw in server.mails]
    assert subjects == [f"Acme 直播周报 {WEEK}", f"Acme 直播周报 {missed}"]
