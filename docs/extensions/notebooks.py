"""The lessons as Jupyter notebooks and scripts that somebody can take along.

sphinx-gallery writes a notebook for each lesson before Sphinx knows what the references
in its text lead to, and drops them. Here they are kept in the form
``[text](sphinx:role:target)`` until Sphinx knows, and become addresses then. The
notebooks get a first cell that installs the library, a name that says section and
lesson, and a place: ``notebooks/`` of the site, beside ``dist/`` with the wheel.
"""

import posixpath
import re
import shutil
from pathlib import Path

import nbformat
from bs4 import BeautifulSoup
from sphinx.errors import ExtensionError
from sphinx_gallery import notebook as gallery_notebook

from folds import collapse_cells
from lesson_lengths import in_words as length_in_words
from lesson_plans import find_lesson, lesson_of, lesson_pages, plan_in_words
from predictions import collect_in_notebook

FOLDER = "notebooks"
BRANCH = "notebooks"  # of the repository, where the site's workflow puts the folder
CPU_TORCH = "https://download.pytorch.org/whl/cpu"
ROLE = re.compile(
    r":(?:py:)?(?P<role>[a-z]+)(?::(?P<kind>[a-z]+))?:`(?P<content>[^`]+)`"
)
OBJECTS = {"attr", "class", "data", "exc", "func", "meth", "mod"}
MARK = re.compile(r"\[(?P<text>[^\]]*)\]\(sphinx:(?P<role>\w+):(?P<target>[^)]*)\)")

FIRST_CELL = """\
# Installs nnteach where it is missing. On a machine without a GPU, a small torch saves
# gigabytes; for it, first run: %pip install torch --index-url {cpu_torch}
from importlib.util import find_spec
from pathlib import Path

if find_spec("nnteach") is None:
    wheels = sorted([*Path().glob("{wheel}"), *Path("..").glob("dist/{wheel}")])
{otherwise}
    %pip install --quiet "{{wheels[-1]}}"
"""
FROM_SITE = '    wheels = wheels or ["{address}dist/{wheel}"]'
FROM_NOWHERE = """\
    if not wheels:
        raise ModuleNotFoundError(
            "nnteach is not installed, and its wheel is not beside this notebook: put "
            "{wheel}, which comes with the course, into {{}} and run "
            "this cell again.".format(Path().absolute())
        )"""
FOOTER = """
<div class="lesson-downloads"><p>Take this lesson with you:</p><ul>
<li><a href="{folder}/{name}.ipynb" download>Download the notebook</a>
({name}.ipynb)</li>
<li><a href="{folder}/{name}.py" download>Download the script</a> ({name}.py)</li>
{services}</ul>
<p class="pst-js-only">
<button type="button" data-print="page">Print this lesson</button>
<button type="button" data-print="folds">Print it with all folded parts</button>
</p></div>
"""


def keep_references(text):
    """Write the roles of a text as Markdown links that are resolved later."""

    def link(match):
        role, content = match["role"], match["content"]
        if role == "math":
            return match[0]
        titled = re.fullmatch(r"(.+?)\s*<([^>]+)>", content, flags=re.DOTALL)
        text, target = titled.groups() if titled else ("", content)
        target = " ".join(target.split())
        if role in OBJECTS:
            name = target.lstrip("~")
            short = name.rpartition(".")[2] if target.startswith("~") else name
            call = "()" if role in ("func", "meth") else ""
            text, role = f"``{text or short + call}``", "object"
            target = name
        return f"[{text}](sphinx:{role}:{target})"

    return ROLE.sub(link, text)


def convert_text(text, *args, rst2md=gallery_notebook.rst2md):
    """Convert a text block of a lesson to Markdown, with its references."""
    text = re.sub(r"\\class\{[\w-]+\}\{", "{", text)  # a macro of the site's MathJax
    text = plan_in_words(text)
    return rst2md(keep_references(text), *args)


class Addresses:
    """Where the references of a lesson's notebook lead."""

    def __init__(self, app, lesson):
        self.app = app
        self.lesson = lesson
        self.folder = lesson.rpartition("/")[0]
        self.root = app.config.html_baseurl or "../"
        standard = app.env.get_domain("std")
        self.labels = standard.anonlabels
        self.titles = {label: entry[2] for label, entry in standard.labels.items()}
        self.terms = {
            name.lower(): entry
            for (kind, name), entry in standard.objects.items()
            if kind == "term"
        }
        self.objects = app.env.get_domain("py").objects
        self.citations = {
            citation.key: citation for citation in app.env.get_domain("cite").citations
        }

    def page(self, docname, anchor=""):
        """Return the address of a place on a page."""
        uri = self.app.builder.get_target_uri(docname)
        return f"{self.root}{uri}#{anchor}" if anchor else f"{self.root}{uri}"

    def resolve(self, match):
        """Write a reference as a link, or as its words if it leads out of the site."""
        text, target = match["text"], match["target"]
        find = getattr(self, f"find_{match['role']}", None)
        if find is None:
            raise ExtensionError(f"A notebook has the unknown role {match[0]!r}.")
        title, address = find(target)
        return f"[{text or title}]({address})" if address else text or title

    def find_doc(self, target):
        docname = posixpath.normpath(posixpath.join("/", self.folder, target))[1:]
        return self.app.env.titles[docname].astext(), self.page(docname)

    def find_ref(self, target):
        docname, anchor = self.labels[target.lower()]
        return self.titles.get(target.lower(), target), self.page(docname, anchor)

    def find_lesson(self, target):
        docname = find_lesson(self.app.env, target)
        return self.app.env.titles[docname].astext(), self.page(docname)

    def find_minutes(self, target):
        return length_in_words(*self.app.lesson_lengths[lesson_of(self.lesson)]), None

    def find_term(self, target):
        docname, anchor = self.terms[target.lower()][:2]
        return target, self.page(docname, anchor)

    def find_object(self, target):
        entry = self.objects.get(target)
        return target, entry and self.page(entry.docname, entry.node_id)

    def find_cite(self, target):
        links = []
        for key in target.split(","):
            citation = self.citations[key.strip()]
            docname = citation.bibliography_key.docname
            address = self.page(docname, citation.citation_id)
            links.append(f"[{in_words(self.app, citation.key)}]({address})")
        return "; ".join(links), None


def in_words(app, key):
    """Name a source by its authors and year: "Glorot and Bengio (2010)"."""
    entry = app.env.get_domain("cite").bibdata.data.entries[key]
    names = [" ".join(person.last_names) for person in entry.persons["author"]]
    if len(names) > 2:
        names = [f"{names[0]} et al."]
    return f"{' and '.join(names)} ({entry.fields['year']})".replace("{", "").replace(
        "}", ""
    )


def take_along_name(page):
    """Return the name of a lesson's files: "2_two_moons-1_decision_boundary"."""
    page = Path(page)
    return f"{page.parent.name}-{page.stem.removeprefix('plot_')}"


def first_cell(app):
    """Return the code that installs the library."""
    wheel = f"nnteach-{app.config.release}-py3-none-any.whl"
    address = app.config.html_baseurl
    otherwise = FROM_SITE if address else FROM_NOWHERE
    return FIRST_CELL.format(
        cpu_torch=CPU_TORCH,
        wheel=wheel,
        otherwise=otherwise.format(address=address, wheel=wheel),
    )


def write_notebooks(app, exception):
    """Write the notebooks and the scripts into the site."""
    if exception or app.builder.format != "html":
        return
    folder = Path(app.outdir, FOLDER)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for page in lesson_pages(app.env):
        source = Path(app.srcdir, page)
        target = folder / take_along_name(page)
        shutil.copyfile(f"{source}.py", f"{target}.py")
        book = nbformat.read(f"{source}.ipynb", as_version=4)
        finish(book, Addresses(app, page), first_cell(app))
        nbformat.write(book, f"{target}.ipynb")
    requirements = [f"--extra-index-url {CPU_TORCH}", "jupyterlab"]
    if app.config.html_baseurl:
        wheel = f"dist/nnteach-{app.config.release}-py3-none-any.whl"
        requirements.append(f"nnteach @ {app.config.html_baseurl}{wheel}")
    (folder / "requirements.txt").write_text("\n".join(requirements) + "\n", "utf-8")
    # sphinx-gallery's own copies, to which nothing leads any more
    shutil.rmtree(Path(app.outdir, "_downloads"), ignore_errors=True)


def finish(book, addresses, code):
    """Resolve the references of a notebook and put its first cell before the others."""
    for cell in book.cells:
        if cell.cell_type == "markdown":
            cell.source = MARK.sub(addresses.resolve, cell.source)
    collapse_cells(book.cells)
    if answers := collect_in_notebook(book.cells):
        book.cells.append(nbformat.v4.new_markdown_cell(answers))
    book.cells.insert(0, nbformat.v4.new_code_cell(code))
    for number, cell in enumerate(book.cells):
        cell.id = f"cell-{number}"
    book.nbformat_minor = 5
    book.metadata.kernelspec = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }


def open_links(app, name):
    """Return the links that open a notebook elsewhere, by the service's name.

    They need the repository on GitHub, whose branch has the notebooks.
    """
    address = app.config.repository_address
    if not (app.config.html_baseurl and address.startswith("https://github.com/")):
        return {}
    repository = address.removeprefix("https://github.com/").removesuffix(".git")
    file = f"{name}.ipynb"
    return {
        "Colab": "https://colab.research.google.com/github/"
        f"{repository}/blob/{BRANCH}/{file}",
        "Binder": f"https://mybinder.org/v2/gh/{repository}/{BRANCH}"
        f"?urlpath=lab%2Ftree%2F{file}",
    }


def offer_downloads(app, pagename, context, body):
    """Offer a lesson's notebook and script at its end, in place of sphinx-gallery's."""
    for note in body.select(".sphx-glr-download-link-note, .sphx-glr-footer-gallery"):
        note.decompose()
    for footer in body.find_all(class_="sphx-glr-footer"):
        name = take_along_name(pagename)
        services = "".join(
            f'<li><a href="{link}">Open in {service}</a></li>\n'
            for service, link in open_links(app, name).items()
        )
        folder = "../" * pagename.count("/") + FOLDER
        markup = FOOTER.format(folder=folder, name=name, services=services)
        footer.replace_with(BeautifulSoup(markup, "html.parser"))


def setup(app):
    app.setup_extension("page_markup")  # whose event this is
    app.connect("body-parsed", offer_downloads)
    app.connect("build-finished", write_notebooks, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
