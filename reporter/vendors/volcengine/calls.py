"""The six calls: version, method, rate, and where a reply keeps its items and their number.

Method and version are data, since the manual and the SDKs differ in places. `ListUserBehaviorDataAPIV2` is
GET in the manual (docs/3019/167660) and POST in both current SDKs: POST, since a ScrollId has no stated
length and a body has room for it, while a URL may not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from reporter.errors import ProtocolError
from reporter.vendors.base import Body
from reporter.vendors.faults import printable
from reporter.vendors.parse import count, named_no_list

JsonObject = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """One call; `rate` is calls a second, `items` the path of its list in Result (empty: one object).

    `total` names the field that counts the items of the whole walk, `needs` one without which a reply
    is no answer. `may_be_null`: a list that is null says by itself that there are no items, where no total does.
    """

    name: str
    version: str
    method: Literal["GET", "POST"]
    rate: float
    items: tuple[str, ...] = ()
    total: str = ""
    needs: str = ""
    may_be_null: bool = False


ROOM = Call("GetCustomActMsgAPI", "2020-06-01", "GET", 2.0, needs="ActMsg")
SPANS = Call("ListAnActivityStartAndEndTimeAPI", "2020-06-01", "GET", 2.0, ("StartAndEndTime",), may_be_null=True)
SEARCH = Call("ListActivityAPI", "2020-06-01", "POST", 2.0, ("Activities",), "TotalItemCount", "TotalItemCount")
VIEWERS = Call("ListAccountUserData", "2023-08-01", "POST", 1.0, ("Users",), "TotalCount", "PageToken")
LOG = Call("ListUserBehaviorDataAPIV2", "2020-06-01", "POST", 2.0, ("Data",), "TotalItemCount")
TRACK = Call(
    "GetAccountUserTrackData",
    "2023-08-01",
    "POST",
    1.0,
    ("UserTrackData", "UserTracks"),
    "TotalCount",
    "UserTrackData",
    may_be_null=True,  # its manual page has no total at all
)
CALLS: Mapping[str, Call] = {call.name: call for call in (ROOM, SPANS, SEARCH, VIEWERS, LOG, TRACK)}


def result_of(call: Call, body: Body) -> JsonObject:
    """Return the Result of a checked reply; raises `ProtocolError` where it answers another call."""
    metadata = body["ResponseMetadata"]
    echo = metadata.get("Action") or call.name
    if echo != call.name:
        request_id = str(metadata.get("RequestId", ""))
        raise ProtocolError(f"{call.name} was asked and {printable(echo)} answered", status=200, request_id=request_id)
    result: JsonObject = body["Result"]
    return result


def rows_of(call: Call, body: Body) -> list[Any]:
    """Return a reply's items in its order, whatever each is; null, [] and a missing list are alike."""
    holder = _holder(call, body)
    found = holder.get(call.items[-1]) if call.items else None
    return found if isinstance(found, list) else []


def absent_of(call: Call, body: Body) -> list[str]:
    """Return the name of a reply's list where it is there and is none."""
    return named_no_list(_holder(call, body), call.items[-1])


def items_of(call: Call, body: Body) -> list[JsonObject]:
    """Return a reply's items in its order, of which one that is no object is {}."""
    return [item if isinstance(item, dict) else {} for item in rows_of(call, body)]


def listed(call: Call, body: Body) -> list[JsonObject]:
    """Return a reply's items, as `items_of`; raises `ProtocolError` where the list is lost.

    A list that is null or missing is none where the reply counts the items of its walk: the count shows whether any
    are missing. Where it does not, a renamed list would pass for an empty one.
    """
    if not call.items:
        return items_of(call, body)
    holder, name = _holder(call, body), call.items[-1]
    if isinstance(holder.get(name), list):
        return items_of(call, body)
    is_counted = bool(call.total) and total_of(call, body) is not None
    if holder.get(name) is None and (is_counted or (call.may_be_null and name in holder)):
        return []
    raise ProtocolError(f"the reply has no list {'.'.join(call.items)}, and nothing says that it is empty", status=200)


def _holder(call: Call, body: Body) -> JsonObject:
    """Return the object in which a reply's list stands, {} where there is none."""
    found: Any = result_of(call, body)
    for name in call.items[:-1]:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def row_count(call: Call, body: Body) -> int:
    """Return how many items a reply has: 1 for a call whose reply is one object."""
    found = items_of(call, body)
    return len(found) if call.items else 1


def total_of(call: Call, body: Body) -> int | None:
    """Return how many items the vendor says the walk has, None where it does not say.

    Raises `ValueError` for a total that is no number: taken for none it would end a walk unproven.
    """
    return count(result_of(call, body).get(call.total))
