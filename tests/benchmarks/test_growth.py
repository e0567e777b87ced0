"""Time of a training against the size of the data, the network and the stack."""

import pytest

from works import GROWTH

SYSTEMS_OF = {
    "n_samples": ["nnteach", "scikit-learn"],
    "width": ["nnteach", "scikit-learn", "torch", "jax"],
    "depth": ["nnteach", "scikit-learn"],
    "K": ["nnteach", "jax"],
}
CASES = [
    (quantity, work, name)
    for quantity, works in GROWTH.items()
    for work in works
    for name in SYSTEMS_OF[quantity]
]


@pytest.mark.at_most_rounds(3)
@pytest.mark.parametrize(
    ("quantity", "work", "name"),
    CASES,
    ids=[f"growth-{work.name}-{name}" for _, work, name in CASES],
)
def test_growth(measure, round_, quantity, work, name):
    _, info = measure("growth", name, work)
    info["quantity"] = quantity
    info["value"] = int(work.name.partition("=")[2])
