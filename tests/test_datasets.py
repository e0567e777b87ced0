"""The data of the lessons are those that their texts name."""

import numpy as np
import pytest
from sklearn.datasets import make_moons

from nnteach import two_moons, wavy_parabola


def test_two_moons_are_scikit_learns_in_single_precision():
    X, y = two_moons(101, noise=0.4, random_state=3)
    X_double, y_double = make_moons(101, noise=0.4, random_state=3)
    assert X.dtype == np.float32
    np.testing.assert_array_equal(X, X_double.astype(np.float32))
    np.testing.assert_array_equal(y, y_double)


def test_two_moons_have_the_sheets_size_and_noise_by_default():
    X, _ = two_moons(random_state=0)
    np.testing.assert_array_equal(X, two_moons(1000, noise=0.2, random_state=0)[0])


@pytest.mark.parametrize("wrong", [{"n_samples": -1}, {"noise": "much"}])
def test_two_moons_refuse_what_scikit_learn_refuses(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        two_moons(**wrong)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_wavy_parabola_keeps_shape_and_precision(dtype):
    x = np.linspace(0, 1, 6, dtype=dtype).reshape(2, 3)
    values = wavy_parabola(x)
    assert (values.shape, values.dtype) == (x.shape, dtype)
    expected = [0.2 + 0.4 * t * t + 0.3 * t * np.sin(9 * t) for t in x.ravel()]
    np.testing.assert_allclose(values.ravel(), expected, rtol=1e-6)


def test_wavy_parabola_takes_a_plain_number():
    assert wavy_parabola(0.0) == pytest.approx(0.2)
