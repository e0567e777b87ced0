"""Rounds, threads and processes of the benchmark."""

import os
from dataclasses import replace
from importlib.metadata import version

import numpy as np
import psutil
import pytest
import torch

from systems import SYSTEMS
from systems.one_core import COMPILER, compiler_version
from worker import (
    N_THREADS,
    THREADS,
    Worker,
    constant_loss,
    prepare,
    reset,
    train,
    training_loss,
)

# other starting weights make other progress in the first epochs
SHARE_TO_LEARN = 0.5
PACKAGES = ("nnteach", "numpy", "scikit-learn", "torch", "skorch", "keras", "jax")


def pytest_addoption(parser):
    parser.addoption("--rounds", type=int, default=5, help="how often to time")


def pytest_configure(config):
    # what does not ask for a number of threads takes as many as there are cores
    cores = sorted(os.sched_getaffinity(0))
    config.n_cores = len(cores)
    os.sched_setaffinity(0, cores[:N_THREADS])
    os.environ.update(THREADS)
    config.times_at_start = busy_seconds()


def busy_seconds():
    """Seconds of the clock, and of computing by all programs and by this one."""
    everyone, ours = psutil.cpu_times(), os.times()
    waiting = everyone.idle + getattr(everyone, "iowait", 0)
    computing = ours.user + ours.system + ours.children_user + ours.children_system
    return np.array([ours.elapsed, sum(everyone[:8]) - waiting, computing])


def pytest_generate_tests(metafunc):
    if "round_" in metafunc.fixturenames:
        n_rounds = metafunc.config.getoption("rounds")
        if marker := metafunc.definition.get_closest_marker("at_most_rounds"):
            n_rounds = min(n_rounds, *marker.args)
        ids = [f"round{number}" for number in range(n_rounds)]
        metafunc.parametrize("round_", range(n_rounds), ids=ids)


def pytest_collection_modifyitems(items):
    """Time everything once, then everything again: a slow moment hits all alike."""
    items.sort(key=lambda item: item.callspec.params["round_"])


def pytest_benchmark_update_machine_info(config, machine_info):
    machine_info["cores"] = config.n_cores
    elapsed, everyone, ours = busy_seconds() - config.times_at_start
    machine_info["busy_cores"] = (everyone - ours) / elapsed
    machine_info["memory_bytes"] = psutil.virtual_memory().total
    machine_info["threads"] = N_THREADS
    has_gpu = torch.cuda.is_available()
    machine_info["gpu"] = torch.cuda.get_device_name() if has_gpu else None
    machine_info["compiler"] = compiler_version()
    machine_info["versions"] = {name: version(name) for name in PACKAGES}


@pytest.fixture(scope="session")
def workers():
    """Function that returns the process of a system, started when first asked for."""
    started = {}

    def worker_of(name):
        if name not in started:
            started[name] = Worker(SYSTEMS[name].environment)
        return started[name]

    yield worker_of
    for worker in started.values():
        worker.close()


@pytest.fixture(scope="session")
def warmed_up(workers):
    """Function that makes a system ready for a work and tells what it learnt of it."""
    told = {}

    def warm_up(name, work):
        if name == "c" and COMPILER is None:
            pytest.skip("there is no gcc on this machine")
        worker = workers(name)
        if (name, work.name) not in told:
            told[name, work.name] = worker.call(prepare, SYSTEMS[name], work)
        return worker, told[name, work.name]

    return warm_up


@pytest.fixture(scope="session")
def assert_learnt():
    """Function that fails a system for a network that has learnt little.

    The way down leads from the loss of the best constant output to that of
    scikit-learn's network after as many epochs.
    """
    worker, losses = Worker(), {}

    def losses_to_compare(work):
        work = replace(work, name="reference", n_networks=1)
        if work not in losses:
            worker.call(prepare, SYSTEMS["scikit-learn"], work)
            constant = worker.call(constant_loss, work)
            losses[work] = constant, worker.call(training_loss, work.name)
            assert losses[work][1] < 0.8 * constant
        return losses[work]

    def assert_learnt(timed, info, work):
        constant, reference = losses_to_compare(work)
        info["loss"] = timed.call(training_loss, work.name)
        info["share_learnt"] = (constant - info["loss"]) / (constant - reference)
        assert info["share_learnt"] > SHARE_TO_LEARN

    yield assert_learnt
    worker.close()


@pytest.fixture
def measure(benchmark, warmed_up):
    """Function that times a training and returns the process and what is recorded."""

    def measure(kind, name, work):
        worker, told = warmed_up(name, work)
        info = {
            "kind": kind,
            "work": work.name,
            "system": name,
            "steps": work.n_steps,
            "epochs": work.epochs,
            "networks": work.n_networks,
            "parameters": work.n_parameters,
            "layer_sizes": work.layer_sizes,
            "activation": work.activation,
            "samples": work.n_samples,
            "batch_size": work.batch_size,
            **told,
        }
        seconds = benchmark.pedantic(
            worker.call,
            (train, work.name),
            setup=lambda: worker.call(reset, work.name),
            rounds=1,
            iterations=1,
        )
        if seconds is not None:
            info["seconds"] = seconds
        benchmark.extra_info.update(info)
        return worker, benchmark.extra_info

    return measure
