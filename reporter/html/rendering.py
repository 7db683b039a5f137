"""The process in which a template of the user's own is rendered: `python -m reporter.html.rendering`.

Reads {source, data, most} as JSON from standard input and writes {page}, or {error, line}, as JSON.
"""

from __future__ import annotations

import json
import sys
from types import TracebackType
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

_NAME = "template"
#: memory that rendering may take, where the system can hold it to that
_MEMORY = 2_000_000_000


def render(source: str, data: dict[str, Any], most: int) -> dict[str, Any]:
    """Return {page} or {error, line}: the page at most `most` bytes long."""
    environment = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    # data is never markup: only the drawings are, and they come marked
    for name in ("safe", "xmlattr"):
        del environment.filters[name]
    try:
        code = environment.compile(source, name=_NAME, filename=_NAME)
    except TemplateSyntaxError as fault:
        return {"error": fault.message or "no template", "line": fault.lineno}
    template = environment.template_class.from_code(environment, code, environment.make_globals(None))
    try:
        return _joined(template, template.root_render_func(template.new_context(_marked(data))), most)
    except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError) as fault:
        return {"error": str(fault) or type(fault).__name__, "line": _line(template, fault.__traceback__)}
    except (MemoryError, RecursionError) as fault:
        return {"error": "it takes more memory than a template may", "line": _line(template, fault.__traceback__)}


def _joined(template: Template, parts: Any, most: int) -> dict[str, Any]:  # noqa: ANN401 - jinja's generator
    made, size = list[str](), 0
    for part in parts:
        size += len(part.encode())
        if size > most:
            line = template.get_corresponding_lineno(parts.gi_frame.f_lineno)
            return {"error": f"the page grows beyond {most:,} bytes", "line": line}
        made.append(part)
    return {"page": "".join(made)}


def _marked(node: Any) -> Any:  # noqa: ANN401 - JSON
    """Return data with its drawings marked as such."""
    if isinstance(node, dict):
        return {key: Markup(value) if key == "svg" else _marked(value) for key, value in node.items()}  # noqa: S704 - read tag by tag when it was drawn
    return [_marked(one) for one in node] if isinstance(node, list) else node


def _line(template: Template, trace: TracebackType | None) -> int:
    """Return the template's line that a fault came from."""
    line = 1
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == _NAME:
            line = template.get_corresponding_lineno(trace.tb_lineno)
        trace = trace.tb_next
    return line


def _limit_memory() -> None:
    try:
        import resource  # noqa: PLC0415 - not on every system
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def main() -> None:
    """Render what standard input asks for."""
    _limit_memory()
    asked = json.load(sys.stdin)
    sys.stdout.buffer.write(json.dumps(render(asked["source"], asked["data"], asked["most"])).encode())


if __name__ == "__main__":
    main()
