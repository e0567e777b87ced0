"""Training in steps, for a page that draws between them, is what fit does."""

import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose
from py_mini_racer import JSEvalException
from sklearn.datasets import make_moons
from sklearn.exceptions import ConvergenceWarning

from nnteach import MLPClassifierNet

SETTINGS = dict(hidden_layer_sizes=(6,), batch_size=16, max_iter=5, random_state=0)
DATA = """
const { X, y } = nnteach.make_moons({ n_samples: 50, noise: 0.2, random_state: 0 });
const held_out = nnteach.make_moons({ n_samples: 40, noise: 0.2, random_state: 1 });
const validation_set = { X_val: held_out.X, y_val: held_out.y };
const learned = (net) => [net.coefs_, net.intercepts_, net.history_, net.n_iter_,
  net.t_, net.best_loss_, net.validation_scores_, net.stopped_by_];
"""


@pytest.mark.parametrize("early", [{}, {"early_stopping": True, "max_iter": 40}])
def test_steps_and_epochs_make_a_fit(early, browser):
    fitted, stepped, mixed = browser.run(
        DATA
        + """
        const make = () => new nnteach.MLPClassifierNet(settings);
        const fitted = make().fit(X, y, validation_set);
        const stepped = make().start(X, y, validation_set);
        while (!stepped.is_finished) stepped.step();
        const mixed = make().start(X, y, validation_set);
        while (!mixed.is_finished) {
          mixed.step();
          mixed.predict(held_out.X); // a page may draw at any time
          mixed.loss_and_gradients(X, y);
          mixed.epoch();
        }
        return [fitted, stepped, mixed].map(learned);""",
        settings=SETTINGS | early,
    )
    assert stepped == fitted
    assert mixed == fitted


def test_what_steps_and_epochs_return(browser):
    report = browser.run(
        DATA
        + """
        const net = new nnteach.MLPClassifierNet({ ...settings, shuffle: false });
        net.start(X, y);
        const before = net.loss_and_gradients(X.slice(0, 16), y.slice(0, 16))[0];
        const objectives = [1, 2, 3, 4].map(() => net.step());
        const first = [before, objectives, [...net.loss_curve_], net.n_iter_];
        return { first, epoch: net.epoch(), loss: net.loss_, n_iter: net.n_iter_ };""",
        settings=SETTINGS,
    )
    before, objectives, loss_curve, n_iter = report["first"]
    assert objectives[0] == before
    assert n_iter == 1
    # the last batch has 2 of the 50 samples
    assert loss_curve == [pytest.approx(np.dot(objectives, [16, 16, 16, 2]) / 50)]
    assert report["epoch"] == report["loss"] < loss_curve[0]
    assert report["n_iter"] == 2


def test_start_draws_the_weights_and_trains_nothing(browser):
    started, initialized, curve, is_finished = browser.run(
        DATA
        + """
        const [a, b] = [0, 1].map(() => new nnteach.MLPClassifierNet(settings));
        a.start(X, y);
        b.initialize(X, y);
        const probabilities = [a, b].map((net) => net.predict_proba(X));
        return [...probabilities, a.loss_curve_, a.is_finished];""",
        settings=SETTINGS,
    )
    assert started == initialized
    assert curve == []
    assert not is_finished


def test_a_rate_changes_between_steps(browser):
    rates, weights = browser.run(
        DATA
        + """
        const net = new nnteach.MLPClassifierNet(settings).start(X, y);
        net.epoch();
        const before = JSON.stringify(net.coefs_);
        net.learning_rate_init = 1e-300;
        net.epoch();
        return [net.history_.learning_rate, [before, JSON.stringify(net.coefs_)]];""",
        settings=SETTINGS,
    )
    assert rates == [0.001, 1e-300]
    assert weights[0] == weights[1]


def test_a_random_state_goes_on_from_fit_to_fit(browser):
    first, second, again = browser.run(
        DATA
        + """
        const random_state = new nnteach.RandomState(0);
        const net = new nnteach.MLPClassifierNet({ ...settings, random_state });
        const another = new nnteach.MLPClassifierNet(settings);
        return [net, net, another].map((each) => each.fit(X, y).loss_curve_);""",
        settings=SETTINGS,
    )
    assert first == again != second


def test_a_training_that_diverges_stops_and_says_so(browser):
    body = """
    const X = [[1], [2], [3], [4]], y = [1, -1, 2, -2];
    const net = new nnteach.MLPRegressorNet({ activation: "identity", solver: "sgd",
      learning_rate_init: 1e3, max_iter: 1000, random_state: 0 });
    """
    stopped_by, n_iter = browser.run(
        body
        + """net.start(X, y);
        while (!net.is_finished) net.step();
        return [net.stopped_by_, net.n_iter_];"""
    )
    assert stopped_by == "divergence"
    assert n_iter < 1000
    with pytest.raises(JSEvalException, match="non-finite parameter weights"):
        browser.run(body + "net.fit(X, y);")


def test_set_weights_makes_the_network_of_python(browser):
    X, y = make_moons(60, noise=0.2, random_state=0)
    net = MLPClassifierNet((7, 5), activation=["gelu", "tanh"], max_iter=20)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        net.fit(X, y)
    probabilities, losses, is_finished = browser.run(
        """const net = new nnteach.MLPClassifierNet(parameters).start(X, y);
        net.epoch();
        net.set_weights(coefs, intercepts);
        const report = [net.predict_proba(X), [...net.loss_curve_], net.is_finished];
        net.epoch();
        return [...report, net.n_iter_];""",
        parameters=dict(hidden_layer_sizes=[7, 5], activation=["gelu", "tanh"]),
        X=X,
        y=y,
        coefs=[W.tolist() for W in net.coefs_],
        intercepts=[b.tolist() for b in net.intercepts_],
    )[:3]
    assert_allclose(probabilities, net.predict_proba(X), rtol=1e-12)
    assert losses == []
    assert not is_finished


def test_a_training_goes_on_from_set_weights_as_from_its_own_start(browser):
    drawn, given, before = browser.run(
        DATA
        + """
        const [a, b] = [0, 1].map(() => new nnteach.MLPClassifierNet(settings));
        a.start(X, y, validation_set);
        b.start(X, y, validation_set).set_weights(a.coefs_, a.intercepts_);
        b.initialize(X, y).set_weights(a.coefs_, a.intercepts_);
        const before = b.is_finished;
        b.start(X, y, validation_set).set_weights(a.coefs_, a.intercepts_);
        for (const net of [a, b]) while (!net.is_finished) net.epoch();
        return [learned(a), learned(b), before];""",
        settings=SETTINGS,
    )
    assert drawn == given
    assert before  # initialize begins no training, and set_weights begins none either
