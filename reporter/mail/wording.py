"""Sentences of mail's own, in both languages: what was too large, what has changed."""

from __future__ import annotations

from reporter.model import Text

WORDS = {
    "zipped": Text("附件较大，已压缩为 zip 文件。", "The files are large, so they are packed as a zip file."),
    "left_out": Text(
        "附件共 {size} MB，超出邮件大小限制，未随信附上；如需要请回复索取。",
        "The files, {size} MB in all, are too large for mail and are not attached; please reply to ask for them.",
    ),
    "encrypted": Text(
        "工作簿已加密，密码通过其他方式告知。", "The workbook is encrypted; its password reaches you by another way."
    ),
    "figure": Text("{label}：{old} → {new}", "{label}: {old} → {new}"),
    "rows": Text("观看记录：{old} 条 → {new} 条", "Visits: {old} → {new:row|rows}"),
    "more": Text(
        "另有 {count} 项指标有变化，见报告。",
        "{count:more figure has|more figures have} changed; the report has them all.",
    ),
    "details": Text("汇总指标未变，明细有更新。", "The totals are the same; details have changed."),
    "set_out": Text(
        "数据未变；报告已重新生成，版式或说明可能有更新。",
        "The data are the same; the report was made anew, and how it is set out or worded may have changed.",
    ),
}
