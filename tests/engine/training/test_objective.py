"""The objective is computed in the precision of its samples."""

import numpy as np
import pytest

from nnteach import Architecture
from nnteach.engine.network.losses import LOSSES
from nnteach.engine.samples.samples import Samples
from nnteach.engine.training.objective import Objective

pytestmark = pytest.mark.engine


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_gradient_has_the_precision_of_the_samples(dtype):
    architecture = Architecture((2, 3, 1))
    X, y = np.ones((5, 2), dtype), np.zeros((5, 1), dtype)
    objective = Objective(architecture, LOSSES["squared_error"], Samples(X, y), 0.1)
    parameters = np.ones(architecture.n_parameters, dtype)
    value, gradient = objective(parameters)
    assert value > 0
    assert gradient.dtype == dtype
