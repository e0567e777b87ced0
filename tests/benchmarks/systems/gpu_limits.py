"""What a GPU can do at all."""

from time import perf_counter

import torch


def gpu_limits(device):
    """Seconds to start an operation, and bytes a second that copying moves."""
    small = torch.zeros(1, device=device)
    large = torch.zeros(2**28, device=device)
    copy = torch.empty_like(large)
    n_starts, n_copies = 10_000, 20
    starts = seconds_on(device, n_starts, lambda: small.add_(1))
    copies = seconds_on(device, n_copies, lambda: copy.copy_(large))
    # read once and written once
    n_bytes = 2 * n_copies * large.nbytes
    return {"launch_seconds": starts / n_starts, "bytes_per_second": n_bytes / copies}


def seconds_on(device, repeats, operation):
    """Seconds of an operation repeated on a device, until it has all been done."""
    for warming_up in (True, False):
        start = perf_counter()
        for _ in range(repeats):
            operation()
        if device != "cpu":
            torch.cuda.synchronize()
        if not warming_up:
            return perf_counter() - start
