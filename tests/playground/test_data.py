"""The script's data sets are scikit-learn's, and a spiral of its own."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.datasets import make_circles, make_moons

ATOL = 1e-15


@pytest.mark.parametrize("n_samples", [2, 3, 100, 301])
@pytest.mark.parametrize("shuffle", [True, False])
@pytest.mark.parametrize("noise", [None, 0, 0.25])
def test_moons_and_circles_are_scikit_learns(n_samples, shuffle, noise, browser):
    options = dict(n_samples=n_samples, shuffle=shuffle, noise=noise, random_state=5)
    for name, make, more in (
        ("make_moons", make_moons, {}),
        ("make_circles", make_circles, {}),
        ("make_circles", make_circles, {"factor": 0.3}),
    ):
        mine = browser.run(f"return nnteach.{name}(options);", options=options | more)
        X, y = make(**options, **more)
        assert_array_equal(mine["y"], y)
        assert_allclose(mine["X"], X, rtol=0, atol=ATOL)


def test_a_random_state_is_drawn_from_twice(browser):
    mine = browser.run(
        """const random_state = new nnteach.RandomState(1);
        return [0, 1].map(() => nnteach.make_moons({ noise: 0.1, random_state }));"""
    )
    random_state = np.random.RandomState(1)
    for data in mine:
        X, y = make_moons(noise=0.1, random_state=random_state)
        assert_array_equal(data["y"], y)
        assert_allclose(data["X"], X, rtol=0, atol=ATOL)


def test_an_arm_of_the_spiral_is_the_other_one_turned(browser):
    options = dict(n_samples=200, shuffle=False)
    data = browser.run("return nnteach.make_spiral(options);", options=options)
    first, second = np.reshape(data["X"], (2, 100, 2))
    assert_array_equal(data["y"], np.repeat([0, 1], 100))
    assert_allclose(first, -second, rtol=0, atol=1e-14)
    radius = np.hypot(*first.T)
    angle = np.unwrap(np.arctan2(first[:, 1], first[:, 0]))
    assert_allclose(radius, np.linspace(0.02, 2, 100))
    # one and a half turns from the centre to the end
    assert_allclose(np.diff(angle), 3 * np.pi / 100)
    assert_allclose(angle[0], 3 * np.pi / 100)


def test_noise_and_shuffles_move_the_spiral(browser):
    plain, shuffled, noisy = browser.run(
        """return [{ shuffle: false }, {}, { shuffle: false, noise: 0.1 }].map(
          (options) => nnteach.make_spiral({ ...options, random_state: 0 }));"""
    )
    order = np.random.RandomState(0).permutation(100)
    assert_array_equal(shuffled["X"], np.array(plain["X"])[order])
    assert_array_equal(shuffled["y"], np.array(plain["y"])[order])
    noise = np.random.RandomState(0).normal(0, 0.1, (100, 2))
    assert_allclose(np.subtract(noisy["X"], plain["X"]), noise, rtol=0, atol=ATOL)


def test_the_wavy_parabola_is_the_lessons(browser):
    x = np.linspace(0, 1, 101)
    mine = browser.run("return x.map(nnteach.wavy_parabola);", x=x)
    assert_allclose(mine, 0.2 + 0.4 * x**2 + 0.3 * x * np.sin(9 * x), rtol=1e-14)
