"""Grade a folder of submitted notebooks.

The rules that a class should know are on the page "Teach with it" of the site.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from nnteach.exercises import run_submission
from nnteach.exercises.catalogue import all_exercises, numbers
from nnteach.exercises.judgement import Judgement, describe_error
from nnteach.exercises.submissions import find_submissions, printable

NEVER_RUN = (
    "The notebook had stopped before it came to this answer. Run all cells of the "
    "notebook in order, and see where it stops."
)
STUBBORN_HERE = (
    "A cell of this exercise took too long and could not be interrupted. Does each "
    "loop end?"
)
ENDED_HERE = (
    "A cell of this exercise ended Python: by a command such as exit(), or because it "
    "needed too much memory."
)
OUT_OF_TIME_HERE = (
    "The time for the whole notebook was over in this exercise. Does each loop end?"
)
UNTOUCHED = "Not attempted: the cell is as it was handed out."
KERNEL_SECONDS = 60  # in which a kernel starts and ends


TROUBLE = {
    "time": "took too long and was stopped",
    "memory": "needed too much memory",
    "syntax": "has a cell that is no valid Python",
}
NOTHING_KNOWN: dict[str, Any] = {
    "read": False,
    "answered": [],
    "judgements": {},
    "trouble": {},
    "written": {},
    "died": False,
    "killed": False,
    "running": None,
}


@dataclass(frozen=True)
class Limits:
    """What a submission may use.

    Parameters
    ----------
    cell_seconds : float, default=60
        How long a cell may take.
    seconds : float, default=300
        How long a notebook may take.
    megabytes : int, default=4096
        How much memory it may use; Linux alone limits it.
    """

    cell_seconds: float = 60
    seconds: float = 300
    megabytes: int = 4096


@dataclass(frozen=True)
class Grade:
    """What became of one exercise.

    Parameters
    ----------
    judgement : Judgement
        Whether the answer is right, and what the student should read.
    late : bool, default=False
        Whether the notebook was changed after the due time.
    attempted : bool, default=True
        Whether anything in the cell was changed since it was handed out.
    """

    judgement: Judgement
    late: bool = False
    attempted: bool = True


@dataclass
class Student:
    """A student with the grades, by exercise, and with notes on the notebooks."""

    name: str
    grades: dict[str, Grade] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    broken: bool = False  # a notebook did not run to its end
    unread: bool = False  # a notebook could not be read

    def is_right(self, exercise: str) -> bool:
        """Tell whether the answer to an exercise is right."""
        return exercise in self.grades and self.grades[exercise].judgement.right


def run_notebook(path: Path, limits: Limits) -> tuple[dict, str]:
    """Run a notebook in a process of its own; return the results, and what went wrong.

    The process cannot take this one along: it may crash, loop or be killed.
    """
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder, "results.json")
        command = [sys.executable, "-P", run_submission.__file__]
        command += [str(path.resolve()), str(results)]
        command += [str(limits.cell_seconds), str(limits.megabytes)]
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        stopped = False
        try:
            _, errors = process.communicate(timeout=limits.seconds + KERNEL_SECONDS)
        except subprocess.TimeoutExpired:
            process.terminate()
            errors = wait_for_end(process)
            stopped = True
        known = dict(NOTHING_KNOWN)
        if results.exists():
            known = json.loads(results.read_text(encoding="utf-8"))
    where = place(known["running"])
    if stopped:
        note = f"It did not end within {limits.seconds:g} seconds: stopped in {where}."
    elif known["killed"]:
        note = f"A cell could not be interrupted: stopped in {where}."
    elif known["died"]:
        note = f"It ended Python in {where}, by its command or for lack of memory."
    elif process.returncode:
        reason = (errors.strip().splitlines() or ["no reason given"])[-1]
        note = f"It cannot be {'run to its end' if known['read'] else 'read'}. {reason}"
    else:
        note = ""
    return known, note


def place(exercise: str | None) -> str:
    """Name an exercise by its number, or what belongs to none."""
    return numbers().get(exercise or "", "a cell of no exercise")


def wait_for_end(process: subprocess.Popen[str]) -> str:
    """Wait for a process that was asked to end, and kill it if it does not."""
    try:
        return process.communicate(timeout=10)[1]
    except subprocess.TimeoutExpired:
        process.kill()
        return process.communicate()[1]


def grade_student(
    name: str, paths: list[Path], limits: Limits, due: datetime | None
) -> Student:
    """Grade all notebooks of a student; of two attempts the newest counts."""
    student = Student(name)
    if not paths:
        student.notes.append("No notebook was handed in.")
    for path in paths:
        known, note = run_notebook(path, limits)
        student.broken |= bool(note)
        student.unread |= not known["read"]
        late = due is not None and datetime.fromtimestamp(path.stat().st_mtime) > due
        answered = [name for name in known["answered"] if name in all_exercises()]
        replaced = []
        for exercise in dict.fromkeys(answered):
            grade = grade_of(exercise, known, late)
            older = student.grades.get(exercise)
            if older and older.attempted:
                if not grade.attempted:
                    continue
                replaced.append(place(exercise))
            student.grades[exercise] = grade
        if not note and not answered:
            note = "It has no cell of an exercise."
        happened = [
            f"{place(name)} {TROUBLE[what]}." for name, what in known["trouble"].items()
        ]
        if replaced:
            which = ", ".join(replaced)
            happened.append(f"It counts for {which}, which an older notebook has too.")
        if notes := [*happened, *filter(None, [note])]:
            student.notes.append(f"{printable(path.name)}: {' '.join(notes)}")
        if late:
            student.notes.append(f"{printable(path.name)} is late.")
    return student


def grade_of(exercise: str, known: dict, late: bool) -> Grade:
    """Return the grade of an exercise from what is known of a notebook."""
    judged = known["judgements"].get(exercise)
    judgement = Judgement(*(judged or (False, why_not_judged(exercise, known))))
    if not judgement.right and is_untouched(exercise, known["written"]):
        return Grade(Judgement(False, UNTOUCHED), late, attempted=False)
    return Grade(judgement, late)


def is_untouched(exercise: str, written: dict[str, str]) -> bool:
    """Tell whether the code for an exercise is still what was handed out."""
    handed_out = lines_of(all_exercises()[exercise].handed_out)
    return lines_of(written.get(exercise, "")) == handed_out


def lines_of(code: str) -> list[str]:
    """Return the lines of a program, without what cannot be seen."""
    return [line.rstrip() for line in code.splitlines() if line.strip()]


def why_not_judged(exercise: str, known: dict) -> str:
    """Say why the notebook has stopped before an answer was judged."""
    if exercise != known["running"]:
        return NEVER_RUN
    if known["killed"]:
        return STUBBORN_HERE
    return ENDED_HERE if known["died"] else OUT_OF_TIME_HERE


def grade_folder(
    folder: Path,
    *,
    limits: Limits | None = None,
    due: datetime | None = None,
    n_jobs: int = 1,
) -> Iterator[Student]:
    """Grade every student's notebooks in a folder, and yield the students in order.

    Parameters
    ----------
    folder : Path
        Where the notebooks are.
    limits : Limits or None, default=None
        What a notebook may use; None gives the defaults.
    due : datetime or None, default=None
        After this local time a notebook is late; None means never.
    n_jobs : int, default=1
        How many notebooks run at once.

    Yields
    ------
    Student
        Each student, in the order of the names, as soon as the grades are known.
    """
    limits = limits or Limits()
    with ThreadPoolExecutor(n_jobs) as pool:
        yield from pool.map(
            lambda item: grade_or_note(item[0], item[1], limits, due),
            find_submissions(folder).items(),
        )


def grade_or_note(
    name: str, paths: list[Path], limits: Limits, due: datetime | None
) -> Student:
    """Grade a student, so that whatever goes wrong stops nobody else."""
    try:
        return grade_student(name, paths, limits, due)
    except Exception as error:
        note = f"The notebooks cannot be graded: {describe_error(error)}"
        return Student(name, notes=[note], broken=True)
