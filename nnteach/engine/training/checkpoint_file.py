"""The file of a checkpoint: arrays and JSON, no code, and a checksum of everything.

It begins with a line that names the format, then comes a line of JSON, then the arrays,
one behind the other, then the checksum of all that. In the JSON an array is written as
``{"array": number}``.
"""

import hashlib
import json
import math
import os

import numpy as np

FORMAT = 1
NAME = b"nnteach checkpoint "
N_CHECKSUM = 32
DTYPES = ("<f4", "<f8", "<i8", "<u4")


class CheckpointError(ValueError):
    """A checkpoint that cannot be gone on from."""


def write_file(path, content):
    """Write a file as a whole or not at all.

    Parameters
    ----------
    path : pathlib.Path
        A file that is there stays until the new one is complete.
    content : dict
        Nested dicts and lists of numbers, strings, None and ndarrays.

    Raises
    ------
    OSError
        If that fails; the file is as it was.
    """
    temporary = path.with_name(path.name + ".nnteach-tmp")
    try:
        with temporary.open("wb") as file:
            for part in _encode(content):
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _write_entry_of_folder(path.parent)


def _write_entry_of_folder(folder):
    """Let the new name of the file survive a loss of power, where that can be asked."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _encode(content):
    """Yield the parts of the file."""
    arrays = []
    content = _take_out(content, arrays)
    entries = [[array.dtype.str, list(array.shape)] for array in arrays]
    header = json.dumps({"content": content, "arrays": entries}).encode()
    checksum = hashlib.blake2b(digest_size=N_CHECKSUM)
    for part in (NAME + b"%d\n" % FORMAT, header + b"\n", *map(_as_bytes, arrays)):
        checksum.update(part)
        yield part
    yield checksum.digest()


def _as_bytes(array):
    return memoryview(array.reshape(-1)).cast("B") if array.size else b""


def _take_out(value, arrays):
    """The same with a number in the place of each array, which goes into the list."""
    if isinstance(value, np.ndarray):
        kind = value.dtype.newbyteorder("<")
        if kind.str not in DTYPES:
            raise TypeError(f"Checkpoints hold no arrays of {value.dtype}.")
        arrays.append(np.ascontiguousarray(value, kind))
        return {"array": len(arrays) - 1}
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, dict):
        return {key: _take_out(item, arrays) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_take_out(item, arrays) for item in value]
    return value


def read_file(path):
    """Read what ``write_file`` has written.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    dict
        Its tuples are lists, and its arrays can be written to.

    Raises
    ------
    CheckpointError
        If it is no such file, is not whole, or has another format.
    """
    data = path.read_bytes()
    first, _, rest = data.partition(b"\n")
    if not first.startswith(NAME):
        raise CheckpointError(f"{path} is not a checkpoint of nnteach, or is damaged.")
    checksum = hashlib.blake2b(memoryview(data)[:-N_CHECKSUM], digest_size=N_CHECKSUM)
    if checksum.digest() != data[-N_CHECKSUM:]:
        raise CheckpointError(
            f"{path} is damaged: it was cut off or changed after it had been written."
        )
    if first != NAME + b"%d" % FORMAT:
        raise CheckpointError(
            f"{path} has the format {first[len(NAME) :].decode(errors='replace')} of "
            f"another version of nnteach. Expected {FORMAT}."
        )
    try:
        return _decode(rest[:-N_CHECKSUM])
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise CheckpointError(f"{path} is not a checkpoint: {error}") from error


def _decode(data):
    header, _, data = data.partition(b"\n")
    header = json.loads(header)
    arrays, start = [], 0
    for dtype, shape in header["arrays"]:
        if dtype not in DTYPES or not all(
            type(length) is int and length >= 0 for length in shape
        ):
            raise ValueError(f"it lists an array of {dtype!r} and {shape!r}")
        stop = start + math.prod(shape) * np.dtype(dtype).itemsize
        if stop > len(data):
            raise ValueError("it lists more numbers than it has")
        array = np.frombuffer(data[start:stop], dtype).reshape(shape)
        arrays.append(array.astype(array.dtype.newbyteorder("="), copy=True))
        start = stop
    if start != len(data):
        raise ValueError("it has more numbers than it lists")
    return _put_in(header["content"], arrays)


def _put_in(value, arrays):
    """The same with the arrays in the place of their numbers."""
    if isinstance(value, list):
        return [_put_in(item, arrays) for item in value]
    if isinstance(value, dict):
        if value.keys() == {"array"}:
            index = value["array"]
            if type(index) is not int or not 0 <= index < len(arrays):
                raise ValueError(f"it has no array {index!r}")
            return arrays[index]
        return {key: _put_in(item, arrays) for key, item in value.items()}
    return value
