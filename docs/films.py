"""What the films of the lessons show, made with their functions and settings.

A film is a classic script that sets ``nnteach.film``, for the script ``films.js``. A
network that trains in about a second is trained in the page. Of those that take longer
the film has the weights.
"""

import json
from pathlib import Path

import numpy as np

from lesson_parts import read_parts, script_of
from nnteach import MLPRegressorNet, Snapshots

N_FRAMES = 60


def descent():
    """Show how three rules walk down a valley."""
    names = ("gradient_descent", "momentum", "adam", "walk", "height", "rates", "walks")
    lesson = read_parts("gradient_descent", *names)
    walks = [("gradient descent", lesson.gradient_descent, lesson.rates[1])]
    walks += lesson.walks
    paths = [lesson.walk(rule, eta) for _, rule, eta in walks]
    start = lesson.height(paths[0][0])
    left = [lesson.height(path) / start for path in paths]
    half, turn = np.sqrt(2 * start * np.geomspace(0.001, 1, 7)), np.linspace(0, 7, 90)
    return {
        "kind": "descent",
        "ranges": {"x": [-4.4, 1.9], "y": [-0.62, 0.62]},
        "contours": [
            [
                (a * np.cos(turn)).round(4).tolist(),
                (a / 10 * np.sin(turn)).round(4).tolist(),
            ]
            for a in half
        ],
        "paths": [path.tolist() for path in paths],
        "captions": [
            f"Step {k}: {', '.join(f'{100 * s:.2g} %' for s in shares)} of the height "
            "left"
            for k, shares in enumerate(np.transpose(left))
        ],
    }


def boundary():
    """Show how a boundary winds between the moons; the page trains the network."""
    settings = read_parts("decision_boundary", "settings").settings
    settings = {**settings, "random_state": 0}
    del settings["n_iter_no_change"]  # JSON has no infinity
    return {
        "kind": "boundary",
        "settings": settings,
        "train": {"n_samples": 1000, "noise": 0.2, "random_state": 0},
        "test": {"n_samples": 400, "noise": 0.2, "random_state": 1},
    }


def fit():
    """Show how a network comes to follow a function."""
    lesson = read_parts("fit_a_function", "x", "X", "y", "trained", "settings")
    n_epochs = lesson.trained["max_iter"]
    epochs = np.unique(np.geomspace(1, n_epochs, N_FRAMES).astype(int)).tolist()
    film = Snapshots(epochs)
    net = MLPRegressorNet(**lesson.trained, random_state=0).set_callbacks(film)
    net.fit(lesson.X, lesson.y)
    start = MLPRegressorNet(**lesson.settings, random_state=0)
    nets = {0: start.initialize(lesson.X, lesson.y), **film.estimators_}
    return {
        "kind": "fit",
        "y": [-0.2, 1],
        "captions": [f"Epoch {epoch}" for epoch in nets],
        "frames": [weights_of(net) for net in nets.values()],
    }


def total():
    """Show how sigmoids add up to a function, the straightest first."""
    lesson = read_parts("sum_of_sigmoids", "x", "X", "y", "settings")
    net = MLPRegressorNet(**lesson.settings, hidden_layer_sizes=(50,), random_state=0)
    net.fit(lesson.X, lesson.y)
    weights = weights_of(net)
    w, b, v = (np.array(weights[name]) for name in "wbv")
    curves = v / (1 + np.exp(-lesson.X * w - b))
    lines = np.polyfit(lesson.x, curves, deg=1)
    bends = np.abs(curves - np.outer(lesson.x, lines[0]) - lines[1]).max(axis=0)
    order = np.argsort(bends)
    weights |= {name: np.array(weights[name])[order].tolist() for name in "wbv"}
    sums = np.cumsum(curves[:, order], axis=1) + weights["c"]
    shown = np.concatenate([curves, sums])
    return {
        "kind": "fit",
        "weights": weights,
        "y": [shown.min() - 0.1, shown.max() + 0.1],
        "captions": [f"{k} of {len(order)} sigmoids" for k in range(len(order) + 1)],
    }


def weights_of(net):
    """Return the numbers of a network with one input, one hidden layer and one output.

    A number in single precision is written with the digits that single precision has.
    """
    (w, v), (b, c) = net.coefs_, net.intercepts_
    w, b, v, c = ([json.loads(str(x)) for x in a.ravel()] for a in (w, b, v, c))
    return {"w": w, "b": b, "v": v, "c": c[0]}


FILMS = {
    "gradient_descent": descent,
    "decision_boundary": boundary,
    "fit_a_function": fit,
    "sum_of_sigmoids": total,
}


def is_newer(path, source):
    """Tell whether a file was written after another one."""
    return path.exists() and path.stat().st_mtime > Path(source).stat().st_mtime


def write_films(folder):
    """Write the films whose lessons have changed."""
    folder.mkdir(parents=True, exist_ok=True)
    for lesson, make in FILMS.items():
        path = folder / f"film_{lesson}.js"
        if is_newer(path, script_of(lesson)) and is_newer(path, __file__):
            continue
        text = json.dumps(make(), separators=(",", ":"))
        path.write_text(f"nnteach.film = {text};\n", encoding="utf-8")
