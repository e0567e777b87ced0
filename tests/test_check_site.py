"""The check of the built site finds what is wrong with made-up pages."""

import importlib.util
import runpy
from pathlib import Path

import pytest

pytest.importorskip("bs4")

path = Path(__file__).parent.parent / "docs" / "check_site.py"
specification = importlib.util.spec_from_file_location("check_site", path)
check_site = importlib.util.module_from_spec(specification)
specification.loader.exec_module(check_site)


def problems(folder, body="", *, head="", title="A page", h1="<h1>A page</h1>"):
    """Check a site of one page, beside a page to link to, and return the problems."""
    page = "<html lang='en'><head><title>{}</title>{}</head><body>{}{}</body></html>"
    term = "<p id='here'><b>max_iter</b><i>int or\n “auto”</i></p>"
    term += "<p>n_<wbr>iter_<wbr>no_change</p>"
    term += "<form><label>Points <input name='n_samples'></label></form>"
    (folder / "other.html").write_text(page.format("Other", "", h1, term))
    (folder / "index.html").write_text(page.format(title, head, h1, body))
    (folder / "figure.png").write_bytes(b"")
    check_site.parse.cache_clear()
    check_site.anchors.cache_clear()
    check_site.text_of.cache_clear()
    found = check_site.check_site(folder)
    return [line for line in found if line.startswith(("index.html", "style.css"))]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<a href='other.html'>other</a> <a href='other.html#here'>here</a>",
        "<p id='a'></p><a href='#a'>a</a> <a href='#'>top</a>",
        "<a href='https://example.org/x'>elsewhere</a> <a href='mailto:a@b.org'>m</a>",
        "<a href='other.html?highlight=x'>search</a>",
        "<a href='other.html#n_samples=50&n_samples='>settings</a>",
        "<a href='other.html#here:~:text=max_iter'>words</a>",
        "<a href='other.html#:~:text=n_iter_no_change'>may break</a>",
        "<a href='other.html#:~:text=max_iter,-int%20or%20%22auto%22'>words</a>",
        "<img src='figure.png' alt='Larger batches take fewer steps'>",
        "<img src='figure.png' srcset='figure.png 2x' alt='A line that falls fast'>",
        "<img src='figure.png' alt='' role='presentation'>",
        "<a href='other.html'><img src='figure.png' alt=''> other</a>",
        "<div class='lesson-card'><img src='figure.png' alt=''><p>Title</p></div>",
        "<img src='data:image/png;base64,AA' alt='A line that falls fast'>",
        "<script>const address = 'https://example.org';</script>",
        "<svg role='img' aria-label='a curve'></svg>",
    ],
)
def test_a_good_page_has_no_problems(tmp_path, body):
    assert problems(tmp_path, body) == []


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("<a href='missing.html'>x</a>", "'missing.html' does not exist"),
        ("<a href='other.html#gone'>x</a>", "'other.html#gone' has no such anchor"),
        ("<a href='#gone'>x</a>", "'#gone' has no such anchor"),
        ("<a href='other.html#noise=0'>x</a>", "'other.html#noise=0' has no such"),
        ("<a href='other.html#:~:text=iter'>x</a>", "words that are not there"),
        ("<a href='other.html#:~:text=max_iter,-in'>x</a>", "words that are not there"),
        ("<a href='other.html#gone:~:text=int'>x</a>", "has no such anchor"),
        ("<a href='../outside.html'>x</a>", "outside the site"),
        ("<a href='/other.html'>x</a>", "root of the host"),
        ("<a href='file:///etc/hosts'>x</a>", "not an address on the web"),
        ("<p id='a'></p><p id='a'></p>", "'a' stands at several places"),
        ("<h1>again</h1>", "2 first headings"),
        ("<script src='missing.js'></script>", "'missing.js' does not exist"),
        (
            "<img src='figure.png' srcset='gone.png 2x' alt='A line that falls'>",
            "'gone.png' does not exist",
        ),
        (r"<div class='math'>\[x\]</div>", "does not load MathJax"),
    ],
)
def test_structure_and_links(tmp_path, body, message):
    (problem,) = problems(tmp_path, body)
    assert message in problem


@pytest.mark.parametrize(
    "loading",
    [
        "<script src='https://example.org/x.js'></script>",
        "<script src='//example.org/x.js'></script>",
        "<link rel='stylesheet' href='https://example.org/x.css'>",
        "<link rel='preconnect' href='https://example.org'>",
        "<link rel='icon' href='https://example.org/x.png'>",
        "<img src='https://example.org/x.png' alt='A line that falls fast'>",
        "<iframe src='https://example.org'></iframe>",
        "<video src='https://example.org/x.mp4'></video>",
        "<style>@import 'https://example.org/x.css';</style>",
        "<style>@font-face { src: url(https://example.org/x.woff2) }</style>",
        "<p style='background: url(\"//example.org/x.png\")'></p>",
        "<script>fetch('https://example.org/data.json')</script>",
        "<script>element.src = 'https://example.org/x.js'</script>",
        "<img src='figure.png' srcset='https://example.org/x.png 2x' "
        "alt='A line that falls fast'>",
    ],
)
def test_a_request_to_another_host(tmp_path, loading):
    (problem,) = problems(tmp_path, loading)
    assert "another host" in problem


@pytest.mark.parametrize(
    ("image", "message"),
    [
        ("<img src='figure.png'>", "no alt text"),
        ("<img src='figure.png' alt=' '>", "no alt text"),
        ("<img src='figure.png' alt='figure.png'>", "its file name"),
        ("<img src='figure.png' alt='A curve'>", "too short"),
        ("<img src='figure.png' alt='The loss $E$ falls fast'>", "not plain text"),
        ('<img src=\'figure.png\' alt="The "best" epoch">', "quotation mark"),
        ("<svg role='img'></svg>", "no label"),
    ],
)
def test_an_image_without_words(tmp_path, image, message):
    (problem,) = problems(tmp_path, image)
    assert message in problem


def test_a_figure_without_title(tmp_path):
    # sphinx-gallery makes this alt text from the name of the script
    name = "sphx_glr_plot_2_batch_size_001.png"
    (tmp_path / name).write_bytes(b"")
    (problem,) = problems(tmp_path, f"<img src='{name}' alt='plot 2 batch size'>")
    assert "give the figure a title" in problem


def test_a_page_without_title_and_heading(tmp_path):
    found = problems(tmp_path, title="", h1="")
    assert [line.split(": ")[1] for line in found] == [
        "the page has no title",
        "the page has 0 first headings (h1), not one",
    ]


def test_a_style_sheet_is_checked(tmp_path):
    (tmp_path / "style.css").write_text(
        "/* url(https://example.org/comment.png) */\n"
        "a { background: url('gone.png') } b { src: url(https://example.org/x.woff) }\n"
        "c { background: url(figure.png) url(data:image/png;base64,AA) }\n"
    )
    found = problems(tmp_path)
    assert len(found) == 2
    assert "'gone.png' does not exist" in found[0]
    assert "from another host" in found[1]


def test_a_folder_without_pages(tmp_path):
    (problem,) = check_site.check_site(tmp_path)
    assert "make site" in problem


@pytest.mark.parametrize(
    ("body", "n_problems"), [("", 0), ("<a href='#gone'>x</a>", 1)]
)
def test_the_program_says_and_returns_whether_there_are_problems(
    tmp_path, monkeypatch, capsys, body, n_problems
):
    assert len(problems(tmp_path, body)) == n_problems
    monkeypatch.setattr("sys.argv", ["check_site.py", str(tmp_path)])
    with pytest.raises(SystemExit) as end:
        runpy.run_path(str(path), run_name="__main__")
    assert end.value.code == bool(n_problems)
    assert capsys.readouterr().out.endswith(f": {n_problems} problems found\n")
