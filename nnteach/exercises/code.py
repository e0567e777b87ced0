"""Lines of Python that belong to an exercise."""

import contextlib
import io
import linecache
import textwrap
from functools import cache
from typing import Any


def plain(text: str) -> str:
    """Take the indentation off a text of several lines."""
    return textwrap.dedent(text).strip()


def join_code(*parts: str) -> str:
    """Put parts of a program below each other, without those that are empty."""
    return "\n\n".join(filter(None, parts))


def changed(program: str, *changes: tuple[str, str]) -> str:
    """Return a program with texts replaced, each of which must be in it."""
    for before, after in changes:
        if before not in program:
            raise ValueError(f"The program has no {before!r}:\n{program}")
        program = program.replace(before, after)
    return program


def run(code: str) -> tuple[str, dict[str, Any]]:
    """Run lines of Python; return what they print, and the names that they define."""
    names: dict[str, Any] = {}
    printed = io.StringIO()
    lines = plain(code)
    file = f"<exercise {hash(lines)}>"
    # so that an error can be shown with its line, as in a notebook
    linecache.cache[file] = len(lines), None, lines.splitlines(keepends=True), file
    with contextlib.redirect_stdout(printed):
        exec(compile(lines, file, "exec"), names)
    return printed.getvalue().rstrip(), names


@cache
def names_of(setup: str) -> dict[str, Any]:
    """Run once what a student runs first; return the names that it defines."""
    return run(setup)[1]
