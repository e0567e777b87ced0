"""What the site makes of a lesson: its plan, its folds, its questions and its time."""

import io
import textwrap

import nbformat
import pytest
from bs4 import BeautifulSoup
from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinx.util.docutils import docutils_namespace

from folds import collapse_cells
from lesson_lengths import Length, measure
from lesson_plans import lesson_of, plan_in_words
from predictions import collect_in_notebook


def cell(text="", code="", output=""):
    """Write a cell of a lesson as sphinx-gallery does, block by block."""
    blocks = [text] if text else []
    if code:
        blocks.append(".. code-block:: Python\n\n" + textwrap.indent(code, "   "))
    if output:
        result = " .. code-block:: none\n\n    " + output
        blocks[-1] += f"\n\n.. rst-class:: sphx-glr-script-out\n\n{result}"
    start = ".. GENERATED FROM PYTHON SOURCE LINES 1-2\n\n"
    return "".join(f"{start}{block}\n\n" for block in blocks)


def lesson_text(title, plan, *cells):
    """Write a lesson with a plan."""
    plan = ".. lesson-plan::\n" + textwrap.indent(plan, "   ")
    return "\n\n".join([f"{title}\n{'=' * len(title)}", plan, "".join(cells)])


FIRST = lesson_text("First lesson", "\n:train: train a network", cell("Text.", "a = 1"))
SECOND = lesson_text(
    "Second lesson",
    """\
:needs: first
:besides: a little numpy

:read: read a
    curve
:draw: draw it""",
    cell("Predict first\n-------------\n\n1. Up?\n2. Down?"),
    cell(
        "Shown text, see :lesson:`first` and :lesson:`that one <first>`.",
        "shown = 1",
        "shown output",
    ),
    cell(
        "Folded text.",
        '# sphinx_gallery_fold = "The proof & more"\n\nfolded = 1',
        "folded output",
    ),
    cell(code='# sphinx_gallery_fold = "The proof & more"\nfolded_too = 1'),
    cell("**Answer 1.** No."),
    cell(
        code='# sphinx_gallery_fold_code = "How it is drawn"\ndrawn = 1',
        output="drawn output",
    ),
    cell(
        "**Answer 2.** Yes, :math:`x`.\n\nFurther reading\n---------------\n\nA book."
    ),
)
MAP = """
Lessons
=======

.. lesson-map::

.. toctree::

   gallery/1_one/plot_1_first
   gallery/1_one/plot_2_second
"""
EXTENSIONS = ["folds", "lesson_map", "lesson_plans", "lesson_times", "predictions"]


def build(folder, second=SECOND):
    """Build a course of two lessons; return where its pages are."""
    source, pages = folder / "source", folder / "html"
    lessons = source / "gallery" / "1_one"
    lessons.mkdir(parents=True)
    (lessons / "plot_1_first.rst").write_text(FIRST, encoding="utf-8")
    (lessons / "plot_2_second.rst").write_text(second, encoding="utf-8")
    (source / "index.rst").write_text(MAP, encoding="utf-8")
    overrides = {"extensions": EXTENSIONS, "html_theme": "pydata_sphinx_theme"}
    options = {"confoverrides": overrides, "status": None, "warning": io.StringIO()}
    with docutils_namespace():
        app = Sphinx(source, None, pages, folder / "doctrees", "html", **options)
        app.build()
    assert options["warning"].getvalue() == ""
    return pages


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    return build(tmp_path_factory.mktemp("course"))


@pytest.fixture
def lesson(site):
    return parse(site / "gallery/1_one/plot_2_second.html")


def parse(page):
    return BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")


def test_cells_with_one_title_make_one_fold_with_text_code_and_output(lesson):
    fold = lesson.select_one("details.fold")
    assert fold.summary.get_text() == "The proof & more"
    text = fold.get_text(" ", strip=True)
    for part in ("Folded text.", "folded = 1", "folded output", "folded_too = 1"):
        assert part in text
    assert "sphinx_gallery" not in lesson.get_text()
    assert not fold.has_attr("open")


def test_a_fold_of_code_leaves_its_output_in_sight(lesson):
    _, code, _ = lesson.select("details.fold")
    assert code.get_text(" ", strip=True) == "How it is drawn drawn = 1"
    assert code["class"] == ["fold", "fold-code"]
    for fold in lesson.select("details.fold"):
        fold.decompose()
    assert "drawn output" in lesson.get_text()
    assert "Shown text" in lesson.get_text()
    assert "shown output" in lesson.get_text()


def test_questions_stand_with_their_answers_before_the_reading(lesson):
    *_, collected = lesson.select("details.fold")
    items = [item.get_text(" ", strip=True) for item in collected.select("ol > li")]
    assert [" ".join(item.split()) for item in items] == [
        "Up? No.",
        "Down? Yes, \\(x\\) .",
    ]
    assert collected.find_next("h2").get_text().startswith("Further reading")


def test_a_plan_has_anchors_links_and_a_time(lesson):
    plan = lesson.select_one(".lesson-plan")
    items = [(item["id"], item.get_text()) for item in plan.select("li")]
    assert items == [
        ("objective-read", "read a curve;"),
        ("objective-draw", "draw it."),
    ]
    assert plan.a["href"] == "plot_1_first.html"
    assert "What you need: First lesson; a little numpy." in plan.get_text()
    assert plan.select_one(".minutes").get_text().startswith("about ")


def test_the_name_of_a_lesson_is_that_of_its_file():
    assert lesson_of("gallery/1_mathematics/plot_3_first_steps") == "first_steps"
    assert lesson_of("plot_12_first_steps") == "first_steps"
    for other in ("gallery/1_mathematics/index", "howto/first_steps", "index"):
        assert lesson_of(other) is None


def test_lessons_are_linked_by_their_names(lesson):
    links = lesson.select("p > a[href='plot_1_first.html']")
    texts = [link.get_text() for link in links]
    assert texts == ["First lesson", "First lesson", "that one"]


def test_the_map_lists_the_lessons_and_draws_what_builds_on_what(site):
    plan = parse(site / "index.html").select_one(".lesson-map")
    assert [link.get_text() for link in plan.select("li a")] == [
        "First lesson",
        "Second lesson",
    ]
    assert len(plan.select("svg path")) == 1
    assert all(place.get_text().endswith(" min") for place in plan.select(".minutes"))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (".. lesson-plan::", ".. admonition:: Plan", "has no plan"),
        ("**Answer 2.**", "The answer:", "asks 2 questions first and answers"),
        (":needs: first", ":needs: third", "no lesson called 'third'"),
        (":needs: first", ":needs: second", "comes after it"),
        ("Folded text.", "**Answer 1.** Folded.", "is folded"),
        ("\nShown text", "\nSection\n-------\n\nShown text", None),
        (
            "\nFolded text",
            "\nSection\n-------\n\nFolded text",
            "hide all of the section",
        ),
    ],
)
def test_a_lesson_that_contradicts_itself_is_not_built(tmp_path, old, new, message):
    text = SECOND.replace(old, new, 1)
    if message is None:
        build(tmp_path, text)
    else:
        with pytest.raises(SphinxError, match=message):
            build(tmp_path, text)


def test_a_notebook_collapses_what_the_page_folds():
    cells = [
        nbformat.v4.new_markdown_cell("Text of the fold"),
        nbformat.v4.new_code_cell('# sphinx_gallery_fold = "Proof"\n\na = 1'),
        nbformat.v4.new_markdown_cell("Text in sight"),
        nbformat.v4.new_code_cell('# sphinx_gallery_fold_code = "Drawing"\na = 2'),
        nbformat.v4.new_code_cell("a = 3"),
    ]
    collapse_cells(cells)
    whole = {"source_hidden": True, "outputs_hidden": True}
    collapsed = [cell.metadata.get("jupyter") for cell in cells]
    source = {"source_hidden": True}
    assert collapsed == [source, whole, None, source, None]
    assert cells[1].source == "# Proof\n\na = 1"
    assert cells[3].source == "# Drawing\n\na = 2"


def test_a_notebook_has_the_plan_in_words():
    plan = textwrap.dedent("""
        .. lesson-plan::
           :needs: first
           :besides: a little numpy

           :read: read a
               curve
           :draw: draw it
    """)
    assert plan_in_words(plan + "\nText.") == textwrap.dedent("""
        **Afterwards you can**

        - read a curve;
        - draw it.

        **What you need**: :lesson:`first`; a little numpy.

        **Time**: :minutes:`this`.

        Text.""")


def test_a_notebook_ends_with_the_questions_and_their_answers():
    texts = ["# Predict first\n\n1. Up,\n   or so?\n2. Down?\n", "**Answer 1.** No.\n"]
    texts += ["Text.\n\n**Answer 2.** Yes,\nindeed.\n\nText."]
    cells = [nbformat.v4.new_markdown_cell(text) for text in texts]
    collected = collect_in_notebook(cells)
    assert "1. Up,\n   or so?\n\n    No." in collected
    assert "2. Down?\n\n    Yes,\nindeed." in collected
    assert "Text" not in collected


def test_a_notebook_without_questions_ends_without_them():
    assert collect_in_notebook([nbformat.v4.new_markdown_cell("Text.")]) == ""


PAGE = """
<article><h1>Two words<a class="headerlink">#</a></h1>
<p>One formula <span class="math">\\(a + b\\)</span>.</p>
<section id="predict-first"><ol><li>Really?</li></ol></section>
<div class="highlight"><pre>a = 1\n\nb = 2\n</pre></div>
<div class="sphx-glr-script-out"><div class="highlight"><pre>not read</pre></div></div>
<figure class="themed-figure"><figcaption>Its caption</figcaption></figure>
<details class="fold"><summary>Not counted</summary><p>Folded</p>
<div class="highlight"><pre>c = 3\n</pre></div></details>
<div class="lesson-downloads">Take it along</div></article>
"""


def test_the_length_of_a_page_is_that_of_its_main_path():
    main, folds = measure(BeautifulSoup(PAGE, "html.parser"))
    assert main == Length(words=8, lines=2, figures=1, questions=1)
    assert folds == Length(words=1, lines=1, figures=0)


def test_counting_leaves_the_page_as_it_is():
    soup = BeautifulSoup(PAGE, "html.parser")
    measure(soup)
    assert str(soup) == str(BeautifulSoup(PAGE, "html.parser"))


def test_minutes_are_reading_and_thinking():
    assert Length(words=300, lines=20, figures=1, questions=2).minutes == 7
