"""The network's script as a file: small, classic, and with one global name."""

from py_mini_racer import MiniRacer

from nnteach.playground import ENGINE

NAMES = "JSON.stringify(Object.getOwnPropertyNames(globalThis))"


def test_it_is_small():
    assert len(ENGINE.read_bytes()) <= 24_500


def test_it_defines_one_name():
    with MiniRacer() as context:
        before = context.eval(NAMES)
        context.eval(ENGINE.read_text(encoding="utf-8"))
        assert context.eval(NAMES) == before  # a const is no property of globalThis
        names = context.eval("Object.keys(nnteach).join()")
    assert names == "MLPClassifierNet,MLPRegressorNet,RandomState,checks"
