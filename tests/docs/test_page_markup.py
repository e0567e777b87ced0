"""What is changed in the HTML of a page."""

import pytest
from bs4 import BeautifulSoup

import page_markup


def parse(html):
    return BeautifulSoup(html, "html.parser")


def wrapped(code):
    html = f'<div class="highlight"><pre>{code}</pre></div>'
    return parse(page_markup.CODE.sub(page_markup.wrap_lines, html)).pre


def test_lines_of_code_keep_their_text_and_know_their_indentation():
    pre = wrapped("def f():\n    return 1\n\nf()\n")
    assert pre.get_text() == "def f():\n    return 1\n\nf()\n"
    assert [line.get("style") for line in pre.select(".line")] == [
        None, "--indent:4", None, None,
    ]  # fmt: skip


def test_literal_blocks_are_code_too():
    html = '<pre class="x literal-block" id="named">a\n  b\n</pre>'
    pre = parse(page_markup.CODE.sub(page_markup.wrap_lines, html)).pre
    assert pre["id"] == "named"
    assert [line.get_text() for line in pre.select(".line")] == ["a\n", "  b\n"]


def test_spaces_between_tokens_stay():
    pre = wrapped('<span class="p">{</span>\n    <span class="s">"a"</span>\n')
    assert pre.get_text() == '{\n    "a"\n'


def test_a_token_over_several_lines_is_one_on_each():
    pre = wrapped('<span class="sd">"""One.\n\n    Two."""</span>\nx')
    spans = [line.span is not None for line in pre.select(".line")]
    assert spans == [True, True, True, False]
    assert all("sd" in span["class"] for span in pre.select(".line > span"))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("sample_weight", ["sample_", "weight"]),
        ("sklearn.neural_network", ["sklearn.", "neural_", "network"]),
        ("MLPClassifierNet", ["MLPClassifier", "Net"]),
        ("nnteach.", ["nnteach.", ""]),
        ("MLP(alpha=0.5,", ["MLP(", "alpha=", "0.5,", ""]),
        ("__init__", ["__init__"]),
        ("(100,)", ["(", "100,)"]),
        ("a == 1", ["a == 1"]),
    ],
)
def test_a_name_may_break_where_its_words_meet(text, parts):
    soup = parse(f'<td><code><span class="pre">{text}</span></code></td>')
    page_markup.let_names_break(soup)
    html = "<wbr/>".join(parts)
    assert str(soup) == f'<td><code><span class="pre">{html}</span></code></td>'


def test_a_short_name_in_a_sentence_stays_whole():
    names = ("constraints.txt", "sklearn.neural_network.MLPClassifier")
    code = "".join(f'<code><span class="pre">{name}</span></code>' for name in names)
    soup = parse(f"<p>{code}</p>")
    page_markup.let_names_break(soup)
    short, long = soup.select("span.pre")
    assert ("bound" in short["class"], "bound" in long["class"]) == (True, False)
    assert (len(short.select("wbr")), len(long.select("wbr"))) == (0, 3)


def test_a_number_stays_with_its_thousands_and_its_unit():
    soup = parse("<p>10 000 of 5 400 000, 80 % in 13 min; 3 4, 20 seeds</p>")
    page_markup.bind_numbers(soup)
    assert soup.get_text() == (
        "10\xa0000 of 5\xa0400\xa0000, 80\xa0% in 13\xa0min; 3 4, 20 seeds"
    )
    soup = parse("<pre>10 000</pre><code>10 000</code>")
    page_markup.bind_numbers(soup)
    assert "\xa0" not in soup.get_text()


def test_words_of_code_do_not_break_after_their_hyphens():
    line = "run --due 2030-05-06 --late-penalty=3 off by 3e-17, 1.5e-05; a-b x--y"
    soup = parse(f"<pre>{line}</pre>")
    page_markup.bind_words_of_code(soup)
    assert soup.get_text() == line
    bound = [box.get_text() for box in soup.select(".bound")]
    assert bound == ["--due", "--late-penalty", "3e-17", "1.5e-05"]


def test_the_cells_of_a_stacked_table_know_their_heads():
    soup = parse(
        "<table class='stacked'><thead><tr><th>A</th><th>B</th></tr></thead>"
        "<tbody><tr><th>1</th><td>2</td></tr></tbody></table>"
    )
    page_markup.mend_tables(soup)
    assert [cell["data-head"] for cell in soup.select("tbody tr > *")] == ["A", "B"]


def test_only_the_first_link_to_a_target_stays():
    soup = parse(
        '<div class="highlight"><a href="x">net</a> <a href="y">fit</a></div>'
        '<div class="highlight"><a href="x">net</a></div><p><a href="x">net</a></p>'
    )
    page_markup.keep_first_links(soup)
    assert [a["href"] for a in soup.select("a")] == ["x", "y", "x"]


@pytest.mark.parametrize(
    ("html", "bound"),
    [
        ('so <span class="math">x</span>, and', "x,"),
        ('(<span class="math">x</span>).', "(x)."),
        ('as <span class="math">x</span> is', None),
    ],
)
def test_punctuation_stays_with_its_formula(html, bound):
    soup = parse(f"<p>{html}</p>")
    text = soup.get_text()
    page_markup.bind_punctuation(soup)
    assert soup.get_text() == text
    box = soup.select_one(".bound")
    assert (box.get_text() if box else None) == bound


def test_columns_do_not_wrap_and_sentences_do():
    page = '<div class="sphx-glr-script-out"><pre>{}</pre></div>'
    table = parse(page.format("a   b\n1   2\n"))
    text = parse(page.format("accuracy 0.97\nloss 0.1   \n"))
    long_table = parse(page.format(f"a   b\n1   {'2' * 90}\n"))
    for soup in (table, text, long_table):
        page_markup.mark_columns(soup)
    assert [bool(s.select(".columns")) for s in (table, text, long_table)] == [
        True, False, False,
    ]  # fmt: skip


def test_tables_name_rows_by_their_first_cells_if_the_corner_is_empty():
    soup = parse(
        "<table><thead><tr><th></th><th>A</th></tr></thead>"
        "<tbody><tr><td>row</td><td>1</td></tr></tbody></table>"
    )
    page_markup.mend_tables(soup)
    assert soup.thead.find("td") is not None
    assert [th["scope"] for th in soup.select("th")] == ["col", "row"]


def test_the_name_of_a_parameter_is_the_heading_of_its_row():
    soup = parse(
        "<table class='parameters-table'><tr><td>copy</td><td class='param'>alpha</td>"
        "<td class='value'>0.1</td></tr></table>"
    )
    page_markup.mend_tables(soup)
    assert soup.select_one("[role=rowheader]").get_text() == "alpha"
    assert [td["headers"] for td in soup.select("td:not(.param)")] == [
        "parameter-0"
    ] * 2


def test_formulas_reserve_about_their_room():
    soup = parse(
        r'<span class="math">\(\alpha_{12} + x\)</span>'
        r'<div class="math">\[\begin{split}a \\ b\end{split}\]</div>'
    )
    page_markup.reserve_room(soup)
    assert soup.span["style"] == "--letters:5"
    assert soup.div["style"] == "--rows:2"
