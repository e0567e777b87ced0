"""Rework the HTML of a page's body, for readers who see, hear or tab through it.

What Sphinx, sphinx-gallery and numpydoc write is mended here where no option of theirs
does it. Each function takes the parsed body and changes one thing.
"""

import re
from pathlib import Path

import imagesize
from bs4 import BeautifulSoup, NavigableString

OPENING = "([“‘"
CLOSING = re.compile(r"^[)\]}”’.,;:!?…%]+")
LONGEST_LINE = 89  # in letters, of an output beside both sidebars at 1280 pixels
BREAKABLE = re.compile(
    r"(?<=[,(=\[])(?![,(=\[)\]\s])"  # in a signature
    r"|(?<=[a-z]\.)(?=[A-Za-z]|$)|(?<=[a-z]_)(?=[a-z])|(?<=[a-z])(?=[A-Z])"  # in a name
)
CODE = re.compile(
    r'(?P<start><div class="highlight"><pre>'
    r'|<pre class="[^"]*literal-block[^"]*"[^>]*>)'
    r"(?P<code>.*?)</pre>",
    re.DOTALL,
)
SHORT_NAME = (
    18  # letters for which the narrowest phone has room in a list of parameters
)
NUMBER_SPACE = re.compile(r"(?<=\d) (?=\d{3}\b|%|min\b)")
WORD_OF_CODE = re.compile(r"\d[\d.]*e-\d+|(?<!\S)--[a-z][\w-]*")
COLUMNS = re.compile(r"\S {2,}\S")


def rework(app, pagename, templatename, context, doctree):
    """Rework the body that a template is about to receive.

    It is parsed once; what else reads or changes it connects to ``body-parsed``.
    """
    wrap_toctree(context)
    if not context.get("body"):
        return
    soup = BeautifulSoup(CODE.sub(wrap_lines, context["body"]), "html.parser")
    app.emit("body-parsed", pagename, context, soup)
    keep_first_links(soup)
    mark_columns(soup)
    reserve_room(soup)
    bind_punctuation(soup)
    bind_numbers(soup)
    bind_words_of_code(soup)
    let_names_break(soup)
    size_images(soup, image_sources(app))
    mend_references(soup)
    mend_tables(soup)
    context["body"] = str(soup)


def keep_first_links(soup):
    """Keep one link to each target among all code of a page.

    sphinx-gallery links every mention of every object, and a reader who tabs through a
    lesson would stop at each.
    """
    seen = set()
    for link in soup.select("div.highlight a[href]"):
        if link["href"] in seen:
            link.unwrap()
        seen.add(link["href"])


def wrap_lines(code):
    """Put each line of code into a span that knows how far it is indented.

    With that, a line that is too long for a phone or a sheet of paper wraps below its
    own indentation.
    """
    lines = split_lines(code["code"])
    if not re.sub(r"<[^>]+>", "", lines[-1]):
        lines.pop()  # what follows the last line break
    wrapped = []
    for line in lines:
        text = re.sub(r"<[^>]+>", "", line)
        indent = len(text) - len(text.lstrip(" "))
        style = f' style="--indent:{indent}"' if indent else ""
        wrapped.append(f'<span class="line"{style}>{line}\n</span>')
    return f"{code['start']}{''.join(wrapped)}</pre>"


def split_lines(html):
    """Split highlighted code at its line breaks, and close what is open there."""
    lines, opened = [], []
    for line in html.split("\n"):
        start = "".join(opened)
        for tag in re.findall(r"<[^>]+>", line):
            if tag.startswith("</"):
                opened.pop()
            else:
                opened.append(tag)
        names = [re.match(r"<(\w+)", tag)[1] for tag in reversed(opened)]
        lines.append(start + line + "".join(f"</{name}>" for name in names))
    return lines


def mark_columns(soup):
    """Tell the outputs that are tables, which must not wrap, from lines of text."""
    for pre in soup.select(".sphx-glr-script-out pre, .highlight-none pre"):
        lines = pre.get_text().splitlines()
        aligned = [line for line in lines if COLUMNS.search(line)]
        if len(aligned) > 1 and max(map(len, lines)) <= LONGEST_LINE:
            pre["class"] = [*pre.get("class", []), "columns"]


def reserve_room(soup):
    """Say about how much room a formula will take when MathJax has set it.

    Until then the page shows nothing there, and so nothing moves much when it comes.
    """
    for formula in soup.select("span.math"):
        symbols = re.sub(r"\\(left|right|[,;!()])|[{}^_ ]", "", formula.get_text())
        letters = len(re.sub(r"\\[a-zA-Z]+", "x", symbols))
        formula["style"] = f"--letters:{letters}"
    for formula in soup.select("div.math"):
        formula["style"] = f"--rows:{1 + formula.get_text().count(chr(92) * 2)}"


def bind_punctuation(soup):
    """Keep a formula and the punctuation around it on one line.

    MathJax makes boxes of formulas, and a line may break at both sides of a box.
    """
    for formula in soup.select("span.math"):
        before, after = formula.previous_sibling, formula.next_sibling
        bound = [formula]
        if isinstance(after, NavigableString) and (match := CLOSING.match(after)):
            after.replace_with(NavigableString(after[match.end() :]))
            bound.append(NavigableString(match[0]))
        if isinstance(before, NavigableString) and before.endswith(tuple(OPENING)):
            bound.insert(0, NavigableString(before[-1]))
            before.replace_with(NavigableString(before[:-1]))
        if len(bound) > 1:
            box = soup.new_tag("span", attrs={"class": "bound"})
            formula.insert_before(box)
            box.extend(part.extract() if part is formula else part for part in bound)


def bind_numbers(soup):
    """Keep 10 000, 80 % and 13 min on one line."""
    for text in soup.find_all(string=NUMBER_SPACE):
        if not text.find_parent(["code", "pre", "script", "style", "template"]):
            text.replace_with(NUMBER_SPACE.sub("\N{NO-BREAK SPACE}", text))


def bind_words_of_code(soup):
    """Keep 1e-05 and --option on one line, which could break after their hyphens."""
    for pre in soup.select("pre"):
        for text in pre.find_all(string=WORD_OF_CODE):
            for word in WORD_OF_CODE.findall(text):
                before, after = text.split(word, 1)
                box = soup.new_tag("span", attrs={"class": "bound"}, string=word)
                rest = NavigableString(after)
                text.replace_with(NavigableString(before), box, rest)
                text = rest


def let_names_break(soup):
    """Tell where a name or a signature may break when a line has no room for it.

    Without such a place a phone breaks it between any two letters. A short name in a
    sentence stays whole.
    """
    places = (
        ".sig span.pre, .sig .sig-paren, dl.simple > dt, dt > strong, code span.pre"
    )
    for place in soup.select(places):
        if len(place.contents) == 1 and isinstance(place.contents[0], NavigableString):
            is_short = len(place.get_text()) <= SHORT_NAME
            if place.parent.name == "code" and is_short and not place.find_parent("td"):
                place["class"] = [*place.get("class", []), "bound"]
                continue
            first, *others = BREAKABLE.split(place.get_text())
            place.string = first
            for other in others:
                place.extend([soup.new_tag("wbr"), NavigableString(other)])


def image_sources(app):
    """Return the files behind the images of all pages, by the name they have there."""
    images = app.builder.images if hasattr(app.builder, "images") else {}
    return {name: Path(app.srcdir) / path for path, name in images.items()}


def size_images(soup, sources):
    """Give every picture its width and height, so that nothing moves when it comes."""
    for image in soup.select("img:not([width])"):
        source = sources.get(Path(image.get("src", "")).name)
        if source is not None:
            image["width"], image["height"] = imagesize.get(source)


def mend_references(soup):
    """Drop roles that browsers no longer support from numpydoc's references."""
    for tag in soup.select("[role=doc-biblioentry], .citation-list[role=list]"):
        del tag["role"]
    for tag in soup.select("a[role=doc-backlink]"):
        del tag["role"]
        tag["aria-label"] = f"{tag.get_text()}: back to the text"


def mend_tables(soup):
    """Say which cells of a table are headings, of columns and of rows."""
    for table in soup.select("table"):
        heads = table.select("thead th")
        for head in heads:
            head["scope"] = "col"
        if "stacked" in table.get("class", []):  # a phone shows no row of heads
            for row in table.select("tbody tr"):
                for head, cell in zip(heads, row.select("td, th"), strict=True):
                    cell["data-head"] = head.get_text(strip=True)
        if heads and not heads[0].get_text(strip=True):
            heads[0].name = "td"
            del heads[0]["scope"]
            for cell in table.select("tbody tr > td:first-child"):
                cell.name, cell["scope"] = "th", "row"
    # of an estimator's box, where the name of a parameter stands between two cells
    for number, name in enumerate(soup.select(".parameters-table td.param")):
        name["role"], name["id"] = "rowheader", f"parameter-{number}"
        for cell in name.find_parent("tr").select("td:not(.param)"):
            cell["headers"] = name["id"]


def wrap_toctree(context):
    """Name the switches that open a section of the sidebar after that section."""
    make = context.get("generate_toctree_html")
    if make is None:
        return

    def generate_toctree_html(*args, **kwargs):
        soup = make(*args, **kwargs)
        if not soup:
            return soup
        markup = BeautifulSoup(str(soup), "html.parser")
        for summary in markup.select("li > details > summary"):
            name = summary.find_parent("li").find("a").get_text(strip=True)
            summary["aria-label"] = f"Lessons and pages of {name}"
            for icon in summary.select("[role=presentation]"):
                del icon["role"]
        return markup

    context["generate_toctree_html"] = generate_toctree_html


def setup(app):
    app.add_event("body-parsed")
    # after the theme has put its functions into the context
    app.connect("html-page-context", rework, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
