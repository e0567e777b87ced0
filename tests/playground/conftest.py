"""A V8 engine that runs the scripts, as a browser would."""

import json
import re

import numpy as np
import pytest
from py_mini_racer import MiniRacer

from nnteach.playground import SCRIPTS

# JSON has finite numbers only, and Python reads the names of the others without quotes
ANSWER = """
const finite_or_string = (_, value) =>
  typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
const answer = (value) => JSON.stringify(value, finite_or_string) ?? "null";
"""


class Browser:
    """What runs JavaScript with the scripts loaded; there is no page around them.

    Parameters
    ----------
    context : MiniRacer
    """

    def __init__(self, context):
        self.context = context
        context.eval(ANSWER)
        for script in SCRIPTS:
            context.eval(script.read_text(encoding="utf-8"))

    def run(self, body, **values):
        """Run the body of a function of these values; numbers arrive as they are."""
        arguments = ", ".join(json.dumps(to_json(value)) for value in values.values())
        function = f"function ({', '.join(values)}) {{ {body} }}"
        text = self.context.eval(f"answer(({function})({arguments}))")
        numbers = re.sub(r'"(NaN|-?Infinity)"', r"\1", text)
        return json.loads(numbers, parse_int=float)


def to_json(value):
    return value.tolist() if isinstance(value, np.ndarray) else value


@pytest.fixture(scope="session")
def browser():
    """One for all tests. It is closed, since its threads outlive Python otherwise."""
    with MiniRacer() as context:
        yield Browser(context)
