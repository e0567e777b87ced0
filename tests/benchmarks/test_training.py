"""Time of a step: one network, many seeds, and many networks in a search."""

import pytest

from systems.search import run_search
from works import SEARCH, SINGLES, STACKS, work_for

OURS_AND_SKLEARN = [
    "nnteach",
    "nnteach-float64",
    "scikit-learn",
    "scikit-learn-float64",
]
EVERYBODY = [*OURS_AND_SKLEARN, "skorch", "keras-torch", "keras-jax", "torch", "jax"]
CASES = [
    *((work, name) for work in SINGLES for name in EVERYBODY),
    *((work, "c") for work in SINGLES if work.name in ("moons", "approximation")),
    *((work, name) for work in STACKS for name in [*OURS_AND_SKLEARN, "jax"]),
]


@pytest.mark.parametrize(
    ("work", "name"), CASES, ids=[f"{work.name}-{name}" for work, name in CASES]
)
def test_training(measure, assert_learnt, round_, work, name):
    work = work_for(work, name)
    assert_learnt(*measure("training", name, work), work)


@pytest.mark.parametrize("name", ["nnteach", "scikit-learn"])
def test_search(benchmark, workers, round_, name):
    worker = workers(name)
    if round_ == 0:
        worker.call(run_search, name)
    score, n_fits = benchmark.pedantic(
        worker.call, (run_search, name), rounds=1, iterations=1
    )
    benchmark.extra_info.update(
        kind="search",
        work=SEARCH.name,
        system=name,
        epochs=SEARCH.epochs,
        fits=n_fits,
        score=score,
    )
    assert score > 0.9
