"""Films of the lessons' networks, each in a fold at the end of a section.

Until a reader plays it, without JavaScript and on paper, a film is the figure that the
section already has: its last frame. ``docs/films.py`` makes what a film shows, and the
script ``films.js`` draws it.
"""

import html
from dataclasses import dataclass

from docutils import nodes

from folds import Fold, add_to_section
from lesson_plans import lesson_name
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
        "These are the sigmoids of the network in the figure above. The straightest "
        "come first, and the one that bends most comes last.",
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
SCRIPTS = "playground.css engine.js drawing.js films.js film_{lesson}.js"


class Film(nodes.General, nodes.Element):
    """A film, with the figure that stands in its place."""


def visit_film(translator, node):
    translator.body.append(
        '<div class="nnteach-film" data-live="film" '
        f'data-scripts="{node["scripts"]}">\n'
    )


def depart_film(translator, node):
    translator.body.append(f"{node['player']}</div>\n")


def add_film(app, doctree):
    """Put the film of a lesson into a fold."""
    lesson = lesson_name(app.env.docname)
    if "/plot_" not in app.env.docname or lesson not in PLAYERS:
        return
    player = PLAYERS[lesson]
    panels = [
        PANEL.format(title=html.escape(title), shape=player.shape)
        for title in player.panels
    ]
    film = Film(
        scripts=SCRIPTS.format(lesson=lesson),
        player=PLAYER.format(panels="".join(panels)),
    )
    fold = Fold(title=player.title, kind="live")
    fold += [nodes.paragraph("", player.note), film]
    section = add_to_section(doctree, player.section, fold)
    figures = [figure for figure in section.findall(FigureNode)]
    if figures:  # a build that runs no lesson has none
        film += figures[0].deepcopy()


def setup(app):
    app.add_node(Film, html=(visit_film, depart_film))
    app.connect("doctree-read", add_film, priority=320)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
