"""Exercises for a class: ``python -m nnteach.exercises``."""

import argparse
import os
import sys
from importlib.util import find_spec
from pathlib import Path

from nnteach.exercises.arguments import count, last_moment, percentage, positive
from nnteach.exercises.catalogue import LESSONS, choose, exercises_of, heading
from nnteach.exercises.exercise import Exercise

Chosen = dict[str, tuple[Exercise, ...]]
EXTRA = ("nbformat", "nbclient", "ipykernel", "markdown_it", "latex2mathml")
EPILOG = """\
examples:
  python -m nnteach.exercises list
  python -m nnteach.exercises export --student week1 --lesson count_parameters
  python -m nnteach.exercises export --teacher solutions
  python -m nnteach.exercises grade week1 --lesson count_parameters --due 2030-05-06

exit codes: 0 all went well; 1 some submissions could not be run to their end;
2 wrong arguments, or files that are missing or in the way
"""
WARNING = """\
Grading runs the code that students have handed in, with your rights. Run it in a
container if you do not trust it; the page "Teach with it" shows how."""


class UserError(Exception):
    """Something that the user can mend; the message says how."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit code."""
    options = make_parser().parse_args(arguments)
    try:
        return int(options.command(options))
    except (UserError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def say(text: str) -> None:
    """Print a text; whoever reads the beginning alone, as head does, stops nothing."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m nnteach.exercises",
        description="Hand out the exercises of the course, and grade the answers.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    listing = commands.add_parser("list", help="list all exercises by lesson")
    listing.set_defaults(command=list_exercises)

    export = commands.add_parser(
        "export",
        help="write notebooks, a sheet to print, and questions for Moodle",
        description="Write a notebook for each lesson and a sheet to print; with "
        "--teacher, both have the answers, notes.html says what may stand behind wrong "
        "ones, and moodle.xml has the questions with numbers and choices.",
    )
    whom = export.add_mutually_exclusive_group(required=True)
    for name in ("student", "teacher"):
        whom.add_argument(f"--{name}", type=Path, metavar="OUT", help=f"for the {name}")
    add_choice(export, default="all")
    export.add_argument(
        "--overwrite", action="store_true", help="replace files that are there"
    )
    export.set_defaults(command=export_exercises)

    grade = commands.add_parser(
        "grade",
        help="run and grade a folder of notebooks",
        description=f"{WARNING} It writes results.csv, report.md, and a "
        "report for each student.",
    )
    grade.add_argument("folder", type=Path, help="FOLDER/<student>/*.ipynb")
    add_choice(grade, default="none")
    grade.add_argument(
        "--output", type=Path, help="where the results go [FOLDER-graded]"
    )
    grade.add_argument(
        "--due",
        type=last_moment,
        metavar="TIME",
        help="what was changed later is late: 2030-05-06 or 2030-05-06 23:59",
    )
    grade.add_argument(
        "--late-penalty",
        type=percentage,
        default=0.0,
        metavar="PERCENT",
        help="what late answers lose of their points [0]",
    )
    grade.add_argument("--cell-seconds", type=positive, default=60, help="a cell [60]")
    grade.add_argument("--seconds", type=positive, default=300, help="a notebook [300]")
    grade.add_argument(
        "--megabytes", type=count, default=4096, help="memory of a notebook [4096]"
    )
    grade.add_argument(
        "--jobs", type=count, default=n_cores(), help="notebooks at once [cores]"
    )
    grade.set_defaults(command=grade_submissions)
    return parser


def add_choice(parser: argparse.ArgumentParser, *, default: str) -> None:
    """Add the options that name lessons and exercises."""
    parser.add_argument(
        "--lesson",
        action="append",
        default=[],
        metavar="NAME",
        help="all exercises of a lesson; several times for several lessons",
    )
    parser.add_argument(
        "--exercise",
        action="append",
        default=[],
        metavar="NAME",
        help=f"an exercise; several times for several of them [{default}]",
    )


def chosen_exercises(options: argparse.Namespace) -> Chosen:
    """Return the exercises that the options name, by lesson; none if they name none."""
    try:
        return choose(options.lesson, options.exercise)
    except ValueError as error:
        raise UserError(f"{error} The command list has all names.") from None


def list_exercises(options: argparse.Namespace) -> int:
    """Print the lessons and their exercises."""
    for lesson, title in LESSONS.items():
        say(f"{lesson}: {title}")
        for exercise in exercises_of(lesson):
            kind = type(exercise).__name__.removesuffix("Exercise").lower()
            about = f"{kind}, {exercise.minutes} min"
            say(f"    {exercise.name:34} {about:16} {heading(exercise)}")
    return 0


def require_extra() -> None:
    """Refuse to go on without the packages that notebooks and sheets need."""
    missing = [name for name in EXTRA if find_spec(name) is None]
    if missing:
        raise UserError(
            f"The packages {', '.join(missing)} are missing. Install them with the "
            "extra: pip install 'nnteach[exercises]'."
        )


def export_exercises(options: argparse.Namespace) -> int:
    """Write notebooks and sheets."""
    require_extra()
    import nbformat

    from nnteach.exercises.moodle import write_moodle
    from nnteach.exercises.notebooks import student_notebook, teacher_notebook
    from nnteach.exercises.notes import write_notes
    from nnteach.exercises.sheet import write_sheet

    chosen = chosen_exercises(options) or choose(LESSONS)
    for_teacher = options.teacher is not None
    folder: Path = options.teacher if for_teacher else options.student
    write = teacher_notebook if for_teacher else student_notebook
    files = {
        f"{lesson}.ipynb": nbformat.writes(write(lesson, exercises))
        for lesson, exercises in chosen.items()
    }
    files["sheet.html"] = write_sheet(chosen, answers=for_teacher)
    if for_teacher:
        files["notes.html"] = write_notes(chosen)
        files["moodle.xml"] = write_moodle(chosen)
    write_files(folder, files, options.overwrite)
    say(f"{len(files)} files are in {folder}:")
    say("\n".join(f"    {name}" for name in files))
    return 0


def write_files(folder: Path, files: dict[str, str], overwrite: bool) -> None:
    """Write files into a folder, and touch none that is there unless told so."""
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder} is a file. Name a folder, which may be new.")
    there = [name for name in files if (folder / name).exists()]
    if there and not overwrite:
        raise UserError(
            f"{folder} has {', '.join(there)} already. Name another folder, or replace "
            "them with --overwrite."
        )
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def grade_submissions(options: argparse.Namespace) -> int:
    """Grade a folder, and print a line for each student."""
    require_extra()
    from nnteach.exercises import grading
    from nnteach.exercises.results import write_results
    from nnteach.exercises.submissions import find_submissions

    folder: Path = options.folder.resolve()
    if not folder.is_dir():
        raise UserError(
            f"There is no folder {folder}. Name the one with the notebooks."
        )
    if not find_submissions(folder):
        raise UserError(
            f"{folder} has no notebooks. It should have a notebook, or a folder with "
            "notebooks, for each student."
        )
    chosen = chosen_exercises(options)
    if not chosen:
        raise UserError(
            "Which exercises count? Name lessons with --lesson, and single exercises "
            "with --exercise."
        )
    # before hours of running, not after them
    output = options.output or folder.with_name(f"{folder.name}-graded")
    if folder in output.resolve().parents:
        raise UserError(
            f"The results cannot be put into {output}, among the submissions. Name "
            "another folder with --output."
        )
    output.mkdir(parents=True, exist_ok=True)
    exercises = [exercise.name for found in chosen.values() for exercise in found]
    print(WARNING, file=sys.stderr)
    limits = grading.Limits(options.cell_seconds, options.seconds, options.megabytes)
    students = []
    graded = grading.grade_folder(
        folder, limits=limits, due=options.due, n_jobs=options.jobs
    )
    for student in graded:
        right = sum(student.is_right(name) for name in exercises)
        count = f"{student.name}: {right} of {len(exercises)} right."
        say(" ".join([count, *student.notes]))
        students.append(student)
    files = write_results(students, exercises, options.late_penalty, output)
    say(
        f"The points are in {files.table}, the feedback in {files.report}, and a file "
        f"for each student in {files.by_student}"
    )
    return int(any(student.broken for student in students))


def n_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


if __name__ == "__main__":
    sys.exit(main())
