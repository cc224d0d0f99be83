"""The command line: `sigap --help`."""

from __future__ import annotations

import sys
import traceback
from importlib import import_module
from types import TracebackType

import typer
from typer._click.exceptions import ClickException, NoArgsIsHelpError

from sigap import __version__
from sigap.errors import CommandError
from sigap.settings import SettingsError

COMMANDS = (
    "up",
    "train",
    "chat",
    "understand",
    "triage",
    "classifier",
    "evaluate",
    "check",
    "user",
    "backup",
    "restore",
    "demo-data",
    "run",
)
ELSEWHERE = {"restore": "backup"}


def _build(asked: str | None) -> typer.Typer:
    """The application with the command asked for, or all of them: some import libraries that take seconds to load."""
    app = typer.Typer(
        name="sigap",
        help="A multichannel assistant for public institutions: answers, complaints, officers.",
        callback=_root,
        invoke_without_command=True,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        add_completion=False,
        rich_markup_mode=None,
    )
    for name in [asked] if asked in COMMANDS else COMMANDS:
        module = import_module(f"sigap.commands.{ELSEWHERE.get(name, name).replace('-', '_')}")
        if hasattr(module, "app"):
            app.add_typer(module.app, name=name)
        else:
            app.command(name)(getattr(module, name.replace("-", "_")))
    return app


def _root(version: bool = typer.Option(False, "--version", help="Print the version and exit.")) -> None:
    if version:
        print(f"sigap {__version__}")
        raise typer.Exit


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit code; whatever goes wrong becomes one sentence on stderr."""
    sys.excepthook = _unexpected
    words = sys.argv[1:] if arguments is None else arguments
    app = _build(next((word for word in words if not word.startswith("-")), None))
    try:
        result = typer.main.get_command(app).main(args=arguments, prog_name="sigap", standalone_mode=False)
    except NoArgsIsHelpError as error:
        print(error.format_message())
        return 2
    except ClickException as error:
        return _fail(error.format_message(), error.exit_code)
    except CommandError as error:
        return _fail(str(error), error.code)
    except SettingsError as error:
        return _fail("settings cannot be used: " + "; ".join(str(error).splitlines()), 2)
    except (typer.Abort, KeyboardInterrupt):
        return _fail("interrupted", 130)
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output has gone: nothing to say, and nobody to say it to
        return 1
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _fail(f"{where}{error.strerror or error}", 1)
    return result if isinstance(result, int) else 0


def _fail(sentence: str, code: int) -> int:
    print(f"sigap: {' '.join(sentence.split())}", file=sys.stderr)
    return code


def _unexpected(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """What nobody foresaw: the traceback goes to a file, the terminal gets a sentence."""
    from sigap.settings import ROOT

    report = ROOT / "var" / "last-error.txt"
    report.parent.mkdir(exist_ok=True)
    report.write_text("".join(traceback.format_exception(kind, error, trace)), "utf-8")
    _fail(f"unexpected error ({kind.__name__}); details are in {report}, please report it", 1)


if __name__ == "__main__":
    sys.exit(main())
