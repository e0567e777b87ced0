"""The checkpoint of a stack: read before the first epoch, written after some."""

import warnings
from contextlib import contextmanager
from time import monotonic

from nnteach.engine.training.checkpoint_file import (
    CheckpointError,
    read_file,
    write_file,
)
from nnteach.engine.training.checkpoint_place import lock_file, unlock_file
from nnteach.engine.training.snapshot import restore, take_snapshot


class StackCheckpoint:
    """The file of a stack that is trained.

    Parameters
    ----------
    members : list of Member
        The whole stack. If there is a file, they go on from there.

    Raises
    ------
    CheckpointError
        If the file is damaged or belongs to another training. It stays as it is.
    CheckpointInUseError
        If another training uses the file.
    """

    def __init__(self, members):
        self.members = members
        self.plan = members[0].problem.checkpoint
        self.identities = [member.problem.checkpoint.identity for member in members]
        self.path = self.plan.place.next_file(self.identities)
        self._lock = lock_file(self.path)
        self._snapshots = None  # what has happened since the file was written
        self._time = monotonic()
        self._is_warned = False
        try:
            if self.path.exists():
                self._restore(read_file(self.path))
        except BaseException:
            unlock_file(self._lock)
            raise

    def _restore(self, content):
        networks = content.get("networks") if isinstance(content, dict) else None
        try:
            _check_identities(networks, self.identities)
            for member, network in zip(self.members, networks, strict=True):
                restore(member, network)
        except CheckpointError as error:
            raise CheckpointError(
                f"The checkpoint {self.path} cannot be gone on from: {error}. Restore "
                "what was, give Checkpoint another path, or delete the file."
            ) from error

    def keep(self):
        """Take note of the state after an epoch, and write it if it is time.

        All members have been written back.
        """
        self._snapshots = [take_snapshot(member) for member in self.members]
        n_epochs = max(member.n_iter for member in self.members)
        if self._is_finished():
            if self.plan.place.keeps_finished:
                self._write()
        elif n_epochs % self.plan.every_n_epochs == 0 and (
            self.plan.every_seconds is None
            or monotonic() - self._time >= self.plan.every_seconds
        ):
            self._write()

    def _is_finished(self):
        return all(member.is_finished for member in self.members)

    def _write(self):
        """Write the last snapshots; if that fails, the file stays as it was."""
        content = [snapshot.content() for snapshot in self._snapshots]
        for network, identity, member in zip(
            content, self.identities, self.members, strict=True
        ):
            network["identity"] = identity
            network["random_state_at_start"] = member.problem.checkpoint.start
        try:
            write_file(self.path, {"networks": content})
        except OSError as error:
            if not self._is_warned:
                self._is_warned = True
                warnings.warn(
                    f"The checkpoint {self.path} could not be written: {error}. "
                    "Training goes on, and the file stays as it was.",
                    stacklevel=2,
                )
            return
        self._snapshots, self._time = None, monotonic()

    def close(self):
        """Write what the file does not have yet, or remove it; let others use it."""
        try:
            if self._is_finished() and not self.plan.place.keeps_finished:
                self.plan.place.remove_files()
            elif self._snapshots is not None:
                self._write()
        finally:
            unlock_file(self._lock)


def _check_identities(networks, expected):
    """Raise a CheckpointError that says in what these networks are others."""
    if not isinstance(networks, list) or len(networks) != len(expected):
        raise CheckpointError(f"it does not describe {len(expected)} networks")
    differences = []
    for network, identity in zip(networks, expected, strict=True):
        before = network.get("identity") if isinstance(network, dict) else None
        if not isinstance(before, dict) or before.keys() != identity.keys():
            raise CheckpointError("it does not say what it belongs to")
        for group, values in identity.items():
            differences += _differences(group, before[group], values)
    if differences:
        raise CheckpointError("; ".join(dict.fromkeys(differences)))


def _differences(group, before, now):
    if not isinstance(before, dict) or not all(
        isinstance(value, str) for value in before.values()
    ):
        raise CheckpointError(f"it does not say its {group}")
    absent = "absent"
    return [
        f"{name} is other data now"
        if group == "data"
        else f"{name} was {before.get(name, absent)} and is {now.get(name, absent)} now"
        for name in sorted({*before, *now})
        if before.get(name) != now.get(name)
    ]


@contextmanager
def open_checkpoint(members):
    """Let a stack be kept while it is trained, if its networks have a Checkpoint.

    Parameters
    ----------
    members : list of Member

    Yields
    ------
    StackCheckpoint or None
    """
    if members[0].problem.checkpoint is None:
        yield None
        return
    checkpoint = StackCheckpoint(members)
    try:
        yield checkpoint
    finally:
        checkpoint.close()
