"""A file that is damaged, or made to do harm, is refused with a clear error."""

import hashlib
import json
import random
import re

import numpy as np
import pytest
from sklearn.datasets import make_moons

from nnteach import Checkpoint, EarlyStopping, MLPClassifierNet, Snapshots
from nnteach.engine.training.checkpoint_file import (
    CheckpointError,
    read_file,
    write_file,
)

X, y = make_moons(40, noise=0.2, random_state=0)

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def make_net(path, solver="adam"):
    net = MLPClassifierNet((3,), solver=solver, max_iter=6, random_state=0)
    callbacks = EarlyStopping(X, y), Snapshots([2]), Checkpoint(path)
    return net.set_callbacks(*callbacks)


@pytest.fixture(scope="module", params=["adam", "lbfgs"])
def kept(request, tmp_path_factory):
    """The bytes of a file, and a function that fits to others."""
    path = tmp_path_factory.mktemp("kept") / "file"
    make_net(path, request.param).fit(X, y, until_epoch=3)

    def fit(data):
        path.write_bytes(data)
        return make_net(path, request.param).fit(X, y)

    return path.read_bytes(), path, fit


def test_a_file_that_was_cut_off_is_refused(kept):
    data, path, fit = kept
    rng = random.Random(0)
    for length in sorted(rng.sample(range(len(data)), 300)):
        path.write_bytes(data[:length])
        with pytest.raises(CheckpointError, match=re.escape(str(path))):
            read_file(path)
    with pytest.raises(ValueError, match="is damaged"):
        fit(data[:-1])
    with pytest.raises(ValueError, match="not a checkpoint of nnteach"):
        fit(b"")
    with pytest.raises(ValueError, match="is damaged"):
        fit(data + b"\0")


def test_a_file_with_a_flipped_bit_is_refused(kept):
    data, path, fit = kept
    rng = random.Random(0)
    for _ in range(400):
        index = rng.randrange(len(data))
        flipped = bytearray(data)
        flipped[index] ^= 1 << rng.randrange(8)
        path.write_bytes(flipped)
        with pytest.raises(CheckpointError, match=re.escape(str(path))):
            read_file(path)
    with pytest.raises(ValueError, match="is damaged"):
        fit(flipped)


def paths_into(content, path=()):
    """Yield the way to everything in nested dicts and lists, but not each parameter."""
    if path:
        yield path
    if path[-1:] in [("parameters",), ("data",), ("random_state_at_start",)]:
        return
    if isinstance(content, dict | list):
        items = content.items() if isinstance(content, dict) else enumerate(content)
        for key, value in items:
            yield from paths_into(value, (*path, key))


def changed(content, path, change):
    """A copy in which what lies at this path is another thing."""
    if not path:
        return change(content)
    copy = content.copy()
    copy[path[0]] = changed(content[path[0]], path[1:], change)
    return copy


CHANGES = {
    "none": lambda value: None,
    "text": lambda value: "os.system",
    "negative": lambda value: -1,
    "huge": lambda value: 10**40,
    "not a number": lambda value: float("nan"),
    "list": lambda value: [1, 2],
    "dict": lambda value: {"__reduce__": ["os.system", "true"]},
    "shape": lambda value: np.zeros((2, 3)),
    "dtype": lambda value: np.zeros(getattr(value, "shape", 1), np.uint32),
    "longer": lambda value: np.zeros(1000),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_foreign_entry_is_refused_or_harmless(change, kept):
    data, path, fit = kept
    path.write_bytes(data)
    content, refusals, n_tried = read_file(path), [], 0
    is_lbfgs = len(content["networks"][0]["evaluations"]["points"]) > 0
    for way in paths_into(content):
        # all else is the same for every solver
        if is_lbfgs and not {"evaluations", "result", "start"} & {*way}:
            continue
        n_tried += 1
        write_file(path, changed(content, way, change))
        try:
            fit(path.read_bytes()).predict(X)
        except ValueError as error:
            refusals.append((way, str(error)))
    assert len(refusals) > n_tried / 3 > 2
    assert not [one for one in refusals if str(path) not in one[1]]


def test_an_entry_that_is_missing_is_refused(kept):
    data, path, fit = kept
    path.write_bytes(data)
    content, accepted = read_file(path), []
    for *above, key in paths_into(content):
        if isinstance(key, str):

            def without(value, missing=key):
                return {name: value[name] for name in value if name != missing}

            write_file(path, changed(content, above, without))
            try:
                fit(path.read_bytes())
            except ValueError as error:
                assert str(path) in str(error)  # noqa: PT017
            else:
                accepted.append(key)
    # random numbers come from an int here, and a history may have any of its columns
    assert set(accepted) <= {"random_state_at_start", "loss", "learning_rate"}


def rewritten(path, data, change):
    """The file with another header and the right checksum."""
    first, header, arrays = data[:-32].split(b"\n", 2)
    header = change(json.loads(header))
    if not isinstance(header, bytes):
        header = json.dumps(header).encode()
    body = b"\n".join([first, header, arrays])
    path.write_bytes(body + hashlib.blake2b(body, digest_size=32).digest())


HEADERS = {
    "more numbers than there are": lambda h: (
        h | {"arrays": [["<f8", [10**15]], *h["arrays"][1:]]}
    ),
    "too many to count": lambda h: (
        h | {"arrays": [["<f8", [2**62, 2**62]], *h["arrays"][1:]]}
    ),
    "a negative length": lambda h: (
        h | {"arrays": [["<f8", [-1, -5]], *h["arrays"][1:]]}
    ),
    "objects": lambda h: h | {"arrays": [["|O", [2]], *h["arrays"][1:]]},
    "an array less": lambda h: h | {"arrays": h["arrays"][:-1]},
    "an array more": lambda h: h | {"arrays": [*h["arrays"], ["<f8", [1]]]},
    "no such array": lambda h: h | {"content": {"networks": {"array": 10**6}}},
    "a list": lambda h: h | {"content": [], "arrays": []},
    "no content": lambda h: {"arrays": h["arrays"]},
    "no dict": lambda h: [h],
    "a list of lists": lambda h: b"[" * 100_000,
    "no JSON": lambda h: b"\x80\x04cposix\nsystem\n",
    "a huge number": lambda h: b'{"arrays": [["<f8", [1' + b"0" * 5000 + b"]]]}",
}


@pytest.mark.parametrize("change", HEADERS.values(), ids=HEADERS)
def test_a_header_that_lies_is_refused(change, kept):
    data, path, fit = kept
    rewritten(path, data, change)
    with pytest.raises(ValueError, match=re.escape(str(path))):
        fit(path.read_bytes())


def test_another_format_is_named(kept):
    data, path, _ = kept
    rewritten(path, data.replace(b"checkpoint 1", b"checkpoint 9", 1), lambda h: h)
    with pytest.raises(ValueError, match="has the format 9"):
        read_file(path)
