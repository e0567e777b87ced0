"""The script that the playground copies prints the page's own loss."""

import contextlib
import io
import re
import warnings

import pytest
from bs4 import BeautifulSoup
from sklearn.exceptions import ConvergenceWarning

from nnteach.playground import FRAGMENT

POINTS = {
    "data": "points",
    "X": [[0, 1], [1, 0.5], [-1, 2], [3, 4], [0.25, -1], [2, 2], [1, 1], [0, 0]],
    "y": ["a", "b", "b", "a", "a", "b", "a", "b"],
}
STATES = [
    {},
    {"data": "circles", "batch_size": "auto", "alpha": 0.1, "random_state": 3},
    {"data": "spiral", "n_samples": 101, "activation": ["relu", "logistic"]},
    {"data": "three_spirals", "n_samples": 100, "solver": "sgd", "momentum": 0.5},
    {"data": "wavy_parabola", "noise": 0.01, "hidden_layer_sizes": [5]},
    {"data": "function", "function": "exp(-x)*sin(9*x)^2", "validation_fraction": 0},
    {"early_stopping": True, "n_iter_no_change": 2, "tol": 0.01, "scoring": "loss"},
    {"hidden_layer_sizes": [], "test_fraction": 0, "validation_fraction": 0},
    POINTS,
    POINTS | {"validation_fraction": 0, "test_fraction": 0},
    POINTS | {"sizes": [5, 3, 0]},
]
TRAIN = """
const state = nnteach.complete_state(given), data = nnteach.make_data(state);
const net = nnteach.start_net(state, data);
for (let t = 0; t < 20 && !net.is_finished; t++) net.epoch();
const script = nnteach.python_script(state, net, data, codes);
return [script, net.loss_, net.n_iter_];
"""


@pytest.fixture(scope="module")
def codes():
    """Return the pieces of Python in the page."""
    page = BeautifulSoup(FRAGMENT.read_text(encoding="utf-8"), "html.parser")
    pieces = page.select("template[data-python]")
    return {piece["data-python"]: piece.get_text() for piece in pieces}


@pytest.mark.parametrize("given", STATES)
def test_the_script_prints_the_loss_of_the_page(given, browser, codes):
    script, loss, n_iter = browser.run(TRAIN, given=given, codes=codes)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a page may stop early
        exec(compile(script, "script", "exec"), {})
    said = re.fullmatch(r"loss_ (\S+) after (\d+) epochs\n", printed.getvalue())
    assert float(said[1]) == pytest.approx(loss, abs=2e-9)
    assert int(said[2]) == n_iter


def test_a_run_that_was_changed_by_hand_says_so(browser, codes):
    body = TRAIN.replace("const script", "net.is_changed = true;\nconst script")
    script = browser.run(body, given={}, codes=codes)[0]
    assert "# Weights or rates were changed by hand" in script
    assert "by hand" not in browser.run(TRAIN, given={}, codes=codes)[0]
