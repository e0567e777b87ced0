"""Schedules of courses, from docs/teach/schedules.toml.

The directive ``schedule`` shows one: what each session has of lessons and exercises,
how long they take, what is left for home, and how to prepare it. The build fails if a
session is longer than it may be, if a lesson comes twice or before one it needs, or
if a lesson or an exercise is unknown.
"""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from exercise_pages import anchor
from folds import Fold
from lesson_plans import PLAN, lesson_of, lesson_pages, read_fields
from nnteach.exercises import LESSONS, all_exercises, exercises_of
from nnteach.exercises.catalogue import heading

DATA = "teach/schedules.toml"
PLACE = re.compile(
    r'<span class="session-minutes" data-schedule="(?P<schedule>\w+)" '
    r'data-session="(?P<session>\d+)"[^>]*>[^<]*'
)
TIME = (
    ':raw-html:`<span class="session-minutes" data-schedule="{schedule}" '
    'data-session="{number}"></span>`'
)
TABLE = """\
.. role:: raw-html(raw)
   :format: html

.. list-table::
   :class: fixed-columns stacked
   :header-rows: 1
   :stub-columns: 1
   :widths: 24 27 25 24

   * - Session
     - Lessons
     - Exercises in class
     - At home
{rows}
"""
ROW = """\
   * - {number}\\. {title} ({time})
     - {lessons}
     - {exercises}
     - {home}
"""
PREPARATION = """\
Slides: {slides}

What the class does together:

.. code-block:: console

   $ python -m nnteach.exercises export --student class{number} \\
{in_class}
{home}
Your own copy of all, with the answers and the notes:

.. code-block:: console

   $ python -m nnteach.exercises export --teacher answers{number} \\
{lessons}
"""
HOME = """
What is for home:

.. code-block:: console

   $ python -m nnteach.exercises export --student home{number} \\
{options}

When it comes back, put it into ``submissions{number}``, in a folder for each student,
and grade it:

.. code-block:: console

   $ python -m nnteach.exercises grade submissions{number} \\
{options}
"""


@dataclass(frozen=True)
class Session:
    """What a class does in one go, and what its students do at home after it."""

    title: str
    lessons: tuple[str, ...]
    exercises: tuple[str, ...]
    home: tuple[str, ...]

    def minutes(self, lengths):
        """Minutes in class: the lessons as they are read, and the exercises."""
        reading = sum(lengths[lesson][0].minutes for lesson in self.lessons)
        return reading + minutes_of(self.exercises)


@dataclass(frozen=True)
class Schedule:
    """The sessions of a course, and the most minutes that each may take."""

    name: str
    minutes: int
    sessions: tuple[Session, ...]


def minutes_of(exercises):
    """Return how long exercises take together."""
    return sum(all_exercises()[name].minutes for name in exercises)


def read_schedules(text):
    """Read all schedules, by their names."""
    return {
        name: Schedule(
            name, entry["minutes"], tuple(map(read_session, entry["session"]))
        )
        for name, entry in tomllib.loads(text).items()
    }


def read_session(entry):
    """Read a session; the exercises of its lessons that it leaves out are for home."""
    lessons, exercises = tuple(entry["lessons"]), tuple(entry["exercises"])
    for lesson in lessons:
        if lesson not in LESSONS:
            raise ExtensionError(f"{DATA}: there is no lesson {lesson!r}.")
    own = [exercise.name for name in lessons for exercise in exercises_of(name)]
    for exercise in exercises:
        if exercise not in own:
            raise ExtensionError(
                f"{DATA}: the session {entry['title']!r} has the exercise "
                f"{exercise!r}, which belongs to none of its lessons."
            )
    left = tuple(exercise for exercise in own if exercise not in exercises)
    return Session(entry["title"], lessons, exercises, left)


def check_order(schedule, needs):
    """Refuse a schedule in which a lesson comes twice, or before what it needs."""
    seen = []
    for session in schedule.sessions:
        for lesson in session.lessons:
            if lesson in seen:
                raise ExtensionError(f"{DATA}: {schedule.name} has {lesson!r} twice.")
            missing = [need for need in needs[lesson] if need not in seen]
            if missing:
                raise ExtensionError(
                    f"{DATA}: {schedule.name} has {lesson!r} before "
                    f"{', '.join(missing)}, which it needs."
                )
            seen.append(lesson)


def check_times(schedule, lengths):
    """Refuse a schedule with a session that is too long."""
    for number, session in enumerate(schedule.sessions, 1):
        minutes = session.minutes(lengths)
        if minutes > schedule.minutes:
            raise ExtensionError(
                f"{DATA}: session {number} of {schedule.name}, {session.title!r}, "
                f"takes {minutes} minutes and may take {schedule.minutes}."
            )


def read_needs(env):
    """Return what each lesson needs, by its name."""
    needs = {}
    for page in lesson_pages(env):
        source = Path(env.srcdir, f"{page}.py").read_text(encoding="utf-8")
        needs[lesson_of(page)] = read_fields(PLAN.search(source)["content"])[0]
    return needs


def schedules_of(srcdir):
    """Return the schedules of the site."""
    return read_schedules(Path(srcdir, DATA).read_text(encoding="utf-8"))


class ScheduleDirective(SphinxDirective):
    """Show a schedule."""

    required_arguments = 1

    def run(self):
        self.env.note_dependency(DATA)
        schedule = schedules_of(self.env.srcdir)[self.arguments[0]]
        check_order(schedule, read_needs(self.env))
        numbered = list(enumerate(schedule.sessions, 1))
        rows = "".join(row(schedule, number, session) for number, session in numbered)
        shown = self.parse_text_to_nodes(TABLE.format(rows=rows))
        for number, session in numbered:
            fold = Fold(title=f"Prepare session {number}", kind="answers")
            fold += self.parse_text_to_nodes(preparation(number, session))
            shown.append(fold)
        return shown


def row(schedule, number, session):
    """Write a session's row of the table."""
    home = "; ".join(map(exercise_link, session.home))
    return ROW.format(
        number=number,
        title=session.title,
        time=TIME.format(schedule=schedule.name, number=number),
        lessons="; ".join(f":lesson:`{lesson}`" for lesson in session.lessons),
        exercises="; ".join(map(exercise_link, session.exercises)),
        home=f"{home} ({minutes_of(session.home)} min)" if home else "",
    )


def exercise_link(name):
    """Write the link to an exercise."""
    exercise = all_exercises()[name]
    return f":ref:`{heading(exercise)} <{anchor(exercise)}>`"


def preparation(number, session):
    """Write what a teacher prepares for a session."""
    slides = [f":slides:`{LESSONS[name]} <{name}>`" for name in session.lessons]
    home = HOME.format(number=number, options=options("exercise", session.home))
    return PREPARATION.format(
        number=number,
        slides="; ".join(slides),
        in_class=options("exercise", session.exercises),
        home=home if session.home else "",
        lessons=options("lesson", session.lessons),
    )


def options(kind, names):
    """Write the options of a command, a line for each."""
    return " \\\n".join(f"       --{kind} {name}" for name in names)


def write_times(app, exception):
    """Write how long the sessions take, and refuse those that take too long."""
    if exception or app.builder.format != "html":
        return
    schedules = schedules_of(app.srcdir)
    for schedule in schedules.values():
        check_times(schedule, app.lesson_lengths)
    page = Path(app.outdir, app.builder.get_target_uri("teach/schedules"))
    html = page.read_text(encoding="utf-8")

    def time(place):
        session = schedules[place["schedule"]].sessions[int(place["session"]) - 1]
        return (
            place[0].partition(">")[0] + f">{session.minutes(app.lesson_lengths)} min"
        )

    page.write_text(PLACE.sub(time, html), encoding="utf-8")


def setup(app):
    app.setup_extension("lesson_times")  # which measures the lessons
    app.add_directive("schedule", ScheduleDirective)
    app.connect("build-finished", write_times, priority=560)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
