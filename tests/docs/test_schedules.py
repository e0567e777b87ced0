"""Schedules say what is true: order, times, exercises of the lessons."""

import re
from types import SimpleNamespace

import pytest
from sphinx.errors import ExtensionError
from test_exercise_objectives import GALLERY

import schedules
from lesson_lengths import Length
from lesson_plans import PLAN, lesson_of, read_fields
from nnteach.exercises import LESSONS, exercises_of

DOCS = GALLERY.parent / "docs"
SESSION = """
[[course.session]]
title = "One"
lessons = {lessons}
exercises = {exercises}
"""
NEEDS = {
    lesson_of(path.stem): read_fields(
        PLAN.search(path.read_text(encoding="utf-8"))["content"]
    )[0]
    for path in GALLERY.glob("*/plot_*.py")
}


def read(*sessions, minutes=90):
    parts = [
        SESSION.format(lessons=lessons, exercises=exercises)
        for lessons, exercises in sessions
    ]
    text = f"[course]\nminutes = {minutes}\n" + "".join(parts)
    return schedules.read_schedules(text)["course"]


def test_the_courses_keep_the_order_that_lessons_need():
    courses = schedules.schedules_of(DOCS)
    assert set(courses) == {"afternoon", "two_weeks", "six_weeks"}
    for course in courses.values():
        schedules.check_order(course, NEEDS)
    whole = [name for s in courses["six_weeks"].sessions for name in s.lessons]
    assert sorted(whole) == sorted(LESSONS)


def test_what_is_not_done_in_class_is_for_home():
    (session,) = read((["count_parameters"], ["sheet_shapes"])).sessions
    everything = [exercise.name for exercise in exercises_of("count_parameters")]
    assert [*session.exercises, *session.home] == everything


def test_the_commands_take_class_and_home_apart():
    (session,) = read((["count_parameters"], ["sheet_shapes", "relu_instead"])).sessions
    blocks = schedules.preparation(3, session).split(".. code-block:: console")[1:]
    in_class, home, grade, own = (re.findall(r"--(\w+) (\w+)", b) for b in blocks)
    assert in_class == [
        ("student", "class3"),
        ("exercise", "sheet_shapes"),
        ("exercise", "relu_instead"),
    ]
    assert home == [
        ("student", "home3"),
        *(("exercise", name) for name in session.home),
    ]
    assert grade == home[1:]
    assert own == [("teacher", "answers3"), ("lesson", "count_parameters")]
    everything = [exercise.name for exercise in exercises_of("count_parameters")]
    (session,) = read((["count_parameters"], everything)).sessions
    assert "home" not in schedules.preparation(3, session)


def test_a_session_takes_the_time_of_its_lessons_and_exercises():
    course = read((["count_parameters"], ["sheet_shapes", "sheet_parameters"]))
    (session,) = course.sessions
    lengths = {"count_parameters": (Length(figures=20), Length(figures=99))}
    assert session.minutes(lengths) == 20 + 3 + 3
    schedules.check_times(course, lengths)
    short = read((["count_parameters"], ["sheet_shapes"]), minutes=22)
    with pytest.raises(ExtensionError, match="takes 23 minutes and may take 22"):
        schedules.check_times(short, lengths)


@pytest.mark.parametrize(
    ("sessions", "message"),
    [
        ([(["no_lesson"], [])], "there is no lesson 'no_lesson'"),
        ([(["count_parameters"], ["a_way_back"])], "belongs to none of its lessons"),
        ([(["count_parameters"], ["nothing"])], "belongs to none of its lessons"),
    ],
)
def test_a_session_with_something_unknown_is_refused(sessions, message):
    with pytest.raises(ExtensionError, match=message):
        read(*sessions)


@pytest.mark.parametrize(
    ("lessons", "message"),
    [
        (["training_by_hand"], "'training_by_hand' before what_a_network_learns"),
        (["what_a_network_learns"] * 2, "has 'what_a_network_learns' twice"),
    ],
)
def test_a_course_in_the_wrong_order_is_refused(lessons, message):
    course = read(*(([lesson], []) for lesson in lessons))
    with pytest.raises(ExtensionError, match=message):
        schedules.check_order(course, NEEDS)


def test_the_times_are_written_into_the_page(tmp_path):
    course = schedules.schedules_of(DOCS)["afternoon"]
    places = schedules.TIME.format(schedule="afternoon", number=1).split("`")[1]
    (tmp_path / "teach").mkdir()
    page = tmp_path / "teach" / "schedules.html"
    page.write_text(f"<p>({places})</p>", encoding="utf-8")
    lengths = dict.fromkeys(LESSONS, (Length(figures=5), Length()))
    builder = SimpleNamespace(format="html", get_target_uri="{}.html".format)
    app = SimpleNamespace(
        srcdir=DOCS, outdir=tmp_path, builder=builder, lesson_lengths=lengths
    )
    schedules.write_times(app, None)
    schedules.write_times(app, None)  # a second build finds the first one's times
    minutes = course.sessions[0].minutes(lengths)
    filled = places.replace("></span>", f">{minutes} min</span>")
    assert page.read_text(encoding="utf-8") == f"<p>({filled})</p>"
