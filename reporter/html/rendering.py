"""The process in which a template of the user's own is rendered; run as a file, so that nothing else of ours loads.

Reads {source, data, most, seconds} as JSON from standard input and writes {page}, or {error, line}, as JSON. What ends
it from without (time within one long call, memory) leaves the stack on standard error, which `line_in` reads.

Escaping cannot be switched off: markup is the template's own words and the drawings, and text joins it escaped only.
"""

from __future__ import annotations

import faulthandler
import json
import re
import signal
import sys
import threading
from collections.abc import Iterator
from types import FrameType, GeneratorType, NoneType, TracebackType
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, Undefined, nodes, pass_context
from jinja2.filters import do_indent
from jinja2.parser import Parser
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

_NAME = "template"
#: memory that rendering may take, where the system can hold it to that
_MEMORY = 2_000_000_000
#: beyond its time, what a template gets to come back from a call that holds everything up
_GRACE = 1.0
#: `safe` calls data markup, `xmlattr` and `urlize` make attributes and links of it, `random` differs from run to run
_NO_FILTERS = ("safe", "xmlattr", "urlize", "random")
_FRAME = re.compile(rf'File "{_NAME}", line (\d+)')


class _Drawing:
    """A chart: markup that can be shown as it is, and neither cut nor joined to text."""

    def __init__(self, svg: str) -> None:
        self._svg = svg

    def __html__(self) -> str:
        """Return the drawing; jinja asks for it where it would escape."""
        return self._svg

    def __repr__(self) -> str:
        """Return what `pprint` shows among data: no address in memory, which would differ from run to run."""
        return "<drawing>"

    def __str__(self) -> str:
        """Refuse: a filter is at work."""
        raise TypeError("a drawing can only be shown as it is, without a filter")


#: what a template can show; jinja tells what is undefined itself
_SHOWN = (str, int, float, NoneType, list, tuple, dict, _Drawing, Undefined)


class _Environment(ImmutableSandboxedEnvironment):
    """Jinja's sandbox with the doors closed through which text becomes markup unescaped."""

    def __init__(self) -> None:
        # nothing is reckoned ahead, when no line is known yet: no optimizer, and a `finalize` that wants the context
        super().__init__(autoescape=True, undefined=StrictUndefined, optimized=False, finalize=_as_it_is)
        for name in _NO_FILTERS:
            del self.filters[name]
        self.filters |= {"indent": _indent, "replace": _replace, "tojson": _tojson}
        del self.globals["lipsum"]  # differs from run to run

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:  # noqa: ANN401 - a template's objects
        """Refuse the methods of markup beside jinja's own refusals: `translate` puts text in as it is."""
        return not isinstance(obj, Markup) and super().is_safe_attribute(obj, attr, value)


@pass_context
def _as_it_is(_: Context, value: Any) -> Any:  # noqa: ANN401 - whatever a template shows
    """Return a value to be shown; what is no data has an address in memory for a text, another in each run."""
    if not isinstance(value, _SHOWN):
        raise TypeError(f"only texts, numbers, lists and drawings can be shown, no {type(value).__name__}")
    return value


def _indent(s: str, width: int = 4, first: bool = False, blank: bool = False) -> str:
    """Indent by blanks alone: jinja's filter takes a text too, and calls it markup where the indented one is."""
    return do_indent(s, int(width), first, blank)


def _replace(s: Any, old: str, new: str, count: int = -1) -> str:  # noqa: ANN401 - a template's objects
    """Replace by text, never by markup: `&lt;` replaced by a `<` that is markup would undo the escaping."""
    subject: str = s if isinstance(s, Markup) else str(s)
    return subject.replace(str(old), str(new), count)


def _tojson(value: Any, indent: int | None = None) -> str:  # noqa: ANN401 - a template's objects
    """Return JSON as text: jinja's own is markup with double quotes, which ends an attribute."""
    return str(htmlsafe_json_dumps(value, indent=indent))


def render(source: str, data: dict[str, Any], most: int) -> dict[str, Any]:
    """Return {page} or {error, line}: the page at most `most` bytes long; a KeyboardInterrupt is its time's end."""
    try:
        template = _compiled(source)
    except TemplateSyntaxError as fault:
        return {"error": fault.message or "no template", "line": fault.lineno}
    parts = template.root_render_func(template.new_context(_marked(data)))
    try:
        return {"page": _joined(parts, most)}
    except (MemoryError, RecursionError) as fault:
        return {"error": "it takes more memory than a template may", "line": _line(template, parts, fault)}
    except (Exception, KeyboardInterrupt) as fault:  # noqa: BLE001 - whatever a template raises is its author's to read
        return {"error": str(fault) or type(fault).__name__, "line": _line(template, parts, fault)}


def _compiled(source: str) -> Template:
    """Return the template; raises `TemplateSyntaxError` for what is none, or switches the escaping."""
    environment = _Environment()
    parser = Parser(environment, source, _NAME, _NAME)
    tree: nodes.Node | None = None
    try:
        tree = parser.parse()
        _refuse(tree)
        code = environment.compile(tree, name=_NAME, filename=_NAME)
    except (RecursionError, MemoryError, SyntaxError, KeyboardInterrupt) as fault:
        line = parser.stream.current.lineno if tree is None else _deepest(tree)
        is_late = isinstance(fault, KeyboardInterrupt)
        raise TemplateSyntaxError(str(fault) if is_late else "it is nested too deeply", line) from fault
    return environment.template_class.from_code(environment, code, environment.make_globals(None))


def _refuse(tree: nodes.Node) -> None:
    """Raise `TemplateSyntaxError` for what switches the escaping, or shows what a filter makes of a block as markup."""
    for switch in tree.find_all(nodes.EvalContextModifier):
        raise TemplateSyntaxError("text is always escaped, and `autoescape` is not for templates", switch.lineno)
    filtered = [*tree.find_all(nodes.FilterBlock), *(one for one in tree.find_all(nodes.AssignBlock) if one.filter)]
    for block in filtered:
        raise TemplateSyntaxError("a block cannot be filtered; filter a value instead", block.lineno)


def _deepest(tree: nodes.Node) -> int:
    """Return the line of the node that stands deepest."""
    below = [tree]
    while below:
        level, below = below, [child for one in below for child in one.iter_child_nodes()]
    return level[0].lineno


def _joined(parts: Iterator[str], most: int) -> str:
    made, size = list[str](), 0
    for part in parts:
        size += len(part.encode())
        if size > most:
            raise ValueError(f"the page grows beyond {most:,} bytes")
        made.append(part)
    return "".join(made)


def _marked(node: Any) -> Any:  # noqa: ANN401 - JSON
    """Return data with its drawings marked as such."""
    if isinstance(node, dict):
        return {key: _Drawing(value) if key == "svg" else _marked(value) for key, value in node.items()}
    return [_marked(one) for one in node] if isinstance(node, list) else node


def _line(template: Template, parts: Iterator[str], fault: BaseException) -> int:
    """Return the template's line that a fault came from, or where it stood when something outside it failed."""
    stood = parts.gi_frame.f_lineno if isinstance(parts, GeneratorType) and parts.gi_frame else None
    trace: TracebackType | None = fault.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == _NAME:
            stood = trace.tb_lineno
        trace = trace.tb_next
    return template.get_corresponding_lineno(stood or 1)


def line_in(source: str, stack: str) -> int | None:
    """Return the template's line that a stack on standard error shows (innermost first), None where it shows none."""
    found = _FRAME.search(stack)
    return None if found is None else _compiled(source).get_corresponding_lineno(int(found[1]))


def _limit_memory() -> None:
    try:
        import resource  # noqa: PLC0415 - not on every system
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def _limit_time(seconds: float) -> None:
    """End what takes longer: with its line where the interpreter gets to it, else from without, leaving the stack."""

    def end(_: int, __: FrameType | None) -> None:
        raise KeyboardInterrupt(f"it took more than {seconds:g} s to render")

    signal.signal(signal.SIGINT, end)
    watch = threading.Timer(seconds, signal.raise_signal, [signal.SIGINT])
    watch.daemon = True
    watch.start()
    faulthandler.dump_traceback_later(seconds + _GRACE, exit=True)


def main() -> None:
    """Render what standard input asks for."""
    faulthandler.enable()
    _limit_memory()
    asked = json.load(sys.stdin)
    _limit_time(asked["seconds"])
    sys.stdout.buffer.write(json.dumps(render(asked["source"], asked["data"], asked["most"])).encode())


if __name__ == "__main__":
    main()
