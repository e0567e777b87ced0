"""Films of the lessons' networks, each in a fold at the end of a section.

Until a reader plays it, without JavaScript and on paper, a film is the figure that the
section already has. ``docs/films.py`` makes what a film shows, and the script
``films.js`` draws it.
"""

import html
from dataclasses import dataclass
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from folds import Fold, add_to_section
from lesson_plans import lesson_of
from nnteach import playground
from playground_page import FOLDER
from themed_figures import FigureNode


@dataclass(frozen=True)
class Player:
    """Where a film stands, what it is called, and what each panel shows.

    ``shape`` is the width of a panel over its height.
    """

    section: str
    title: str
    note: str
    panels: tuple
    shape: float


PLAYERS = {
    "gradient_descent": Player(
        "Adam: divide by the recent size",
        "Watch the three rules walk down the valley",
        "Gradient descent starts with the larger of its rates above; the square is the "
        "lowest point.",
        ("Gradient descent", "Momentum", "Adam"),
        4.5,
    ),
    "decision_boundary": Player(
        "Draw the line",
        "Watch the network learn to draw it",
        "This page trains the network, from the lesson's seed and in double precision. "
        "The points are the test points.",
        ("The probability of class 1 over the plane",),
        1.6,
    ),
    "fit_a_function": Player(
        "The fit",
        "Watch a network learn the function",
        "It is the network with seed 0; the epochs pass faster and faster.",
        ("The function (thick) and the network's prediction (thin)",),
        1.8,
    ),
    "sum_of_sigmoids": Player(
        "Take a network apart",
        "Watch fifty sigmoids add up",
        "These are the sigmoids of the network with seed 0. The straightest come "
        "first, and the one that bends most comes last.",
        (
            "The function (thick), the sum so far (thin), and the sigmoid added last "
            "(dashed)",
        ),
        1.8,
    ),
}
PLAYER = """\
<template><div class="film-player">
{panels}<p><button type="button">Play</button> <button type="button">Back</button>
<button type="button">Next</button>
<input type="range" min="0" value="0" aria-label="Frame"> <output></output></p></div>
</template>
"""
PANEL = """\
<figure><figcaption>{title}</figcaption>
<canvas style="aspect-ratio: {shape}" role="img" aria-label="{title}"></canvas></figure>
"""
SCRIPTS = ("engine.js", "data_sets.js", "drawing.js")  # of the playground
START = """\
<button type="button" class="pst-js-only" data-start=".start-film">Train it here\
</button>
"""
AFTER_START = """
Begin with :lesson:`what_a_network_learns`, or open the :doc:`playground`.
"""


class Film(nodes.General, nodes.Element):
    """A film, with the figure that stands in its place."""


def script_names(*paths):
    """Name the style and the scripts of the playground as ``live.js`` loads them."""
    names = [playground.STYLE.name, *(Path(path).name for path in paths)]
    return " ".join(f"{FOLDER}/{name}" for name in names)


def film_of(lesson, panels, shape, **attributes):
    """Return the place of a film."""
    shown = [PANEL.format(title=html.escape(title), shape=shape) for title in panels]
    return Film(
        scripts=f"{script_names(*SCRIPTS)} films.js film_{lesson}.js",
        player=PLAYER.format(panels="".join(shown)),
        **attributes,
    )


def visit_film(translator, node):
    start = "start-film" if node.get("plays") else ""
    translator.body.append(
        f'<div class="nnteach-film {start}" data-live="film" '
        f'data-scripts="{node["scripts"]}" data-plays="{node.get("plays", "")}">\n'
    )


def depart_film(translator, node):
    translator.body.append(f"{node['player']}</div>\n")


def add_film(app, doctree):
    """Put the film of a lesson into a fold."""
    lesson = lesson_of(app.env.docname)
    if lesson not in PLAYERS:
        return
    player = PLAYERS[lesson]
    film = film_of(lesson, player.panels, player.shape)
    fold = Fold(title=player.title, kind="live")
    fold += [nodes.paragraph("", player.note), film]
    section = add_to_section(doctree, player.section, fold)
    figures = [figure for figure in section.findall(FigureNode)]
    if figures:  # a build that runs no lesson has none
        film += figures[0].deepcopy()


class StartFilm(SphinxDirective):
    """Show a figure, and a button that trains its network in the page."""

    has_content = True

    def run(self):
        panels = ("A network learns to tell two moons apart",)
        film = film_of("decision_boundary", panels, 1.6, plays="at once")
        film += self.parse_content_to_nodes()
        (text,) = self.parse_text_to_nodes(AFTER_START)
        text["classes"].append("start-train")
        text.insert(0, nodes.raw("", START, format="html"))
        return [film, text]


def setup(app):
    app.add_directive("start-film", StartFilm)
    app.add_node(Film, html=(visit_film, depart_film))
    app.connect("doctree-read", add_film, priority=320)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
