"""The same trainings on a GPU, where there is one: absolute times, and its limits."""

import pytest
import torch

from systems.gpu_limits import gpu_limits
from works import ON_GPU

NAME = "nnteach-gpu"
pytestmark = pytest.mark.skipif(
    not torch.cuda.is_available(), reason="torch finds no CUDA device"
)


@pytest.mark.at_most_rounds(3)
@pytest.mark.parametrize("work", ON_GPU, ids=[f"gpu-{work.name}" for work in ON_GPU])
def test_training(measure, assert_learnt, round_, work):
    assert_learnt(*measure("gpu", NAME, work), work)


@pytest.mark.at_most_rounds(3)
def test_limits(benchmark, workers, round_):
    limits = workers(NAME).call(gpu_limits, "cuda")
    benchmark.pedantic(workers(NAME).call, (gpu_limits, "cuda"), rounds=1, iterations=1)
    benchmark.extra_info.update(
        kind="gpu-limits", work="gpu-limits", system=NAME, **limits
    )
