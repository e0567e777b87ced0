"""Each fault that a page is searched for is found where it is, and only there."""

import pytest
from chromium import served
from faults import faults
from focus import focus_faults

from conftest import ALL_FOLDS, LIGHT, LIVE_FOLDS, Mode

PHONE = Mode("390-px", width=390)
SOUND = '<p id="text">Two moons.</p>'
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>A page</title><link rel="icon" href="data:,"></head>
<body><main class="bd-article"><h1>A page</h1>{}</main></body></html>
"""
PICTURE = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' "
    "width='9' height='9'/%3E"
)
IMAGE = f'<img src="{PICTURE}" alt="A dot" width="9" height="9">'
WIDE_TABLE = f"<table><tr><th>Name</th><td>{'wide' * 100}</td></tr></table>"
LONG_LINE = f"<pre>{'x' * 400}</pre>"
FAULTS = {
    "another host": (
        '<script src="http://127.0.0.2:9/x.js"></script>',
        "asks another host: http://127.0.0.2:9/x.js",
    ),
    "console": (
        "<script>console.error('out of order')</script>",
        "says to the console: out of order",
    ),
    "exception": (
        "<script>throw new Error('torn')</script>",
        "says to the console: torn",
    ),
    "missing file": (
        '<script src="missing.js"></script>',
        "says to the console: 404",
    ),
    "no width": (
        f'<img src="{PICTURE}" alt="A dot" height="9">',
        "pictures without width and height",
    ),
    "no height": (
        f'<img src="{PICTURE}" alt="A dot" width="9">',
        "pictures without width and height",
    ),
    "two renditions": (
        f'<div class="themed-figure">{IMAGE}{IMAGE}</div>',
        "figures without one rendition in sight: 2 of 2",
    ),
    "no rendition": (
        f'<div class="themed-figure"><span hidden>{IMAGE}</span></div>',
        "figures without one rendition in sight: 0 of 1",
    ),
    "cut": (
        '<pre style="overflow: hidden">' + LONG_LINE[5:],
        "cut, or scrolls without saying so",
    ),
    "scrolls unsaid": (
        '<pre style="overflow: auto" tabindex="0">' + LONG_LINE[5:],
        "cut, or scrolls without saying so",
    ),
    "broken name": (
        '<dl><dt style="width: 2em; overflow-wrap: anywhere">'
        "<strong>sample_weight</strong></dt><dd>Text.</dd></dl>",
        "names broken in mid-word: sample_weight",
    ),
    "does not wrap": (
        '<pre class="scrolls" style="overflow: auto" tabindex="0">' + LONG_LINE[5:],
        "lines that do not wrap",
    ),
    "cut at 1280 pixels": (
        f'<div class="math scrolls">{"x" * 400}</div>',
        "cut at 1280 pixels",
    ),
    "moves": (
        f"<div id=late></div>{SOUND * 20}<script>setTimeout(() => {{"
        "document.getElementById('late').style.height = '600px'}, 60)</script>",
        "moves while it loads: layout shift",
    ),
    "scrolls sideways": (WIDE_TABLE, "scrolls sideways"),
}
AXE = {
    "image-alt": f'<img src="{PICTURE}" width="9" height="9">',
    "color-contrast": '<p style="color: #bbb; background: #fff">Faint.</p>',
    "link-name": '<a href="#text"></a>',
    "button-name": "<button></button>",
    "summary-name": "<details><summary></summary>Folded.</details>",
    "aria-required-children": '<div role="list"><h2>No item</h2></div>',
    "aria-deprecated-role": '<div role="directory">Old.</div>',
    "empty-table-header": "<table><tr><th></th></tr><tr><td>1</td></tr></table>",
    "heading-order": "<h4>Too deep</h4>",
    "region": "</main><p>Outside of every landmark.</p><main hidden>",
    "target-size": (
        '<p><button style="width: 9px; height: 9px; padding: 0" aria-label="a">'
        '</button><button style="width: 9px; height: 9px; padding: 0" '
        'aria-label="b"></button></p>'
    ),
    "label-content-name-mismatch": '<button aria-label="Save">Open</button>',
    "p-as-heading": (
        '<p style="font-weight: bold; font-size: 2em">Bold</p>'
        f"<p>{'Plain text goes on. ' * 10}</p>"
    ),
    "scrollable-region-focusable": (
        '<div class="scrolls" style="overflow: auto; width: 100px; height: 50px">'
        f"<p>{'words ' * 100}</p></div>"
    ),
}


@pytest.fixture
def look_at(tmp_path, open_page):
    """Return a function that gives the faults of a page with this content."""

    def look(content, mode=LIGHT):
        (tmp_path / "page.html").write_text(PAGE.format(content), encoding="utf-8")
        with served(tmp_path) as root, open_page(f"{root}page.html", mode) as page:
            return faults(page, mode, root)

    return look


@pytest.mark.parametrize(
    "content",
    [
        SOUND,
        # a link in another font is higher or lower than the line, and is not broken
        '<dl class="simple"><dt><a href="#top"><code>fit_many</code></a></dt>'
        "<dd>Train many.</dd></dl>",
        IMAGE,
        f'<div class="themed-figure">{IMAGE}<span hidden>{IMAGE}</span></div>',
        '<pre style="white-space: pre-wrap; overflow-wrap: anywhere">' + LONG_LINE[5:],
        f'<div class="scrolls" style="overflow: auto" tabindex="0">{WIDE_TABLE}</div>',
    ],
    ids=["text", "link", "picture", "figure", "lines-wrap", "table-scrolls-by-itself"],
)
@pytest.mark.parametrize("mode", [LIGHT, PHONE], ids=lambda mode: mode.name)
def test_a_sound_page_has_no_fault(content, mode, look_at):
    assert look_at(content, mode) == []


@pytest.mark.parametrize(("content", "message"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_found(content, message, look_at):
    assert any(fault.startswith(message) for fault in look_at(content))


@pytest.mark.parametrize("rule", AXE)
def test_axe_looks_for(rule, look_at):
    found = look_at(AXE[rule])
    assert any(fault.startswith(f"axe: {rule}, ") for fault in found), found


def test_a_fault_in_a_fold_is_found_when_it_is_open(look_at):
    content = f"<details><summary>More</summary>{AXE['color-contrast']}</details>"
    opened = Mode("folds-open", folds=ALL_FOLDS)
    assert look_at(content) == []
    assert [fault.split(",")[0] for fault in look_at(content, opened)] == [
        "axe: color-contrast"
    ]


def test_a_fault_in_what_starts_when_its_fold_is_opened_is_found(look_at):
    late = f"""<details class="fold-live"><summary>More</summary>
      <div data-live="film"></div></details><script>setTimeout(() =>
      document.querySelector("[data-live]").insertAdjacentHTML("beforeend",
      `<div class="film-player">{AXE["button-name"]}</div>`), 600)</script>"""
    (fault,) = look_at(late, Mode("live", folds=LIVE_FOLDS))
    assert fault.startswith("axe: button-name, ")


SKIP = '<a href="#main-content">Skip</a>'
LINKS = '<p id="main-content"><a href="#a">a</a> <a href="#b">b</a></p>'
FOCUS_FAULTS = {
    "no skip link first": LINKS,
    "too many stops": SKIP + '<a href="#a">a</a> ' * 130,
    "caught": f"{SKIP}{LINKS}<script>onkeydown = e => e.preventDefault(), "
    "document.links[1].focus()</script>",
    "out of sight": f'{SKIP}<a href="#a" style="position: fixed; left: -99px; '
    'width: 9px; top: -99px; height: 9px">a</a>',
    "not marked": f'{SKIP}<a href="#a" style="outline: none">a</a>',
    "goes back": f'{LINKS}<a href="#main-content" tabindex="1">Skip</a>',
    "not reached": f"{SKIP}<div inert>{LINKS}</div>",
}


TICK = (
    f'{SKIP}<input type="checkbox" id="tick" style="position: absolute; opacity: 0; '
    'width: 1px; height: 1px; margin: 0"><label for="tick">Fold</label>'
)


@pytest.fixture
def walk_through(tmp_path, open_page):
    """Return a function that gives the faults of the focus on a page."""

    def walk(content):
        (tmp_path / "page.html").write_text(
            PAGE.format(f'<div class="bd-main">{content}</div>'), encoding="utf-8"
        )
        with served(tmp_path) as root, open_page(f"{root}page.html") as page:
            return focus_faults(page)

    return walk


def test_a_sound_page_lets_the_focus_through(walk_through):
    assert walk_through(SKIP + LINKS) == []


def test_the_mark_of_the_focus_may_come_gradually(walk_through):
    gradual = """<style>a { outline: 0 solid; transition: outline-width 5s }
      a:focus { outline-width: 3px }</style>"""
    assert walk_through(gradual + SKIP + LINKS) == []


@pytest.mark.parametrize("fault", FOCUS_FAULTS)
def test_a_fault_of_the_focus_is_found(fault, walk_through):
    found = walk_through(FOCUS_FAULTS[fault])
    assert any(message.startswith(f"{fault}: ") for message in found), found


def test_a_focus_that_lies_under_something_is_out_of_sight(walk_through):
    cover = '<div style="position: fixed; inset: 0; background: #fff"></div>'
    assert any(f.startswith("out of sight") for f in walk_through(SKIP + LINKS + cover))


def test_the_label_of_a_hidden_tick_box_shows_the_focus(walk_through):
    mark = "<style>:focus-visible + label { outline: 3px solid }</style>"
    assert walk_through(mark + TICK) == []
    assert [f.split(":")[0] for f in walk_through(TICK)] == ["not marked"]
