"""Where a training keeps its checkpoints: one file, or a folder with a file a stack."""

import hashlib
import json
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

# what a digest has in a name; two trainings meet by chance once in 2^80
N_DIGEST = 20


class CheckpointPlace:
    """The files that the stacks of one call of ``fit`` or of a search use.

    Parameters
    ----------
    path : pathlib.Path
    is_folder : bool
        Whether each stack has a file of its own in it, or there is one stack and `path`
        is its file.
    keeps_finished : bool
        Whether the file of a stack stays when the stack's training is over.
    """

    def __init__(self, path, is_folder, keeps_finished):
        self.path = path
        self.is_folder = is_folder
        self.keeps_finished = keeps_finished
        self.used = []
        self._counts = Counter()

    def next_file(self, identity, suffix="checkpoint"):
        """The file of a stack, or of another thing, that is known by its identity.

        Parameters
        ----------
        identity : object
            What JSON can express. Stacks of equal identities have files in turn.
        suffix : str, default="checkpoint"

        Returns
        -------
        pathlib.Path
        """
        if not self.is_folder:
            self.used.append(self.path)
            return self.path
        text = json.dumps(identity, sort_keys=True).encode()
        digest = hashlib.blake2b(text, digest_size=N_DIGEST).hexdigest()
        number = self._counts[digest, suffix]
        self._counts[digest, suffix] += 1
        self.path.mkdir(parents=True, exist_ok=True)
        path = self.path / f"{digest}-{number}.{suffix}"
        self.used.append(path)
        return path

    def remove_files(self):
        """Remove the files that were used."""
        for path in self.used:
            path.unlink(missing_ok=True)

    def remove(self):
        """Remove the files that were used, and the folder if nothing else is in it."""
        self.remove_files()
        with suppress(OSError):  # somebody else has files in it
            self.path.rmdir()


@dataclass(frozen=True)
class CheckpointPlan:
    """How a network's training is kept.

    Attributes
    ----------
    place : CheckpointPlace
        Networks of one stack have the same.
    identity : dict of str to (dict of str to str)
        What must be the same for a training to go on, by what it is called.
    start : dict
        The random numbers at the start of the training, as ``fit`` found them.
    every_n_epochs : int
        The state is written after this many epochs.
    every_seconds : float or None
        It is written at most this often.
    """

    place: CheckpointPlace
    identity: dict
    start: dict
    every_n_epochs: int
    every_seconds: float | None


class CheckpointInUseError(RuntimeError):
    """A checkpoint that belongs to a training that is running now."""


def lock_file(path):
    """Lock a file against another training, in this process or in another.

    The system takes the lock away when the process ends, however it ends.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    filelock.FileLock

    Raises
    ------
    CheckpointInUseError
        If another training has locked it.
    OSError
        If no file can be made where it is to be.
    """
    lock = FileLock(f"{path}.nnteach-lock", timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout as error:
        raise _in_use(path) from error
    except (OSError, NotImplementedError) as error:
        raise OSError(
            f"No checkpoint can be written to {path}: {error}. Give Checkpoint a path "
            "in a folder that can be written to."
        ) from error
    except RuntimeError as error:  # this process has locked it
        raise _in_use(path) from error
    return lock


def _in_use(path):
    return CheckpointInUseError(
        f"The checkpoint {path} belongs to a training that is running now; give "
        "each training a path of its own, or wait until that one has ended."
    )


def unlock_file(lock):
    """Release a lock, and remove what stood for it."""
    path = Path(lock.lock_file)
    path.unlink(missing_ok=True)
    lock.release()
