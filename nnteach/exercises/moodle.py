"""Number and choice questions for Moodle, in its XML format.

The format: https://docs.moodle.org/en/Moodle_XML_format
"""

from collections.abc import Mapping, Sequence
from xml.etree import ElementTree as ET

from nnteach.exercises.catalogue import LESSONS, heading
from nnteach.exercises.choice_exercise import LETTERS, ChoiceExercise
from nnteach.exercises.exercise import Exercise
from nnteach.exercises.markup import tex, to_html, to_html_line
from nnteach.exercises.number_exercise import NumberExercise


def write_moodle(chosen: Mapping[str, Sequence[Exercise]]) -> str:
    """Write those of some exercises as questions that Moodle can check itself.

    Parameters
    ----------
    chosen : mapping of str to sequence of Exercise
        The exercises of each lesson, as :func:`choose` returns them.

    Returns
    -------
    str
        A question bank in Moodle's XML, with a category for each lesson. Exercises with
        code are not in it.
    """
    quiz = ET.Element("quiz")
    for lesson, exercises in chosen.items():
        category = ET.SubElement(quiz, "question", type="category")
        path = f"$course$/top/nnteach/{LESSONS[lesson].replace('/', '//')}"
        add_text(category, "category", path)
        for exercise in exercises:
            if isinstance(exercise, NumberExercise):
                add_number(quiz, exercise)
            elif isinstance(exercise, ChoiceExercise):
                add_choice(quiz, exercise)
    ET.indent(quiz)
    return ET.tostring(quiz, encoding="unicode", xml_declaration=True) + "\n"


def add_text(parent: ET.Element, tag: str, text: str, **attributes: str) -> ET.Element:
    """Add an element whose text is in an element of its own, as the format has it."""
    element = ET.SubElement(parent, tag, attributes)
    ET.SubElement(element, "text").text = text
    return element


def add_question(quiz: ET.Element, exercise: Exercise, kind: str) -> ET.Element:
    """Add what all kinds of questions have."""
    question = ET.SubElement(quiz, "question", type=kind)
    add_text(question, "name", heading(exercise))
    text = exercise.asked
    if exercise.given_code:
        text += f"\n\n```python\n{exercise.given_code}\n```"
    add_text(question, "questiontext", to_html(text, tex), format="html")
    ET.SubElement(question, "defaultgrade").text = str(exercise.points)
    ET.SubElement(question, "idnumber").text = exercise.name
    for hint in exercise.hints:
        add_text(question, "hint", to_html(hint, tex), format="html")
    return question


def add_number(quiz: ET.Element, exercise: NumberExercise) -> None:
    """Add a question whose answer is a number, and feedback for typical mistakes."""
    question = add_question(quiz, exercise, "numerical")
    for known in exercise.known_numbers:
        fraction = "0" if known.feedback else "100"
        answer = add_text(question, "answer", f"{known.value!r}", fraction=fraction)
        ET.SubElement(answer, "tolerance").text = f"{known.tolerance!r}"
        feedback = to_html_line(known.feedback, tex)
        add_text(answer, "feedback", feedback, format="html")


def add_choice(quiz: ET.Element, exercise: ChoiceExercise) -> None:
    """Add a question with statements, of which one is right."""
    question = add_question(quiz, exercise, "multichoice")
    ET.SubElement(question, "single").text = "true"
    ET.SubElement(question, "shuffleanswers").text = "true"
    ET.SubElement(question, "answernumbering").text = "abc"
    for letter, choice in zip(LETTERS, exercise.choices, strict=False):
        fraction = "100" if letter == exercise.right_letter else "0"
        text = to_html_line(choice.text, tex)
        answer = add_text(question, "answer", text, fraction=fraction, format="html")
        feedback = to_html_line(choice.feedback, tex)
        add_text(answer, "feedback", feedback, format="html")
