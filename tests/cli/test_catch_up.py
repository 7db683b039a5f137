"""Which periods `run --catch-up` makes: those that were missed, but none that no vendor tells any more."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from reporter.cli import work
from reporter.config import periods
from reporter.store import Store

NOW = "2026-11-23T12:30:00+08:00"
CONFIG = """\
client: acme
period: last_week
accounts:
  volc: {vendor: volcengine, access_key: env:KEY, secret_key: env:KEY}
  vod: {vendor: aliyun, access_key: env:KEY, secret_key: env:KEY}
events:
  - name: 第12课
    rooms:
      - {account: volc, room: "172183460671"}
"""
MEDIA = "      - {account: vod, media: 9ae2af636ca6c10412f44891fc000001}\n"


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'reporter.db'}"


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEY", "a key")


def written(folder: Path, text: str = CONFIG) -> Path:
    path = folder / "acme.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def keep(url: str, status: str | None, *labels: str) -> None:
    """Put runs into the store: ended as `status`, or (None) begun and come to nothing."""
    now = datetime.fromisoformat(NOW).astimezone(UTC)
    with Store.open(url) as store:
        for label in labels:
            period = periods.resolve(label, "Asia/Shanghai", now)
            begun = store.begin_run(
                client="acme", period=period, config_sha256="c" * 64, as_of=now, sources=(("acme.yaml", b""),), now=now
            )
            if status is not None:
                store.finish_run(begun.run_id, status, "{}", {}, now)


def labels(config: Path, url: str, period: str | None = None) -> list[str]:
    jobs = work.jobs([config], period=period, now=NOW, store_to_catch_up=url)
    return [job.period.label for job in jobs]


def test_periods_since_the_last_complete_one_come_oldest_first(tmp_path: Path, url: str) -> None:
    keep(url, "complete", "2026-W43")
    keep(url, "partial", "2026-W44")
    assert labels(written(tmp_path), url) == ["2026-W44", "2026-W45", "2026-W46", "2026-W47"]


def test_nothing_is_missed_before_the_first_run_or_beside_runs_of_another_kind(tmp_path: Path, url: str) -> None:
    assert labels(written(tmp_path), url) == ["2026-W47"]
    keep(url, "complete", "2026-09", "2026-11-02")
    assert labels(written(tmp_path), url) == ["2026-W47"]


def test_period_that_came_to_nothing_is_tried_again_though_a_later_one_is_complete(tmp_path: Path, url: str) -> None:
    keep(url, "complete", "2026-W42", "2026-W43", "2026-W45", "2026-W46")
    assert labels(written(tmp_path), url) == ["2026-W47"]
    keep(url, None, "2026-W44")
    assert labels(written(tmp_path), url) == ["2026-W44", "2026-W47"]


def test_first_period_that_came_to_nothing_is_tried_again_before_and_after_a_later_one_is_complete(
    tmp_path: Path, url: str
) -> None:
    keep(url, None, "2026-W41", "2026-W44")
    assert labels(written(tmp_path), url) == ["2026-W44", "2026-W47"]
    keep(url, "complete", "2026-W46")
    assert labels(written(tmp_path), url) == ["2026-W44", "2026-W47"]


def test_period_that_came_to_nothing_is_not_tried_for_ever(tmp_path: Path, url: str) -> None:
    keep(url, "complete", "2026-W40", "2026-W42", "2026-W43", "2026-W44", "2026-W45", "2026-W46")
    keep(url, None, "2026-W41")
    assert labels(written(tmp_path), url) == ["2026-W47"]


def test_missed_period_that_a_vendor_no_longer_tells_is_left_out_and_told(
    tmp_path: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(url, "complete", "2026-W42")
    assert labels(written(tmp_path, CONFIG + MEDIA), url) == ["2026-W44", "2026-W45", "2026-W46", "2026-W47"]
    assert capsys.readouterr().err == (
        "acme 2026-W43 can no longer be made whole and is left out: vod DescribeVodMediaPlayData no longer tells "
        "2026-10-19, nor 4 more days; for what is left: reporter run acme.yaml --period 2026-W43 --allow-partial\n"
    )


def test_missed_period_of_a_vendor_that_still_tells_it_is_made(
    tmp_path: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(url, "complete", "2026-W42")
    assert labels(written(tmp_path), url)[0] == "2026-W43"
    assert capsys.readouterr().err == ""


def test_period_that_is_asked_for_is_made_whatever_a_vendor_tells(tmp_path: Path, url: str) -> None:
    keep(url, "complete", "2026-W36")
    assert labels(written(tmp_path, CONFIG + MEDIA), url, period="2026-W38") == ["2026-W38"]


def test_each_config_is_left_out_of_and_made_by_its_own(tmp_path: Path, url: str) -> None:
    keep(url, "complete", "2026-W42")
    other = tmp_path / "bolt.yaml"
    other.write_text(CONFIG.replace("acme", "bolt") + MEDIA, encoding="utf-8")
    both = work.jobs([written(tmp_path, CONFIG + MEDIA), other], period=None, now=NOW, store_to_catch_up=url)
    assert [(job.config.client, job.period.label) for job in both] == [
        *(("acme", label) for label in ("2026-W44", "2026-W45", "2026-W46", "2026-W47")),
        ("bolt", "2026-W47"),
    ]


def test_of_the_week_under_way_nothing_is_missed_for_the_next_report_holds_its_days(tmp_path: Path, url: str) -> None:
    keep(url, "complete", "2026-11-16", "2026-11-16..2026-11-19")
    keep(url, None, "2026-11-16..2026-11-18")
    config = written(tmp_path, CONFIG.replace("last_week", "this_week"))
    tuesday = "2026-11-24T12:30:00+08:00"
    made = work.jobs([config], period=None, now=tuesday, store_to_catch_up=url)
    assert [job.period.label for job in made] == ["2026-11-23"]


def test_last_7_days_are_caught_up_in_sevens_so_that_no_day_is_missing_and_none_is_told_twice(
    tmp_path: Path, url: str
) -> None:
    config, newest = written(tmp_path, CONFIG.replace("last_week", "last_7_days")), "2026-11-16..2026-11-22"
    keep(url, "complete", "2026-10-26..2026-11-01")
    assert labels(config, url) == ["2026-11-02..2026-11-08", "2026-11-09..2026-11-15", newest]
    # yesterday was missed: today's report holds six of its seven days
    keep(url, "complete", "2026-11-09..2026-11-15", "2026-11-14..2026-11-20")
    assert labels(config, url) == [newest]


def test_on_its_monday_the_week_under_way_is_due_for_nobody_and_the_others_are_made(
    tmp_path: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "bolt.yaml"
    other.write_text(CONFIG.replace("client: acme", "client: bolt"), encoding="utf-8")
    config = written(tmp_path, CONFIG.replace("last_week", "this_week"))
    made = work.jobs([config, other], period=None, now=NOW, store_to_catch_up=url)
    assert [(job.config.client, job.period.label) for job in made] == [("bolt", "2026-W47")]
    assert "acme: nothing is due yet: period this_week has no complete day yet" in capsys.readouterr().err
