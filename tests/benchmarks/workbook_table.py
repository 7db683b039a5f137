"""The table that workbook writers are measured on: a made-up log of who watched what, 15 columns."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰飞"
_VENDORS = ("volcengine", "quanshi", "talkcloud", "aliyun")
_DEVICES = ("iPhone", "Android", "Windows", "Mac", "iPad")
_PLACES = tuple(f"{a}省 {b}{c}市" for a in "广江浙河湖" for b in "东西南北中上" for c in "京海州安宁江门阳平德")
_NOTES = ("=SUM(A1:A9)", "a < b & c > d", '说 "好"', " 前后有空格 ", "第一行\n第二行", "迟到 & 早退")
_START = datetime(2026, 6, 15)  # noqa: DTZ001 - wall clock
_BLOCK = 100_000


def make(rows: int, path: Path) -> None:
    """Write the table to a Parquet file; the same rows each time."""
    blocks = [_block(at, min(_BLOCK, rows - at)) for at in range(0, rows, _BLOCK)]
    pl.concat(blocks).write_parquet(path)


def _block(seed: int, rows: int) -> pl.DataFrame:
    chance = random.Random(seed)
    joined = [_START + timedelta(seconds=chance.randrange(7 * 86_400)) for _ in range(rows)]
    seconds = [chance.randrange(10_800) for _ in range(rows)]
    return pl.DataFrame(
        {
            "room_id": [str(1_721_834_606_710_000_000 + chance.randrange(10**9)) for _ in range(rows)],
            "viewer": [_viewer(chance) for _ in range(rows)],
            "phone": [_or_none(chance, 0.97, f"190{chance.randrange(10**8):08}") for _ in range(rows)],
            "email": [_or_none(chance, 0.9, f"user{chance.randrange(10**7)}@example.com") for _ in range(rows)],
            "vendor": chance.choices(_VENDORS, k=rows),
            "device": chance.choices(_DEVICES, k=rows),
            "place": chance.choices(_PLACES, k=rows),
            "joined": joined,
            "left": [begun + timedelta(seconds=long) for begun, long in zip(joined, seconds, strict=True)],
            "watch_seconds": seconds,
            "completion": [round(chance.random(), 6) for _ in range(rows)],
            "comments": [chance.randrange(30) for _ in range(rows)],
            "paid": [round(chance.random() * 500, 2) for _ in range(rows)],
            "member": [chance.random() < 0.3 for _ in range(rows)],
            "note": [_or_none(chance, 0.04, chance.choice(_NOTES)) for _ in range(rows)],
        },
        schema_overrides=dict.fromkeys(("phone", "email", "note"), pl.String),
    )


def _viewer(chance: random.Random) -> str:
    return chance.choice(_SURNAMES) + chance.choice(_GIVEN) + chance.choice(_GIVEN) + str(chance.randrange(10_000))


def _or_none(chance: random.Random, share: float, value: str) -> str | None:
    return value if chance.random() < share else None
