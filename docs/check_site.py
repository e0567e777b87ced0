"""Check the built site: ``python docs/check_site.py docs/_build/html``.

Every page must have a title, one first heading, a language and no identifier twice;
every link, anchor and text fragment within the site must lead somewhere; no page may
load anything from another host; and every image must have an alt text that says what it
shows.
"""

import re
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup

# what the browser fetches without being asked; a hyperlink it only offers
LOADING_ATTRIBUTES = (
    ("audio", "src"),
    ("embed", "src"),
    ("iframe", "src"),
    ("img", "src"),
    ("input", "src"),
    ("link", "href"),
    ("object", "data"),
    ("script", "src"),
    ("source", "src"),
    ("track", "src"),
    ("video", "poster"),
    ("video", "src"),
)
CSS_ADDRESS = re.compile(r"""url\(\s*["']?([^"')]+)|@import\s+["']([^"']+)""")
JAVASCRIPT_REQUEST = re.compile(
    r"""(?:fetch|import|importScripts)\(\s*["'`](?:https?:)?//|\.src\s*=\s*["'`](?:https?:)?//"""
)
STRAIGHT_QUOTES = str.maketrans("‘’“”", "''\"\"")
MATHEMATICS = re.compile(r"\\[\[(]")
SPHINX_GALLERY_REPEATS = {"sg-tag-list"}  # once for every section of the gallery


def check_site(root):
    """Return what is wrong with the site in a folder, as a list of lines."""
    root = Path(root).resolve()
    # the theme leaves one of its templates among its static files
    pages = sorted(set(root.rglob("*.html")) - set(root.glob("_static/**/*.html")))
    if not pages:
        return [f"{root}: there is no page here; build the site first with 'make site'"]
    problems = []
    for page in pages:
        soup = parse(page)
        found = [
            *check_structure(soup),
            *check_links(root, page, soup),
            *check_requests(soup),
            *check_images(soup),
            *check_mathematics(soup),
        ]
        problems += [f"{page.relative_to(root)}: {problem}" for problem in found]
    for sheet in sorted(root.rglob("*.css")):
        found = check_style(root, sheet, sheet.read_text(encoding="utf-8"))
        problems += [f"{sheet.relative_to(root)}: {problem}" for problem in found]
    return problems


@cache
def parse(page):
    """Return the parsed page."""
    return BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")


@cache
def anchors(page):
    """Return everything in a page that a fragment can point to, its top included."""
    return {""} | {
        tag[key]
        for key in ("id", "name")
        for tag in parse(page).find_all(attrs={key: True})
    }


def leads_somewhere(anchor, page):
    """Tell whether a page has an anchor, or the fields of the settings in its place."""
    names = {setting.partition("=")[0] for setting in anchor.split("&")}
    return anchor in anchors(page) or ("=" in anchor and names <= fields(page))


def fields(page):
    """Return what the forms of a page have an entry for."""
    entries = [tag for form in parse(page).find_all("form") for tag in form.find_all()]
    found = [tag.get("name") or tag.get("data-layer") for tag in entries]
    return {name for name in found if name}


def has_words(page, fragment):
    """Tell whether a page has the words that a text fragment has a browser scroll to.

    In ``word,-suffix``, the link of a parameter, the suffix follows the word.
    """
    parts = [unquote(part.removeprefix("-")) for part in fragment.split(",")]
    pattern = r"\b" + re.escape(" ".join(parts)) + r"(?!\w)"
    return re.search(pattern, text_of(page)) is not None


@cache
def text_of(page):
    """Return a page's text, its quotation marks straight, as browsers compare them."""
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    for place in soup.find_all("wbr"):  # a word that may break there is one word
        place.decompose()
    soup.smooth()
    text = soup.get_text(" ").translate(STRAIGHT_QUOTES)
    return " ".join(text.split())


def check_structure(soup):
    """Yield what a page lacks of title, heading, language and unique identifiers."""
    if soup.html is None or not soup.html.get("lang"):
        yield "the page does not say its language"
    if soup.title is None or not soup.title.get_text(strip=True):
        yield "the page has no title"
    if len(soup.find_all("h1")) != 1:
        yield f"the page has {len(soup.find_all('h1'))} first headings (h1), not one"
    identifiers = Counter(tag["id"] for tag in soup.find_all(id=True))
    repeated = {identifier for identifier, n in identifiers.items() if n > 1}
    for identifier in sorted(repeated - SPHINX_GALLERY_REPEATS):
        yield f"the identifier {identifier!r} stands at several places"


def check_links(root, page, soup):
    """Yield the addresses within the site that lead nowhere."""
    for address in sorted(set(addresses(soup))):
        parts = urlsplit(address)
        if not is_remote(address) and not parts.scheme:
            yield from check_address(root, page, address)
        elif parts.scheme not in {"", "data", "http", "https", "mailto"}:
            yield f"{address!r} is not an address on the web"


def addresses(soup):
    """Yield all that a page links to or loads."""
    for key in ("href", "src", "poster", "data"):
        for tag in soup.find_all(attrs={key: True}):
            if tag.name != "base":
                yield tag[key]
    for tag in soup.find_all(srcset=True):
        yield from (
            part.split()[0] for part in tag["srcset"].split(",") if part.strip()
        )


def image_sources(tag):
    """Yield the addresses in the srcset of an image."""
    for candidate in tag["srcset"].split(","):
        yield candidate.split()[0]


def without_host_path(page, address):
    """Return an address of the 404 page as one from the root of the site.

    A host shows that page in place of any other, so its addresses are whole paths.
    """
    canonical = page.name == "404.html" and parse(page).find("link", rel="canonical")
    if not canonical:
        return address
    path = urlsplit(canonical["href"]).path.removesuffix("404.html")
    return address.removeprefix(path) if address.startswith(path) else address


def check_address(root, page, address):
    """Yield what is wrong with an address within the site."""
    parts = urlsplit(without_host_path(page, address))
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    anchor, _, words = parts.fragment.partition(":~:text=")
    if parts.path.startswith("/"):
        yield f"{address!r} starts at the root of the host, not at this page"
    elif not target.is_relative_to(root):
        yield f"{address!r} lies outside the site"
    elif not target.is_file():
        yield f"{address!r} does not exist"
    elif target.suffix == ".html" and not leads_somewhere(unquote(anchor), target):
        yield f"{address!r} has no such anchor"
    elif words and not has_words(target, words):
        yield f"{address!r} names words that are not there"


def check_requests(soup):
    """Yield what the page would load from another host."""
    for name, key in LOADING_ATTRIBUTES:
        for tag in soup.find_all(name, attrs={key: True}):
            if is_remote(tag[key]) and "canonical" not in tag.get("rel", ()):
                yield f"<{name}> loads {tag[key]!r} from another host"
    for tag in soup.find_all(srcset=True):
        for address in filter(is_remote, image_sources(tag)):
            yield f"<{tag.name}> loads {address!r} from another host"
    styles = [tag.get_text() for tag in soup.find_all("style")]
    styles += [tag["style"] for tag in soup.find_all(style=True)]
    for address in css_addresses("\n".join(styles)):
        if is_remote(address):
            yield f"a style loads {address!r} from another host"
    for script in soup.find_all("script", src=False):
        if JAVASCRIPT_REQUEST.search(script.get_text()):
            yield "a script in the page loads something from another host"


def check_style(root, sheet, css):
    """Yield what is wrong with the addresses in a style sheet."""
    for address in sorted(set(css_addresses(css))):
        if is_remote(address):
            yield f"{address!r} would be loaded from another host"
        elif not address.startswith(("data:", "#")):
            yield from check_address(root, sheet, address)


def css_addresses(css):
    """Yield the addresses that a style sheet loads."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    for match in CSS_ADDRESS.finditer(css):
        yield (match[1] or match[2]).strip()


def is_remote(address):
    """Tell whether an address is on another host."""
    return address.startswith(("http:", "https:", "//"))


def check_images(soup):
    """Yield the images without an alt text, or with one that does not tell anything."""
    for image in soup.find_all("img"):
        name = Path(urlsplit(image.get("src", "")).path).name
        alt = image.get("alt")
        if is_decoration(image):
            continue
        if alt is None or not alt.strip():
            yield f"the image {name} has no alt text"
        elif any('"' in attribute for attribute in image.attrs):
            yield f"the alt text of {name} breaks off at a quotation mark: {alt!r}"
        elif is_file_name(alt, name):
            yield (
                f"the alt text of {name} is its file name ({alt!r}); "
                "give the figure a title that states what it shows"
            )
        elif len(alt.split()) < 3:
            yield f"the alt text of {name} is too short: {alt!r}"
        elif re.search(r"[\\$]", alt):
            yield f"the alt text of {name} is not plain text: {alt!r}"
    for picture in soup.find_all(attrs={"role": "img"}):
        named = picture.get("aria-label") or picture.get("aria-labelledby")
        if not named and picture.find("title") is None and not is_decoration(picture):
            yield f"a <{picture.name}> with the role of an image has no label"


def is_decoration(image):
    """Tell whether an image is declared to say nothing that the text does not."""
    hidden = image.get("aria-hidden") == "true"
    decorative = image.get("role") in {"presentation", "none"}
    # a picture beside the words of its link, or beside the title of a lesson
    box = image.find_parent("a") or image.find_parent(class_="lesson-card")
    named = box is not None and bool(box.get_text(strip=True))
    return hidden or decorative or (named and image.get("alt") == "")


def is_file_name(alt, name):
    """Tell whether an alt text is made of the words of the file name."""
    words = re.findall(r"[a-z]+", alt.lower())
    return " ".join(words) in " ".join(re.findall(r"[a-z]+", name.lower()))


def check_mathematics(soup):
    """Yield a page's equations that nothing would set."""
    scripts = " ".join(tag["src"] for tag in soup.find_all("script", src=True))
    if "tex-svg" not in scripts and any(
        MATHEMATICS.search(tag.get_text()) for tag in soup.find_all(class_="math")
    ):
        yield "the page has equations and does not load MathJax"


if __name__ == "__main__":
    problems = check_site(sys.argv[1])
    print("\n".join([*problems, f"{sys.argv[1]}: {len(problems)} problems found"]))
    sys.exit(bool(problems))
