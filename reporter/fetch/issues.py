"""What went wrong with a pull, in words for both readers: errors of a vendor, and counts that do not agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from reporter.errors import (
    BadRequestError,
    ClockError,
    NotReadyError,
    ProtocolError,
    RefusedError,
    ThrottledError,
    UnavailableError,
    UnknownItemError,
    VendorError,
    Where,
)
from reporter.model import Count, Issue, Level, Pull, Text

#: pages that are named one by one
_PAGES = 5
#: the first that fits names the issue and says in Chinese what the error says in English
_WORDS: tuple[tuple[type[VendorError], str, str], ...] = (
    (RefusedError, "refused", "厂商拒绝了该账号的凭证、签名或权限"),
    (UnknownItemError, "unknown-item", "厂商那边没有这个对象，或该账号无权查看"),
    (BadRequestError, "bad-request", "厂商认为请求本身有误"),
    (NotReadyError, "not-ready", "厂商尚未统计完这一天，请稍后再运行"),
    (ClockError, "clock", "本机时钟与厂商相差过大"),
    (ThrottledError, "throttled", "调用过于频繁，重试后仍被限流"),
    (UnavailableError, "unavailable", "厂商出错、中断或没有应答，重试后仍未成功"),
    (ProtocolError, "protocol", "应答与厂商文档不符"),
)


def where(pull: Pull, page: int = 0, attempt: int = 0) -> Where:
    """Return the place of a pull, and of a page and try of it."""
    return Where(pull.vendor, pull.account, pull.endpoint, pull.room or "", page, attempt)


def of_error(error: VendorError) -> Issue:
    """Return the issue that says what an error says; its place stands in `where`."""
    code, zh = next(((code, zh) for kind, code, zh in _WORDS if isinstance(error, kind)), ("failed", "调用失败"))
    facts = [f"HTTP {error.status}"] if error.status else []
    facts += [f"code {error.code}"] if error.code else []
    facts += [f"request id {error.request_id}"] if error.request_id else []
    shown = f"（{'，'.join(facts)}）" if facts else ""
    place = str(error.where)
    return Issue("error", code, Text(f"{zh}{shown}", str(error).removeprefix(f"{place}: ")), place)


def not_asked(pull: Pull, because: VendorError) -> Issue:
    """Return the issue of a pull that was not sent because its account had been stopped."""
    return _issue(
        pull,
        "error",
        "not-asked",
        "该账号此前已停止调用，未再请求",
        f"not asked: the account was stopped at {because.where or 'an earlier call'} ({because.what})",
    )


def not_stored(pull: Pull, label: str) -> Issue:
    """Return the issue of an offline run, of the period `label`, that needs what the store does not hold."""
    return _issue(
        pull,
        "error",
        "not-stored",
        f"离线运行，但本地库中没有 {label} 所需的这次拉取",
        f"not stored for {label}: run once without --offline",
    )


def not_reached(pull: Pull) -> Issue:
    """Return the issue of a pull whose token never came."""
    return _issue(
        pull,
        "error",
        "not-reached",
        "所等待的令牌没有取到，未请求",
        "not asked: the token that it waits for never came",
    )


def at_page(issue: Issue, page: int, request_id: str) -> Issue:
    """Return the issue of a whole walk with its last page and the request id that the vendor gave that one."""
    told = issue.message
    if request_id:
        told = Text(f"{told.zh}（request id {request_id}）", f"{told.en} (request id {request_id})")
    return replace(issue, where=f"{issue.where} page {page}", message=told)


def token_renewed(pull: Pull, times: int) -> Issue:
    """Return the note of a run whose token was refused on the way, and for which further ones were asked."""
    return _issue(
        pull,
        "info",
        "token-renewed",
        f"令牌在运行途中失效，重新获取 {times} 次",
        f"the token was refused in the middle of the run; new ones that came: {times}",
    )


def total_moved(pull: Pull, readings: int) -> Issue:
    """Return the issue of a walk whose vendor changed its total at each reading."""
    return _issue(
        pull,
        "warning",
        "total-moved",
        f"厂商给出的总数在翻页期间变化，读了 {readings} 遍仍未稳定",
        f"the vendor's total kept moving while the pages were read, {readings} times over",
    )


def rows_short(pull: Pull, rows: int, claimed: int, doubled: int = 0) -> Issue:
    """Return the issue of a walk that ended with fewer rows than the vendor says there are, the doubled ones apart."""
    zh, en = (
        f"厂商称有 {claimed:,} 行，实际只读到 {rows:,} 行",
        f"the vendor says {Count(f'{claimed:,}'):row|rows} and gave {rows:,}",
    )
    if doubled:
        zh, en = f"{zh}，其中 {doubled:,} 行是重复的", f"{en}, {doubled:,} of them a second time"
    return _issue(pull, "error", "rows-short", zh, en)


def out_of_reach(pull: Pull, rows: int, claimed: int) -> Issue:
    """Return the issue of a search that finds more than its call ever lists, which was read as far as that goes."""
    return _issue(
        pull,
        "error",
        "out-of-reach",
        f"厂商称有 {claimed} 个，这个接口最多只能列出 {rows} 个；请缩小 `match` 的 name，或直接列出直播间",
        f"the vendor counts {claimed} and this call lists no more than {rows} of them: "
        "make `match`'s name narrower, or list the rooms themselves",
    )


def out_of_window(pull: Pull, window_days: int, lost: Sequence[date]) -> Issue:
    """Return the issue of days of a pull that its call no longer told when it was made; there is one at least."""
    days = str(lost[0]) if lost[0] == lost[-1] else f"{lost[0]}..{lost[-1]}"
    return _issue(
        pull,
        "error",
        "out-of-window",
        f"这个接口只能取最近 {window_days} 天，取数时 {days} 已取不到，本地库中也没有；"
        "如要照样生成，请用 --allow-partial，或缩短 period",
        f"this call reaches back {window_days} days: {days} could not be asked any more when it was made, and the "
        "store has none of it; --allow-partial builds without, or make the period shorter",
    )


def replies_gone(pull: Pull, gone: Sequence[int], of: int) -> Issue:
    """Return the issue of a walk whose record stands and `gone` of whose `of` pages are stored no more."""
    pages = ", ".join(str(one) for one in gone[:_PAGES]) + (f" +{len(gone) - _PAGES}" if len(gone) > _PAGES else "")
    return _issue(
        pull,
        "error",
        "replies-gone",
        f"共 {of} 页，本地库中已没有第 {pages} 页，其行不在报告中；`reporter archive verify` 列出所缺，"
        "`reporter run --refresh` 重新拉取",
        f"{len(gone)} of {Count(str(of)):page|pages} {'is' if len(gone) == 1 else 'are'} no longer stored ({pages}), "
        "and the rows that stood there are missing; "
        "`reporter archive verify` lists what is gone, `reporter run --refresh` asks for it again",
    )


def rows_unnamed(pull: Pull, rows: int) -> Issue:
    """Return the issue of rows whose id is missing, so that what they stand for cannot be asked about."""
    return _issue(
        pull,
        "error",
        "rows-unnamed",
        f"有 {rows} 行没有 id，无法继续查询；请在 events 中直接写明这些直播间",
        f"{rows} rows came without an id, so that what they stand for cannot be asked about: name it in events",
    )


def rows_over(pull: Pull, rows: int, claimed: int) -> Issue:
    """Return the issue of a walk that ended with more rows than the vendor says there are."""
    return _issue(
        pull,
        "warning",
        "rows-over",
        f"厂商称有 {claimed:,} 行，却给了 {rows:,} 行；全部保留",
        f"the vendor says {Count(f'{claimed:,}'):row|rows} and gave {rows:,}; all are kept",
    )


def rows_shifted(pull: Pull, readings: int) -> Issue:
    """Return the issue of a walk whose rows moved between its pages at each reading, under the same total."""
    return _issue(
        pull,
        "warning",
        "rows-shifted",
        f"翻页期间数据发生移动（有的行重复出现，或第 1 页已变），读了 {readings} 遍仍未稳定",
        f"rows kept moving between the pages (some came twice, or page 1 changed), {readings} times over",
    )


def page_repeated(pull: Pull, pages: int) -> Issue:
    """Return the issue of pages that hold rows of an earlier one, also when read again."""
    return _issue(
        pull,
        "warning",
        "page-repeated",
        f"有 {pages} 页重复了此前页的行，重读后仍然如此；全部保留",
        f"{Count(str(pages)):page repeats|pages repeat} rows of an earlier page, also when read again; all are kept",
    )


def _issue(pull: Pull, level: Level, code: str, zh: str, en: str) -> Issue:
    return Issue(level, code, Text(zh, en), str(where(pull)))
