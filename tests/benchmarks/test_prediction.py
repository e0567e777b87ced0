"""Time of a prediction, for one row and for many."""

import pytest

from worker import predict
from works import FEW_ROWS, MOONS, PREDICTED_ROWS, work_for

OURS_AND_SKLEARN = [
    "nnteach",
    "nnteach-float64",
    "scikit-learn",
    "scikit-learn-float64",
]
NAMES = [*OURS_AND_SKLEARN, "torch", "jax"]


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


@pytest.mark.parametrize("name", OURS_AND_SKLEARN)
@pytest.mark.parametrize(
    "n_rows", FEW_ROWS, ids=lambda n_rows: f"predict_proba-{n_rows}"
)
def test_probabilities(benchmark, warmed_up, round_, n_rows, name):
    worker, _ = warmed_up(name, work_for(MOONS, name))
    dtype = "float64" if name.endswith("float64") else "float32"
    arguments = (MOONS.name, n_rows, dtype, 1000, "outputs")
    worker.call(predict, *arguments)
    benchmark.pedantic(worker.call, (predict, *arguments), rounds=1, iterations=1)
    benchmark.extra_info.update(
        kind="prediction", work=f"predict_proba-{n_rows}", system=name, repeats=1000
    )
