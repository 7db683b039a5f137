"""The page's own words, in both languages; metric and column labels come from their registries."""

from __future__ import annotations

from reporter.model import Text

WORDS = {
    "period": Text("统计周期", "Period"),
    "as_of": Text("数据截至", "Data as of"),
    "contents": Text("目录", "Contents"),
    "partial": Text(
        "数据不完整：部分数据未能取得，原因见下。请勿作为最终结果使用。",
        "Partial: some data could not be had, for the reasons below. Do not take these figures as final.",
    ),
    "nothing": Text("本期没有观看记录。", "Nobody watched in this period."),
    "nothing_yet": Text("已取得的数据中没有观看记录。", "In the data that could be had nobody watched."),
    "came": Text(
        "本期 {events} 场，{n} 人观看{against}{most}。",
        "{n:person|people} watched {events:event|events}{against}{most}.",
    ),
    "compared": Text("（较上期 {change}）", " ({change} on the period before)"),
    "most": Text("，最多的一场是“{event}”，{n} 人", ", the largest “{event}” with {n}"),
    "stayed": Text("人均观看时长 {average}{peak}。", "They stayed {average} on average{peak}."),
    "peak_was": Text("，最高同时在线 {n} 人", ", and at most {n:was|were} online at once"),
    "half_gone": Text(
        "“{event}”每场直播从第一人进入算起，{minutes} 分钟内一半观众已经离开。",
        "Half of the live audience of “{event}” had left within {minutes:minute|minutes} of a session's first arrival.",
    ),
    "did": Text("互动：{deeds}。", "What they did: {deeds}."),
    "comma": Text("，", ", "),
    "played": Text("点播共播放 {n} 次。", "On demand: {n:play|plays}."),
    "again": Text(
        "新观众 {new} 人，回访观众 {returning} 人。",
        "{new:new person|new people} and {returning:returning person|returning people} came. ",
    ),
    "overlapping": Text("{n} 人在一个以上平台出现。", "{n:was|were} seen on more than one platform."),
    "gaps": Text("缺失与未决", "What is missing or does not add up"),
    "gap": Text("{place}：{verdict}。{why}", "{place}: {verdict}. {why}"),
    "mismatch": Text(
        "{check}（{where}）：应为 {expected}，实为 {found}，原因未明。",
        "{check} ({where}): expected {expected}, found {found}, not explained.",
    ),
    "more_gaps": Text(
        "另有 {n} 处：拉取缺失见下方“问题与说明”，不一致见工作簿的对账表。",
        "{n} more: missing pulls stand under Issues below, what does not add up in the workbook's Reconcile sheet.",
    ),
    "days_of": Text("{first} 至 {last} 共 {n} 天", "{first} to {last}, {n:day|days}"),
    "key_figures": Text("关键指标", "Key figures"),
    "tap": Text("点按一项可看它的算法。", "Tap a figure to see how it is reckoned."),
    "against": Text("较上期", "on the period before"),
    "up": Text("上升", "up"),
    "down": Text("下降", "down"),
    "by_event": Text("各场次观众", "Audience by event"),
    "by_day": Text("每日观众", "Audience by day"),
    "first_few": Text("图中为前 {n} 项，下表为全部。", "The chart shows the first {n}, the table all."),
    "gap_of_bar": Text(
        "标「?」处人数未知（数据未取全），不是 0。",
        "A “?” is a number that is not known, since not all of its data came; it is not 0.",
    ),
    "gap_of_line": Text(
        "线条断开处人数未知（数据未取全），不是 0。",
        "Where a line breaks, the number is not known, since not all of its data came; it is not 0.",
    ),
    "concurrency": Text("直播同时在线", "Online at the same time"),
    "concurrency_means": Text(
        "每分钟内同时在线的最高人数；第一人进入的那一分钟为第 1 分钟，无人在线的时段不计。",
        "The most people online within each minute; minute 1 is that of the first arrival, and only minutes with "
        "somebody there count.",
    ),
    "largest_events": Text("图中为人数最多的 {n} 场。", "The {n} largest events are shown."),
    "online": Text("在线人数", "Online"),
    "minutes_in": Text("第几分钟", "Minute"),
    "minutes_since": Text("第一人进入后的分钟数", "Minutes since the first arrival"),
    "peak": Text("最高同时在线", "Peak concurrency"),
    "peak_minute": Text("最高同时在线出现于第几分钟", "Minute of the peak"),
    "drop_off": Text("直播留存", "Where they left"),
    "drop_off_means": Text(
        "尚未最后一次离开的直播观众所占比例；中途离开又回来的按最后一次离开算，多场直播各自从第一人进入时算起。",
        "The part of the live audience that had not left for good; who came back counts by the last leaving, each "
        "of several sessions from its own first arrival.",
    ),
    "still_there": Text("仍在观看", "Still there"),
    "watch_time": Text("观看时长分布", "How long they watched"),
    "watch_time_means": Text(
        "每人本期各场去重观看时长之和。",
        "Each person's watch time over all events of the period, overlaps counted once.",
    ),
    "minutes_watched": Text("观看分钟数", "Minutes watched"),
    "devices": Text("设备", "Devices"),
    "devices_means": Text(
        "按平台所报；用两种设备的人两边都计。", "As the platforms say; who used two counts under both."
    ),
    "places": Text("地区", "Places"),
    "places_means": Text("按平台由 IP 推断的省份或国家。", "Province or country, as the platforms infer from the IP."),
    "others": Text("另有 {n} 项见下表。", "{n:more is|more are} in the table."),
    "overlap": Text("跨平台观众", "People on more than one platform"),
    "overlap_means": Text(
        "行与列两个平台都出现过的人数；对角线为该平台总人数。",
        "People seen on both the row's and the column's platform; the diagonal is all people of one.",
    ),
    "trend": Text("近几期观众", "Audience over time"),
    "events": Text("场次", "Events"),
    "people": Text("观看时长最长的观众", "Who watched longest"),
    "people_note": Text(
        "按观看时长（去重）排序，前 {n} 位；完整名单见工作簿。",
        "By watch time, overlaps once, the first {n:person|people}; all are in the workbook.",
    ),
    "plays": Text("点播", "On-demand plays"),
    "plays_note": Text(
        "播放时长的写法与关键指标相同；每行各自取整，相加可能与合计相差末位，精确到秒的见工作簿。",
        "Play time is written as in the key figures. Each row is rounded by itself, so their sum may differ in the "
        "last digit; the workbook has it to the second.",
    ),
    "sources": Text("数据来源", "Sources"),
    "sources_note": Text(
        "每个接口取回的行数与平台声明的行数。",
        "Rows that each call gave beside the rows that the platform says there are.",
    ),
    "issues": Text("问题与说明", "Issues"),
    "glossary": Text("口径说明", "What each figure means"),
    "printed": Text(
        "此处印出 {n} 行中的 {shown} 行，全部见网页上本图下方。",
        "Of {n:row|rows} {shown:is|are} printed; on screen the page has them all, beneath this chart.",
    ),
    "data": Text("查看数据", "Show the numbers"),
    "find": Text("筛选", "Filter"),
    "show_all": Text("显示全部 {n} 行", "Show all {n} rows"),
    "show_fewer": Text("收起", "Show fewer"),
    "none_found": Text("没有匹配的行", "No row matches"),
    "cut": Text("共 {n} 行，此处为前 {shown} 行。", "{n} rows; the first {shown} are shown."),
    "footer": Text(
        "由 reporter {version} 生成。时间均为 {timezone} 时间。", "Made by reporter {version}. Times are {timezone}."
    ),
    "index": Text("报告目录", "Reports"),
    "days": Text("日期", "Days"),
    "files": Text("文件", "Files"),
    "state": Text("状态", "State"),
    "file_page": Text("网页", "Page"),
    "file_print": Text("PDF", "PDF"),
    "file_workbook": Text("工作簿", "Workbook"),
    "is_partial": Text("不完整", "Partial"),
    "is_complete": Text("完整", "Complete"),
    "warnings": Text("提醒 {n}", "{n:warning|warnings}"),
    "no_runs": Text("还没有报告。", "There is no report yet."),
    "viewers": Text("播放人次（按日）", "Viewer-days of plays"),
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
    "partial": Text(
        "数据不完整：部分数据未能取得，原因见报告。请勿作为最终结果使用。",
        "Partial: some data could not be had; the report says why. Do not take these figures as final.",
    ),
    "changed": Text(
        "更正：本邮件替代此前发送的同期报告", "Correction: this replaces the report of this period sent before"
    ),
    "more": Text("场次较多，其余见工作簿。", "There are more events; all are in the workbook."),
    "sent_by": Text("本邮件由系统自动发送；如有疑问请直接回复。", "Sent automatically; a reply reaches us."),
}
