"""The frames of the films are the library's networks."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.testing import assert_allclose
from py_mini_racer import MiniRacer
from sklearn.datasets import make_moons

import film_players
import films
import lesson_parts
from nnteach import MLPClassifierNet, MLPRegressorNet, Snapshots
from nnteach.playground import files

STATIC = Path(__file__).parents[2] / "docs" / "_static"
XS = np.linspace(-0.2, 1.2, 50)


@pytest.fixture(scope="module")
def context():
    """A browser's engine with the scripts of the films."""
    with MiniRacer() as context:
        for name in ("engine.js", "data_sets.js"):
            context.eval((files.HERE / name).read_text(encoding="utf-8"))
        context.eval((STATIC / "films.js").read_text(encoding="utf-8"))
        yield context


def run(context, film, body):
    """Return what the lines of a script return, which have a film."""
    text = json.dumps(film)
    script = f"(() => {{ const film = nnteach.make_film({text}); {body} }})()"
    return json.loads(context.eval(f"JSON.stringify({script})"))


@pytest.fixture
def short(monkeypatch):
    """Let the lessons' trainings be short; their other settings stay."""

    def read_parts(lesson, *names):
        parts = vars(lesson_parts.read_parts(lesson, *names))
        for name in {"settings", "trained"} & {*parts}:
            if "max_iter" in parts[name]:
                parts[name] = {**parts[name], "max_iter": 20}
        return SimpleNamespace(**parts)

    monkeypatch.setattr(films, "read_parts", read_parts)
    return read_parts


def test_a_boundary_is_trained_in_the_page_as_in_python(context):
    film = films.boundary()
    last = film["settings"]["max_iter"]
    epochs = (1, 10, last)
    snapshots = Snapshots(epochs)
    net = MLPClassifierNet(**film["settings"], n_iter_no_change=np.inf)
    net.set_callbacks(snapshots).fit(*make_moons(**film["train"]))
    X, _ = make_moons(**film["test"])
    body = f"""
    const {{ X }} = nnteach.make_moons({json.dumps(film["test"])});
    return {json.dumps((last, *epochs))}.map((k) => film.net_at(k).predict_proba(X));
    """
    at_last, *others = run(context, film, body)
    assert others[-1] == at_last  # a frame is the same forwards and backwards
    for epoch, probabilities in zip(epochs, others, strict=True):
        expected = snapshots.estimators_[epoch].predict_proba(X)
        assert_allclose(probabilities, expected, rtol=0, atol=1e-6)


def test_a_fit_has_the_weights_of_the_librarys_network(short, context):
    film = films.fit()
    lesson = short("fit_a_function", "x", "X", "y", "settings", "trained")
    snapshots = Snapshots()
    net = MLPRegressorNet(**lesson.trained, random_state=0).set_callbacks(snapshots)
    net.fit(lesson.X, lesson.y)
    body = f"""
    const {{ last }} = film;
    return [last, film.caption(last), film.predict(last, {XS.tolist()})];
    """
    last, caption, predicted = run(context, film, body)
    assert (last, caption) == (len(film["frames"]) - 1, "Epoch 20")
    wide = snapshots.estimators_[20]
    wide.coefs_ = [W.astype(float) for W in wide.coefs_]
    wide.intercepts_ = [b.astype(float) for b in wide.intercepts_]
    assert_allclose(predicted, wide.predict(XS[:, np.newaxis]), rtol=0, atol=1e-6)


def test_the_sigmoids_add_up_to_the_network(short, context):
    film = films.total()
    lesson = short("sum_of_sigmoids", "x", "X", "y", "settings")
    net = MLPRegressorNet(**lesson.settings, hidden_layer_sizes=(50,), random_state=0)
    net.fit(lesson.X, lesson.y)
    body = f"return [0, film.last].map((k) => film.predict(k, {XS.tolist()}));"
    none, everything = run(context, film, body)
    assert_allclose(none, np.full(50, net.intercepts_[1][0]), rtol=1e-12)
    assert_allclose(everything, net.predict(XS[:, np.newaxis]), rtol=0, atol=1e-6)


def test_the_paths_are_those_of_the_lesson():
    film = films.descent()
    names = ("gradient_descent", "momentum", "adam", "walk")
    lesson = lesson_parts.read_parts("gradient_descent", *names)
    plain, momentum, adam = film["paths"]
    assert_allclose(plain, lesson.walk(lesson.gradient_descent, 0.019))
    assert_allclose(momentum, lesson.walk(lesson.momentum, 0.0045))
    assert_allclose(adam, lesson.walk(lesson.adam, 0.2))
    assert len(film["captions"]) == len(plain)
    for a, b in film["contours"]:
        heights = np.square(a) + 100 * np.square(b)
        assert_allclose(heights, heights[0], rtol=0.02)


def test_a_film_is_written_once_and_stays_small(tmp_path, monkeypatch):
    made = []

    def make():
        made.append("made")
        return {"kind": "fit"}

    monkeypatch.setattr(films, "FILMS", {"fit_a_function": make})
    films.write_films(tmp_path / "films")
    films.write_films(tmp_path / "films")
    assert made == ["made"]
    text = (tmp_path / "films" / "film_fit_a_function.js").read_text(encoding="utf-8")
    assert text == 'nnteach.film = {"kind":"fit"};\n'


def test_the_frames_of_the_longest_film_stay_small(short):
    film = films.fit()
    one_frame = len(json.dumps(film["frames"][-1], separators=(",", ":")))
    assert films.N_FRAMES * one_frame < 200_000


def test_every_film_has_a_player():
    assert {*films.FILMS} == {*film_players.PLAYERS}
    film = films.descent()
    assert len(film_players.PLAYERS["gradient_descent"].panels) == len(film["paths"])


def test_the_scripts_are_small():
    assert (STATIC / "films.js").stat().st_size <= 5_000
    assert (STATIC / "step_by_step.js").stat().st_size <= 4_500
