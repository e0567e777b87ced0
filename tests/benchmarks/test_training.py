"""Time of a step: one network, many seeds, and many networks in a search."""

import pytest

from systems.search import run_search
from worker import training_loss
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
# so much of what scikit-learn learns must the others learn, from other starting weights
SHARE_TO_LEARN = 0.5


@pytest.mark.parametrize(
    ("work", "name"), CASES, ids=[f"{work.name}-{name}" for work, name in CASES]
)
def test_training(measure, losses_to_compare, round_, work, name):
    work = work_for(work, name)
    worker, info = measure("training", name, work)
    info["loss"] = worker.call(training_loss, work.name)
    constant, reference = losses_to_compare(work)
    info["share_learnt"] = (constant - info["loss"]) / (constant - reference)
    # nobody is timed for doing nothing
    assert info["share_learnt"] > SHARE_TO_LEARN


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
