"""Twenty starts: their median and band, and where one of them stands among all."""

import numpy as np
import pytest
from numpy.testing import assert_allclose


def test_the_band_is_numpys(browser):
    curves = np.random.RandomState(0).normal(size=(20, 5))
    band = browser.run("return nnteach.band_of(curves);", curves=curves)
    assert_allclose(band, np.quantile(curves, [0.1, 0.5, 0.9], axis=0), rtol=1e-13)


def test_a_curve_that_ends_keeps_its_last_value(browser):
    band = browser.run("return nnteach.band_of([[1, 2, 3], [5]]);")
    assert band[1] == [3, 3.5, 4]


@pytest.mark.parametrize(
    ("mine", "luck", "better", "worse", "equal"),
    [
        (0.5, "usual", 9, 9, 1),
        (2.0, "good", 0, 19, 0),
        (0.9, "good", 1, 17, 1),
        (0.8, "usual", 3, 15, 1),
        (-1.0, "bad", 19, 0, 0),
        (0.1, "bad", 17, 1, 1),
    ],
)
def test_luck_is_a_place_among_the_others(mine, luck, better, worse, equal, browser):
    others = np.array([0.0, 0.1, 0.2, 0.3, 0.4, 0.45, 0.46, 0.47, 0.48, 0.5])
    others = np.concatenate([others, [0.52, 0.54, 0.56, 0.6, 0.7, 0.8, 0.85, 0.9, 1.0]])
    scores = {"mine": mine, "others": others}
    found = browser.run("return nnteach.luck_of(mine, others);", **scores)
    assert found["luck"] == luck
    assert [found["better"], found["worse"], found["equal"]] == [better, worse, equal]
    assert found["median"] == pytest.approx(np.median([mine, *others]))


def test_a_tie_of_all_is_no_luck(browser):
    assert browser.run("return nnteach.luck_of(1, Array(19).fill(1)).luck;") == "usual"
