"""The script's RandomState draws what numpy's draws."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

SEEDS = (0, 1, 42, 2**31, 2**32 - 1)


@pytest.mark.parametrize("seed", SEEDS)
def test_uniform_numbers_are_the_same_bits(seed, browser):
    mine = browser.run(
        """const random = new nnteach.RandomState(seed);
        return Array.from({ length: 2000 }, (_, i) =>
          i % 2 ? random.random_sample() : random.uniform(-0.3, 0.7));""",
        seed=seed,
    )
    numpy = np.random.RandomState(seed)
    theirs = [
        numpy.random_sample() if i % 2 else numpy.uniform(-0.3, 0.7)
        for i in range(2000)
    ]
    assert mine == theirs


@pytest.mark.parametrize(
    ("low", "high"),
    [(0, 1), (3, 4), (0, 2), (-5, 12), (0, 2**16), (0, 2**31 + 5), (0, 2**32)],
)
def test_integers_are_drawn_by_masked_rejection(low, high, browser):
    mine = browser.run(
        """const random = new nnteach.RandomState(7);
        return Array.from({ length: 100 }, () => random.randint(low, high));""",
        low=low,
        high=high,
    )
    numpy = np.random.RandomState(7)
    assert mine == [int(numpy.randint(low, high)) for _ in range(100)]


@pytest.mark.parametrize("n", [0, 1, 2, 17, 300, 1000])
def test_shuffles_are_the_same(n, browser):
    mine = browser.run(
        """const random = new nnteach.RandomState(3);
        const order = Array.from({ length: n }, (_, i) => i);
        return [0, 1].map(() => (random.shuffle(order), [...order]));""",
        n=n,
    )
    numpy, order = np.random.RandomState(3), np.arange(n)
    for shuffled in mine:
        numpy.shuffle(order)
        assert_array_equal(shuffled, order)


@pytest.mark.parametrize("seed", SEEDS)
def test_normal_numbers_are_the_same_but_for_rounding(seed, browser):
    # the logarithms of two libraries may differ in the last bit
    mine = browser.run(
        """const random = new nnteach.RandomState(seed);
        return Array.from({ length: 3001 }, (_, i) =>
          i % 3 ? random.normal(2, 0.5) : random.random_sample());""",
        seed=seed,
    )
    numpy = np.random.RandomState(seed)
    theirs = [
        numpy.normal(2, 0.5) if i % 3 else numpy.random_sample() for i in range(3001)
    ]
    assert mine[::3] == theirs[::3]
    assert_allclose(mine, theirs, rtol=0, atol=2e-15)


def test_without_a_seed_each_is_another(browser):
    drawn = browser.run(
        """return Array.from({ length: 5 }, () =>
          new nnteach.RandomState(null).random_sample());"""
    )
    assert len(set(drawn)) == 5
