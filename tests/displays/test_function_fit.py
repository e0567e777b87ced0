import matplotlib.pyplot as plt
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LinearRegression

from nnteach import FunctionFitDisplay, MLPRegressorNet

X = np.linspace(-0.5, 1.5, 11).reshape(-1, 1)
Y = X.ravel() ** 2


def test_one_network_is_a_line_of_its_predictions(regressors):
    display = FunctionFitDisplay.from_estimator(regressors[0], X, Y)
    assert_array_equal(display.line_.get_xdata(), X.ravel())
    assert_array_equal(display.line_.get_ydata(), regressors[0].predict(X))
    assert_array_equal(display.target_.get_ydata(), Y)
    assert display.band_ is None
    assert display.contributions_ is None


def test_order_of_the_inputs_does_not_matter(regressors):
    order = np.random.default_rng(0).permutation(len(X))
    display = FunctionFitDisplay.from_estimator(regressors[0], X[order, 0], Y[order])
    assert_array_equal(display.line_.get_xdata(), X.ravel())
    assert_array_equal(display.target_.get_ydata(), Y)


def test_many_networks_are_a_median_and_a_band(regressors):
    display = FunctionFitDisplay.from_estimators(regressors, X, quantiles=(0, 1))
    predictions = [net.predict(X) for net in regressors]
    assert_allclose(display.line_.get_ydata(), np.median(predictions, axis=0))
    vertices = display.band_.get_paths()[0].vertices
    assert vertices[:, 1].min() == pytest.approx(np.min(predictions))
    assert vertices[:, 1].max() == pytest.approx(np.max(predictions))
    assert display.target_ is None


def test_contributions_and_bias_add_up_to_the_prediction(regressors):
    net = regressors[0]
    display = FunctionFitDisplay.from_estimator(net, X, hidden_units=True)
    curves = np.array([path[:, 1] for path in display.contributions_.get_segments()])
    assert curves.shape == (4, len(X))
    bias = display.bias_line_.get_ydata()[0]
    assert_allclose(curves.sum(axis=0) + bias, net.predict(X))
    # v_j g(w_j x + b_j), written out
    hidden = np.tanh(X @ net.coefs_[0] + net.intercepts_[0])
    assert_allclose(curves.T, hidden * net.coefs_[1].ravel())
    low, high = display.ax_.get_ylim()
    assert low <= curves.min()
    assert curves.max() <= high


def test_residuals(regressors):
    display = FunctionFitDisplay.from_estimators(regressors, X, Y, kind="residuals")
    residuals = [Y - net.predict(X) for net in regressors]
    assert_allclose(display.line_.get_ydata(), np.median(residuals, axis=0))
    assert display.target_ is None


def test_training_interval_is_shaded(regressors):
    display = FunctionFitDisplay.from_estimator(
        regressors[0], X, Y, training_interval=(0, 1)
    )
    assert (display.interval_.get_x(), display.interval_.get_width()) == (0, 1)


@pytest.mark.parametrize(("target", "marker"), [("line", "None"), ("points", ".")])
def test_target(regressors, target, marker):
    display = FunctionFitDisplay.from_estimator(regressors[0], X, Y, target=target)
    assert display.target_.get_marker() == marker


def test_groups_on_the_same_axes(regressors):
    first = FunctionFitDisplay.from_estimator(regressors[0], X, label="first")
    second = FunctionFitDisplay.from_estimator(
        regressors[1], X, label="second", ax=first.ax_
    )
    assert first.line_.get_color() != second.line_.get_color()
    texts = [text.get_text() for text in second.ax_.get_legend().get_texts()]
    assert texts == ["first", "second"]


def test_titles(regressors):
    one, many = regressors[0], regressors
    display = FunctionFitDisplay.from_estimator(one, X, Y)
    assert display.ax_.get_title() == "Prediction and target"
    display = FunctionFitDisplay.from_estimators(many, X)
    assert display.ax_.get_title() == (
        "Prediction\nmedian and 10–90 % band of 3 networks"
    )
    display = FunctionFitDisplay.from_estimators(many, X, title="Fit")
    assert display.ax_.get_title() == "Fit"
    texts = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert texts == ["prediction", "10–90 % of 3 networks"]


def test_axes_that_are_given_are_drawn_on(regressors):
    figure, ax = plt.subplots()
    display = FunctionFitDisplay.from_estimator(regressors[0], X, ax=ax, legend=False)
    assert display.ax_ is ax
    assert display.figure_ is figure
    assert ax.get_legend() is None


def test_any_regressor_can_be_drawn_without_hidden_units():
    model = LinearRegression().fit(X, Y)
    display = FunctionFitDisplay.from_estimator(model, X, Y)
    assert_allclose(display.line_.get_ydata(), model.predict(X))
    with pytest.raises(TypeError, match="hidden_units=True needs a fitted"):
        FunctionFitDisplay.from_estimator(model, X, hidden_units=True)


def test_errors(regressors):
    net = regressors[0]
    draw = FunctionFitDisplay.from_estimator
    with pytest.raises(ValueError, match=r"the shape \(n_samples, 1\). Got \(11, 2\)"):
        draw(net, np.hstack([X, X]))
    with pytest.raises(ValueError, match="X has 11 samples, but y has 3"):
        draw(net, X, Y[:3])
    with pytest.raises(ValueError, match="kind='residuals' needs the target; pass y"):
        draw(net, X, kind="residuals")
    with pytest.raises(ValueError, match="The 'kind' parameter"):
        draw(net, X, kind="both")
    with pytest.raises(ValueError, match="The 'target' parameter"):
        draw(net, X, Y, target="cloud")
    with pytest.raises(NotFittedError):
        draw(MLPRegressorNet(), X)
    with pytest.raises(ValueError, match="must have at least one element"):
        FunctionFitDisplay.from_estimators([], X)


def test_contributions_need_an_output_without_activation():
    net = MLPRegressorNet(
        hidden_layer_sizes=(3,),
        out_activation="tanh",
        max_iter=2,
        n_iter_no_change=np.inf,
    ).fit(X, Y)
    with pytest.raises(ValueError, match="out_activation='identity' instead of 'tanh'"):
        FunctionFitDisplay.from_estimator(net, X, hidden_units=True)


def test_contributions_need_a_hidden_layer():
    net = MLPRegressorNet(hidden_layer_sizes=(), max_iter=2, n_iter_no_change=np.inf)
    with pytest.raises(ValueError, match="needs a network with a hidden layer"):
        FunctionFitDisplay.from_estimator(net.fit(X, Y), X, hidden_units=True)


@pytest.mark.parametrize("layout", [None, "constrained"])
def test_the_legend_lies_within_the_figure(regressors, layout):
    figure, ax = plt.subplots(layout=layout)
    FunctionFitDisplay.from_estimator(regressors[0], X, Y, ax=ax)
    figure.draw_without_rendering()
    legend = ax.get_legend().get_window_extent()
    assert figure.bbox.x0 <= legend.x0
    assert legend.x1 <= figure.bbox.x1
