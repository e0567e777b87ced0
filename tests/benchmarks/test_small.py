"""Time of trainings on few samples, and of single epochs in a stream of samples."""

from dataclasses import replace

import pytest

from worker import stream
from works import MOONS, SMALL, STREAMED_ROWS

NAMES = ["nnteach", "nnteach-float64", "scikit-learn", "scikit-learn-float64"]
STREAM = replace(MOONS, name="stream", epochs=1)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("work", SMALL, ids=[f"small-{work.name}" for work in SMALL])
def test_small_data(measure, round_, work, name):
    _, info = measure("small", name, work)
    del info["steps"]  # what counts is the time of the whole fit


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("n_rows", STREAMED_ROWS, ids=lambda n: f"partial_fit-{n}")
def test_partial_fit(benchmark, warmed_up, round_, n_rows, name):
    worker, _ = warmed_up(name, STREAM)
    dtype = "float64" if name.endswith("float64") else "float32"
    arguments = (STREAM.name, n_rows, dtype, 100)
    worker.call(stream, *arguments)
    benchmark.pedantic(worker.call, (stream, *arguments), rounds=1, iterations=1)
    benchmark.extra_info.update(
        kind="stream", work=f"partial_fit-{n_rows}", system=name, repeats=100
    )
