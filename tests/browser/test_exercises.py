"""Exercises check themselves in the page, and the browser remembers what was done."""

import json
import re

import pytest

from nnteach.exercises import LESSONS, exercises_of
from nnteach.exercises.choice_exercise import ChoiceExercise
from nnteach.exercises.number_exercise import NumberExercise

PAGE = "exercises/count_parameters.html"
LESSON = "gallery/0_first_steps/plot_2_training_by_hand.html"


def form(page, name):
    return page.locator(f"form[data-exercise={name}]")


def repeat_until(page, store_and_load, shows):
    """Store and load again until the page shows what was stored, at most ten times.

    In a private window, Chromium now and then loses what a page from disk has stored.
    """
    for _ in range(10):
        store_and_load()
        if shows():
            return
        page.wait_for_timeout(300)
    raise AssertionError("What was stored does not come back.")


def type_number(page, name, text):
    """Answer with a number by the keyboard alone; return what is said."""
    form(page, name).locator("input").fill(text)
    page.keyboard.press("Enter")
    return form(page, name).locator("output").inner_text()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("703", "Right."),
        (" 703,0 ", "Right."),
        ("1406/2", "Right."),
        ("650", "Not yet. These are the weights alone"),
        ("12", "Not yet. This is not the number"),
        ("many", "Not yet. Type a number"),
        ("0x10", "Not yet. Type a number"),
        ("703 %", "Not yet. Type a number without the sign %"),
        ("−1406 / −2", "Right."),
        ("7,03", "Not yet. A comma is read as the decimal point"),
        ("1,406", "Not yet. This is not the number"),
        ("1/0", "Not yet. Type a number"),
        ("", "Not yet. Type a number"),
    ],
)
def test_a_number_is_checked(text, said, open_page, server):
    with open_page(f"{server}{PAGE}") as page:
        assert said in type_number(page, "sheet_parameters", text)


def test_a_choice_gets_its_own_feedback_by_keyboard(open_page, server):
    with open_page(f"{server}{PAGE}") as page:
        choice = form(page, "relu_instead")
        choice.get_by_role("button").press("Enter")
        assert "Choose one" in choice.get_by_role("status").inner_text()
        choice.get_by_role("radio").first.press(" ")
        choice.get_by_role("button").press("Enter")
        assert (
            "relu sets activations to zero" in choice.get_by_role("status").inner_text()
        )
        choice.get_by_role("radio").first.press("ArrowDown")
        choice.get_by_role("button").press("Enter")
        assert choice.get_by_role("status").inner_text().startswith("Right.")


def test_what_was_done_is_kept_counted_exported_and_forgotten(root, open_page):
    with open_page(f"{root}{PAGE}") as page:

        def answer():
            type_number(page, "sheet_parameters", "703")
            type_number(page, "sheet_parameters", "650")  # right once is done

        def answer_and_reload():
            answer()
            page.reload()

        def answer_and_look():
            page.goto(f"{root}{PAGE}")
            answer()
            page.goto(f"{root}exercises/my_progress.html")

        answered = form(page, "sheet_parameters")
        repeat_until(
            page, answer_and_reload, lambda: "done this" in answered.inner_text()
        )
        section = page.locator(".exercise-section", has_text="Count by hand")
        count = section.locator(".exercise-count")
        repeat_until(
            page, answer_and_look, lambda: count.inner_text().startswith("1 of ")
        )
        with page.expect_download() as download:
            page.get_by_role("button", name="Export").click()
        values = json.loads(download.value.path().read_text(encoding="utf-8"))
        assert values["exercises"]["sheet_parameters"]["right"] is True
        page.on("dialog", lambda dialog: dialog.accept())
        page.get_by_role("button", name="Forget").click()
        assert count.inner_text().startswith("0 of ")
        assert page.complaints == []


def test_a_guess_is_kept_and_shown_beside_the_answer(root, open_page):
    with open_page(f"{root}{LESSON}") as page:
        assert page.locator(".guess:visible").count() == 0
        guess = page.get_by_label("Your guess").first
        guess.fill("two numbers")
        shown = page.locator(".guess:visible")
        assert "two numbers" in shown.first.inner_text()

        def guess_and_reload():
            guess.fill("two numbers")
            page.wait_for_timeout(500)  # until the browser has stored it
            page.reload()

        repeat_until(
            page, guess_and_reload, lambda: guess.input_value() == "two numbers"
        )
        assert "two numbers" in shown.first.inner_text()


@pytest.mark.parametrize("subject", LESSONS)
def test_the_page_knows_the_keys_of_python(subject, open_page, server):
    """The right answer passes, each wrong one gets its message, none is missing."""
    with open_page(f"{server}exercises/{subject}.html") as page:
        forms = page.locator("form.exercise-form").all()
        names = [found.get_attribute("data-exercise") for found in forms]
        assert names == [exercise.name for exercise in exercises_of(subject)]
        for exercise in exercises_of(subject):
            if isinstance(exercise, NumberExercise):
                check_number(page, exercise)
            elif isinstance(exercise, ChoiceExercise):
                check_choice(page, exercise)


def check_number(page, exercise):
    assert "Right." in type_number(page, exercise.name, repr(exercise.right_number))
    for wrong in exercise.wrong_numbers:
        said = type_number(page, exercise.name, repr(wrong.value))
        assert f"Not yet. {plain_start(wrong.feedback)}" in said


def check_choice(page, exercise):
    choice = form(page, exercise.name)
    radios = choice.get_by_role("radio")
    assert radios.count() == len(exercise.choices)
    for place, statement in enumerate(exercise.choices):
        radios.nth(place).check()
        choice.get_by_role("button").click()
        said = choice.get_by_role("status").inner_text()
        verdict = "Right." if "abcdefgh"[place] == exercise.right_letter else "Not yet."
        assert f"{verdict} {plain_start(statement.feedback)}" in said


def plain_start(text):
    """Return a feedback up to its first formula, without marks of code and stress."""
    return re.sub("[`*]", "", text.partition("$")[0]).rstrip()
