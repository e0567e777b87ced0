"""What nnteach relies on in the private parts of scikit-learn, a test a name."""

import re
from numbers import Integral, Real

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy.optimize import OptimizeResult
from scipy.sparse import csr_array
from sklearn.base import BaseEstimator
from sklearn.callback import CallbackSupportMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from nnteach.estimators import sklearn_private
from nnteach.estimators.sklearn_private import (
    HasMethods,
    Interval,
    Options,
    StrOptions,
    _check_optimize_result,
    _check_partial_fit_first_call,
    _check_sample_weight,
    _safe_indexing,
    callback_management_context,
    find,
    validate_parameter_constraints,
)


def test_every_name_has_its_test():
    for name in sklearn_private.__all__:
        words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower().strip("_")
        assert any(test.startswith(f"test_{words}") for test in globals()), name


@pytest.mark.parametrize(
    ("module", "name"),
    [("sklearn.utils.validation", "_gone"), ("sklearn.gone", "_check_sample_weight")],
)
def test_a_name_that_is_gone_raises_when_it_is_used(module, name):
    used_later = find(module, name)
    tested = r"tested with: scikit-learn.*1\.9"
    with pytest.raises(
        ImportError, match=rf"{module}\.{name}, .* not have; .*{tested}"
    ):
        used_later("adam")


def test_a_broken_scikit_learn_is_not_taken_for_another_version(monkeypatch):
    def import_module(module):
        raise OSError("libgomp.so.1: cannot open shared object file")

    monkeypatch.setattr(sklearn_private, "import_module", import_module)
    with pytest.raises(OSError, match="libgomp"):
        find("sklearn.utils", "_safe_indexing")


def check(constraint, value):
    """Validate one parameter of an estimator that is called Net."""
    validate_parameter_constraints({"size": [constraint]}, {"size": value}, "Net")


def test_validate_parameter_constraints_names_parameter_owner_and_value():
    with pytest.raises(ValueError, match=r"'size' parameter of Net must be .* -1 "):
        check(Interval(Integral, 1, None, closed="left"), -1)
    for constraint, value in [
        ("array-like", [1, 2]),
        ("boolean", True),
        ("random_state", np.random.RandomState(0)),
        ("verbose", 2),
        (callable, len),
        (str, "cpu"),
        (None, None),
    ]:
        check(constraint, value)


@pytest.mark.parametrize(
    ("closed", "inside", "outside"),
    [
        ("left", [0, 0.5], [1, -0.1]),
        ("neither", [0.5], [0, 1]),
        ("both", [0, 1], [1.1]),
    ],
)
def test_interval(closed, inside, outside):
    for value in inside:
        check(Interval(Real, 0, 1, closed=closed), value)
    for value in outside:
        with pytest.raises(ValueError, match="'size' parameter of Net must be a float"):
            check(Interval(Real, 0, 1, closed=closed), value)


def test_str_options():
    check(StrOptions({"auto", "zeros"}), "auto")
    with pytest.raises(ValueError, match=r"must be a str among {.*'auto'.*}. Got 'no'"):
        check(StrOptions({"auto", "zeros"}), "no")


def test_options():
    check(Options(Real, {np.inf}), np.inf)
    with pytest.raises(ValueError, match=r"must be a float among {inf}. Got 1.0"):
        check(Options(Real, {np.inf}), 1.0)


def test_has_methods():
    check(HasMethods(["fit", "score"]), LogisticRegression())
    with pytest.raises(ValueError, match="must be an object implementing 'split'"):
        check(HasMethods(["split"]), LogisticRegression())


def test_check_sample_weight():
    X = np.zeros((3, 2), np.float32)
    checked = _check_sample_weight(
        [1, 2, 0], X, dtype=X.dtype, ensure_non_negative=True
    )
    assert checked.dtype == np.float32
    assert_array_equal(checked, [1, 2, 0])
    ones = _check_sample_weight(None, X, dtype=X.dtype, ensure_non_negative=True)
    assert_array_equal(ones, [1, 1, 1])
    for wrong in ([1, -1, 1], [1, 1], [0, 0, 0], [1, np.nan, 1]):
        with pytest.raises(ValueError):  # noqa: PT011, the text is wrapped by nnteach
            _check_sample_weight(wrong, X, dtype=X.dtype, ensure_non_negative=True)


@pytest.mark.parametrize("container", [np.asarray, csr_array])
def test_safe_indexing_takes_rows(container):
    X, rows = np.arange(12).reshape(4, 3), np.array([2, 0])
    taken = _safe_indexing(container(X), rows)
    assert_array_equal(getattr(taken, "toarray", lambda: taken)(), X[rows])


def test_check_partial_fit_first_call():
    net = BaseEstimator()
    with pytest.raises(ValueError, match="classes must be passed on the first call"):
        _check_partial_fit_first_call(net, None)
    assert _check_partial_fit_first_call(net, ["b", "a"])
    assert_array_equal(net.classes_, ["a", "b"])
    assert not _check_partial_fit_first_call(net, None)
    assert not _check_partial_fit_first_call(net, ["a", "b"])
    with pytest.raises(ValueError, match="is not the same as on last call"):
        _check_partial_fit_first_call(net, ["a", "c"])


def test_check_optimize_result(recwarn):
    reached = OptimizeResult(nit=7, status=1, message="TOTAL NO. OF ITERATIONS")
    with pytest.warns(ConvergenceWarning, match=r"lbfgs failed to converge after 7"):
        assert _check_optimize_result("lbfgs", reached, 7) == 7
    converged = OptimizeResult(nit=3, status=0, message="CONVERGENCE")
    assert _check_optimize_result("lbfgs", converged, 7) == 3
    assert not recwarn.list


class CallbackNet(CallbackSupportMixin, BaseEstimator):
    """An estimator with an own fit that can fail."""

    def fit(self, error=None):
        with callback_management_context(self):
            self._init_callback_context(max_subtasks=2)
            if error is not None:
                raise error
        return self


class Log:
    """A callback that logs its set-up and tear-down."""

    def __init__(self):
        self.entries = []

    def setup(self, estimator, context):
        self.entries.append(("setup", estimator, context.max_subtasks))

    def on_fit_task_begin(self, estimator, context, **_):
        pass

    def on_fit_task_end(self, estimator, context, **_):
        pass

    def teardown(self, estimator, context):
        self.entries.append(("teardown", estimator, context.max_subtasks))


def test_callback_management_context_tears_down_also_after_an_error():
    log = Log()
    net = CallbackNet().set_callbacks(log)
    with pytest.raises(KeyError, match="stop"):
        net.fit(error=KeyError("stop"))
    assert log.entries == [("setup", net, 2), ("teardown", net, 2)]
    assert not hasattr(net, "_callback_fit_ctx")
