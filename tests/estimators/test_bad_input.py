"""Bad input is refused before any training, and loses nothing."""

import re
from contextlib import contextmanager

import numpy as np
import pytest
from sklearn.datasets import make_moons
from sklearn.model_selection import (
    BaseCrossValidator,
    GroupShuffleSplit,
    KFold,
    PredefinedSplit,
)

from nnteach import MLPClassifierNet, MLPRegressorNet

X, Y = make_moons(40, noise=0.2, random_state=0)
SHORT = dict(hidden_layer_sizes=(4,), max_iter=2, n_iter_no_change=np.inf)


class Watcher:
    """A callback that knows whether training has begun."""

    has_begun = False

    def setup(self, estimator, context):
        pass

    def on_fit_task_begin(self, estimator, context):
        self.has_begun = True

    def on_fit_task_end(self, estimator, context):
        pass

    def teardown(self, estimator, context):
        pass


@contextmanager
def refused(net, message):
    """Expect an error before training, which changes and draws nothing."""
    watcher, source = Watcher(), np.random.RandomState(0)
    if net.random_state is None:
        net.set_params(random_state=source)
    net.set_callbacks(watcher)
    before, drawn = vars(net).copy(), source.get_state()
    with pytest.raises(ValueError, match=message) as caught:
        yield caught
    assert not watcher.has_begun
    np.testing.assert_equal(source.get_state(), drawn)
    assert vars(net).keys() == before.keys()
    assert all(vars(net)[name] is value for name, value in before.items())


def test_the_watcher_knows_when_training_begins():
    watcher = Watcher()
    MLPClassifierNet(**SHORT).set_callbacks(watcher).fit(X, Y)
    assert watcher.has_begun


@pytest.mark.parametrize("estimator", [MLPClassifierNet, MLPRegressorNet])
@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (dict(alpha=-1), "The 'alpha' parameter of {} must be a float in the range"),
        (dict(solver="newton"), "The 'solver' parameter of {} must be a str among"),
        (dict(batch_size=0), "The 'batch_size' parameter of {} must be"),
        (dict(max_iter=1.5), "The 'max_iter' parameter of {} must be an int"),
        (dict(learning_rate="fast"), "The 'learning_rate' parameter of {} must be"),
        (dict(learning_rate_init=0), "The 'learning_rate_init' parameter of {} must"),
        (dict(validation_fraction=1.0), "The 'validation_fraction' parameter of {}"),
        (
            dict(validation_fraction="0.1"),
            "The 'validation_fraction' parameter of {} must be a float in the range "
            "[0.0, 1.0) or an object implementing 'split'",
        ),
        (dict(n_iter_no_change=0), "The 'n_iter_no_change' parameter of {} must be"),
        (dict(random_state="seed"), "The 'random_state' parameter of {} must be"),
        (dict(weight_init="ones"), "The 'weight_init' parameter of {} must be a str"),
        (dict(bias_init="ones"), "The 'bias_init' parameter of {} must be a str among"),
        (dict(scoring="best"), "The 'scoring' parameter of {} must be a str among"),
        (dict(out_activation="sine"), "The 'out_activation' parameter of {} must be"),
        (dict(activation="sine"), "The 'activation' parameter of {} must be a str"),
        (
            dict(activation=("relu", "sine"), hidden_layer_sizes=(3, 3)),
            "The 'activation' parameter of {} must name one of",
        ),
        (
            dict(activation=("relu", "tanh"), hidden_layer_sizes=(3, 3, 3)),
            "Got 2 names for 3 hidden layers.",
        ),
        (
            dict(hidden_layer_sizes=(3, 0)),
            "hidden_layer_sizes must be > 0, got [3, 0].",
        ),
        (dict(hidden_layer_sizes=(3, 2.5)), "must be an int or a sequence of int"),
        (dict(hidden_layer_sizes=(True,)), "sequence of int. Got (True,) instead."),
        (dict(hidden_layer_sizes=True), "sequence of int. Got True instead."),
        (dict(hidden_layer_sizes=-1), "The 'hidden_layer_sizes' parameter of {} must"),
    ],
)
def test_parameters(estimator, parameters, message):
    expected = re.escape(message.format(estimator.__name__))
    net = estimator(**parameters)
    with refused(net, expected):
        net.fit(X, Y)


@pytest.mark.parametrize("estimator", [MLPClassifierNet, MLPRegressorNet])
@pytest.mark.parametrize(
    ("data", "message"),
    [
        (([[np.nan, 0.0], [0.0, 1.0]], [0, 1]), "Input X contains NaN"),
        (([[np.inf, 0.0], [0.0, 1.0]], [0, 1]), "Input X contains infinity"),
        (([[0.0, 0.0], [0.0, 1.0]], [0, np.nan]), "Input y contains NaN"),
        (([0.0, 1.0], [0, 1]), "Expected 2D array, got 1D array instead"),
        (([[0.0, 1.0]], [0, 1]), "inconsistent numbers of samples"),
        ((np.empty((0, 2)), []), "Found array with 0 sample"),
        (([["a", "b"], ["c", "d"]], [0, 1]), "could not convert string to float"),
    ],
)
def test_data(estimator, data, message):
    net = estimator()
    with refused(net, re.escape(message)):
        net.fit(*data)


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (X[:, 0], "but it has continuous values. To predict numbers, use MLPRegressor"),
        (np.stack([Y, 2 * Y], axis=1), "sklearn.multioutput.MultiOutputClassifier."),
        (X, "Unknown label type: continuous-multioutput"),
        (
            np.array(["a", None])[Y],
            "Got an array of dtype object with elements of type NoneType, str instead",
        ),
        (np.array([None, "a"])[Y], "elements of type NoneType, str instead"),
        (Y.astype(object), "elements of type int instead; where these are numbers"),
    ],
)
def test_classifier_targets(y, message):
    net = MLPClassifierNet()
    with refused(net, re.escape(message)) as caught:
        net.fit(X, y)
    assert re.search(r"\by (must|has)", str(caught.value))
    assert len(str(caught.value)) < 300
    if y.ndim == 1:
        net = MLPClassifierNet()
        with refused(net, re.escape(message)) as caught:
            net.fit(X, Y, X_val=X, y_val=y)
        assert "y_val must" in str(caught.value)
    net = MLPClassifierNet()
    with refused(net, re.escape(message)):
        net.partial_fit(X, y, classes=[0, 1])


def test_softmax_of_two_classes():
    net = MLPClassifierNet(out_activation="softmax")
    with refused(net, r"softmax needs one output.*at least three"):
        net.fit(X, Y)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ({0: "a"}, "list finite weights of at least 0. Got 'a' instead."),
        ({0: np.nan}, "list finite weights of at least 0. Got nan instead."),
        ({0: np.inf}, "list finite weights of at least 0. Got inf instead."),
        ({0: -1, 1: 1}, "list finite weights of at least 0. Got -1 instead."),
        ({0: None}, "list finite weights of at least 0. Got None instead."),
        ({2: 1.0}, "name classes of y, which are [0, 1]. Got 2 instead."),
        ({"0": 1.0, 1: 2.0}, "name classes of y, which are [0, 1]. Got '0' instead."),
        ({0: 0, 1: 0}, "leave a sample with a weight above 0. Got {0: 0, 1: 0}"),
        ([{0: 1}], "be 'balanced', None or a dict from class to weight. Got [{0: 1}]"),
        ([], "be 'balanced', None or a dict from class to weight. Got [] instead."),
    ],
)
def test_class_weight(weights, message):
    expected = f"The 'class_weight' parameter of MLPClassifierNet must {message}"
    net = MLPClassifierNet(class_weight=weights)
    with refused(net, re.escape(expected)):
        net.fit(X, Y)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ({0: 1}, "a list of 2 dicts, one for each label. Got {0: 1} instead."),
        ([{0: 1}], "a list of 2 dicts, one for each label. Got [{0: 1}] instead."),
        ([{0: 1}, 2], "a list of 2 dicts, one for each label. Got [{0: 1}, 2]"),
        ([{0: 1}, {2: 1}], "name classes of y, which are [0, 1]. Got 2 instead."),
        ([{0: 1}, {1: -1}], "list finite weights of at least 0. Got -1 instead."),
    ],
)
def test_class_weight_of_several_labels(weights, message):
    net = MLPClassifierNet(class_weight=weights)
    with refused(net, re.escape(message)):
        net.fit(X, np.stack([Y, 1 - Y], axis=1))


@pytest.mark.parametrize("estimator", [MLPClassifierNet, MLPRegressorNet])
@pytest.mark.parametrize(
    ("weight", "message"),
    [
        ("balanced", "could not convert string to float: 'balanced'"),
        ({0: 1}, "'dict'"),
        ([1.0], "sample_weight.shape == (1,), expected (40,)"),
        (np.ones((40, 1)), "Sample weights must be 1D array or scalar"),
        (np.full(40, np.nan), "Input sample_weight contains NaN"),
        (np.zeros(40), "at least one non-zero number"),
        (np.where(Y, 1, -1), "Negative values in data passed to `sample_weight`"),
    ],
)
def test_sample_weight(estimator, weight, message):
    start = "sample_weight must be None or an array-like of shape (40,): "
    net = estimator()
    with refused(net, f"{re.escape(start)}.*{re.escape(message)}"):
        net.fit(X, Y, weight)
    net = estimator().initialize(X, Y)
    with pytest.raises(ValueError, match=f"{re.escape(start)}.*{re.escape(message)}"):
        net.loss_and_gradients(X, Y, weight)


def test_poisson_targets():
    net = MLPRegressorNet("poisson")
    with refused(net, r"needs y >= 0\. The smallest is -1"):
        net.fit(X, Y - 1)
    net = MLPRegressorNet("poisson")
    with refused(net, r"of y_val are .* needs y_val >= 0"):
        net.fit(X, Y, X_val=X, y_val=Y - 1)
    net = MLPRegressorNet("poisson", out_activation="identity")
    with refused(net, "which needs positive outputs"):
        net.fit(X, Y)


@pytest.mark.parametrize(
    ("validation", "message"),
    [
        (dict(X_val=X), "X_val was given without y_val; pass both"),
        (dict(y_val=Y), "y_val was given without X_val; pass both"),
        (dict(sample_weight_val=Y), "sample_weight_val was given without X_val"),
        (
            dict(X_val=X[:, :1], y_val=Y),
            "X_val does not fit X: X has 1 features, but {} is expecting 2 features",
        ),
        (dict(X_val=X, y_val=Y[:5]), "inconsistent numbers of samples: [40, 5]"),
        (dict(X_val=X * np.nan, y_val=Y), "X_val does not fit X: Input X contains NaN"),
        (
            dict(X_val=X, y_val=Y, sample_weight_val=[1.0]),
            "sample_weight_val must be None or an array-like of shape (40,): "
            "sample_weight.shape == (1,), expected (40,)",
        ),
        (
            dict(X_val=X, y_val=Y, sample_weight_val=-np.ones(40)),
            "sample_weight_val must be None or an array-like of shape (40,): Negative",
        ),
        (dict(X_val=X, y_val=np.stack([Y, Y], axis=1)), "y_val "),
    ],
)
@pytest.mark.parametrize("estimator", [MLPClassifierNet, MLPRegressorNet])
def test_validation_set(estimator, validation, message):
    expected = re.escape(message.format(estimator.__name__))
    net = estimator()
    with refused(net, expected):
        net.fit(X, Y, **validation)


def test_unknown_labels_in_y_val():
    net = MLPClassifierNet()
    with refused(net, r"do not have: \[2\]. The classes are \[0, 1\]"):
        net.fit(X, Y, X_val=X, y_val=Y * 2)


def test_y_val_of_another_kind():
    labels = np.stack([Y, 1 - Y], axis=1)
    net = MLPClassifierNet()
    with refused(net, r"y_val must have the shape \(n_samples,\)"):
        net.fit(X, Y, X_val=X, y_val=labels)
    net = MLPClassifierNet()
    with refused(net, r"y_val must have the shape \(n_samples, 2\)"):
        net.fit(X, labels, X_val=X, y_val=Y)
    net = MLPRegressorNet()
    with refused(net, "y_val has 2 columns, but the targets"):
        net.fit(X, Y, X_val=X, y_val=labels)


@pytest.mark.parametrize("estimator", [MLPClassifierNet, MLPRegressorNet])
@pytest.mark.parametrize("fraction", [0.0, 0.1, 0.9])
def test_too_few_samples_to_split(estimator, fraction):
    net = estimator(early_stopping=True, validation_fraction=fraction)
    message = (
        rf"cannot set validation_fraction={fraction} of n_samples=2 aside: .*y_val"
    )
    with refused(net, message):
        net.fit(X[:2], [0, 1])


class FirstSplit(BaseCrossValidator):
    """A splitter of this one split, or one that raises this error."""

    def __init__(self, only):
        self.only = only

    def get_n_splits(self, X=None, y=None, groups=None):
        return 1

    def split(self, X, y=None, groups=None):
        if isinstance(self.only, Exception):
            raise self.only
        yield from [] if self.only is None else [self.only]


@pytest.mark.parametrize(
    ("splitter", "message"),
    [
        (FirstSplit(None), "It yields no split."),
        (FirstSplit(([0, 1, 2], [])), "2 to validate on are needed. Got 3 and 0."),
        (FirstSplit(([0, 1, 2], [3])), "2 to validate on are needed. Got 3 and 1."),
        (FirstSplit(([], [2, 3])), "At least 1 sample to train and 2"),
        (FirstSplit(([0, 1, 2], [2, 1, 5])), "2 samples are in both parts."),
        (FirstSplit(([-1, 1], [39, 1])), "2 samples are in both parts."),
        (FirstSplit(([0, 1], [39, 40])), "index 40 is out of bounds"),
        (FirstSplit(([0.0, 1.0], [2.0, 3.0])), "integer or boolean arrays are valid"),
        (FirstSplit(([True], [False])), "boolean"),
        (FirstSplit([[0, 1, 2]]), "not enough values to unpack"),
        (FirstSplit(3), "not iterable"),
        (FirstSplit(KeyError("year")), "year"),
        (GroupShuffleSplit(), "The 'groups' parameter should not be None"),
        (KFold, "It is a class; pass an instance of it: KFold()."),
    ],
)
@pytest.mark.parametrize("estimator", [MLPClassifierNet, MLPRegressorNet])
def test_splitters(estimator, splitter, message):
    net = estimator(early_stopping=True, validation_fraction=splitter)
    expected = re.escape(f"validation_fraction={splitter!r} cannot split n_samples=40")
    with refused(net, f"{expected}.*{re.escape(message)}"):
        net.fit(X, Y)


def test_groups():
    net = MLPClassifierNet(early_stopping=True)
    with refused(net, r"groups was given with .*=0\.1, .*splitter"):
        net.fit(X, Y, groups=Y)
    net.set_params(validation_fraction=GroupShuffleSplit())
    with refused(net, "inconsistent numbers of samples"):
        net.fit(X, Y, groups=Y[:5])


@pytest.mark.parametrize("purpose", ["train", "validate"])
def test_parts_without_weight(purpose):
    splitter = PredefinedSplit(np.where(np.arange(40) < 30, -1, 0))
    net = MLPClassifierNet(early_stopping=True, validation_fraction=splitter)
    weight = (np.arange(40) < 30) == (purpose == "validate")
    with refused(net, rf"All \d+ samples to {purpose} on have"):
        net.fit(X, Y, weight)


@pytest.mark.parametrize("estimator", [MLPClassifierNet, MLPRegressorNet])
def test_unfitted(estimator):
    for method in ("predict", "hidden_activations"):
        with pytest.raises(ValueError, match="instance is not fitted yet"):
            getattr(estimator(), method)(X)


@pytest.mark.parametrize("estimator", [MLPClassifierNet, MLPRegressorNet])
def test_partial_fit_with_early_stopping(estimator):
    arguments = dict(classes=[0, 1]) if estimator is MLPClassifierNet else {}
    with pytest.raises(AttributeError, match="has no attribute 'partial_fit'"):
        estimator(early_stopping=True).partial_fit(X, Y, **arguments)


def test_partial_fit_needs_classes():
    net = MLPClassifierNet()
    with refused(net, "classes must be passed on the first call"):
        net.partial_fit(X, Y)


class TestFittedBefore:
    """A failed fit leaves a fitted estimator as it was."""

    @pytest.fixture(params=[MLPClassifierNet, MLPRegressorNet])
    def net(self, request):
        return request.param(**SHORT, random_state=0).fit(X, Y)

    @pytest.mark.parametrize(
        "fail",
        [
            lambda net: net.set_params(alpha=-1).fit(X, Y),
            lambda net: net.fit(X[:, :1] * np.nan, Y),
            lambda net: net.fit(X[:, :1], Y, X_val=X, y_val=Y),
            lambda net: net.set_params(solver="lbfgs", dropout=0.5).fit(X, Y),
            lambda net: net.initialize(X[:, :1], Y[:3]),
        ],
    )
    def test_keeps_its_fit(self, net, fail):
        predictions, history = net.predict(X), net.history_["loss"].copy()
        with pytest.raises(ValueError, match=r"'alpha'|NaN|dropout|X_val|inconsistent"):
            fail(net)
        np.testing.assert_array_equal(net.predict(X), predictions)
        np.testing.assert_array_equal(net.history_["loss"], history)
        assert net.n_features_in_ == 2

    def test_keeps_its_fit_when_training_diverges(self):
        net = MLPRegressorNet(**SHORT, activation="identity", random_state=0)
        before = net.fit(X, Y).predict(X)
        net.set_params(solver="sgd", learning_rate_init=1e12, max_iter=200)
        with pytest.raises(ValueError, match="non-finite parameter weights"):
            net.fit(X, Y)
        np.testing.assert_array_equal(net.predict(X), before)

    def test_warm_start_with_other_layers(self, net):
        net.set_params(warm_start=True, hidden_layer_sizes=(7,))
        with refused(net, r"layer_sizes=\(2, 4, 1\).*start anew"):
            net.fit(X, Y)


def test_classes_of_further_fits():
    net = MLPClassifierNet(**SHORT).fit(X, Y)
    with refused(net, r"`y` has classes not in `self\.classes_`"):
        net.partial_fit(X, Y + 1)
    net.set_params(warm_start=True)
    with refused(net, "warm_start can only be used where `y` has"):
        net.fit(X, np.zeros_like(Y))
    with pytest.raises(ValueError, match=r"y has labels .* do not have: \[2\]"):
        net.loss_and_gradients(X, Y * 2)
