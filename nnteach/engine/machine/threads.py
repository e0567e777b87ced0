"""How work is shared out among the processor's cores.

Operations on the arrays of small networks are over before a second thread has woken
up, so that torch runs them in one thread, and whole stacks or parts of the samples are
shared out instead. Their number is torch's: ``torch.set_num_threads`` and the variable
OMP_NUM_THREADS set it.
"""

import os
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import contextmanager
from threading import Event

import torch

from nnteach.engine.machine.limits import LIMITS

_forked_process = Event()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked_process.set)


def available_threads():
    """How many threads share the work."""
    return torch.get_num_threads()


@contextmanager
def torch_threads(n_multiplications):
    """Let torch share out operations only if they are this many multiplications.

    In a forked process it never does: the threads that torch has started before are
    not there, and it would wait for them for ever.
    """
    n_threads = torch.get_num_threads()
    is_short = n_multiplications < LIMITS.multiplications_for_torch_threads
    try:
        if is_short or _forked_process.is_set():
            torch.set_num_threads(1)
        yield
    finally:
        torch.set_num_threads(n_threads)


def run_in_threads(function, items):
    """Call ``function(item, stop)`` for each item, in as many threads as torch has.

    Parameters
    ----------
    function : callable
        It should return early when the event ``stop`` is set, which it is if Ctrl-C
        comes or one of the calls fails.
    items : list
    """
    n_threads, stop = torch.get_num_threads(), Event()
    # a new thread starts with the number of torch threads of this moment
    with torch_threads(0), ThreadPoolExecutor(n_threads) as pool:
        try:
            calls = [pool.submit(function, item, stop) for item in items]
            # on some systems Ctrl-C comes through only between waits
            while wait(calls, timeout=0.2, return_when=FIRST_EXCEPTION).not_done:
                _raise_errors(calls)
            _raise_errors(calls)
        except BaseException:
            stop.set()
            raise


def _raise_errors(calls):
    for call in calls:
        if call.done():
            call.result()
