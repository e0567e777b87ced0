"""Peak memory and start-up, each in a fresh process."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

MEMORY_CASES = [
    (task, name)
    for task in ("large", "predict")
    for name in ("nnteach", "nnteach-float64", "scikit-learn", "scikit-learn-float64")
]
IMPORTS = {
    "nnteach": "import nnteach",
    "scikit-learn": "import sklearn.neural_network, torch",
}
IMPORTS_A_ROUND = 2


@pytest.mark.at_most_rounds(3)
@pytest.mark.parametrize(("task", "name"), MEMORY_CASES)
def test_memory(benchmark, round_, task, name):
    run = benchmark.pedantic(
        subprocess.run,
        ([sys.executable, Path(__file__).with_name("memory.py"), task, name],),
        {"check": True, "capture_output": True, "text": True},
        rounds=1,
        iterations=1,
    )
    info = json.loads(run.stdout)
    benchmark.extra_info.update(
        kind="memory", work=f"memory-{task}", system=name, **info
    )


@pytest.mark.parametrize("name", IMPORTS)
@pytest.mark.parametrize("repeat", range(IMPORTS_A_ROUND))
def test_import(benchmark, round_, repeat, name):
    benchmark.pedantic(
        subprocess.run,
        ([sys.executable, "-c", IMPORTS[name]],),
        {"check": True},
        rounds=1,
        iterations=1,
        warmup_rounds=1 if round_ == repeat == 0 else 0,
    )
    benchmark.extra_info.update(kind="import", work="import", system=name)
