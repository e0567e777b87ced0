"""Folds: parts of a lesson that are closed until a reader wants to see the proof.

A comment on the first line of a cell's code names the fold. One marker folds the whole
cell, its text, code, output and figures, and cells that follow each other under one
title make one fold. The other folds the code alone::

    # sphinx_gallery_fold = "The test over twenty seeds"
    # sphinx_gallery_fold_code = "How the figure is drawn"

On the page a fold is a closed ``<details>``, in the notebook collapsed cells, in the
script plain code.
"""

import re
from itertools import pairwise

from docutils import nodes
from docutils.utils.smartquotes import smartyPants
from sphinx.errors import ExtensionError

from lesson_plans import lesson_of

MARKER = re.compile(
    r'# sphinx_gallery_(?P<kind>fold|fold_code) = "(?P<title>[^"\n]+)"\n+'
)
CELL_START = "GENERATED FROM PYTHON SOURCE LINES"


class Fold(nodes.General, nodes.Element):
    """A part of a lesson that is closed at first."""


def fold_cells(app, doctree):
    """Put the cells of a lesson that have a marker into folds."""
    if lesson_of(app.env.docname) is None:
        return
    for code in list(doctree.findall(nodes.literal_block)):
        if marker := MARKER.match(code.astext()):
            code.rawsource = code.astext()[marker.end() :]
            code[:] = [nodes.Text(code.rawsource)]
            fold = Fold(title=marker["title"], kind=marker["kind"])
            if marker["kind"] == "fold_code":
                code.replace_self(fold)
                fold += code
            else:
                fold_cell(code, fold)


def fold_cell(code, fold):
    """Move a cell, from its text to its last output, into a fold."""
    cell = code.parent
    end = cell.index(code) + 1
    while end < len(cell) and not is_end(cell[end]):
        end += 1
    start = first_of_cell(cell, cell.index(code))
    before = cell[start - 1] if start else None
    fold += cell[start:end]
    if isinstance(before, Fold) and before.attributes == fold.attributes:
        del cell[start:end]
        before += fold.children
    else:
        cell[start:end] = [fold]


def first_of_cell(cell, place):
    """Return the place of the first node of a cell whose code is at a place.

    The text of a cell is a block of its own, with a comment of sphinx-gallery before it
    as there is one before the code.
    """
    start = place - 1
    text = start
    while text and not is_start(cell[text - 1]) and not is_code(cell[text - 1]):
        text -= 1
        if isinstance(cell[text], nodes.title):
            raise ExtensionError(
                f"A fold would hide all of the section {cell[text].astext()!r}. Give "
                "the section a text of its own, before the cell that is folded."
            )
    if text and is_start(cell[text - 1]) and text < start:
        return text - 1
    return start


def add_to_section(doctree, title, fold):
    """Put a fold at the end of the section with a title; return the section."""
    for section in doctree.findall(nodes.section):
        if section[0].astext() == title:
            section += fold
            return section
    raise ExtensionError(
        f"There is no section {title!r} to put {fold['title']!r} into."
    )


def is_start(node):
    """Tell whether a block of the script begins with a node."""
    return isinstance(node, nodes.comment) and node.astext().startswith(CELL_START)


def is_end(node):
    """Tell whether the nodes of a cell end before a node."""
    return is_start(node) or isinstance(node, nodes.section)


def is_code(node):
    """Tell whether a node is a cell's code, or a fold with such cells."""
    return isinstance(node, Fold) or (
        isinstance(node, nodes.literal_block)
        and "sphx-glr-script-out" not in node["classes"]
    )


CLASSES = {
    "fold": "fold",
    "fold_code": "fold fold-code",
    "answers": "fold fold-answers",
    "live": "fold fold-live",
}


def visit_fold(translator, node):
    title = translator.encode(smartyPants(node["title"], "q"))
    classes = CLASSES[node["kind"]]
    translator.body.append(f'<details class="{classes}"><summary>{title}</summary>\n')


def depart_fold(translator, node):
    translator.body.append("</details>\n")


def collapse_cells(cells):
    """Collapse a notebook's cells that have a marker."""
    for before, cell in pairwise([None, *cells]):
        marker = cell.cell_type == "code" and MARKER.match(cell.source)
        if not marker:
            continue
        # JupyterLab shows the first line of a collapsed cell
        cell.source = f"# {marker['title']}\n\n{cell.source[marker.end() :]}"
        cell.metadata.jupyter = {"source_hidden": True}
        if marker["kind"] == "fold":
            cell.metadata.jupyter["outputs_hidden"] = True
            if before is not None and before.cell_type == "markdown":
                before.metadata.jupyter = {"source_hidden": True}


def setup(app):
    app.add_node(Fold, html=(visit_fold, depart_fold))
    # before Sphinx collects the titles and the terms of the page
    app.connect("doctree-read", fold_cells, priority=300)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
