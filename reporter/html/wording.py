"""The page's own words, in both languages; metric and column labels come from their registries."""

from __future__ import annotations

from reporter.model import Text

WORDS = {
    "period": Text("统计周期", "Period"),
    "as_of": Text("数据截至", "Data as of"),
    "partial": Text(
        "数据不完整：部分数据未能取得，见下方“数据来源”。请勿作为最终结果使用。",
        "Partial: some data could not be had, see Sources below. Do not take these figures as final.",
    ),
    "nothing": Text("本期没有观看记录。", "Nobody watched in this period."),
    "key_figures": Text("关键指标", "Key figures"),
    "against": Text("较上期", "on the period before"),
    "by_event": Text("各场次观众", "Audience by event"),
    "by_day": Text("每日观众", "Audience by day"),
    "trend": Text("近几期观众", "Audience over time"),
    "events": Text("场次", "Events"),
    "people": Text("观看时长最长的观众", "Who watched longest"),
    "people_note": Text(
        "按去重观看时长排序，前 {n} 位；完整名单见工作簿。",
        "By watch time without overlaps, the first {n}; all are in the workbook.",
    ),
    "plays": Text("点播", "On-demand plays"),
    "sources": Text("数据来源", "Sources"),
    "sources_note": Text(
        "每个接口取回的行数与平台声明的行数；不一致时说明原因。",
        "Rows that each call gave beside the rows that the platform says there are.",
    ),
    "issues": Text("问题与说明", "Issues"),
    "glossary": Text("口径说明", "What each figure means"),
    "data": Text("查看数据", "Show the numbers"),
    "footer": Text(
        "由 reporter {version} 生成。时间均为 {timezone} 时间。", "Made by reporter {version}. Times are {timezone}."
    ),
    "viewers": Text("观众人次（日活累计）", "Viewers, days added"),
    "hours": Text("小时", "h"),
    "minutes": Text("分钟", "min"),
    "audience": Text("观众", "Audience"),
}

#: the words of the mail's body, beyond those above
LETTER = {
    "opening": Text(
        "您好，本期报告见附件：{names}。以下为摘要。", "The report of this period is attached: {names}. In short:"
    ),
    "opening_bare": Text("您好，以下为本期报告的摘要。", "This is the report of this period, in short."),
    "changed": Text(
        "更正：本邮件替代此前发送的同期报告", "Correction: this replaces the report of this period sent before"
    ),
    "more": Text("场次较多，其余见工作簿。", "There are more events; all are in the workbook."),
    "sent_by": Text("本邮件由系统自动发送；如有疑问请直接回复。", "Sent automatically; a reply reaches us."),
}
