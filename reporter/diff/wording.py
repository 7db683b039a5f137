"""The words of a comparison, in both languages; words for data come from `reporter.labels`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from reporter.model import Count, Language, Text

REASONS: Mapping[str, Text] = {
    "clients": Text("A 是客户 {a}，B 是客户 {b}", "A is client {a}, B is client {b}"),
    "periods": Text("周期不同：A 是 {a}，B 是 {b}", "different periods: A is {a}, B is {b}"),
    "touched": Text("{side} 的文件在运行之后被改动：{files}", "files of {side} were changed after its run: {files}"),
    "version": Text("软件版本不同：{a} → {b}", "changed version: {a} → {b}"),
    "rule": Text("规则改动：{key}：{a} → {b}", "changed rule: {key}: {a} → {b}"),
    "key": Text("配置改动：{key}：{a} → {b}", "changed config: {key}: {a} → {b}"),
    "file": Text("配置所引用的文件改动：{name}", "changed config: the file {name} is another"),
    "more_keys": Text("配置另有 {n} 处改动", "changed config: {n:more key|more keys}"),
    "config": Text(
        "配置改动（库中没有两次运行的配置，无法逐项比较）",
        "changed config (the store has not the configs of both runs, so nobody can say which key)",
    ),
    "config_spelling": Text(
        "配置文件的写法或邮件设置改动，取值未变", "changed config: its spelling or its mail section; the same values"
    ),
    "status": Text("状态：{a} → {b}", "status: {a} → {b}"),
    "asked": Text(
        "新的回复：{side}（{at}）重新请求了 {of} 项拉取中的 {n} 项",
        "new replies: {side} (as of {at}) asked the platforms anew in {n} of its {of:pull|pulls}",
    ),
    "pull": Text("{place}：{a} 行 → {b} 行{ended}", "{place}: {a} → {b:row|rows}{ended}"),
    "more_pulls": Text("另有 {n} 项拉取的结果不同", "{n:more pull|more pulls} gave something else"),
    "pulls_alone": Text("只有 {side} 拉取了 {n} 项：{calls}", "{n:pull|pulls} of {side} alone: {calls}"),
    "late": Text(
        "迟到的数据：{side} 取于 {at}，{vendor} 的数据到 {final} 才最终确定",
        "late data: {side} was pulled at {at}, and figures of {vendor} are final from {final} on",
    ),
    "rows": Text(
        "{table}：{of} 行差异中有 {n} 行来自只有一方使用的回复",
        "{table}: {n} of the {of:row|rows} that differ stand on replies that only one side used",
    ),
    "same_replies": Text(
        "没有新的回复：{side} 没有重新请求平台，双方使用同样的回复",
        "no new replies: {side} asked the platforms nothing anew, and stands on the replies of the other",
    ),
    "as_of": Text(
        "{tables} 的累计数字带有各自运行的时间：{a} → {b}",
        "{tables}: life-to-date figures, stamped with the time of their run: {a} → {b}",
    ),
    "unknown": Text(
        "记录中没有能解释差异的原因", "nothing that the runs recorded explains it; `reporter rebuild` makes each again"
    ),
}

WORDS: Mapping[str, Text] = {
    "title": Text("差异：{a} 与 {b}", "Differences: {a} and {b}"),
    "same": Text("两边相同。", "The two sides are the same."),
    "summary": Text("汇总", "Summary"),
    "table": Text("表", "Table"),
    "key": Text("行的标识", "Named by"),
    "rows_a": Text("A 行数", "Rows of A"),
    "rows_b": Text("B 行数", "Rows of B"),
    "added": Text("新增", "Added"),
    "removed": Text("减少", "Removed"),
    "changed": Text("改动", "Changed"),
    "duplicate_keys": Text("重复标识", "Duplicate keys"),
    "columns": Text("改动的列（行数）", "Columns that differ (rows)"),
    "column": Text("列", "Column"),
    "before": Text("A 的值", "In A"),
    "after": Text("B 的值", "In B"),
    "change": Text("变化", "Change"),
    "changes_of": Text("{table} 改动", "{table} changed"),
    "added_to": Text("{table} 新增", "{table} added"),
    "removed_from": Text("{table} 减少", "{table} removed"),
    "duplicates_of": Text("{table} 重复", "{table} duplicates"),
    "cut": Text("{name}：只列出变化最大的 {shown} 行，共 {n} 行", "{name}: the {shown} largest of {n} are listed"),
    "only_a": Text("只有 A 有的列或表：{names}", "only A has: {names}"),
    "only_b": Text("只有 B 有的列或表：{names}", "only B has: {names}"),
    "left_out": Text("未比较的页面（不是表）：{names}", "pages that are no tables were left out: {names}"),
}


def said(code: str, /, **facts: object) -> Text:
    """Return a reason with its places filled, in both languages."""
    return both(code, lambda _: facts)


def both(code: str, facts: Callable[[Language], Mapping[str, object]]) -> Text:
    """Return a reason with its places filled by facts of each language; a number may say which form it asks for."""
    text = REASONS[code]
    return Text(text.zh.format(**_counted(facts("zh"))), text.en.format(**_counted(facts("en"))))


def _counted(facts: Mapping[str, object]) -> dict[str, object]:
    return {name: Count(str(one)) if isinstance(one, int) else one for name, one in facts.items()}
