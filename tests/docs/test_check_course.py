"""What the check of the course finds in a built site, and what it lets pass."""

import pytest

import check_course

PAGE = """<html><body>
<article class="bd-article"><h1>Epoch</h1>{}</article></body></html>
"""
GLOSSARY = PAGE.format("""
<dl class="glossary"><dt id="term-epoch">epoch<a class="headerlink">#</a></dt>
<dd>One pass.</dd><dt id="term-loss">loss</dt><dd>How wrong.</dd></dl>""")
NOTATION = PAGE.format(r"""
<table><tbody><tr><td><span class="math">\(W_l\)</span></td><td>weights</td></tr>
<tr><td><span class="math">\(\mu\)</span></td><td>share, in
<a href="gallery/1_one/plot_2_second.html">Second</a></td></tr></tbody></table>""")
LINK = '<a href="../../glossary.html#term-epoch">epochs</a>'
SYMBOL = r'<span class="math">\({}\)</span>'
MU = SYMBOL.format(r"\mu")


@pytest.fixture
def problems(tmp_path):
    def check(first, second=""):
        folder = tmp_path / "gallery" / "1_one"
        folder.mkdir(parents=True)
        (tmp_path / "glossary.html").write_text(GLOSSARY, encoding="utf-8")
        (tmp_path / "notation.html").write_text(NOTATION, encoding="utf-8")
        for name, body in (("plot_1_first", first), ("plot_2_second", second + MU)):
            page = PAGE.format(body)
            (folder / f"{name}.html").write_text(page, encoding="utf-8")
        check_course.parse.cache_clear()
        return check_course.check_course(tmp_path)

    return check


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (f"<p>After two {LINK}, and another epoch.</p>", "<p>An epoch later.</p>"),
        ("<p>One pass is an <em>epoch</em>.</p>", ""),
        ("<p>Nothing.</p>", "<p>One pass is an <strong>epoch</strong>.</p>"),
        ("<details class='fold'><summary>S</summary>An epoch</details>", ""),
        ("<div class='highlight'><pre>epoch</pre></div><code>epoch</code>", ""),
        ("<p><a href='plot_2_second.html'>The first epoch</a></p>", ""),
        ("<p>An epochal lossy paragraph.</p>", ""),
        ("<p>" + SYMBOL.format(r"W_1 \max(\text{abc}, \mathrm{def})") + "</p>", ""),
        ("<p>" + "word " * 899 + "</p>", ""),
    ],
)
def test_what_is_in_order_passes(problems, first, second):
    assert problems(first, second) == []


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        (
            "<p>Two epochs.</p>",
            "",
            "plot_1_first.html: 'epoch' is not explained before",
        ),
        ("", "<p>Epochs.</p>", "plot_2_second.html: 'epoch' is not explained before"),
        ("<p>An epoch,</p>", f"<p>{LINK}</p>", "plot_1_first.html: 'epoch'"),
        ("<p>The loss</p>", "", "'loss' is not explained before 'The loss'"),
        (SYMBOL.format("W b"), "", "plot_1_first.html: the symbol 'b' is not on"),
        (MU, "", "plot_1_first.html: the symbol 'mu' is not on"),
        ("<p>" + "word " * 900 + "</p>", "", "has 901 words, and may have 900"),
        (
            "<div class='highlight'><pre>" + "a\n" * 61 + "</pre></div>",
            "",
            "has 61 lines of code, and may have 60",
        ),
    ],
)
def test_what_is_out_of_order_is_found(problems, first, second, message):
    (problem,) = problems(first, second)
    assert message in problem


def test_a_symbol_that_a_lesson_no_longer_has_is_found(problems, tmp_path):
    problems("")
    page = tmp_path / "gallery" / "1_one" / "plot_2_second.html"
    page.write_text(PAGE.format(""), encoding="utf-8")
    check_course.parse.cache_clear()
    (problem,) = check_course.check_course(tmp_path)
    assert "the symbol 'mu' is on the page about notation, and not here" in problem
