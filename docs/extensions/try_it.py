"""Lessons end with the playground, set to their networks, and with questions to settle.

They stand in ``docs/try_it.toml``. Until a reader opens the playground, and without
JavaScript, the lesson's first figure stands in its place.
"""

import html
import json
import tomllib
from pathlib import Path

from docutils import nodes
from sklearn.datasets import make_moons
from sphinx.addnodes import only
from sphinx.errors import ExtensionError

from film_players import script_names
from folds import Fold
from lesson_plans import lesson_of
from nnteach import playground
from predictions import READING
from themed_figures import FigureNode

TRY_IT = tomllib.loads(
    Path(__file__).parents[1].joinpath("try_it.toml").read_text(encoding="utf-8")
)
TITLE = "Try it"
SCRIPTS = script_names(*playground.SCRIPTS)


class TryIt(nodes.General, nodes.Element):
    """The place of the playground."""


def state_of(lesson):
    """Return the state of the playground at the end of a lesson."""
    state = dict(TRY_IT[lesson]["state"])
    if scale := TRY_IT[lesson].get("scale"):
        X, y = make_moons(200, noise=0.2, random_state=0)
        state |= {"data": "points", "X": (X * scale).round(3).tolist(), "y": y.tolist()}
    return state


def visit_try_it(translator, node):
    state = html.escape(json.dumps(state_of(node["lesson"])))
    translator.body.append(
        f'<div data-live="playground" data-scripts="{SCRIPTS}" data-state="{state}">\n'
    )


def depart_try_it(translator, node):
    fragment = playground.FRAGMENT.read_text(encoding="utf-8")
    translator.body.append(f"<template>{fragment}</template></div>\n")


def add_try_it(app, doctree):
    """Put questions and playground at the end of a lesson."""
    lesson = lesson_of(app.env.docname)
    if lesson not in TRY_IT:
        return
    place = TryIt(lesson=lesson)
    figure = next(iter(doctree.findall(FigureNode)), None)
    if figure is not None:  # a build that runs no lesson has none
        place += figure.deepcopy()
    questions = nodes.enumerated_list(enumtype="arabic", prefix="", suffix=".")
    for text in TRY_IT[lesson]["questions"]:
        questions += nodes.list_item("", nodes.paragraph("", "", *in_line(text)))
    fold = Fold(title=TRY_IT[lesson]["title"], kind="live")
    fold += [questions, place]
    section = nodes.section("", nodes.title("", TITLE), fold, ids=["try-it"])
    add_section(doctree, section)


def add_section(doctree, section):
    """Put a section before the last one if that is for reading, or after it."""
    last = list(doctree.findall(nodes.section))[-1]
    if last[0].astext() == READING:
        last.parent.insert(last.parent.index(last), section)
        return
    # what sphinx-gallery offers for download stays at the page's end
    end = next(
        k for k, node in enumerate(last) if isinstance(node, nodes.target | only)
    )
    section += last[end:]
    del last[end:]
    last.parent += section


def in_line(text):
    """Return the nodes of a text with code in it."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        raise ExtensionError(f"A mark of code is not closed in {text!r}.")
    return [
        nodes.literal("", part) if k % 2 else nodes.Text(part)
        for k, part in enumerate(parts)
    ]


def setup(app):
    app.add_node(TryIt, html=(visit_try_it, depart_try_it))
    # after the questions and the link to the exercises
    app.connect("doctree-read", add_try_it, priority=330)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
