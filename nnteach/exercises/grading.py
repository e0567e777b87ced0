"""Grade a folder of submitted notebooks.

What counts:

- A submission is a notebook ``FOLDER/<student>.ipynb`` or any notebook in the folder
  ``FOLDER/<student>``.
- If a student has handed in several notebooks with the same exercise, the newest one
  that has a cell for it counts, by the time at which the file was changed.
- An answer gets all points of its exercise or none.
- What was changed after the due time is late. It loses the given share of its points.
- Points are rounded to two decimals, percentages to one, halves up.
- Grading again grades everything again; earlier results are kept under another name.
"""

import csv
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from nnteach.exercises import run_submission
from nnteach.exercises.catalogue import all_exercises, exercises_of

LOST = "There is no cell for this exercise; it was deleted, or lost its metadata."
NEVER_RUN = (
    "The notebook had stopped before it came to this answer. Run all cells of the "
    "notebook in order, and see where it stops."
)
KERNEL_SECONDS = 60  # in which a kernel starts and ends


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
    right : bool
        Whether the answer is right.
    feedback : str
        What the student should read.
    late : bool
        Whether the notebook was changed after the due time.
    """

    right: bool
    feedback: str
    late: bool = False


@dataclass
class Student:
    """A student with the grades, by exercise, and with notes on the notebooks."""

    name: str
    grades: dict[str, Grade] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    broken: bool = False  # a notebook did not run to its end


def find_submissions(folder: Path) -> dict[str, list[Path]]:
    """Return each student's notebooks, the oldest first."""
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.rglob("*.ipynb")):
        inside = path.relative_to(folder)
        if ".ipynb_checkpoints" not in inside.parts:
            name = inside.parts[0] if len(inside.parts) > 1 else path.stem
            found.setdefault(name, []).append(path)
    for paths in found.values():
        paths.sort(key=lambda path: (path.stat().st_mtime, path.name))
    for entry in folder.iterdir():  # who has handed in nothing is in the table, too
        if entry.is_dir() and not entry.name.startswith("."):
            found.setdefault(entry.name, [])
    return dict(sorted(found.items()))


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
        note = ""
        try:
            _, errors = process.communicate(timeout=limits.seconds + KERNEL_SECONDS)
        except subprocess.TimeoutExpired:
            process.terminate()
            errors = wait_for_end(process)
            note = f"It did not end within {limits.seconds:g} seconds."
        known = {"answered": [], "judgements": {}, "died": False}
        if results.exists():
            known = json.loads(results.read_text(encoding="utf-8"))
        elif not note:
            reason = (errors.strip().splitlines() or ["no reason given"])[-1]
            note = f"It cannot be read: {reason}"
    if known["died"]:
        note = "It stopped the kernel: by its own command, or for lack of memory."
    return known, note


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
    """Grade all notebooks of a student; the newest counts."""
    student = Student(name)
    if not paths:
        student.notes.append("No notebook was handed in.")
    for path in paths:
        known, note = run_notebook(path, limits)
        late = due is not None and datetime.fromtimestamp(path.stat().st_mtime) > due
        for exercise in filter(all_exercises().__contains__, known["answered"]):
            right, feedback = known["judgements"].get(exercise, (False, NEVER_RUN))
            student.grades[exercise] = Grade(right, feedback, late)
        if not known["answered"] and not note:
            note = "It has no cell of an exercise."
        if note:
            student.notes.append(f"{path.name}: {note}")
            student.broken = True
        if late:
            student.notes.append(f"{path.name} is late.")
    return student


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
            lambda item: grade_student(item[0], item[1], limits, due),
            find_submissions(folder).items(),
        )


def counted_exercises(students: list[Student], lessons: list[str] | None) -> list[str]:
    """Return the names of the exercises that count, in reading order."""
    if lessons is not None:
        return [exercise.name for name in lessons for exercise in exercises_of(name)]
    handed_in = {name for student in students for name in student.grades}
    return [name for name in all_exercises() if name in handed_in]


def points_of(student: Student, exercise: str, late_penalty: float) -> Decimal:
    """Return the points that a student gets for an exercise."""
    grade = student.grades.get(exercise)
    if grade is None or not grade.right:
        return Decimal(0)
    points = Decimal(all_exercises()[exercise].points)
    share = Decimal(str(late_penalty)) / 100 if grade.late else Decimal(0)
    return round_half_up(points * (1 - share), "0.01")


def round_half_up(number: Decimal, step: str) -> Decimal:
    """Round a number to a step, halves up."""
    return number.quantize(Decimal(step), ROUND_HALF_UP)


def write_results(
    students: list[Student], exercises: list[str], late_penalty: float, output: Path
) -> tuple[Path, Path]:
    """Write ``results.csv`` and ``report.md`` into a folder; keep what was there.

    Parameters
    ----------
    students : list of Student
        The students with their grades.
    exercises : list of str
        The exercises that count.
    late_penalty : float
        The share of the points, in per cent, that late answers lose.
    output : Path
        The folder.

    Returns
    -------
    table, report : Path
        The two files.
    """
    output.mkdir(parents=True, exist_ok=True)
    table, report = output / "results.csv", output / "report.md"
    for path in (table, report):
        keep_earlier(path)
    out_of = sum(all_exercises()[name].points for name in exercises)
    with table.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["student", *exercises, "points", "out_of", "percent", "notes"])
        for student in students:
            points = [points_of(student, name, late_penalty) for name in exercises]
            total = sum(points, Decimal(0))
            percent = round_half_up(100 * total / out_of if out_of else total, "0.1")
            notes = " ".join(student.notes)
            writer.writerow([student.name, *points, total, out_of, percent, notes])
    report.write_text(write_report(students, exercises, late_penalty), encoding="utf-8")
    return table, report


def keep_earlier(path: Path) -> None:
    """Rename a file that is there already after the time at which it was written."""
    if path.exists():
        written = datetime.fromtimestamp(path.stat().st_mtime)
        path.rename(path.with_stem(f"{path.stem}-{written:%Y-%m-%dT%H%M%S}"))


def write_report(
    students: list[Student], exercises: list[str], late_penalty: float
) -> str:
    """Write the feedback for each student in Markdown."""
    out_of = sum(all_exercises()[name].points for name in exercises)
    parts = ["# Feedback\n"]
    for student in students:
        total = sum(
            (points_of(student, name, late_penalty) for name in exercises), Decimal(0)
        )
        parts.append(f"## {student.name}\n\n{total} of {out_of} points\n")
        parts += [f"*{note}*\n" for note in student.notes]
        for name in exercises:
            parts.append(feedback_line(student, name, late_penalty))
        parts.append("")
    return "\n".join(parts)


def feedback_line(student: Student, name: str, late_penalty: float) -> str:
    """Write what became of one exercise."""
    exercise = all_exercises()[name]
    grade = student.grades.get(name, Grade(False, LOST))
    points = points_of(student, name, late_penalty)
    verdict = f"{'Right.' if grade.right else 'Not yet.'} {grade.feedback}".strip()
    verdict = " ".join(verdict.split())
    return f"- **{exercise.title}** ({points} of {exercise.points}): {verdict}"
