"""Slides have what a lesson shows, and nothing that it folds."""

import pytest
from docutils import nodes

import slides
from folds import Fold
from lesson_plans import Plan
from themed_figures import CaptionNode, FigureNode


def paragraph(text):
    return nodes.paragraph("", text)


def section(title, *content):
    return nodes.section("", nodes.title("", title), *content)


def figure(stem, caption=None):
    shown = FigureNode(stem=stem, alt="What one sees.")
    if caption:
        shown += CaptionNode("", paragraph(caption))
    return shown


def answer(number, text):
    return nodes.paragraph(
        "", "", nodes.strong("", f"Answer {number}."), nodes.Text(f" {text}")
    )


@pytest.fixture
def lesson():
    plan = Plan("", paragraph("Afterwards you can"), nodes.bullet_list(), needs=[])
    plan += paragraph("Time: 10 minutes.")
    fold = Fold("", paragraph("Proof."), figure("folded"), title="Proof", kind="fold")
    asked = nodes.enumerated_list("", nodes.list_item("", paragraph("How many?")))
    doctree = nodes.document(None, None)
    doctree += section(
        "The lesson",
        plan,
        section("Predict first", asked),
        section(
            "A section",
            paragraph("First."),
            paragraph("Second."),
            nodes.math_block("", "x = 1"),
            fold,
            figure("found", "Three are enough"),
            answer(1, "Three."),
            figure("bare"),
        ),
        section("Common mistakes", paragraph("Too many."), fold.deepcopy()),
        section(
            "What you learnt",
            paragraph("Three."),
            nodes.paragraph("", "Now do it.", classes=["to-exercises"]),
        ),
        section("Further reading", paragraph("A book.")),
    )
    return doctree


def texts(slide):
    heading = "".join(node.astext() for node in slide.title)
    return heading, [node.astext() for node in slide.content]


def test_the_slides_stand_in_the_order_of_the_lesson(lesson):
    found = [texts(slide) for slide in slides.slides_of(lesson, "page")]
    assert [heading for heading, _ in found] == [
        "The lesson",
        "Predict first",
        "A section",
        "Three are enough",
        "Answer 1",
        "A section",
        "Common mistakes",
        "What you learnt",
    ]
    assert found[0][1] == ["Afterwards you can:", ""]
    assert found[2][1] == ["First.", "x = 1"]
    assert found[4][1] == ["How many?", " Three."]
    assert found[6][1] == ["Too many."]
    assert found[7][1] == ["Three."]


def test_a_figure_stands_under_its_finding_and_keeps_its_alt_text(lesson):
    shown = [slide.content[0] for slide in slides.slides_of(lesson, "page")]
    figures = [node for node in shown if isinstance(node, FigureNode)]
    assert [node["stem"] for node in figures] == ["found", "bare"]
    assert all(node["alt"] == "What one sees." for node in figures)
    assert not any(list(node.findall(CaptionNode)) for node in figures)


def test_making_slides_leaves_the_lesson_as_it_was(lesson):
    before = lesson.pformat()
    slides.slides_of(lesson, "page")
    assert lesson.pformat() == before


def test_a_lesson_without_mistakes_has_no_slide_of_them(lesson):
    for part in list(lesson.findall(nodes.section)):
        if part[0].astext() == "Common mistakes":
            part.parent.remove(part)
    headings = [texts(slide)[0] for slide in slides.slides_of(lesson, "page")]
    assert "Common mistakes" not in headings
    assert headings[-1] == "What you learnt"


def test_equations_fill_a_slide_as_words_do():
    words = paragraph("one two three")
    assert slides.n_words(slides.Slide([], [words])) == 3
    equation = nodes.math_block("", "a + b = c")
    crowded = slides.Slide([], [words, *[equation.deepcopy() for _ in range(5)]])
    assert slides.n_words(crowded) > slides.MANY_WORDS


def test_many_equations_go_on_on_another_slide():
    equations = [nodes.math_block("", f"x = {number}") for number in range(5)]
    part = section("Many", paragraph("First."), *equations, paragraph("Last."))
    found = [texts(slide) for slide in slides.main_slides(part, {}, {})]
    assert found == [
        ("Many", ["First.", "x = 0", "x = 1", "x = 2"]),
        ("Many", ["x = 3", "x = 4"]),
    ]


def code(n_lines, language="Python"):
    return nodes.literal_block("", "\n".join(["x = 1"] * n_lines), language=language)


def printed(n_lines):
    output = code(n_lines, "none")
    output["classes"].append("sphx-glr-script-out")
    return output


def test_short_code_is_shown_with_what_it_prints():
    shown, output = code(slides.MOST_LINES - 2), printed(2)
    part = section("Code", paragraph("First."), shown, output, code(3), paragraph("x"))
    beginning, with_output, alone = slides.main_slides(part, {}, {})
    assert texts(beginning) == ("Code", ["First."])
    assert with_output.content == [shown, output]
    assert texts(alone) == ("Code", [code(3).astext()])
    assert slides.is_dense(alone)
    assert not slides.is_dense(beginning)


def test_long_code_and_its_output_are_in_the_lesson_alone():
    long = section("Code", paragraph("First."), code(slides.MOST_LINES), printed(1))
    assert len(slides.main_slides(long, {}, {})) == 1
    wide = nodes.literal_block("", "x" * (slides.LONGEST_LINE + 1), language="Python")
    assert (
        len(slides.main_slides(section("Code", paragraph("First."), wide), {}, {})) == 1
    )
    given = section("Code", paragraph("First."), code(3, "console"))
    assert len(slides.main_slides(given, {}, {})) == 1


def test_nothing_is_announced_that_no_slide_has():
    text = nodes.paragraph("", "The loop is short:")
    code = nodes.literal_block("", "for epoch in range(3): ...")
    assert slides.announces_what_is_left_out(text, code)
    assert slides.announces_what_is_left_out(text, None)
    assert not slides.announces_what_is_left_out(text, nodes.math_block("", "z = w x"))
    assert not slides.announces_what_is_left_out(nodes.paragraph("", "Short."), code)


def test_a_section_without_a_text_of_its_own_has_no_slide_of_its_own():
    (beginning,) = slides.main_slides(section("Only sections below"), {}, {})
    assert beginning.content == []
