"""A process is killed at random moments; the training ends as if it had not been.

``make crash`` kills many times, ``make test`` a few.
"""

import multiprocessing
import os
import random
import signal
import sys
import time
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal

if sys.platform == "win32":
    pytest.skip("no process can be killed like this", allow_module_level=True)

from training_to_kill import KINDS, run

N_MOMENTS = int(os.environ.get("CRASH_MOMENTS", "5"))
TOO_LONG = 120  # seconds


@pytest.fixture(scope="module")
def start():
    """A function that starts a training in a process of its own."""
    context = multiprocessing.get_context("forkserver")
    # one process imports everything, and makes the others in no time
    context.set_forkserver_preload(["nnteach", "training_to_kill"])

    def start_process(*arguments):
        process = context.Process(target=run, args=arguments, daemon=True)
        process.start()
        return process

    return start_process


@pytest.fixture(scope="module")
def train(start):
    """A function that trains in a process of its own and returns what comes of it."""

    def train_to_the_end(kind, path, result, *options):
        process = start(kind, path, result, *options)
        process.join(TOO_LONG)
        assert process.exitcode == 0
        with np.load(result) as arrays:
            return list(arrays.values())

    return train_to_the_end


@pytest.fixture(scope="module")
def expected(train, tmp_path_factory):
    """A function that returns what a training without an interruption comes to."""
    folder = tmp_path_factory.mktemp("whole")
    return cache(lambda kind: train(kind, None, folder / f"{kind}.npz"))


@pytest.fixture(scope="module")
def seconds(train, expected, tmp_path_factory):
    """A function that returns how long a training takes that is kept and not killed."""

    def measure(kind):
        folder = tmp_path_factory.mktemp("kept")
        begin = time.perf_counter()
        arrays = train(kind, folder / "kept", folder / "result.npz")
        seconds = time.perf_counter() - begin
        assert_same(arrays, expected(kind))
        return seconds

    return cache(measure)


def assert_same(arrays, expected):
    for ours, theirs in zip(arrays, expected, strict=True):
        assert_array_equal(ours, theirs)


def moments():
    """Kinds of training in turn, and for each a part of its time that goes by."""
    rng, kinds = random.Random(N_MOMENTS), list(KINDS)
    rng.shuffle(kinds)
    return [(kinds[n % len(kinds)], rng.random()) for n in range(N_MOMENTS)]


@pytest.mark.parametrize(("kind", "share"), moments())
def test_a_training_that_was_killed_goes_on(
    kind, share, start, train, expected, seconds, tmp_path
):
    path, result = tmp_path / "kept", tmp_path / "result.npz"
    whole, duration = expected(kind), seconds(kind)
    process = start(kind, path, result)
    time.sleep(share * duration)
    process.kill()
    process.join(TOO_LONG)
    assert process.exitcode in (0, -signal.SIGKILL)
    if process.exitcode != 0:  # it was not faster than that
        # what is drawn from anew comes from the file
        assert_same(train(kind, path, result, 1 if path.exists() else 0), whole)
    assert list(tmp_path.iterdir()) == [result]


def test_sigterm_ends_the_process_and_keeps_the_training(
    start, train, expected, tmp_path
):
    path, result = tmp_path / "kept", tmp_path / "result.npz"
    process = start("adam", path, result)
    until = time.monotonic() + TOO_LONG
    while not path.exists() and time.monotonic() < until:
        time.sleep(0.001)
    process.terminate()
    process.join(TOO_LONG)
    assert process.exitcode == -signal.SIGTERM
    assert path.exists()
    assert_same(train("adam", path, result), expected("adam"))


@pytest.mark.parametrize("kind", ["adam", "fit_many"])
def test_a_disk_that_is_full_costs_no_training(kind, train, expected, tmp_path):
    path, result = tmp_path / "kept", tmp_path / "result.npz"
    arrays = train(kind, path, result, 0, 4000)  # bytes, less than any file has
    assert_same(arrays, expected(kind))
    assert not list(Path(tmp_path).rglob("*.checkpoint"))
