"""Grade a folder of submitted notebooks.

The rules that a class should know are on the page "Teach with it" of the site.
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
from nnteach.exercises.catalogue import all_exercises
from nnteach.exercises.judgement import Judgement, describe_error

LOST = "There is no cell for this exercise; it was deleted, or lost its metadata."
NEVER_RUN = (
    "The notebook had stopped before it came to this answer. Run all cells of the "
    "notebook in order, and see where it stops."
)
ENDED_HERE = (
    "A cell of this exercise ended Python: by a command such as exit(), or because it "
    "needed too much memory."
)
OUT_OF_TIME_HERE = (
    "The time for the whole notebook was over in this exercise. Does each loop end?"
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
    judgement : Judgement
        Whether the answer is right, and what the student should read.
    late : bool, default=False
        Whether the notebook was changed after the due time.
    """

    judgement: Judgement
    late: bool = False


@dataclass
class Student:
    """A student with the grades, by exercise, and with notes on the notebooks."""

    name: str
    grades: dict[str, Grade] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    broken: bool = False  # a notebook did not run to its end


def find_submissions(folder: Path) -> dict[str, list[Path]]:
    """Return each student's notebooks, the oldest first.

    Who has handed in nothing has an empty list.
    """
    found: dict[str, list[Path]] = {}
    for entry in sorted(folder.iterdir()):
        if hidden(entry.name):
            continue
        if entry.is_dir():
            found.setdefault(printable(entry.name), []).extend(notebooks_in(entry))
        elif entry.suffix == ".ipynb" and entry.is_file():
            found.setdefault(printable(entry.stem), []).append(entry)
    for paths in found.values():
        paths.sort(key=lambda path: (path.stat().st_mtime, path.name))
    return found


def notebooks_in(folder: Path) -> list[Path]:
    """Return the notebooks in a folder, without those that Jupyter or a Mac hides."""
    return [
        path
        for path in folder.rglob("*.ipynb")
        if path.is_file()
        and not any(hidden(part) for part in path.relative_to(folder).parts)
    ]


def hidden(name: str) -> bool:
    """Tell a file's or folder's name that Jupyter or a Mac has made for itself."""
    return name.startswith((".", "__"))


def printable(name: str) -> str:
    """Write a file's name so that it can be printed, whatever its bytes are."""
    return name.encode(errors="backslashreplace").decode()


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
            note = f"It did not end within {limits.seconds:g} seconds, and was stopped."
        known = {"answered": [], "judgements": {}, "died": False, "running": None}
        if results.exists():
            known = json.loads(results.read_text(encoding="utf-8"))
        if process.returncode and not note:
            reason = (errors.strip().splitlines() or ["no reason given"])[-1]
            read = "be run to its end" if results.exists() else "be read"
            note = f"It cannot {read}: {reason}"
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
        student.broken |= bool(note)
        late = due is not None and datetime.fromtimestamp(path.stat().st_mtime) > due
        answered = [name for name in known["answered"] if name in all_exercises()]
        for exercise in answered:
            judged = known["judgements"].get(exercise)
            judged = judged or (False, why_not_judged(exercise, known))
            student.grades[exercise] = Grade(Judgement(*judged), late)
        note = note or ("" if answered else "It has no cell of an exercise.")
        if note:
            student.notes.append(f"{printable(path.name)}: {note}")
        if late:
            student.notes.append(f"{printable(path.name)} is late.")
    return student


def why_not_judged(exercise: str, known: dict) -> str:
    """Say why the notebook has stopped before an answer was judged."""
    if exercise != known["running"]:
        return NEVER_RUN
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


def points_of(student: Student, exercise: str, late_penalty: float) -> Decimal:
    """Return the points that a student gets for an exercise."""
    grade = student.grades.get(exercise)
    if grade is None or not grade.judgement.right:
        return Decimal(0)
    points = Decimal(all_exercises()[exercise].points)
    share = Decimal(str(late_penalty)) / 100 if grade.late else Decimal(0)
    return round_half_up(points * (1 - share), "0.01")


def total_of(student: Student, exercises: list[str], late_penalty: float) -> Decimal:
    """Return the points that a student gets for all exercises."""
    points = (points_of(student, name, late_penalty) for name in exercises)
    return sum(points, Decimal(0))


def most_points(exercises: list[str]) -> int:
    """Return the points that all right answers get."""
    return sum(all_exercises()[name].points for name in exercises)


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
        The folder, which is there.

    Returns
    -------
    table, report : Path
        The two files.
    """
    table, report = output / "results.csv", output / "report.md"
    for path in (table, report):
        keep_earlier(path)
    out_of = most_points(exercises)
    with table.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["student", *exercises, "points", "out_of", "percent", "notes"])
        for student in students:
            points = [points_of(student, name, late_penalty) for name in exercises]
            total = total_of(student, exercises, late_penalty)
            percent = round_half_up(100 * total / out_of, "0.1")
            notes = " ".join(student.notes)
            writer.writerow([student.name, *points, total, out_of, percent, notes])
    report.write_text(write_report(students, exercises, late_penalty), encoding="utf-8")
    return table, report


def keep_earlier(path: Path) -> None:
    """Rename a file that is there already after the time at which it was written."""
    if path.exists():
        written = datetime.fromtimestamp(path.stat().st_mtime)
        path.rename(path.with_stem(f"{path.stem}-{written:%Y-%m-%dT%H%M%S-%f}"))


def write_report(
    students: list[Student], exercises: list[str], late_penalty: float
) -> str:
    """Write the feedback for each student in Markdown."""
    parts = ["# Feedback\n"]
    for student in students:
        total = total_of(student, exercises, late_penalty)
        points = f"{total} of {most_points(exercises)} points"
        parts.append(f"## {student.name}\n\n{points}\n")
        parts += [f"*{note}*\n" for note in student.notes]
        for name in exercises:
            parts.append(feedback_line(student, name, late_penalty))
        parts.append("")
    return "\n".join(parts)


def feedback_line(student: Student, name: str, late_penalty: float) -> str:
    """Write what became of one exercise."""
    exercise = all_exercises()[name]
    grade = student.grades.get(name, Grade(Judgement(False, LOST)))
    points = points_of(student, name, late_penalty)
    verdict = " ".join(str(grade.judgement).split())
    return f"- **{exercise.title}** ({points} of {exercise.points}): {verdict}"
