"""How work is shared out among the processor's cores.

Operations on the arrays of small networks are over before a second thread has woken
up, so that torch runs them in one thread, and whole stacks or parts of the samples are
shared out instead. Their number is torch's: ``torch.set_num_threads`` and the variable
OMP_NUM_THREADS set it.
"""

import os
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import contextmanager, nullcontext
from threading import Event, Lock, local

import torch

from nnteach.engine.machine.limits import LIMITS


class SingleThread:
    """torch's number of threads is one while any thread of the user is inside.

    torch has a number for each thread, and one that new threads begin with. The first
    thread to come inside finds the user's number, and all leave with that one: those
    that come later may have begun with one thread because others are inside.
    """

    def __init__(self):
        self._lock, self._n_inside, self._n_threads = Lock(), 0, 1
        self._own = local()

    def __enter__(self):
        self._own.depth = getattr(self._own, "depth", 0) + 1
        if self._own.depth > 1:
            return
        with self._lock:
            if self._n_inside == 0:
                self._n_threads = torch.get_num_threads()
            self._n_inside += 1
            torch.set_num_threads(1)

    def __exit__(self, *exception):
        self._own.depth -= 1
        if self._own.depth > 0:
            return
        with self._lock:
            self._n_inside -= 1
            torch.set_num_threads(self._n_threads)


_single_thread = SingleThread()
_forked_process = Event()


def _begin_anew_in_a_fork():
    # the lock may be held by a thread that has stayed behind
    global _single_thread
    _single_thread = SingleThread()
    _forked_process.set()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew_in_a_fork)


def available_threads():
    """How many threads share the work."""
    return torch.get_num_threads()


@contextmanager
def torch_threads(n_multiplications):
    """Let torch share out operations only if they are this many multiplications.

    In a forked process it never does: the threads that torch has started before are
    not there, and it would wait for them for ever.
    """
    is_short = n_multiplications < LIMITS.multiplications_for_torch_threads
    alone = is_short or _forked_process.is_set()
    with _single_thread if alone else nullcontext():
        yield


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
    pool = ThreadPoolExecutor(
        n_threads, initializer=torch.set_num_threads, initargs=(1,)
    )
    with torch_threads(0), pool:
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
