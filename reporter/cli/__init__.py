"""The command line: the only code that prints or exits. Commands load when they are called.

Data goes to stdout, talk to stderr; bars are drawn on a terminal only. Exit codes are those of
DESIGN.md section 7 and live on the errors themselves (`reporter.errors`).
"""

from __future__ import annotations

import gc
import importlib
import os
import signal
import sys
import threading
from collections.abc import Mapping, Sequence
from functools import partial
from types import FrameType
from typing import Any

import click

from reporter import __version__
from reporter.errors import ReporterError

#: command -> (module, one line of help); the explicit list of what there is
COMMANDS = {
    "run": ("reporter.cli.run", "Pull what is missing and write each config's workbook, page and run.json."),
    "build": ("reporter.cli.build", "Make each config's report from the store alone; with --pdf print the page too."),
    "demo": ("reporter.cli.demo", "Make a real report from a sandbox of the four vendors on this machine."),
    "check": ("reporter.cli.check", "Say everything that is wrong with configs, without sending anything."),
    "plan": ("reporter.cli.plan", "Show the calls and minutes that a run would take, without sending anything."),
    "send": ("reporter.cli.send", "Mail finished runs to their clients, each once; dry unless --yes."),
    "query": ("reporter.cli.query", "Ask the tables of a run, or of all stored periods, in SQL; read-only."),
    "diff": ("reporter.cli.diff", "Say what two runs, workbooks or Parquet files have different, and why."),
    "explain": ("reporter.cli.explain", "Say where a figure comes from: formula, rows in and out, replies."),
    "rebuild": ("reporter.cli.rebuild", "Make a past report again from the store, or say what differs and why."),
    "runs": ("reporter.cli.runs", "List the runs that the store holds, and show one."),
    "audit": ("reporter.cli.audit", "Ask whether a report says what its platforms said, check by check."),
    "schedule": ("reporter.cli.schedule", "Print what makes the report every week: cron, systemd, Windows."),
    "archive": ("reporter.cli.archive", "Check, show, prune what is stored, or erase one person from it."),
    "vendors": ("reporter.cli.vendors", "List the platforms: their calls, limits, and what each can give."),
    "metrics": ("reporter.cli.metrics", "Say what every figure means, how it adds up and who can give it."),
    "schema": ("reporter.cli.schema", "Print the JSON Schema of configs, for editors."),
    "sandbox": ("reporter.cli.sandbox", "Serve the sandbox of the four vendors on loopback."),
}

INTERRUPTED = 130
#: signals that stop a command, and the code that it then ends with
_STOPPED: Mapping[int, int] = {signal.SIGINT: INTERRUPTED, signal.SIGTERM: 143}
#: what to type after a command that was stopped
_GO_ON = "run the same command again to go on where it was"
#: the same after `send --yes`: a mail that was under way is unknown now, which no repeat settles
_GO_ON_SENDING = (
    "a mail may have been under way: `reporter send status` says so; ask its recipient, then "
    "`reporter send resolve KEY --delivered`, or `--lost`; the same command again sends the others"
)
#: seconds that a stopped command takes at most
_PATIENCE = 2.5
#: how polars' allocator (jemalloc) is told to keep what is freed, and how many new objects make Python look for garbage
_KEEP_MEMORY = "dirty_decay_ms:10000,muzzy_decay_ms:10000"
_GARBAGE = 200_000


class _Lazy(click.Group):
    """A group that imports a command's module when the command is called, not for `--help`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which a newcomer meets them."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, loaded now."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(COMMANDS[cmd_name][0]).command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Offer the nearest command for a word that is none."""
        from difflib import get_close_matches  # noqa: PLC0415 - only a slip of the pen needs it

        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            near = get_close_matches(args[0], COMMANDS, n=1)
            hint = f"; did you mean `{near[0]}`?" if near else f"; there are {', '.join(COMMANDS)}"
            raise click.UsageError(f"there is no command `{args[0]}`{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from their one-liners, so that help loads none of them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="reporter")
def reporter() -> None:
    """Workbooks and pages about livestreams and online classes.

    A YAML file says which rooms and which dates; reporter pulls them from Volcengine, Quanshi,
    TalkCloud and Aliyun VOD, joins who watched what, and writes an Excel workbook and a page.

    \b
    Start with:   reporter demo
    Then:         reporter check configs/yours.yaml
                  reporter run configs/yours.yaml --out out
    """  # noqa: D301 - \b is click's mark for text that is not rewrapped


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    _settle()
    words = list(sys.argv[1:] if arguments is None else arguments)
    for number in _STOPPED:
        signal.signal(number, partial(_stop, next_step=_GO_ON_SENDING if _sends(words) else _GO_ON))
    code = _code(words)
    # the interpreter ends in its own good order, but without a last search for cycles in all that was ever loaded
    gc.freeze()
    sys.exit(code)


def _sends(words: Sequence[str]) -> bool:
    """Say whether a command mails to clients."""
    return words[:1] == ["send"] and "--yes" in words


def _settle() -> None:
    """Keep freed memory for some seconds and look for garbage less often, before polars is loaded, which asks once.

    A command frees the memory of one room and asks for as much in the next: what is given back in between, the system
    has to hand out anew. What our records leave behind is freed by their counts; cycles among them are few.
    """
    os.environ.setdefault("_RJEM_MALLOC_CONF", _KEEP_MEMORY)
    gc.set_threshold(_GARBAGE)


def _code(arguments: list[str]) -> int:
    """Return the exit code of a command; every known error is one line on stderr."""
    try:
        result: Any = reporter.main(arguments, prog_name="reporter", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as fault:
        fault.show()
        return fault.exit_code
    except click.UsageError as fault:
        command = fault.ctx.command_path if fault.ctx else "reporter"
        click.echo(f"error: {fault.format_message().rstrip('.')}; see `{command} --help`", err=True)
        return fault.exit_code
    except ReporterError as fault:
        _say(fault)
        return fault.exit_code
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except BrokenPipeError:
        return 0
    return result if isinstance(result, int) else 0


def _say(fault: ReporterError) -> None:
    for line in str(fault).splitlines():
        click.echo(line if line.startswith(" ") else f"error: {line}", err=True)


def _stop(number: int, _frame: FrameType | None, *, next_step: str) -> None:
    """End in good order; at once when asked a second time, and in any case before the user loses patience.

    What is committed is durable, so that an end at any moment loses nothing.
    """
    code = _STOPPED[number]
    for again in _STOPPED:
        signal.signal(again, lambda *_: os._exit(code))
    click.echo(f"stopped; {next_step}", err=True)
    deadline = threading.Timer(_PATIENCE, os._exit, (code,))
    deadline.daemon = True
    deadline.start()
    sys.exit(code)
