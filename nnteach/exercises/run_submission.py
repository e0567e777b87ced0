"""Run one submitted notebook and judge its answers, in a process of its own.

``python -P run_submission.py NOTEBOOK RESULTS SECONDS MEGABYTES`` runs the student's
cells in order in a Jupyter kernel. A check of the grader's own stands where the
student's check stands, and at the end of each exercise, for answers that come later;
the student's checks are not run. Answers stay in the kernel, and what leaves it are
judgements, as text.

It is run as a file, since importing the library takes seconds, and this process can do
without: the kernel alone needs it, in which in_kernel.py judges the answers.
"""

import json
import re
import secrets
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode
from nbformat.reader import NotJSONError
from nbformat.v4 import new_code_cell

MODULE = "nnteach.exercises.in_kernel"
MIME = "application/x-nnteach-judgement+json"
CALL = f"__import__({MODULE!r}, fromlist=['load'])"
LOAD = f"{CALL}.load()"
FORGET = f"{CALL}.forget()"
CHECK = CALL + ".report({name!r}, {mark!r})"
CHECK_AT_END = CALL + ".report_if_new({name!r}, {mark!r})"
LONGEST = 1000  # letters of a feedback
OWN_SECONDS = 300  # that a cell of the grader may take
# what a kernel adds to a SyntaxError, where the file is one of its own
IN_FILE = re.compile(r" \((?:\d+\.py|<[^>]*>), line (\d+)\)$")
SHORT = 200  # letters of a line, or of the reason why a notebook cannot be read
PATIENCE = 10  # seconds in which an interrupted cell has to end
NO_CODE = (
    "The cell for this answer is text now, so it was not run. Turn it into a code cell "
    "again."
)
SEVERAL = (
    "There are {number} cells for this answer: one was copied or split. All were run, "
    "and the last answer counted. Put your answer into one of them and delete the rest."
)


def exercise_of(cell: NotebookNode, part: str) -> str | None:
    """Return the exercise that a cell belongs to, if it is that part of it."""
    found = cell.metadata.get("nnteach")
    if not isinstance(found, dict) or found.get("part") != part:
        return None
    name = found.get("exercise")
    return name if isinstance(name, str) else None


def with_checks(cells: list[NotebookNode], mark: str) -> list[NotebookNode]:
    """Return the code that a student has written, with checks of each answer.

    An exercise begins with the cell of its answer, whatever has become of it, and ends
    before that of another one.
    """
    checked = [new_code_cell(LOAD)]
    exercise = None
    for cell in cells:
        name = exercise_of(cell, "answer")
        if name and name != exercise:
            checked += [check(CHECK_AT_END, exercise, mark)] if exercise else []
            checked.append(new_code_cell(FORGET))
            exercise = name
        if cell.cell_type != "code":
            continue
        of_check = exercise_of(cell, "check")
        if of_check is None:
            written = {"exercise": exercise, "timed": True}
            checked.append(new_code_cell(cell.source, metadata=written))
        elif of_check == exercise:
            checked.append(check(CHECK, exercise, mark))
    return [*checked, check(CHECK_AT_END, exercise, mark)] if exercise else checked


def check(code: str, name: str, mark: str) -> NotebookNode:
    """Return a cell that judges the answer of an exercise."""
    source = code.format(name=name, mark=mark)
    return new_code_cell(source, metadata={"exercise": name})


def judgements(cells: list[NotebookNode], mark: str) -> dict[str, list]:
    """Read the judgements from what the checks have published.

    Where an answer is missing because its cell has ended with an error, the student
    should read that.
    """
    found: dict[str, list] = {}
    missing: dict[str, list] = {}
    errors: dict[str | None, str] = {}
    for cell in cells:
        for output in cell.get("outputs", ()):
            content = output.get("data", {}).get(MIME, {})
            if content.get("mark") == mark:
                name, feedback = content["name"], content["feedback"]
                if content["unanswered"]:
                    missing[name] = [False, errors.get(name, feedback)]
                else:
                    found[name] = [content["right"], feedback]
            if output.output_type == "error":
                too_long = bool(cell.metadata.get("too_long"))
                in_cell = in_words(output, cell.source, too_long)
                errors.setdefault(cell.metadata.get("exercise"), in_cell)
    return missing | found


def trouble_in(cells: list[NotebookNode], mark: str) -> dict[str, str]:
    """Return what Python could not read, or took too much, by exercise or ""."""
    found: dict[str, str] = {}
    for cell in cells:
        exercise = cell.metadata.get("exercise") or ""
        for output in cell.get("outputs", ()):
            content = output.get("data", {}).get(MIME, {})
            if content.get("mark") == mark and content["trouble"]:
                found[exercise] = content["trouble"]
            elif output.output_type == "error":
                if cell.metadata.get("too_long"):
                    found[exercise] = "time"
                elif output.ename == "MemoryError":
                    found[exercise] = "memory"
                elif line_of(output, cell.source):
                    found[exercise] = "syntax"
    return found


def in_words(error: NotebookNode, source: str, too_long: bool) -> str:
    """Say how a cell has ended."""
    if too_long:
        return "A cell was stopped because it took too long. Does each loop end?"
    if error.ename == "MemoryError":
        return "A cell needed more memory than a notebook may use (MemoryError)."
    what, message = error.ename, error.evalue
    if line := line_of(error, source):
        what, message = f"{what} in {line}", IN_FILE.sub("", message)
    return f"A cell ended with {what}: {message}".rstrip(": ")[:LONGEST]


def line_of(error: NotebookNode, source: str) -> str:
    """Name the line of a cell that is no Python, and show it; "" for other errors."""
    found = IN_FILE.search(error.evalue)
    lines = source.splitlines()
    if not found or not 1 <= int(found[1]) <= len(lines):
        return ""
    return f"line {found[1]}, `{lines[int(found[1]) - 1].strip()[:SHORT]}`"


def explain_cells(found: dict[str, list], cells: list[NotebookNode]) -> None:
    """Add to the feedback what has become of the cells that were meant for answers."""
    kinds: dict[str, list[str]] = {}
    for cell in cells:
        if name := exercise_of(cell, "answer"):
            kinds.setdefault(name, []).append(cell.cell_type)
    for name, (right, feedback) in found.items():
        if right:
            continue
        if "code" not in kinds.get(name, ["code"]):
            found[name] = [right, NO_CODE]
        elif len(kinds.get(name, [])) > 1:
            several = SEVERAL.format(number=len(kinds[name]))
            found[name] = [right, f"{feedback} {several}"]


def written_in(cells: list[NotebookNode]) -> dict[str, str]:
    """Return the code that a student has written, or left as it was, by exercise."""
    written: dict[str, list[str]] = {}
    for cell in cells:
        if cell.metadata.get("timed"):
            written.setdefault(cell.metadata["exercise"] or "", []).append(cell.source)
    return {name: "\n".join(sources) for name, sources in written.items()}


class Run:
    """The run of a notebook, which writes what is known after each cell.

    Parameters
    ----------
    submitted : NotebookNode
        The notebook.
    results : Path
        The file to write.
    seconds : float
        How long a cell of the student may take.
    """

    def __init__(self, submitted: NotebookNode, results: Path, seconds: float):
        self.submitted, self.results, self.seconds = submitted, results, seconds
        self.mark = secrets.token_hex(16)
        checked = with_checks(submitted.cells, self.mark)
        self.book = nbformat.v4.new_notebook(cells=checked)
        self.names = [
            name for cell in submitted.cells if (name := exercise_of(cell, "answer"))
        ]
        self.running: str | None = None
        self.began = time.monotonic()
        self.killed = False
        self.watchdog = threading.Timer(0, self.kill)

    def save(self, *, died: bool = False) -> None:
        """Write what is known of the answers."""
        found = judgements(self.book.cells, self.mark)
        explain_cells(found, self.submitted.cells)
        known: dict[str, Any] = {"read": True, "answered": self.names}
        known |= {"judgements": found, "running": self.running}
        known |= {"died": died, "killed": self.killed}
        known["written"] = written_in(self.book.cells)
        known["trouble"] = trouble_in(self.book.cells, self.mark)
        # whole or not at all, since this process may be stopped at any moment
        draft = self.results.with_suffix(".draft")
        draft.write_text(json.dumps(known), encoding="utf-8")
        draft.replace(self.results)

    def begin(self, cell: NotebookNode) -> None:
        """Note which exercise a cell belongs to, in case that it is the last one."""
        self.running, self.began = cell.metadata.get("exercise"), time.monotonic()
        self.save()
        self.watchdog = threading.Timer(self.limit(cell) + PATIENCE, self.kill)
        self.watchdog.daemon = True
        self.watchdog.start()

    def limit(self, cell: NotebookNode) -> float:
        """Return how long a cell may take."""
        return self.seconds if cell.metadata.get("timed") else OWN_SECONDS

    def kill(self) -> None:
        """Kill the kernel, whose cell does not end when it is interrupted."""
        self.killed = True
        manager: Any = self.client.km
        manager.provisioner.process.kill()

    def end(self, cell: NotebookNode) -> None:
        """Note what a cell has brought."""
        self.watchdog.cancel()
        cell.metadata["too_long"] = time.monotonic() - self.began >= self.seconds
        self.running = None
        self.save()

    def execute(self) -> None:
        """Run all cells."""
        folder = self.results.parent / "cells"  # where files do not meet ours
        folder.mkdir()
        self.client = NotebookClient(
            self.book,
            timeout_func=self.limit,
            interrupt_on_timeout=True,
            allow_errors=True,
            kernel_name="python3",
            resources={"metadata": {"path": str(folder)}},
            on_cell_execute=lambda cell, **_: self.begin(cell),
            on_cell_executed=lambda cell, **_: self.end(cell),
        )
        try:
            self.client.execute()
        except DeadKernelError:
            self.save(died=True)


def read_notebook(path: Path) -> NotebookNode:
    """Read a notebook, or end with a line that says why it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        if not text.strip():
            sys.exit("The file is empty.")
        book = nbformat.reads(text, as_version=4)
        nbformat.validate(book)
    except NotJSONError:
        sys.exit("It is damaged or cut off, or no notebook at all.")
    except Exception as error:
        reason = (str(error).splitlines() or [""])[0][:SHORT]
        sys.exit(f"Jupyter could not open it: {type(error).__name__}: {reason}")
    return book


def run_submission(path: Path, results: Path, seconds: float) -> None:
    """Run a notebook, and write after each cell what is known of its answers.

    Parameters
    ----------
    path : Path
        The notebook.
    results : Path
        The file to write: JSON with ``answered``, the exercises that the notebook has a
        cell for; ``judgements``; ``trouble``, which exercises took too long or too
        much memory, or are no Python; ``written``, the code of each exercise;
        ``running``, the exercise whose cell is being run; ``died`` if the kernel has
        ended before its time; and ``killed`` if that was our doing.
    seconds : float
        How long a cell of the student may take.
    """
    run = Run(read_notebook(path), results, seconds)
    run.save()
    if run.names:
        run.execute()


def limit_memory(megabytes: int) -> None:
    """Limit the memory of this process and its children, where that is possible."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_DATA, 2 * (megabytes * 2**20,))


if __name__ == "__main__":
    # so that the kernel ends with this process
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    notebook, target, cell_seconds, memory = sys.argv[1:]
    limit_memory(int(memory))
    run_submission(Path(notebook), Path(target), float(cell_seconds))
