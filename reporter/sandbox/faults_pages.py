"""Faults of paging: pages that lack, repeat, shift, echo another number, or whose counts move.

They bite on calls that count their rows. Where a vendor says itself, and each time, that there is less than
there is, nobody can know; so no such fault is here.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from reporter.sandbox.calls import Body
from reporter.sandbox.faults_base import Fault, Met, refusal, with_body

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Shape:
    """Where a call's reply keeps its rows, their number, the page's number, the last page's, and the cursor."""

    rows: Path
    total: Path
    page: Path = ()
    last: Path = ()
    cursor: Path = ()
    has_ids: bool = True


_SHAPES = {
    "ListActivityAPI": _Shape(("Result", "Activities"), ("Result", "TotalItemCount"), ("Result", "PageNo")),
    "ListAccountUserData": _Shape(
        ("Result", "Users"), ("Result", "TotalCount"), ("Result", "PageNumber"), cursor=("Result", "PageToken")
    ),
    "ListUserBehaviorDataAPIV2": _Shape(
        ("Result", "Data"), ("Result", "TotalItemCount"), cursor=("Result", "ScrollId")
    ),
    "GetAccountUserTrackData": _Shape(("Result", "UserTrackData", "UserTracks"), ("Result", "TotalCount")),
    "vod/watch": _Shape(
        ("data", "data"), ("data", "total"), ("data", "current_page"), ("data", "last_page"), has_ids=False
    ),
    "DescribeVodMediaPlayData": _Shape(("QoeInfoList",), ("TotalCount",), ("PageNo",)),
}
_FINISH = "finish"

#: what a fault does to a decoded reply; false where it has nothing to bite on
_Edit = Callable[[Met, _Shape, Body], bool]


def page_of(request: httpx.Request) -> str:
    """Return which page a request asks for: its number, else its token; "" where it says neither."""
    asked = dict(request.url.params)
    if request.method == "POST" and request.content[:1] == b"{":
        asked |= json.loads(request.content)
    return str(next((asked[name] for name in ("PageToken", "PageNo", "page") if asked.get(name)), ""))


def _get(body: Body, path: Path) -> Body:
    for name in path:
        body = body[name]
    return body


def _put(body: Body, path: Path, value: Body) -> None:
    _get(body, path[:-1])[path[-1]] = value


def _editing(edit: _Edit) -> Callable[[Met], httpx.Response | None]:
    def change(met: Met) -> httpx.Response | None:
        shape, body = _SHAPES.get(met.call.call), met.body
        if shape is None or not isinstance(body.get(shape.rows[0]), dict | list):
            return None
        return with_body(met, body) if edit(met, shape, body) else None

    return change


def _empty(_met: Met, shape: _Shape, body: Body) -> bool:
    had_rows = bool(_get(body, shape.rows))
    _put(body, shape.rows, [])
    return had_rows


def _shorter(_met: Met, shape: _Shape, body: Body) -> bool:
    rows = _get(body, shape.rows)
    _put(body, shape.rows, rows[:-1])
    return bool(rows)


def _duplicated(met: Met, shape: _Shape, body: Body) -> bool:
    """Give the rows of the page before under this page's number; as many as belong here."""
    if met.before is None or not _get(body, shape.rows):
        return False
    _put(body, shape.rows, _get(met.before, shape.rows)[: len(_get(body, shape.rows))])
    return True


def _wrong_page(met: Met, shape: _Shape, body: Body) -> bool:
    """Give the page before as it is, number and all."""
    if met.before is None or not shape.page:
        return False
    _put(body, shape.rows, _get(met.before, shape.rows))
    _put(body, shape.page, _get(met.before, shape.page))
    return True


def _other_number(_met: Met, shape: _Shape, body: Body) -> bool:
    """Give the right rows under a page's number that no walk comes to."""
    if not shape.page:
        return False
    _put(body, shape.page, int(_get(body, shape.page)) + 1_000)
    return True


def _shifted(met: Met, shape: _Shape, body: Body) -> bool:
    """Act as if a row had been added to an earlier page: the last one there comes again, and the total grows."""
    if not _shifted_quietly(met, shape, body):
        return False
    _put(body, shape.total, int(_get(body, shape.total)) + 1)
    return True


def _shifted_with_ids(met: Met, shape: _Shape, body: Body) -> bool:
    """Shift, and say the same total: another row went as one came. Only ids can tell."""
    return shape.has_ids and _shifted_quietly(met, shape, body)


def _shifted_quietly(met: Met, shape: _Shape, body: Body) -> bool:
    rows = _get(body, shape.rows)
    if met.before is None or not rows or not _get(met.before, shape.rows):
        return False
    _put(body, shape.rows, [_get(met.before, shape.rows)[-1], *rows[:-1]])
    return True


def _total(by: int) -> _Edit:
    def edit(_met: Met, shape: _Shape, body: Body) -> bool:
        _put(body, shape.total, int(_get(body, shape.total)) + by)
        return int(_get(body, shape.total)) >= 0

    return edit


def _total_missing(_met: Met, shape: _Shape, body: Body) -> bool:
    _put(body, shape.total, None)
    return True


def _last_page_shrinks(_met: Met, shape: _Shape, body: Body) -> bool:
    if not shape.last or int(_get(body, shape.page)) >= int(_get(body, shape.last)):
        return False
    _put(body, shape.last, _get(body, shape.page))
    return True


def _cursor_repeats(met: Met, shape: _Shape, body: Body) -> bool:
    """Send the reader to where it has just been."""
    if not shape.cursor or _get(body, shape.cursor) in ("", _FINISH) or not _get(body, shape.rows):
        return False
    asked = json.loads(met.request.content)
    cursor = asked.get(shape.cursor[-1])
    _put(body, shape.cursor, cursor)
    return bool(cursor)


def _cursor_ends_early(_met: Met, shape: _Shape, body: Body) -> bool:
    if shape.cursor != ("Result", "PageToken") or _get(body, shape.cursor) == _FINISH:
        return False
    _put(body, shape.cursor, _FINISH)
    return True


def _cursor_dies(met: Met) -> httpx.Response | None:
    """Refuse a cursor that was good, as the vendor does when it has grown old."""
    shape = _SHAPES.get(met.call.call)
    if shape is None or not shape.cursor:
        return None
    asked = json.loads(met.request.content)
    name = shape.cursor[-1]
    return refusal(met, 400, f"InvalidParameter.{name}") if asked.get(name, "init") not in ("", "init") else None


FAULTS: tuple[Fault, ...] = (
    *(
        Fault(name, "reply", _editing(edit))
        for name, edit in (
            ("empty-page", _empty),
            ("short-page", _shorter),
            ("duplicated-page", _duplicated),
            ("wrong-page", _wrong_page),
            ("other-page-number", _other_number),
            ("shifted-page", _shifted),
            ("shifted-page-same-total", _shifted_with_ids),
            ("total-up", _total(1)),
            ("total-down", _total(-1)),
            ("total-missing", _total_missing),
            ("last-page-shrinks", _last_page_shrinks),
            ("cursor-repeats", _cursor_repeats),
            ("cursor-ends-early", _cursor_ends_early),
        )
    ),
    Fault("cursor-dies", "reply", _cursor_dies),
)
