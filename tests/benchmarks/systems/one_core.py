"""The C program, compiled for this machine."""

import shutil
import subprocess
import tempfile
from pathlib import Path

SOURCE = Path(__file__).with_name("one_core.c")
FLAGS = ["-Ofast", "-march=native"]
LIBRARIES = ["-lmvec", "-lm"]
COMPILER = shutil.which("gcc")


def compiler_version():
    """Name and flags of the compiler, or None if there is none."""
    if COMPILER is None:
        return None
    command = [COMPILER, "-dumpfullversion"]
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    return " ".join(["gcc", run.stdout.strip(), *FLAGS])


class Trainer:
    """A run of the program, which takes its own time and makes its own data."""

    def __init__(self, work):
        self.work = work
        self.folder = tempfile.TemporaryDirectory()
        self.program = Path(self.folder.name) / "one_core"
        subprocess.run(
            [COMPILER, *FLAGS, SOURCE, *LIBRARIES, "-o", self.program], check=True
        )

    def train(self):
        """Train a network of fresh weights; return the seconds."""
        arguments = [self.program, self.work.name, str(self.work.epochs)]
        run = subprocess.run(arguments, check=True, capture_output=True, text=True)
        step, self.loss, self.constant_loss = map(float, run.stdout.split())
        return step * 1e-6 * self.work.n_steps
