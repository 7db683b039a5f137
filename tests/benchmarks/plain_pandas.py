"""The peer of the chain benchmark: the script that an analyst's colleague would write with pandas.

`python tests/benchmarks/plain_pandas.py REPLIES OUT.xlsx`: reads the same replies from
REPLIES/<call>/<room>-<page>.json (json, DataFrame), cleans phones, joins people by phone, sums by person and event
(merge, groupby), and writes four
sheets with DataFrame.to_excel and openpyxl. It checks nothing, explains nothing and masks nothing.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pandas as pd


def _replies(folder: Path, call: str) -> list[tuple[str, Any]]:
    files = sorted((folder / call).glob("*.json"))
    return [(file.stem.rsplit("-", 1)[0], json.loads(file.read_text(encoding="utf-8"))) for file in files]


def _phone(texts: pd.Series) -> pd.Series:
    return texts.fillna("").astype(str).str.replace(r"\D", "", regex=True).str[-11:]


def _volcengine(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    viewers = pd.concat(
        pd.json_normalize(reply["Result"]["Users"]).assign(room=room)
        for room, reply in _replies(folder, "ListAccountUserData")
    )
    viewers = pd.DataFrame(
        {
            "vendor": "volcengine",
            "room": viewers["room"],
            "viewer": viewers["BasicData.UserId"].astype(str),
            "name": viewers["BasicData.NickName"],
            "phone": _phone(viewers["BasicData.Telephone"]),
            "email": viewers["UserEnterForm.EnterReviewEmail"],
            "comments": viewers["InteractData.CommentCount"],
            "votes": viewers["InteractData.VoteCount"],
        }
    )
    log = pd.concat(
        pd.json_normalize(reply["Result"]["Data"]).assign(room=room)
        for room, reply in _replies(folder, "ListUserBehaviorDataAPIV2")
    )
    # who is still there has no time of leaving yet
    log["LeaveAt"] = [
        left + [None] * (len(joined) - len(left)) for joined, left in zip(log["JoinAt"], log["LeaveAt"], strict=True)
    ]
    log = log.explode(["JoinAt", "LeaveAt"])
    joined, left = pd.to_datetime(log["JoinAt"], unit="s"), pd.to_datetime(log["LeaveAt"], unit="s")
    visits = pd.DataFrame(
        {
            "vendor": "volcengine",
            "room": log["room"],
            "viewer": log["UserId"].astype(str),
            "phone": _phone(log["UserTel"]),
            "joined": joined,
            "left": left,
            "seconds": (left - joined).dt.total_seconds(),
            "device": log["Os"],
            "location": log["Region"],
        }
    )
    return viewers, visits


def _quanshi(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    viewers, visits = [], []
    for room, reply in _replies(folder, "event-report-details"):
        report = reply["data"]["report"] if isinstance(reply["data"], dict) else reply["data"][0]["report"]
        rows = pd.concat([pd.DataFrame(report[part]) for part in ("lives", "interactions")])
        rows = rows.assign(room=room, vendor="quanshi", phone=_phone(rows["mobile"]))
        visits.append(
            pd.DataFrame(
                {
                    "vendor": "quanshi",
                    "room": room,
                    "viewer": rows["distinctId"],
                    "phone": rows["phone"],
                    "joined": pd.to_datetime(rows["online_time"], unit="s"),
                    "left": pd.to_datetime(rows["offline_time"], unit="s"),
                    "seconds": rows["watch_duration"],
                    "device": rows["device_type"],
                    "location": rows["location"],
                }
            )
        )
        counted = rows.groupby(["vendor", "room", "distinctId"], as_index=False).agg(
            name=("name", "first"),
            phone=("phone", "first"),
            email=("email", "first"),
            comments=("chat_num", "sum"),
            votes=("vote_num", "sum"),
        )
        viewers.append(counted.rename(columns={"distinctId": "viewer"}))
    return pd.concat(viewers), pd.concat(visits)


def _talkcloud(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    rows = pd.concat(
        pd.DataFrame(reply["data"]["data"]).assign(room=room) for room, reply in _replies(folder, "vod-watch")
    )
    rows = rows[rows["assetId"] == rows["room"]]
    visits = pd.DataFrame(
        {
            "vendor": "talkcloud",
            "room": rows["room"],
            "viewer": rows["userId"],
            "phone": _phone(rows["userId"]),
            "seconds": pd.to_timedelta(rows["visitTime"]).dt.total_seconds(),
        }
    )
    viewers = rows.assign(
        vendor="talkcloud", viewer=rows["userId"], name=rows["userName"], phone=_phone(rows["userId"])
    )
    return viewers[["vendor", "room", "viewer", "name", "phone"]].drop_duplicates(), visits


def main() -> None:
    """Read, join, sum up, write."""
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    parts = [_volcengine(folder), _quanshi(folder), _talkcloud(folder)]
    viewers, visits = (pd.concat(frames) for frames in zip(*parts, strict=True))
    viewers["person"] = viewers["phone"].where(viewers["phone"] != "", viewers["vendor"] + "/" + viewers["viewer"])
    who = viewers[["vendor", "viewer", "person"]].drop_duplicates(["vendor", "viewer"])
    visits = visits.merge(who, on=["vendor", "viewer"], how="left")
    people = viewers.groupby("person", as_index=False).agg(
        name=("name", "first"), email=("email", "first"), vendors=("vendor", lambda texts: ",".join(sorted(set(texts))))
    )
    summed = visits.groupby(["person", "room"], as_index=False).agg(
        seconds=("seconds", "sum"), visits=("seconds", "size"), first=("joined", "min"), last=("left", "max")
    )
    counted = viewers.groupby(["person", "room"], as_index=False)[["comments", "votes"]].sum()
    attendance = summed.merge(counted, on=["person", "room"], how="left").merge(people, on="person", how="left")
    with pd.ExcelWriter(out, engine="openpyxl") as book:
        people.to_excel(book, sheet_name="people", index=False)
        attendance.to_excel(book, sheet_name="attendance", index=False)
        visits.to_excel(book, sheet_name="visits", index=False)
        viewers.to_excel(book, sheet_name="activity", index=False)


if __name__ == "__main__":
    main()
