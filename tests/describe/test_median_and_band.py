import numpy as np
import pytest

from nnteach import median_and_band


def test_the_band_holds_the_middle_80_per_cent():
    values = np.random.default_rng(0).permutation(101) / 100
    assert median_and_band(values, ".2f") == "0.50 (80 % of 101 between 0.10 and 0.90)"


def test_any_iterable_is_taken():
    text = "2.0 (80 % of 3 between 1.2 and 2.8)"
    assert median_and_band((n for n in (3, 1, 2)), ".1f") == text


@pytest.mark.parametrize("values", [[], [1.0, float("nan")]])
def test_numbers_without_a_median_are_refused(values):
    with pytest.raises(ValueError, match="at least one number, and none of them NaN"):
        median_and_band(values)
