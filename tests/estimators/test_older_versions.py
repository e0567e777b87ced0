"""Networks that an older version has pickled predict, and train on."""

import pickle
from pathlib import Path

import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.datasets import make_moons

PICKLES = sorted((Path(__file__).parent / "pickles").glob("*.pickle"))
X, y = make_moons(40, noise=0.2, random_state=0)


def load(path):
    with path.open("rb") as file:
        return pickle.load(file)


def test_there_are_networks_of_version_0_1_0():
    assert len(PICKLES) == 2


@pytest.mark.parametrize("path", PICKLES, ids=lambda path: path.stem)
def test_it_predicts_as_it_did(path):
    stored = load(path)
    assert_array_equal(stored["estimator"].predict(X), stored["predictions"])


def test_a_regressor_trains_on_as_it_would_have():
    stored = load(PICKLES[-1])
    net = stored["estimator"]
    net.partial_fit(X, X.sum(axis=1)).partial_fit(X, X.sum(axis=1))
    assert_allclose(net.predict(X), stored["after_two_more_epochs"], rtol=1e-12)


@pytest.mark.parametrize("path", PICKLES, ids=lambda path: path.stem)
def test_it_is_pickled_again_in_the_present_form(path):
    net = load(path)["estimator"]
    again = pickle.loads(pickle.dumps(net))
    assert_array_equal(again.predict(X), net.predict(X))
    assert b"nnteach.engine.task" not in pickle.dumps(net)
