"""What users edit in a fitted estimator is checked where it enters the engine."""

import copy

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.exceptions import NotFittedError

from nnteach import (
    Architecture,
    MLPClassifierNet,
    MLPRegressorNet,
    Snapshots,
    fit_many,
)

rs = np.random.RandomState(0)
X = rs.normal(size=(120, 4))
y = (X[:, 0] > 0).astype(int)
t = X.sum(1)


def widen(net):
    net.coefs_[0] = np.hstack([net.coefs_[0], np.zeros((4, 50))])
    net.coefs_[1] = np.vstack([net.coefs_[1], np.zeros((50, 3))])


def set_item(name, index, change):
    def edit(net):
        arrays = getattr(net, name)
        arrays[index] = change(arrays[index])

    return edit


EDITS = {
    "widened": (widen, r"coefs_\[0\] must have the shape \(4, 6\)"),
    "transposed": (
        set_item("coefs_", 1, lambda coef: coef.T.copy()),
        r"coefs_\[1\] must have the shape \(6, 3\)",
    ),
    "longer biases": (
        set_item("intercepts_", 0, lambda bias: np.append(bias, 0.0)),
        r"intercepts_\[0\] must have the shape \(6,\)",
    ),
    "a column of biases": (
        set_item("intercepts_", 1, lambda bias: bias[:, np.newaxis]),
        r"intercepts_\[1\] must have the shape \(3,\)",
    ),
    "a list": (
        set_item("coefs_", 2, np.ndarray.tolist),
        r"coefs_\[2\] must be an ndarray of float32 or float64. Got list",
    ),
    "integers": (
        set_item("coefs_", 0, lambda coef: coef.astype(int)),
        r"coefs_\[0\] must be an ndarray of float32 or float64. Got int64",
    ),
    "half precision": (
        set_item("intercepts_", 2, lambda bias: bias.astype(np.float16)),
        r"intercepts_\[2\] must be an ndarray of float32 or float64. Got float16",
    ),
    "another precision": (
        set_item("coefs_", 2, lambda coef: coef.astype(np.float32)),
        r"coefs_\[2\] must have the dtype float64 of coefs_\[0\]",
    ),
    "a layer too many": (
        lambda net: net.coefs_.append(np.zeros((1, 1))),
        "coefs_ must be a list of 3 arrays, one for each layer after the input. Got 4",
    ),
    "a layer too few": (
        lambda net: net.intercepts_.pop(),
        "intercepts_ must be a list of 3 arrays, one for each layer after .* Got 2",
    ),
    "nothing left": (
        lambda net: net.coefs_.clear(),
        "coefs_ must be a list of 3 arrays, one for each layer after the input. Got 0",
    ),
}
# what stands in the place of the arrays, or says what they should be
REPLACED = {
    "no list": (dict(coefs_=None), "coefs_ must be a list of 3 arrays.*Got NoneType"),
    "a number": (
        dict(intercepts_=np.array(5.0)),
        "intercepts_ must be a list of 3 arrays.*Got ndarray",
    ),
    "no architecture": (dict(architecture_=None), "architecture"),
    "another output": (
        dict(architecture_=Architecture((4, 6, 3, 2), "relu")),
        "architecture",
    ),
    "other inputs": (
        dict(architecture_=Architecture((5, 6, 3, 1), "relu")),
        "architecture",
    ),
}
USES = {
    "predict": lambda net, y: net.predict(X),
    "score": lambda net, y: net.score(X, y),
    "partial_fit": lambda net, y: net.partial_fit(X, y),
    "warm start": lambda net, y: net.set_params(warm_start=True).fit(X, y),
    "fit_many": lambda net, y: fit_many([net.set_params(warm_start=True)], X, y),
    "loss_and_gradients": lambda net, y: net.loss_and_gradients(X, y),
    "hidden_activations": lambda net, y: net.hidden_activations(X),
    "to_torch": lambda net, y: net.to_torch(),
    "to_sklearn": lambda net, y: net.to_sklearn(),
}


def fitted(estimator=MLPClassifierNet, y=y, **settings):
    settings = dict(max_iter=3, n_iter_no_change=np.inf, random_state=0) | settings
    return estimator(hidden_layer_sizes=(6, 3), **settings).fit(X, y)


@pytest.mark.parametrize("estimator", [MLPClassifierNet, MLPRegressorNet])
@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("edit", EDITS)
def test_edited_arrays_are_refused_by_name(edit, use, estimator):
    targets = y if estimator is MLPClassifierNet else t
    net = fitted(estimator, targets)
    change, message = EDITS[edit]
    change(net)
    before = copy.deepcopy(vars(net))
    with pytest.raises(ValueError, match=message):
        USES[use](net, targets)
    for name in ("coefs_", "intercepts_"):
        for mine, old in zip(getattr(net, name), before[name], strict=True):
            assert_array_equal(mine, old)
    assert net.n_iter_ == before["n_iter_"]


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("replaced", REPLACED)
def test_what_replaces_them_is_refused_by_name(replaced, use):
    net = fitted()
    values, message = REPLACED[replaced]
    vars(net).update(values)
    with pytest.raises(ValueError, match=message):
        USES[use](net, y)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("moments", None),
        ("moments", [1, 2]),
        ("moments", [[0.0], [0.0]]),
        ("best_parameters", [0.0]),
        ("best_parameters", "best"),
        ("state", None),
        ("state", "none"),
    ],
)
def test_a_replaced_optimizer_state_is_refused(name, value):
    net = fitted()
    if name == "state":
        net._training_state = value
    else:
        setattr(net._training_state, name, value)
    with pytest.raises(ValueError, match="_training_state must be"):
        net.partial_fit(X, y)


@pytest.mark.parametrize(
    "edit",
    [
        lambda state: state.moments.pop(),
        lambda state: state.moments.append(state.moments[0]),
        lambda state: state.moments.__setitem__(0, state.moments[0][:-1]),
        lambda state: state.moments.__setitem__(-1, np.zeros((2, 2))),
        lambda state: setattr(state, "best_parameters", np.zeros(3)),
    ],
)
@pytest.mark.parametrize("solver", ["adam", "adamw", "sgd", "rmsprop", "adagrad"])
def test_an_edited_optimizer_state_is_refused(edit, solver):
    net = fitted(solver=solver)
    # private, but a pickle of another version may bring it along
    edit(net._training_state)
    before = copy.deepcopy(net.coefs_)
    with pytest.raises(ValueError, match="in _training_state must be"):
        net.partial_fit(X, y)
    for mine, old in zip(net.coefs_, before, strict=True):
        assert_array_equal(mine, old)


def test_weights_edited_in_place_are_seen():
    net = fitted()
    net.coefs_[-1][:] = 0
    net.intercepts_[-1][:] = -1
    assert (net.predict(X) == 0).all()


def test_an_edited_snapshot_is_refused():
    film = Snapshots([1])
    fitted().set_callbacks(film).fit(X, y)
    widen(film.estimators_[1])
    with pytest.raises(ValueError, match=r"coefs_\[0\]"):
        film.estimators_[1].predict(X)


def test_an_estimator_without_weights_is_not_fitted():
    with pytest.raises(NotFittedError):
        MLPClassifierNet().predict(X)
