"""The split of problems into stacks, and of stacks among the processor's cores."""

import math
from contextlib import ExitStack, nullcontext
from time import perf_counter

import torch

from nnteach.engine.machine.limits import LIMITS
from nnteach.engine.machine.threads import run_in_threads, torch_threads
from nnteach.engine.training.lbfgs import train_lbfgs
from nnteach.engine.training.loop import StackTraining
from nnteach.engine.training.member import Member
from nnteach.engine.training.stack_checkpoint import open_checkpoint
from nnteach.engine.training.termination import (
    TerminatedError,
    ending_on_sigterm,
    hand_on_sigterm,
)


def train(problems):
    """Solve these problems, those of equal ``stack_key`` in stacks.

    The time that a group of equal keys takes is divided among its networks. Ctrl-C ends
    the training of all networks and keeps what they have learnt.

    Parameters
    ----------
    problems : list of Problem

    Returns
    -------
    list of Outcome
    """
    members = [Member(problem) for problem in problems]
    groups = {}
    for member in members:
        groups.setdefault(member.problem.stack_key, []).append(member)
    is_terminated = False
    try:
        with ending_on_sigterm() if _is_kept(problems) else nullcontext():
            for group in groups.values():
                start = perf_counter()
                _train_group(group)
                for member in group:
                    member.seconds = (perf_counter() - start) / len(group)
    except KeyboardInterrupt:
        pass
    except TerminatedError:
        is_terminated = True
    for member in members:
        member.is_interrupted = not member.is_finished
    if is_terminated:
        hand_on_sigterm()
    return [member.outcome() for member in members]


def _is_kept(problems):
    return any(problem.checkpoint is not None for problem in problems)


def _train_group(group):
    """Train members of one ``stack_key``, in stacks that suit the machine."""
    problem = group[0].problem
    if problem.settings.solver == "lbfgs":
        for member in group:
            with open_checkpoint([member]) as checkpoint:
                if not (member.is_finished or member.is_paused):
                    train_lbfgs(member, checkpoint)
        return
    size = len(group)
    if problem.settings.device == "cpu":
        size = min(size, _networks_in_cache(problem))
    share = min(size, math.ceil(len(group) / torch.get_num_threads()))
    n_multiplications = problem.multiplications_per_step
    is_long = share * n_multiplications >= LIMITS.multiplications_per_stack
    in_threads = is_long and _can_run_in_threads(group)
    with ExitStack() as files:
        # all files are opened here: in threads there would be no order among them
        stacks = [
            (stack, files.enter_context(open_checkpoint(stack)))
            for stack in _cut(group, share if in_threads else size)
        ]
        if in_threads:
            run_in_threads(lambda pair, stop: _train_stack(*pair, stop), stacks)
            return
        for stack, checkpoint in stacks:
            with torch_threads(len(stack) * n_multiplications):
                _train_stack(stack, checkpoint)


def _train_stack(stack, checkpoint, stop=None):
    """Train those of a stack whose checkpoint does not say that they are finished."""
    members = [member for member in stack if not member.is_finished]
    if members:
        StackTraining(members, checkpoint, stop).run()


def _cut(group, size):
    return [group[start : start + size] for start in range(0, len(group), size)]


def _networks_in_cache(problem):
    n_activations = problem.settings.batch_size * sum(problem.architecture.layer_sizes)
    n_bytes = 2 * n_activations * problem.parameters.itemsize
    return max(1, LIMITS.stack_bytes // n_bytes)


def _can_run_in_threads(group):
    """Whether networks can be trained at once without getting in each other's way."""
    n_sources = len({id(member.problem.random_state) for member in group})
    return (
        torch.get_num_threads() > 1
        and len(group) > 1
        and n_sources == len(group)
        and not any(_runs_code_of_others(member.problem) for member in group)
    )


def _runs_code_of_others(problem):
    return (
        problem.settings.verbose
        or problem.settings.device != "cpu"
        or problem.on_epoch_end is not None
        or (problem.validation is not None and problem.validation.scorer is not None)
    )
