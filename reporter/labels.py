"""What readers call things: columns, vendors, statuses, modes, verdicts, levels, issues, lengths of time. A leaf.

Every surface (workbook, page, mail) takes its words for data from here; each surface keeps the words of
its own furniture. A word that has no label is shown as it is.
"""

from __future__ import annotations

from collections.abc import Mapping

from reporter import beside
from reporter.model import Language, Text

#: what stands where no vendor can give a figure; never 0
UNAVAILABLE = Text("不可得", "n/a")
#: the unit of a difference between two percentages
POINTS = Text("个百分点", "pp")
YES = Text("是", "Yes")
NO = Text("否", "No")

#: columns by name; `table.name` where a table means something of its own by it
COLUMNS: Mapping[str, Text] = {
    "vendor": Text("平台", "Platform"),
    "vendors": Text("涉及平台", "Platforms"),
    "account": Text("账号", "Account"),
    "room_id": Text("房间号", "Room id"),
    "rooms": Text("房间数", "Rooms"),
    "title": Text("标题", "Title"),
    "kind": Text("类型", "Kind"),
    "status": Text("状态", "Status"),
    "scheduled_at": Text("计划开始", "Scheduled"),
    "started_at": Text("开始时间", "Started"),
    "ended_at": Text("结束时间", "Ended"),
    "duration_seconds": Text("直播时长", "Length"),
    "url": Text("链接", "Link"),
    "tags": Text("标签", "Tags"),
    "owner": Text("所有者", "Owner"),
    "event": Text("场次", "Event"),
    "events": Text("场次数", "Events"),
    "detail": Text("拉取深度", "Pulled as"),
    "live_spans": Text("直播时段", "Live times"),
    "live_times": Text("本期直播时段", "Live in the period"),
    "viewer_id": Text("观众号", "Viewer id"),
    "viewer_ids": Text("各平台观众号", "Viewer ids"),
    "person_id": Text("人员编号", "Person"),
    "name": Text("姓名", "Name"),
    "phone": Text("手机号", "Phone"),
    "email": Text("邮箱", "E-mail"),
    "external_id": Text("外部编号", "External id"),
    "company": Text("公司", "Company"),
    "role": Text("身份", "Role"),
    "location": Text("地区", "Location"),
    "key_phone": Text("比对手机号", "Phone compared"),
    "key_email": Text("比对邮箱", "E-mail compared"),
    "key_external_id": Text("比对外部编号", "External id compared"),
    "shared_keys": Text("多人共用的标识", "Keys shared by many"),
    "matched_by": Text("合并依据", "Matched by"),
    "mode": Text("方式", "Mode"),
    "joined_at": Text("进入时间", "Joined"),
    "left_at": Text("离开时间", "Left"),
    "first_joined_at": Text("首次进入", "First joined"),
    "last_left_at": Text("最后离开", "Last left"),
    "watch_seconds": Text("观看时长", "Watched"),
    "live_seconds": Text("直播观看", "Live watched"),
    "replay_seconds": Text("回放观看", "Replay watched"),
    "vod_seconds": Text("点播观看", "On-demand watched"),
    "preview_seconds": Text("预告观看", "Preview watched"),
    "watch_sum_seconds": Text("观看时长（合计）", "Watch time, summed"),
    "watch_union_seconds": Text("观看时长（去重）", "Watch time, overlaps once"),
    "watch_overlap_seconds": Text("重叠时长", "Overlapping"),
    "page_seconds": Text("页面停留", "Time on page"),
    "completion_ratio": Text("完播率", "Completion"),
    "device": Text("设备", "Device"),
    "client": Text("客户端", "Client"),
    "ip": Text("IP", "IP"),
    "excluded_by": Text("剔除规则", "Excluded by"),
    "day": Text("日期", "Day"),
    "attended": Text("出勤", "Attended"),
    "attended_events": Text("出勤场次", "Events attended"),
    "engagement": Text("参与度", "Engagement"),
    "as_of": Text("数据截至", "As of"),
    "comments": Text("评论", "Comments"),
    "likes": Text("点赞", "Likes"),
    "questions": Text("提问", "Questions"),
    "votes": Text("投票", "Votes"),
    "surveys": Text("问卷答题", "Surveys"),
    "sign_ins": Text("签到", "Sign-ins"),
    "lotteries": Text("抽奖", "Lotteries"),
    "lottery_wins": Text("中奖", "Lottery wins"),
    "red_packets": Text("红包", "Red packets"),
    "hand_raises": Text("举手", "Hand raises"),
    "shares": Text("分享", "Shares"),
    "goods_clicks": Text("商品点击", "Goods clicks"),
    "speak_seconds": Text("发言时长", "Spoke"),
    "paid_amount": Text("支付金额", "Paid"),
    "pay_count": Text("支付笔数", "Payments"),
    "visits": Text("观看次数", "Visits"),
    "live_visits": Text("直播次数", "Live visits"),
    "replay_visits": Text("回放次数", "Replay visits"),
    **beside.COLUMNS,
    "other_external_ids": Text("其他外部编号", "Other external ids"),
    "other_phones": Text("其他手机号", "Other phones"),
    "other_emails": Text("其他邮箱", "Other e-mails"),
    "key_other_external_ids": Text("比对的其他外部编号", "Other external ids compared"),
    "key_other_phones": Text("比对的其他手机号", "Other phones compared"),
    "key_other_emails": Text("比对的其他邮箱", "Other e-mails compared"),
    "media_seconds": Text("片长", "Media length"),
    "viewers": Text("播放人数", "Viewers"),
    "plays": Text("播放次数", "Plays"),
    "play_seconds": Text("播放时长", "Play time"),
    "at": Text("时间", "Time"),
    "vendor_seconds_per_viewer": Text("平台所报人均时长", "Platform's time a viewer"),
    "vendor_plays_per_viewer": Text("平台所报人均次数", "Platform's plays a viewer"),
    "online_real": Text("真实在线", "Online, real"),
    "online_virtual": Text("虚拟在线", "Online, virtual"),
    "roster": Text("名单", "Roster"),
    "came": Text("是否到场", "Came"),
    "reason": Text("原因", "Reason"),
    "against": Text("与之矛盾的观众", "Contradicts"),
    "other": Text("另一平台", "Other platform"),
    "people": Text("人数", "People"),
    "chart": Text("曲线", "Curve"),
    "minute": Text("第几分钟（同时在线只计有人的分钟）", "Minute (online: those with anybody there)"),
    "value": Text("数值", "Value"),
    "check": Text("规则", "Rule"),
    "label": Text("核对项", "Check"),
    "expected": Text("应为", "Expected"),
    "found": Text("实为", "Found"),
    "verdict": Text("结论", "Verdict"),
    "why": Text("说明", "Why"),
    "level": Text("级别", "Level"),
    "code": Text("代码", "Code"),
    "issue": Text("问题", "Issue"),
    "message": Text("内容", "Message"),
    "where": Text("位置", "Where"),
    "times": Text("次数", "Times"),
    "metric": Text("指标", "Figure"),
    "unit": Text("单位", "Unit"),
    "formula": Text("算法", "Formula"),
    "additivity": Text("可否累加", "How it adds up"),
    "bias": Text("已知偏差", "Known bias"),
    "previous": Text("上期", "Previous"),
    "change": Text("变化", "Change"),
    "call": Text("接口", "Call"),
    "calls": Text("调用次数", "Calls"),
    "rows": Text("取回行数", "Rows"),
    "claimed": Text("平台声明行数", "Rows claimed"),
    "reply_id": Text("回复编号", "Reply"),
    "people.comments": Text("评论合计", "Comments"),
    "people.watch_union_seconds": Text("各场观看时长（去重）之和", "Watch time, overlaps once, of all events"),
    "plays.viewers": Text("当日播放人数", "Viewers that day"),
}

VENDORS: Mapping[str, Text] = {
    "volcengine": Text("火山引擎", "Volcengine"),
    "quanshi": Text("全时", "Quanshi"),
    "talkcloud": Text("拓课云", "TalkCloud"),
    "aliyun": Text("阿里云点播", "Aliyun VOD"),
}
KINDS: Mapping[str, Text] = {
    "live": Text("直播间", "Live room"),
    "event": Text("会议活动", "Event"),
    "vod": Text("点播视频", "On-demand media"),
}
STATUSES: Mapping[str, Text] = {
    "live": Text("直播中", "Live"),
    "preview": Text("预告", "Preview"),
    "replay": Text("回放", "Replay"),
    "ended": Text("已结束", "Ended"),
    "complete": Text("完整", "Complete"),
    "partial": Text("不完整", "Partial"),
}
MODES: Mapping[str, Text] = {
    "live": Text("直播", "Live"),
    "replay": Text("回放", "Replay"),
    "preview": Text("预告", "Preview"),
    "interactive": Text("互动", "Interactive"),
    "vod": Text("点播", "On demand"),
}
ROLES: Mapping[str, Text] = {
    "host": Text("主持人", "Host"),
    "speaker": Text("讲师", "Speaker"),
    "attendee": Text("观众", "Attendee"),
}
KEYS: Mapping[str, Text] = {
    "external_id": Text("外部编号", "External id"),
    "phone": Text("手机号", "Phone"),
    "email": Text("邮箱", "E-mail"),
}
VERDICTS: Mapping[str, Text] = {
    "complete": Text("完整", "Complete"),
    "drifted": Text("有变动", "Drifted"),
    "short": Text("缺数据", "Short"),
    "failed": Text("失败", "Failed"),
}
OUTCOMES: Mapping[str, Text] = {
    "agrees": Text("一致", "Agrees"),
    "explained": Text("可解释", "Explained"),
    "unexplained": Text("待查", "Unexplained"),
}
LEVELS: Mapping[str, Text] = {
    "info": Text("提示", "Info"),
    "warning": Text("警告", "Warning"),
    "error": Text("错误", "Error"),
}
UNITS: Mapping[str, Text] = {
    "people": Text("人", "people"),
    "count": Text("次", "count"),
    "seconds": Text("时:分:秒", "h:mm:ss"),
    "ratio": Text("百分比", "percent"),
    "money": Text("元", "CNY"),
    "score": Text("分值 0–1", "score, 0 to 1"),
    "per_viewer": Text("次/人", "times a viewer"),
}
ADDITIVITY: Mapping[str, Text] = {
    "sum": Text("可以相加", "May be summed"),
    "max": Text("取最大值，不相加", "Take the largest, never a sum"),
    "union": Text("去重，不能相加", "Counted once each, never a sum"),
    "ratio": Text("由分子分母重算", "Worked out anew from its sums"),
    "none": Text("不可累加", "May not be added up"),
}
#: the curves that charts are drawn from
CURVES: Mapping[str, Text] = {
    "concurrency": Text("同时在线", "Online at once"),
    "audience": Text("每日观众", "Audience by day"),
    "drop_off": Text("留存比例", "Still watching"),
}
#: why a viewer is a person alone
REASONS: Mapping[str, Text] = {
    "no key": Text("没有可用于合并的标识", "no key to join by"),
    "conflict": Text("标识相互矛盾", "its keys contradict"),
    "shared key": Text("标识多人共用", "its keys are shared by many"),
    "short id": Text("外部编号太短", "its external id is too short"),
    "several phones": Text("同一个人有多个手机号", "one person with several phones"),
    "no partner": Text("其他平台没有相同标识", "no other platform has its keys"),
}
#: kinds of issues, named by what is wrong; a code that is not here is shown as it is
ISSUES: Mapping[str, Text] = {
    "anonymous-viewer": Text("匿名观众", "Anonymous viewer"),
    "attendance-unjudged": Text("出席无法判断", "Attendance cannot be judged"),
    "bad-request": Text("请求被拒", "Request refused"),
    "bad-span": Text("直播时段无效", "Live span unusable"),
    "email-unreadable": Text("邮箱无法识别", "E-mail unreadable"),
    "ends-before-start": Text("结束早于开始", "Ends before it starts"),
    "event-length-unknown": Text("场次时长未知", "Event length unknown"),
    "external-id-unreadable": Text("外部编号无效", "External id unusable"),
    "id-conflict": Text("外部编号矛盾", "External ids contradict"),
    "left-before-joining": Text("离开早于进入", "Left before joining"),
    "lone-surrogate": Text("残缺字符", "Broken character"),
    "mode-unknown": Text("观看方式未知", "Mode unknown"),
    "negative-seconds": Text("时长为负", "Negative duration"),
    "new-field": Text("平台新增字段", "New field of a platform"),
    "no-online-time": Text("没有在线时间", "No online time"),
    "no-plays": Text("没有播放数据", "No plays"),
    "no-viewer-id": Text("没有观众号", "No viewer id"),
    "nothing-live": Text("没有直播", "Nothing live"),
    "not-asked": Text("未请求", "Not asked"),
    "not-reached": Text("未请求", "Not asked"),
    "not-ready": Text("数据未就绪", "Not ready"),
    "no-past": Text("没有上期", "No earlier period"),
    "past-missing": Text("缺少上期", "Earlier period missing"),
    "past-unseen": Text("上期没有观众标识", "Earlier period without viewers"),
    "not-stored": Text("库中没有", "Not stored"),
    "not-watched": Text("没有观看", "Not watched"),
    "open-span": Text("直播未结束", "Still live"),
    "other-event": Text("其他活动的数据", "Data of another event"),
    "other-media": Text("其他媒体的数据", "Data of another media"),
    "other-video": Text("其他视频的数据", "Data of another video"),
    "out-of-window": Text("超出可取天数", "Past the vendor's window"),
    "replies-gone": Text("回复已不在库中", "Replies no longer stored"),
    "outside-period": Text("不在统计周期内", "Outside the period"),
    "page-repeated": Text("分页重复", "Page repeated"),
    "phone-unreadable": Text("手机号无法识别", "Phone unreadable"),
    "role-conflict": Text("身份矛盾", "Roles contradict"),
    "room-not-matched": Text("房间未匹配", "Room not matched"),
    "room-twice": Text("房间重复", "Room given twice"),
    "room-untold": Text("没有房间信息", "No facts of a room"),
    "rooms-out-of-reach": Text("房间超出可查范围", "Rooms out of reach"),
    "excluded-by-rule": Text("按规则剔除", "Excluded by rule"),
    "roster-ambiguous": Text("名单对应多人", "Roster entry fits several"),
    "roster-column-missing": Text("名单缺列", "Roster lacks a column"),
    "roster-same-person": Text("名单重复", "Roster names one twice"),
    "roster-unreadable": Text("名单无法识别", "Roster unreadable"),
    "roster-numbers": Text("名单手机号为数字", "Roster phones were numbers"),
    "roster-shared-key": Text("名单两人同一标识", "Roster shares a key"),
    "rows-over": Text("行数多于声明", "More rows than claimed"),
    "room-untimed": Text("房间开播时间无法识别", "Room whose time is unreadable"),
    "rows-unnamed": Text("行没有 id", "Rows without an id"),
    "rows-short": Text("行数少于声明", "Fewer rows than claimed"),
    "several-phones": Text("一人多个手机号", "One person, several phones"),
    "shared-key": Text("标识多人共用", "Key shared by many"),
    "staff-numbers": Text("员工手机号为数字", "Staff phones were numbers"),
    "staff-unreadable": Text("员工手机号无法识别", "Staff phone unreadable"),
    "surplus-leaving": Text("多余的离开时间", "Leaving without joining"),
    "total-moved": Text("总数有变动", "Total moved"),
    "track-before-period": Text("首次进入早于周期", "First joined before the period"),
    "track-unwatched": Text("没有观看时长", "Nothing watched"),
    "track-without-room": Text("轨迹没有房间", "Track without a room"),
    "unknown-item": Text("项目不存在", "Unknown item"),
    "unknown-viewer": Text("观众不存在", "Unknown viewer"),
    "counts-without-visit": Text("没有观看记录的互动", "Deeds without a visit"),
    "visit-of-nobody": Text("没有观众的观看", "Visit of nobody"),
    "visit-without-join": Text("没有进入时间", "Visit without a join time"),
    "wrong-room": Text("其他房间的数据", "Data of another room"),
    "cell-characters": Text("不可显示的字符", "Characters that cannot be shown"),
    "cell-cut": Text("文本过长", "Text too long"),
    "cell-long-number": Text("数字过长", "Number too long"),
    "cell-not-finite": Text("不是有限数", "Not a finite number"),
    "cell-early-date": Text("日期过早", "Date too early"),
    "cell-long-duration": Text("时长过长", "Duration too long"),
    "cell-negative-duration": Text("时长为负", "Negative duration"),
    "sheet-continued": Text("工作表分页", "Sheet continued"),
    "unknown-column": Text("未知列", "Unknown column"),
    "logo-unusable": Text("徽标不可用", "Logo unusable"),
    "template-theme": Text("取用模板主题", "Theme of the template"),
    "template-unused": Text("未使用工作簿模板", "Workbook template unused"),
}


def column(table: str, name: str, language: Language) -> str:
    """Return the header of a table's column; a column that has no label is its own header."""
    text = COLUMNS.get(f"{table}.{name}") or COLUMNS.get(name)
    return text.in_(language) if text else name


def words(labels: Mapping[str, Text], language: Language) -> dict[str, str]:
    """Return a whole list of labels in one language, for columns that hold many of them."""
    return {code: text.in_(language) for code, text in labels.items()}


def vendor(code: str, language: Language) -> str:
    """Return what readers call a vendor."""
    return _word(VENDORS, code, language)


def status(code: str, language: Language) -> str:
    """Return what readers call the status of a room or of a run."""
    return _word(STATUSES, code, language)


def mode(code: str, language: Language) -> str:
    """Return what readers call a way of watching."""
    return _word(MODES, code, language)


def verdict(code: str, language: Language) -> str:
    """Return what readers call the end of a pull."""
    return _word(VERDICTS, code, language)


def outcome(code: str, language: Language) -> str:
    """Return what readers call the end of a reconcile rule."""
    return _word(OUTCOMES, code, language)


def level(code: str, language: Language) -> str:
    """Return what readers call the weight of an issue."""
    return _word(LEVELS, code, language)


def issue(code: str, language: Language) -> str:
    """Return what readers call a kind of issue."""
    return _word(ISSUES, code, language)


def unavailable(language: Language) -> str:
    """Return what stands where no vendor can give a figure."""
    return UNAVAILABLE.in_(language)


def flag(value: bool, language: Language) -> str:
    """Return yes or no."""
    return (YES if value else NO).in_(language)


def clock(seconds: float | None) -> str:
    """Return a length of time as `h:mm:ss`; hours may pass 24. None is empty."""
    if seconds is None:
        return ""
    whole = round(seconds)
    minutes, rest = divmod(abs(whole), 60)
    return f"{'-' if whole < 0 else ''}{minutes // 60}:{minutes % 60:02}:{rest:02}"


def _word(labels: Mapping[str, Text], code: str, language: Language) -> str:
    return labels[code].in_(language) if code in labels else code
