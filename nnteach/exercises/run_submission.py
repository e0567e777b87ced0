"""Run one submitted notebook and judge its answers, in a process of its own.

``python -P run_submission.py NOTEBOOK RESULTS SECONDS MEGABYTES`` runs the student's
cells in order in a Jupyter kernel. A check of the grader's own stands after each
answer; the student's checks are not run. Answers stay in the kernel, and what leaves it
are judgements, as text.

It is run as a file, since importing the library takes seconds, and this process can do
without: the kernel alone needs it.
"""

import json
import secrets
import signal
import sys
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

MODULE = "nnteach.exercises.run_submission"
MIME = "application/x-nnteach-judgement+json"
CALL = f"__import__({MODULE!r}, fromlist=['load'])"
LOAD = f"{CALL}.load()"
FORGET = f"{CALL}.forget()"
CHECK = CALL + ".report({name!r}, {mark!r})"
LONGEST = 1000  # letters of a feedback
OWN_SECONDS = 300  # that a cell of the grader may take


def load() -> None:
    """Import, in the kernel, what takes seconds, before the first cell is timed."""
    from nnteach.exercises.catalogue import all_exercises

    all_exercises()


def user_names() -> dict[str, Any]:
    """Return the names in the kernel that cells have defined."""
    from IPython import get_ipython

    return get_ipython().user_ns


def forget() -> None:
    """Forget, in the kernel, the answer of the exercise before."""
    user_names().pop("answer", None)


def report(name: str, mark: str) -> None:
    """Publish, in the kernel, the judgement of the answer."""
    from IPython.display import display

    from nnteach.exercises.catalogue import all_exercises
    from nnteach.exercises.judgement import UNANSWERED

    judgement = all_exercises()[name].judge(user_names().get("answer"))
    content = {
        "name": name,
        "mark": mark,
        "right": judgement.right,
        "feedback": judgement.feedback[:LONGEST],
        "unanswered": judgement.feedback == UNANSWERED,
    }
    display({MIME: content}, raw=True)


def exercise_of(cell: NotebookNode, part: str) -> str | None:
    """Return the exercise that a cell belongs to, if it is that part of it."""
    found = cell.metadata.get("nnteach")
    if not isinstance(found, dict) or found.get("part") != part:
        return None
    name = found.get("exercise")
    return name if isinstance(name, str) else None


def with_checks(cells: list[NotebookNode], mark: str) -> list[NotebookNode]:
    """Return the code that a student has written, with a check of each answer.

    It stands before the next answer, so that cells which were added count, too.
    """
    checked = [new_code_cell(LOAD)]
    exercise = None
    for cell in cells:
        if cell.cell_type != "code" or exercise_of(cell, "check"):
            continue
        if name := exercise_of(cell, "answer"):
            checked += [check(exercise, mark)] if exercise else []
            checked.append(new_code_cell(FORGET))
            exercise = name
        written = {"exercise": exercise, "timed": True}
        checked.append(new_code_cell(cell.source, metadata=written))
    return [*checked, check(exercise, mark)] if exercise else checked


def check(name: str, mark: str) -> NotebookNode:
    """Return the cell that judges the answer of an exercise."""
    return new_code_cell(CHECK.format(name=name, mark=mark))


def judgements(cells: list[NotebookNode], mark: str) -> dict[str, list]:
    """Read the judgements from what the checks have published.

    Where an answer is missing because its cell has ended with an error, the student
    should read that.
    """
    found: dict[str, list] = {}
    errors: dict[str | None, str] = {}
    for cell in cells:
        for output in cell.get("outputs", ()):
            content = output.get("data", {}).get(MIME, {})
            if content.get("mark") == mark:
                name, feedback = content["name"], content["feedback"]
                if content["unanswered"]:
                    feedback = errors.get(name, feedback)
                found[name] = [content["right"], feedback]
            if output.output_type == "error":
                errors.setdefault(cell.metadata.get("exercise"), in_words(output))
    return found


def in_words(error: NotebookNode) -> str:
    """Say how a cell has ended."""
    if error.ename == "KeyboardInterrupt":
        return "A cell was stopped because it took too long. Does each loop end?"
    return f"A cell ended with {error.ename}: {error.evalue}"[:LONGEST]


def run_submission(path: Path, results: Path, seconds: float) -> None:
    """Run a notebook, and write after each cell what is known of its answers.

    Parameters
    ----------
    path : Path
        The notebook.
    results : Path
        The file to write: JSON with ``answered``, the exercises that the notebook has a
        cell for, ``judgements``, and ``died`` if the kernel has ended before its time.
    seconds : float
        How long a cell of the student may take.
    """
    submitted = nbformat.read(path, as_version=4)
    names = [name for cell in submitted.cells if (name := exercise_of(cell, "answer"))]
    mark = secrets.token_hex(16)
    book = nbformat.v4.new_notebook(cells=with_checks(submitted.cells, mark))

    def save(died: bool = False, **cell: Any) -> None:
        known = {"answered": names, "judgements": judgements(book.cells, mark)}
        # whole or not at all, since this process may be stopped at any moment
        draft = results.with_suffix(".draft")
        draft.write_text(json.dumps(known | {"died": died}), encoding="utf-8")
        draft.replace(results)

    save()
    if not names:
        return
    folder = results.parent / "cells"  # where the student's files do not meet ours
    folder.mkdir()
    client = NotebookClient(
        book,
        timeout_func=lambda cell: (
            seconds if cell.metadata.get("timed") else OWN_SECONDS
        ),
        interrupt_on_timeout=True,
        allow_errors=True,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        on_cell_executed=save,
    )
    try:
        client.execute()
    except DeadKernelError:
        save(died=True)


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
