"""Peak memory of one call: ``python memory.py large|predict SYSTEM``.

Prints as JSON the bytes of the input, how far the process grew beyond what it had
before the call, and the seconds of the call.
"""

import json
import resource
import sys
from dataclasses import replace
from importlib import import_module
from time import perf_counter

import psutil

from systems import SYSTEMS
from worker import rows_to_predict
from works import LARGE, MOONS, PREDICTED_ROWS

N_ROWS = max(PREDICTED_ROWS)


def peak_bytes():
    """The most that the process has had so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main(task, name):
    """Measure a call."""
    system = SYSTEMS[name]
    trainer_class = import_module(system.module).Trainer
    # libraries set up what they need at a first call
    small = trainer_class(replace(MOONS, epochs=1), **system.options)
    small.train()
    dtype = system.options.get("dtype", "float32")
    if task == "large":
        trainer = trainer_class(replace(LARGE, epochs=1), **system.options)
        n_bytes, call, arguments = trainer.X.nbytes, trainer.train, ()
    else:
        X = rows_to_predict(N_ROWS, MOONS.layer_sizes[0], dtype)
        small.predict(X[:1])
        n_bytes, call, arguments = X.nbytes, small.predict, (X,)
    before = psutil.Process().memory_info().rss
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")  # forget the peak of the preparation
    start = perf_counter()
    call(*arguments)
    seconds = perf_counter() - start
    growth = float(peak_bytes() - before)
    told = {"input_bytes": n_bytes, "growth_bytes": growth, "seconds": seconds}
    print(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
