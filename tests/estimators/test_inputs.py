"""The short check of plain inputs comes to what scikit-learn's check comes to."""

import copy

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal
from scipy import sparse
from sklearn import config_context

from nnteach import MLPClassifierNet, MLPRegressorNet
from nnteach.estimators import inputs
from nnteach.estimators.inputs import check_inputs, is_plain

rs = np.random.RandomState(0)
X = rs.normal(size=(12, 3))
y = np.arange(12) % 3


def with_entry(value):
    edited = X.copy()
    edited[3, 1] = value
    return edited


PLAIN = {
    "float64": X,
    "float32": X.astype(np.float32),
    "a row": X[:1],
    "columns": np.asfortranarray(X),
    "every other row": X[::2],
    "backwards": X[::-1],
}
OTHERS = {
    "a sum that overflows": np.full((2, 3), 1e308),
    "a float32 sum that overflows": np.full((2, 3), 3e38, np.float32),
    "NaN": with_entry(np.nan),
    "infinity": with_entry(np.inf),
    "both infinities": np.vstack([with_entry(np.inf), with_entry(-np.inf)]),
    "integers": X.astype(int),
    "booleans": X > 0,
    "half precision": X.astype(np.float16),
    "another byte order": X.astype(">f8"),
    "complex": X.astype(complex),
    "objects": X.astype(object),
    "strings": X.astype(str),
    "a list": X.tolist(),
    "a data frame": pd.DataFrame(X),
    "named columns": pd.DataFrame(X, columns=["a", "b", "c"]),
    "a masked array": np.ma.masked_array(X, X > 1),
    "sparse": sparse.csr_array(X),
    "one sample": X[0],
    "a number": np.array(5.0),
    "a cube": X[None],
    "no rows": X[:0],
    "no columns": X[:, :0],
    "too few columns": X[:, :2],
    "too many columns": np.hstack([X, X]),
    "None": None,
}


@pytest.fixture(scope="module")
def net():
    return MLPClassifierNet((4,), solver="lbfgs", random_state=0).fit(X, y)


def result_of(function, *arguments):
    """What a function returns or raises, in a form to compare."""
    try:
        value = function(*arguments)
    except Exception as error:
        return type(error), str(error)
    if sparse.issparse(value):
        value = value.toarray()
    return value.dtype, str(value.tolist())  # NaN included


@pytest.mark.filterwarnings("ignore:X has feature names")
@pytest.mark.parametrize("name", PLAIN | OTHERS)
def test_the_short_check_agrees_with_the_long_one(net, name, monkeypatch):
    given = (PLAIN | OTHERS)[name]
    assert is_plain(net, given) == (name in PLAIN)
    ours = result_of(check_inputs, net, given)
    predicted = result_of(net.predict_proba, given)
    monkeypatch.setattr(inputs, "is_plain", lambda *_: False)
    assert ours == result_of(check_inputs, net, given)
    assert predicted == result_of(net.predict_proba, given)


def test_an_array_for_an_estimator_that_knows_names_is_warned_of():
    named = pd.DataFrame(X, columns=["a", "b", "c"])
    net = MLPClassifierNet((4,), solver="lbfgs", random_state=0).fit(named, y)
    with pytest.warns(UserWarning, match="X does not have valid feature names"):
        net.predict(X)


def test_who_promises_finite_numbers_is_believed(net):
    with config_context(assume_finite=True):
        assert np.isnan(net.predict_proba(with_entry(np.nan))[3]).all()


@pytest.mark.parametrize("estimator", [MLPClassifierNet, MLPRegressorNet])
def test_a_prediction_leaves_nothing_behind(estimator):
    net = estimator(hidden_layer_sizes=(4,), solver="lbfgs", random_state=0).fit(X, y)
    before = copy.deepcopy(vars(net))
    identities = {name: id(value) for name, value in vars(net).items()}
    net.predict(X)
    net.hidden_activations(X[:1])
    assert {name: id(value) for name, value in vars(net).items()} == identities
    for name in ("coefs_", "intercepts_"):
        for mine, old in zip(vars(net)[name], before[name], strict=True):
            assert_array_equal(mine, old)


@pytest.mark.parametrize(
    "targets",
    [
        y,
        y % 2,
        np.array(["no", "perhaps", "yes"])[y],
        np.array(["no", "yes"])[y % 2],
        np.zeros(12, int),
        np.full(12, "only"),
        np.c_[y > 0, y > 1, y < 1].astype(int),
    ],
    ids=["three", "two", "names", "two names", "one", "one name", "labels"],
)
def test_classes_are_those_of_the_label_binarizer(targets):
    net = MLPClassifierNet((4,), solver="lbfgs", random_state=0).fit(X, targets)
    outputs = net._compute_outputs(X)
    flat = outputs.ravel() if outputs.shape[1] == 1 else outputs
    expected = net._label_binarizer.inverse_transform(flat)
    predicted = net.predict(X)
    assert predicted.dtype == expected.dtype
    assert_array_equal(predicted, expected)
