"""What a class gets for its notebooks: a table, and what each student should read."""

import csv
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from nnteach.exercises.catalogue import (
    LESSONS,
    all_exercises,
    exercises_of,
    heading,
    numbers,
)
from nnteach.exercises.grading import Student

LOST = (
    "No notebook has a cell for this exercise. Was the cell deleted, or is it in a "
    "notebook that was not handed in?"
)
UNREAD = "No notebook that could be read has a cell for this exercise."
LOST_LESSON = (
    "No notebook has a cell for any of these {number} exercises. Was the notebook "
    "handed in?"
)
UNREAD_LESSON = (
    "No notebook that could be read has a cell for these {number} exercises."
)


@dataclass(frozen=True)
class Files:
    """Where the results are.

    Parameters
    ----------
    table : Path
        The points, as CSV.
    report : Path
        The feedback for all students, in Markdown.
    by_student : Path
        A folder with the feedback for each student in a file.
    """

    table: Path
    report: Path
    by_student: Path


def write_results(
    students: list[Student], exercises: list[str], late_penalty: float, output: Path
) -> Files:
    """Write the results into a folder; keep what was there.

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
    Files
        ``results.csv``, ``report.md`` and the folder ``reports``.
    """
    files = Files(output / "results.csv", output / "report.md", output / "reports")
    for path in (files.table, files.report, files.by_student):
        keep_earlier(path)
    write_table(students, exercises, late_penalty, files.table)
    reports = [write_report(student, exercises, late_penalty) for student in students]
    whole = "\n".join(["# Feedback\n", *(f"#{report}" for report in reports)])
    files.report.write_text(whole, encoding="utf-8")
    files.by_student.mkdir()
    for student, report in zip(students, reports, strict=True):
        path = files.by_student / f"{student.name}.md"
        path.write_text(report, encoding="utf-8")
    return files


def keep_earlier(path: Path) -> None:
    """Rename what is there already after the time at which it was written."""
    if path.exists():
        written = datetime.fromtimestamp(path.stat().st_mtime)
        path.rename(path.with_stem(f"{path.stem}-{written:%Y-%m-%dT%H%M%S-%f}"))


def write_table(
    students: list[Student], exercises: list[str], late_penalty: float, path: Path
) -> None:
    """Write the points as CSV, marked as UTF-8 for programs that would guess."""
    out_of = most_points(exercises)
    columns = [f"{numbers()[name]} {name}" for name in exercises]
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow(["student", *columns, "points", "out_of", "percent", "notes"])
        for student in students:
            points = [points_of(student, name, late_penalty) for name in exercises]
            total = total_of(student, exercises, late_penalty)
            percent = round_half_up(100 * total / out_of, "0.1")
            notes = " ".join(student.notes)
            numbers_shown = map(plain_number, [*points, total])
            writer.writerow([student.name, *numbers_shown, out_of, percent, notes])


def write_report(student: Student, exercises: list[str], late_penalty: float) -> str:
    """Write the feedback for a student in Markdown."""
    total = total_of(student, exercises, late_penalty)
    points = f"{plain_number(total)} of {most_points(exercises)} points"
    parts = [f"# {student.name}\n\n{points}\n", *(f"*{n}*\n" for n in student.notes)]
    # without any cell of an exercise, the notes say why
    if student.grades:
        for lesson in LESSONS:
            of_lesson = [e.name for e in exercises_of(lesson) if e.name in exercises]
            parts += feedback_lines(student, lesson, of_lesson, late_penalty)
    return "\n".join([*parts, ""])


def feedback_lines(
    student: Student, lesson: str, exercises: list[str], late_penalty: float
) -> list[str]:
    """Write what became of exercises of a lesson; one line if it is not there."""
    if len(exercises) < 2 or any(name in student.grades for name in exercises):
        return [feedback_line(student, name, late_penalty) for name in exercises]
    said = UNREAD_LESSON if student.unread else LOST_LESSON
    said = said.format(number=len(exercises))
    return [f"- **{LESSONS[lesson]}** (0 of {most_points(exercises)}): {said}"]


def feedback_line(student: Student, name: str, late_penalty: float) -> str:
    """Write what became of one exercise."""
    exercise = all_exercises()[name]
    points = plain_number(points_of(student, name, late_penalty))
    if name in student.grades:
        judgement = student.grades[name].judgement
        # the points are final, so it is not "Not yet."
        feedback = str(judgement) if judgement.right else judgement.feedback
    else:
        feedback = UNREAD if student.unread else LOST
    verdict = " ".join(feedback.split())
    return f"- **{heading(exercise)}** ({points} of {exercise.points}): {verdict}"


def points_of(student: Student, exercise: str, late_penalty: float) -> Decimal:
    """Return the points that a student gets for an exercise."""
    if not student.is_right(exercise):
        return Decimal(0)
    points = Decimal(all_exercises()[exercise].points)
    is_late = student.grades[exercise].late
    share = Decimal(str(late_penalty)) / 100 if is_late else Decimal(0)
    return round_half_up(points * (1 - share), "0.01")


def total_of(student: Student, exercises: list[str], late_penalty: float) -> Decimal:
    """Return the points that a student gets for all exercises."""
    points = (points_of(student, name, late_penalty) for name in exercises)
    return sum(points, Decimal(0))


def most_points(exercises: list[str]) -> int:
    """Return the points that all right answers get."""
    return sum(all_exercises()[name].points for name in exercises)


def plain_number(points: Decimal) -> str:
    """Write points without decimals that say nothing: 1, 0.5, 0."""
    return f"{points.normalize():f}"


def round_half_up(number: Decimal, step: str) -> Decimal:
    """Round a number to a step, halves up."""
    return number.quantize(Decimal(step), ROUND_HALF_UP)
