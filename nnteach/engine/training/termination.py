"""SIGTERM, by which a batch system announces that a process has to end."""

import signal
import threading
from contextlib import contextmanager


class TerminatedError(BaseException):
    """SIGTERM has come."""


@contextmanager
def ending_on_sigterm():
    """Let SIGTERM end what runs inside, as Ctrl-C does, by a TerminatedError.

    Outside, whoever handled the signal before gets it: by default it ends the process.
    Only the main thread can do that; in others nothing happens. On Windows no other
    process can send the signal, which there ends a process at once.
    """
    is_main = threading.current_thread() is threading.main_thread()
    before = signal.getsignal(signal.SIGTERM) if is_main else None
    # None is a handler that Python does not know
    if before is None or before == signal.SIG_IGN:
        yield
        return

    def end(number, frame):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # once is enough
        raise TerminatedError

    signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def hand_on_sigterm():
    """Send the signal again, to who handles it now."""
    signal.raise_signal(signal.SIGTERM)
