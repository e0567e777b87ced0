import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.exceptions import NotFittedError
from sklearn.neural_network import MLPClassifier

from nnteach import MLPClassifierNet, MLPRegressorNet, TrainingCurveDisplay


def history(loss, **others):
    loss = np.asarray(loss, dtype=float)
    return {"loss": loss, "learning_rate": np.full(len(loss), 0.01), **others}


def with_validation(loss):
    loss = np.asarray(loss, dtype=float)
    return history(loss, val_loss=2 * loss, score=1 - loss, val_score=1 - 2 * loss)


def band_limits(band):
    """Lower and upper edge of a band at each of its positions."""
    vertices = band.get_paths()[0].vertices
    return tuple(
        np.array([edge(vertices[vertices[:, 0] == x, 1]) for x in band_positions(band)])
        for edge in (np.min, np.max)
    )


def band_positions(band):
    return np.unique(band.get_paths()[0].vertices[:, 0])


def legend_texts(display):
    return [text.get_text() for text in display.ax_.get_legend().get_texts()]


def test_one_network_is_a_line_of_its_history():
    display = TrainingCurveDisplay([with_validation([3, 2, 1])]).plot()
    assert_array_equal(display.training_line_.get_xydata(), [[1, 3], [2, 2], [3, 1]])
    assert_array_equal(display.validation_line_.get_ydata(), [6, 4, 2])
    assert display.training_band_ is None
    assert display.validation_band_ is None
    assert display.training_line_.get_linestyle() == "-"
    assert display.validation_line_.get_linestyle() == "--"
    assert display.training_line_.get_color() != display.validation_line_.get_color()


@pytest.mark.parametrize("quantiles", [(0.1, 0.9), (0.25, 0.75), (0, 1)])
def test_many_networks_are_a_median_and_a_band(quantiles):
    curves = np.random.default_rng(0).uniform(1, 2, (7, 5))
    display = TrainingCurveDisplay([history(curve) for curve in curves])
    display.plot(quantiles=quantiles)
    assert_allclose(display.training_line_.get_ydata(), np.median(curves, axis=0))
    low, high = band_limits(display.training_band_)
    assert_allclose(low, np.quantile(curves, quantiles[0], axis=0))
    assert_allclose(high, np.quantile(curves, quantiles[1], axis=0))
    assert display.validation_line_ is None


def test_quantiles_are_over_the_networks_still_training_while_half_of_them_are():
    display = TrainingCurveDisplay(
        [history([1] * 2), history([2] * 3), history([3] * 4), history([5] * 9)]
    ).plot()
    # epochs 1 and 2: 1, 2, 3, 5; epoch 3: 2, 3, 5; epoch 4: 3, 5; then one of four
    assert_array_equal(display.training_line_.get_ydata(), [2.5, 2.5, 3, 4])
    assert display.ax_.get_xlabel() == (
        "epoch (while at least half of the networks train)"
    )


@pytest.mark.parametrize(("lengths", "drawn"), [([3], 3), ([3, 5], 5), ([3, 5, 7], 5)])
def test_half_is_rounded_up(lengths, drawn):
    histories = [history(np.ones(length)) for length in lengths]
    display = TrainingCurveDisplay(histories).plot()
    assert len(display.training_line_.get_xdata()) == drawn


@pytest.mark.parametrize("metric", ["loss", "score", "learning_rate"])
def test_metric(metric):
    one = with_validation([0.3, 0.2])
    display = TrainingCurveDisplay([one]).plot(metric=metric)
    assert_array_equal(display.training_line_.get_ydata(), one[metric])
    if metric == "learning_rate":
        assert display.validation_line_ is None
    else:
        assert_array_equal(display.validation_line_.get_ydata(), one[f"val_{metric}"])


@pytest.mark.parametrize(
    ("curves", "expected"),
    [
        ("auto", ["training", "validation"]),
        ("both", ["training", "validation"]),
        ("training", ["training"]),
        ("validation", ["validation"]),
    ],
)
def test_curves(curves, expected):
    display = TrainingCurveDisplay([with_validation([0.3, 0.2])]).plot(curves=curves)
    assert legend_texts(display) == expected


def test_groups_on_the_same_axes_take_the_next_color():
    first = TrainingCurveDisplay([with_validation([3, 2])] * 2).plot(label="first")
    second = TrainingCurveDisplay([with_validation([2, 1])] * 5)
    second.plot(first.ax_, label="second")
    assert second.ax_ is first.ax_
    assert first.training_line_.get_color() != second.training_line_.get_color()
    assert first.validation_line_.get_color() == first.training_line_.get_color()
    assert legend_texts(second) == [
        "first, training",
        "first, validation",
        "second, training",
        "second, validation",
        "10–90 % of each group",
    ]


@pytest.mark.parametrize("title", [None, "Slow"])
def test_the_legend_names_the_band_once(title):
    name = "0–100 % of 2 networks"
    display = TrainingCurveDisplay([with_validation([3, 2])] * 2)
    display.plot(quantiles=(0, 1), title=title)
    assert legend_texts(display) == ["training", "validation", name]
    display.plot(display.ax_, label="again", quantiles=(0, 1), curves="training")
    texts = ["training", "validation", "again, training", name]
    assert legend_texts(display) == texts


def test_color_can_be_chosen():
    display = TrainingCurveDisplay([with_validation([3, 2])]).plot(color="red")
    assert display.training_line_.get_color() == "red"
    assert display.validation_line_.get_color() == "red"


def test_default_title_says_what_is_shown_and_can_be_replaced():
    one, many = history([1]), [history([1])] * 3
    assert TrainingCurveDisplay([one]).plot().ax_.get_title() == "Loss per epoch"
    display = TrainingCurveDisplay(many).plot(quantiles=(0.25, 0.75))
    assert display.ax_.get_title() == (
        "Loss per epoch\nmedian and 25–75 % band of 3 networks"
    )
    display = TrainingCurveDisplay(many).plot(title="Slow")
    TrainingCurveDisplay(many).plot(display.ax_)
    assert display.ax_.get_title() == "Slow"
    assert TrainingCurveDisplay(many).plot(title="").ax_.get_title() == ""


def test_log_axis():
    display = TrainingCurveDisplay([history([1, 0.1])]).plot(yscale="log")
    assert display.ax_.get_yscale() == "log"
    with pytest.raises(ValueError, match=r"'val_score' goes down to -0\.4"):
        TrainingCurveDisplay([with_validation([0.7])]).plot(
            metric="score", yscale="log"
        )


def tick_labels(display):
    display.figure_.draw_without_rendering()
    texts = display.ax_.get_yticklabels() + display.ax_.get_yticklabels(minor=True)
    return {text.get_text() for text in texts} - {""}


def test_a_short_log_axis_has_plain_decimals_and_a_long_one_powers():
    display = TrainingCurveDisplay([history([0.7, 0.06])]).plot(yscale="log")
    labels = tick_labels(display)
    assert {"0.06", "0.1", "0.2", "0.6"} <= labels
    assert not [label for label in labels if "$" in label]
    display.ax_.set_ylim(0.05, 1)
    assert {"0.06", "0.1", "0.2", "0.6", "1"} <= tick_labels(display)
    for lowest, highest in ((0.001, 1), (1.1e-5, 9e-5)):
        display.ax_.set_ylim(lowest, highest)
        labels = tick_labels(display)
        assert labels
        assert all("10^{" in label for label in labels)


def test_updates_on_the_horizontal_axis():
    display = TrainingCurveDisplay([with_validation([3, 2])], updates_per_epoch=8)
    display.plot(x="update")
    assert_array_equal(display.training_line_.get_xdata(), [8, 16])
    assert display.ax_.get_xlabel() == "update"
    with pytest.raises(ValueError, match="pass updates_per_epoch"):
        TrainingCurveDisplay([history([1])]).plot(x="update")


def test_mark_best_of_one_network_is_a_line():
    display = TrainingCurveDisplay([history([3, 2, 1])], best_epochs=[2])
    display.plot(mark_best=True)
    assert_array_equal(display.best_line_.get_xdata(), [2, 2])
    assert legend_texts(display) == ["training", "weights kept (epoch 2)"]


def test_mark_best_of_many_networks_is_a_tick_each():
    display = TrainingCurveDisplay(
        [history([3, 2, 1])] * 3, best_epochs=[2, 3, 1], updates_per_epoch=10
    ).plot(mark_best=True, x="update")
    assert_array_equal(display.best_line_.get_xdata(), [20, 30, 10])


def test_from_estimator(classifiers):
    net = classifiers[0]
    display = TrainingCurveDisplay.from_estimator(net)
    assert_array_equal(display.training_line_.get_ydata(), net.loss_curve_)
    assert display.updates_per_epoch == 3  # 60 samples in batches of 25
    assert display.best_epochs is None
    assert display.ax_.get_ylabel() == "loss (cross-entropy)"
    display.plot(metric="score")
    assert display.ax_.get_ylabel() == "accuracy"


def test_from_estimators(classifiers):
    display = TrainingCurveDisplay.from_estimators(
        classifiers, x="update", label="nets"
    )
    curves = [net.history_["val_loss"] for net in classifiers]
    assert_allclose(display.validation_line_.get_ydata(), np.median(curves, axis=0))
    assert_array_equal(display.training_line_.get_xdata(), [3, 6, 9, 12, 15, 18])


def test_regressors_have_names_of_their_own(regressors):
    display = TrainingCurveDisplay.from_estimators(regressors)
    assert display.ax_.get_ylabel() == "loss (half the squared error)"
    assert display.metric_names["score"] == "R²"
    assert display.updates_per_epoch == 1


def test_estimators_with_different_batches_have_no_updates_in_common(moons):
    nets = [
        MLPClassifierNet((2,), batch_size=size, max_iter=2, n_iter_no_change=np.inf)
        for size in (10, 20)
    ]
    nets = [net.fit(*moons) for net in nets]
    assert TrainingCurveDisplay.from_estimators(nets).updates_per_epoch is None
    display = TrainingCurveDisplay.from_estimators(nets, updates_per_epoch=5)
    assert display.updates_per_epoch == 5


@pytest.mark.parametrize("scoring", [None, "loss"])
def test_best_epoch_is_that_of_the_weights_kept(moons, scoring):
    net = MLPClassifierNet(
        (8,),
        early_stopping=True,
        scoring=scoring,
        learning_rate_init=0.1,
        n_iter_no_change=3,
        random_state=0,
    ).fit(*moons, X_val=moons[0][:20], y_val=moons[1][:20])
    display = TrainingCurveDisplay.from_estimator(net, mark_best=True)
    (best,) = display.best_epochs
    kept = net.score(moons[0], moons[1])
    assert net.history_["score"][best - 1] == pytest.approx(kept)
    assert best < net.n_iter_


def test_axes_that_are_given_are_drawn_on(classifiers):
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots()
    display = TrainingCurveDisplay.from_estimator(classifiers[0], ax=ax, legend=False)
    assert display.ax_ is ax
    assert display.figure_ is figure
    assert ax.get_legend() is None


def test_legend_stands_beside_the_axes(classifiers):
    display = TrainingCurveDisplay.from_estimators(classifiers)
    display.figure_.draw_without_rendering()
    legend = display.ax_.get_legend().get_window_extent()
    assert legend.x0 > display.ax_.get_window_extent().x1
    assert legend.x1 <= display.figure_.bbox.x1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"metric": "accuracy"}, "The 'metric' parameter of TrainingCurveDisplay.plot"),
        ({"curves": "test"}, "The 'curves' parameter .* Got 'test' instead"),
        ({"x": "time"}, "The 'x' parameter .* Got 'time' instead"),
        ({"yscale": "symlog"}, "The 'yscale' parameter .* Got 'symlog' instead"),
        ({"quantiles": (0.9, 0.1)}, "The 'quantiles' parameter .* must be a pair"),
        ({"quantiles": 0.5}, "The 'quantiles' parameter .* must be a pair"),
        ({"metric": "learning_rate", "curves": "both"}, "draw curves='training'"),
        ({"curves": "validation"}, "1 of 1 histories have no 'val_loss'; pass X_val"),
        ({"metric": "score"}, "1 of 1 histories have no 'score'; pass X_val and y_val"),
        ({"mark_best": True}, "fit them with early_stopping=True"),
    ],
)
def test_bad_options(options, message):
    with pytest.raises(ValueError, match=message):
        TrainingCurveDisplay([history([1, 2])]).plot(**options)


def test_unfitted():
    with pytest.raises(NotFittedError):
        TrainingCurveDisplay.from_estimator(MLPRegressorNet())


def test_initialized_but_not_trained(moons):
    with pytest.raises(ValueError, match="have no 'loss'; fit the networks first"):
        TrainingCurveDisplay.from_estimator(MLPClassifierNet((2,)).initialize(*moons))


def test_no_estimators():
    with pytest.raises(ValueError, match="must have at least one element"):
        TrainingCurveDisplay.from_estimators([])


def test_another_library_has_no_history(moons):
    other = MLPClassifier((2,), max_iter=100, tol=1.0).fit(*moons)
    with pytest.raises(TypeError, match="needs a fitted MLPClassifierNet"):
        TrainingCurveDisplay.from_estimator(other)


def test_lbfgs_has_a_curve_and_an_update_in_each_iteration(moons):
    net = MLPClassifierNet((3,), solver="lbfgs", max_iter=1000, random_state=0)
    net.fit(*moons)
    for x in ("epoch", "update"):
        display = TrainingCurveDisplay.from_estimator(net, x=x)
        assert_array_equal(display.training_line_.get_ydata(), net.loss_curve_)
        assert display.training_line_.get_xdata()[-1] == net.n_iter_


def test_updates_are_those_of_the_training_and_not_of_the_parameters_now(moons):
    X, y = moons
    net = MLPClassifierNet((3,), max_iter=2, n_iter_no_change=np.inf, batch_size=10)
    net.fit(X, y).set_params(batch_size=len(X), warm_start=True)
    display = TrainingCurveDisplay.from_estimator(net, x="update")
    assert display.updates_per_epoch == np.ceil(len(X) / 10)
    net.fit(X, y)
    with pytest.raises(ValueError, match="one number of updates in an epoch"):
        TrainingCurveDisplay.from_estimator(net, x="update")


def test_best_epoch_after_a_warm_start(moons):
    X, y = moons
    settings = dict(n_iter_no_change=np.inf, warm_start=True, random_state=0)
    net = MLPClassifierNet((3,), max_iter=4, **settings).fit(X, y)
    net.set_params(early_stopping=True, scoring="loss", learning_rate_init=0.01)
    net.fit(X, y)
    display = TrainingCurveDisplay.from_estimator(net, mark_best=True)
    assert display.best_epochs == [int(np.nanargmin(net.history_["val_loss"])) + 1]
    # what does only harm leaves the weights of the epoch before
    net.set_params(learning_rate_init=50.0)
    with pytest.warns(UserWarning, match="No epoch was better"):
        net.fit(X, y)
    display = TrainingCurveDisplay.from_estimator(net, mark_best=True)
    assert display.best_epochs == [8]
    # after a training without early stopping no epoch is marked
    net.set_params(early_stopping=False).partial_fit(X, y)
    with pytest.raises(ValueError, match="mark_best=True needs"):
        TrainingCurveDisplay.from_estimator(net, mark_best=True)


@pytest.mark.parametrize(
    ("scoring", "name"),
    [
        (None, "accuracy"),
        ("loss", "accuracy"),
        ("roc_auc", "roc_auc"),
        (lambda net, X, y: 0.5, "<lambda>"),
    ],
)
def test_a_score_has_the_name_of_what_was_scored(scoring, name, moons):
    X, y = moons
    net = MLPClassifierNet((3,), max_iter=2, n_iter_no_change=np.inf, scoring=scoring)
    net.fit(X, y, X_val=X, y_val=y).set_params(scoring="f1")
    display = TrainingCurveDisplay.from_estimator(net, metric="score")
    assert display.ax_.get_ylabel() == name
