"""The workbook's own words, in both languages; words for data come from `reporter.labels`."""

from __future__ import annotations

from reporter.model import Text

WORDS = {
    "banner": Text(
        "数据不完整：部分数据未能取得，{where}。请勿作为最终结果使用。",
        "PARTIAL: some data could not be had, {where}. Do not take these figures as final.",
    ),
    "gaps_on_about": Text("见“说明”中的数据缺口", "see Gaps on the About sheet"),
    "gaps_below": Text("见本工作表末尾的数据缺口", "see Gaps at the end of this sheet"),
    "client": Text("客户", "Client"),
    "period": Text("统计周期", "Period"),
    "days": Text("{first} 至 {last}，含首尾两日", "{first} to {last}, both days included"),
    "one_day": Text("{first}，全天", "{first}, the whole day"),
    "timezone": Text("时区", "Time zone"),
    "timezone_said": Text("{timezone}，本工作簿所有时间均为该时区", "{timezone}, for every time in this workbook"),
    "timezone_but": Text(
        "；“{plays}”的日期除外，为平台时区 UTC+8", ", but for the days of {plays}, which are the platform's (UTC+8)"
    ),
    "as_of": Text("数据截至", "Data as of"),
    "status": Text("状态", "Status"),
    "complete": Text("完整：所有来源都已取全", "Complete: every source gave all it has"),
    "partial": Text("不完整：见下方缺口", "Partial: see Gaps below"),
    "audience": Text("读者", "For"),
    "client_audience": Text("客户", "The client"),
    "internal_audience": Text("内部使用，请勿外传", "Internal use only"),
    "privacy": Text("个人信息", "Personal data"),
    "privacy_keep": Text("{fields}：保留原样", "{fields}: unchanged"),
    "privacy_mask": Text("{fields}：打码", "{fields}: masked"),
    "privacy_hash": Text("{fields}：以代码代替", "{fields}: replaced by codes"),
    "privacy_drop": Text("{fields}：去除", "{fields}: left out"),
    "version": Text("软件版本", "Version"),
    "facts": Text("基本信息", "At a glance"),
    "rooms": Text("直播间与媒体", "Rooms and media"),
    "sources": Text("数据来源", "Sources"),
    "gaps": Text("数据缺口", "Gaps"),
    "no_gaps": Text("没有缺口：每个来源都已取全。", "None: every source gave all it has."),
    "gap": Text(
        "{place}：{verdict}，取回 {rows} 行{claimed}。{why}",
        "{place}: {verdict}, {rows:row|rows} came{claimed}. {why}",
    ),
    "gap_claimed": Text("，平台声明 {claimed} 行", " of {claimed} that the platform says there are"),
    "gap_room": Text("房间 {room}", "room {room}"),
    "rules": Text("统计规则", "Rules"),
    "rule_period": Text(
        "一次观看按其开始时间归入统计周期，整段计入，不在周期边界截断。",
        "A visit belongs to the period in which it starts, whole; it is never clipped at the period's edge.",
    ),
    "rule_attendance": Text(
        "出勤：{counted}达到{base}的 {ratio}，且不少于 {minutes} 分钟；{base}未知时只看分钟数；"
        "无从得知{counted}的场次不判断。",
        "Attended: {counted} of at least {ratio} of {base}, and at least {minutes:minute|minutes}; where {base} is not "
        "known, the minutes alone decide; where nothing can tell {counted}, nobody is judged.",
    ),
    "counted_live": Text("直播去重观看时长", "live watching without overlaps"),
    "base_live": Text("该场直播时长", "the event's live time"),
    "counted_media": Text("回放与点播观看时长", "replay and on-demand watching"),
    "base_media": Text("片长", "the media's length"),
    "rule_null": Text(
        "“不可得”表示没有平台能给出该数字，不等于 0；空单元格表示平台未提供。",
        "“n/a” means that no platform can give the figure, which is not 0; an empty cell: the platform does not say.",
    ),
    "rule_people": Text(
        "同一个人在多个平台出现只计一次；各日、各场人数不能相加得出总人数。",
        "A person seen on several platforms counts once; people of days or events do not add up to the total.",
    ),
    "rule_seconds": Text(
        "时长为可求和的数值，显示为 时:分:秒，可超过 24 小时。",
        "Durations are numbers that can be summed, shown as h:mm:ss, beyond 24 hours too.",
    ),
    "watched": Text("“{visits}”的合计与统计数字", "The total of {visits} beside the figures"),
    "watched_all": Text("全部观看", "All visits"),
    "watched_all_said": Text(
        "{time}，“{visits}”观看时长的合计，每一次观看都在内", "{time}, the total of {visits}, which holds every visit"
    ),
    "watched_excluded": Text("减：剔除", "Less: excluded"),
    "watched_excluded_said": Text("{time}，按规则剔除", "{time}, taken out by a rule"),
    "watched_excluded_listed": Text(
        "{time}，按规则剔除，见“{excluded}”", "{time}, taken out by a rule, see {excluded}"
    ),
    "watched_preview": Text("减：预告", "Less: previews"),
    "watched_preview_said": Text("{time}，开播前的预告，另计", "{time}, before anything was live, kept apart"),
    "watched_untold": Text("减：方式未知", "Less: mode unknown"),
    "watched_untold_said": Text(
        "{time}，不知是直播、回放还是点播", "{time}, nobody knows whether live, replay or on demand"
    ),
    "watched_counted": Text("计入统计", "Counted"),
    "watched_counted_said": Text("{time}，观看时长（合计）", "{time}, the watch time, summed"),
    "watched_counted_attended": Text(
        "{time}，观看时长（合计），即“{attendance}”中直播、回放、点播观看之和",
        "{time}, the watch time, summed: live, replay and on-demand watching of {attendance} together",
    ),
    "watched_nobody": Text("其中：无人员或场次", "Of it: no person or event"),
    "watched_nobody_said": Text(
        "{time}，不知是谁看的，或房间不属于任何场次，不在“{attendance}”中",
        "{time}, nobody knows whose, or of a room without an event, so not in {attendance}",
    ),
    "watched_overlap": Text("减：重叠", "Less: overlaps"),
    "watched_overlap_said": Text(
        "{time}，同一人在同一场同时看的部分只计一次", "{time}, what a person watched twice at once in one event"
    ),
    "watched_union": Text("去重之后", "Overlaps once"),
    "watched_union_said": Text("{time}，观看时长（去重）", "{time}, the watch time, overlaps once"),
    "notes": Text("备注", "Notes"),
    "key_figures": Text("关键指标", "Key figures"),
    "metric": Text("指标", "Figure"),
    "value": Text("本期", "This period"),
    "previous": Text("上期", "Period before"),
    "change": Text("变化", "Change"),
    "by_event": Text("各场次", "By event"),
    "by_day": Text("每日", "By day"),
    "by_vendor": Text("各平台", "By platform"),
    "audience_by_event": Text("各场次观众（人）", "Audience by event (people)"),
    "audience_by_day": Text("每日观众（人）", "Audience by day (people)"),
    "overlap": Text(
        "跨平台重叠（人；与自身相交处为该平台的人数）",
        "People seen on two platforms (where one meets itself: all of its people)",
    ),
    "trend": Text("近几期", "Period by period"),
    "audience_by_period": Text("各期观众（人）", "Audience by period (people)"),
    "nothing": Text("本期没有可统计的数据。", "There is nothing to count in this period."),
    "total": Text("合计", "Total"),
    "sheet": Text("工作表", "Sheet"),
    "sheet_row": Text("内容", "What it holds"),
    "sheet_rows": Text("行数", "Rows"),
    "sheet_omitted": Text("本期无数据、未列出的列", "Columns left out, empty this period"),
    "continued": Text(
        "行数超过一张工作表的上限，续在“{name}”",
        "more rows than a sheet takes; they go on in “{name}”",
    ),
    "template_unused": Text(
        "工作簿模板中没有可读取的主题，工作簿按内置版式生成；请用 Excel 另存为未加密的 .xlsx",
        "the workbook template has no theme that can be read, so the workbook is in its own style;"
        " save the template from Excel as .xlsx, unencrypted",
    ),
    "template_theme": Text(
        "取用了工作簿模板的主题字体和颜色；其工作表、单元格样式、图片和宏不取用",
        "the fonts and colours of the workbook template's theme are taken; its sheets, cell styles, pictures and macros"
        " are not",
    ),
    "logo_unusable": Text("徽标不是可读的 PNG 文件，未放入工作簿", "the logo is no readable PNG file and was left out"),
}
