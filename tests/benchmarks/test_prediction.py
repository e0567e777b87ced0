"""Time of a prediction, for one row and for many."""

import pytest

from worker import predict
from works import MOONS, PREDICTED_ROWS, work_for

NAMES = ["nnteach", "nnteach-float64", "scikit-learn", "scikit-learn-float64"]
NAMES += ["torch", "jax"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("n_rows", PREDICTED_ROWS)
def test_prediction(benchmark, warmed_up, round_, n_rows, name):
    worker, _ = warmed_up(name, work_for(MOONS, name))
    repeats = max(1, 100_000 // max(n_rows, 100))
    dtype = "float64" if name.endswith("float64") else "float32"
    arguments = (MOONS.name, n_rows, dtype, repeats)
    # memory that was just freed is there at once; else the kernel has to clear it
    worker.call(predict, *arguments)
    benchmark.pedantic(worker.call, (predict, *arguments), rounds=1, iterations=1)
    benchmark.extra_info.update(
        kind="prediction", work=f"predict-{n_rows}", system=name, repeats=repeats
    )
