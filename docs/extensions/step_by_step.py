"""A small network whose every number one can follow, in the lessons on its passes.

Each number is a sum of products of other numbers, to which a function may be applied.
From this one table the build computes the start values and writes them, with the
formula, the line of code and a diagram; the script ``step_by_step.js`` computes with it
again when a reader types other numbers.
"""

import html
import json
import math
import re
from dataclasses import dataclass

from docutils import nodes

from folds import Fold, add_to_section
from lesson_plans import lesson_of

SECTIONS = {
    "forward_pass": "One sample",
    "backpropagation": "Back through a layer",
}
TITLE = "Step by step: each number of a small network, and where it comes from"
GIVEN = {
    "x[0]": 0.5,
    "x[1]": -1.0,
    "W1[0,0]": 0.8,
    "W1[0,1]": -0.4,
    "W1[1,0]": -0.6,
    "W1[1,1]": 0.9,
    "b1[0]": 0.1,
    "b1[1]": 0.2,
    "W2[0,0]": 1.2,
    "W2[0,1]": -0.7,
    "b2[0]": 0.3,
}
TARGET = {"y": 0.5}
ACTIVATIONS = {
    "tanh": (math.tanh, lambda z: 1 - math.tanh(z) ** 2),
    "logistic": (
        lambda z: 1 / (1 + math.exp(-z)),
        lambda z: 1 / (2 + math.exp(-z) + math.exp(z)),
    ),
    "relu": (lambda z: max(0.0, z), lambda z: float(z > 0)),
}


@dataclass(frozen=True)
class Step:
    """A line of the computation: its formula, its code, and the numbers it gives.

    In formula and code, ``{W1}`` is the name of an array or of a number. ``numbers``
    has the terms of each number: products of names and of numbers, which are added up.
    ``function`` is applied to the sum: "g", "slope" or "half_square".
    """

    text: str
    formula: str
    code: str
    numbers: dict
    function: str = ""


FORWARD = [
    Step(
        "The hidden neurons add up what comes in, times the weights.",
        "{z1} = {W1} {x} + {b1}",
        "{z1} = {W1} @ {x} + {b1}",
        {
            f"z1[{j}]": [[f"W1[{j},0]", "x[0]"], [f"W1[{j},1]", "x[1]"], [f"b1[{j}]"]]
            for j in range(2)
        },
    ),
    Step(
        "The activation function is applied to each sum.",
        "{a1} = g({z1})",
        "{a1} = g({z1})",
        {f"a1[{j}]": [[f"z1[{j}]"]] for j in range(2)},
        "g",
    ),
    Step(
        "The output adds up the activations, times its weights.",
        "{y_hat} = {W2} {a1} + {b2}",
        "{y_hat} = {W2} @ {a1} + {b2}",
        {"y_hat": [["W2[0,0]", "a1[0]"], ["W2[0,1]", "a1[1]"], ["b2[0]"]]},
    ),
]
BACKWARD = [
    Step(
        "The loss of this sample is half the squared error.",
        "{E} = ½ ({y_hat} − {y})<sup>2</sup>",
        "{E} = ({y_hat} - {y})**2 / 2",
        {"E": [["y_hat"], [-1, "y"]]},
        "half_square",
    ),
    Step(
        "Its derivative at the output is the error, equation (3).",
        "{D2} = {y_hat} − {y}",
        "{D2} = {y_hat} - {y}",
        {"D2[0]": [["y_hat"], [-1, "y"]]},
    ),
    Step(
        "A weight's derivative is the error above it times the activation below it, "
        "and a bias's is the error, (4) and (5).",
        "∂{E}/∂{W2} = {dW2} = {D2} {a1}<sup>⊤</sup>, ∂{E}/∂{b2} = {db2} = {D2}",
        "{dW2}, {db2} = {D2} @ {a1}.T, {D2}",
        {
            "dW2[0,0]": [["D2[0]", "a1[0]"]],
            "dW2[0,1]": [["D2[0]", "a1[1]"]],
            "db2[0]": [["D2[0]"]],
        },
    ),
    Step(
        "The slope of the activation function says how much of the error gets through.",
        "{s1} = g′({z1})",
        "{s1} = slope({z1})",
        {f"s1[{j}]": [[f"z1[{j}]"]] for j in range(2)},
        "slope",
    ),
    Step(
        "The error goes back along the weights, times that slope, (6) and (7).",
        "{D1} = {W2}<sup>⊤</sup> {D2} ⊙ {s1}",
        "{D1} = {W2}.T @ {D2} * {s1}",
        {f"D1[{j}]": [[f"W2[0,{j}]", "D2[0]", f"s1[{j}]"]] for j in range(2)},
    ),
    Step(
        "And once more: the error times the input below.",
        "∂{E}/∂{W1} = {dW1} = {D1} {x}<sup>⊤</sup>, ∂{E}/∂{b1} = {db1} = {D1}",
        "{dW1}, {db1} = {D1} @ {x}.T, {D1}",
        {f"dW1[{j},{k}]": [[f"D1[{j}]", f"x[{k}]"]] for j in range(2) for k in range(2)}
        | {f"db1[{j}]": [[f"D1[{j}]"]] for j in range(2)},
    ),
]
STEPS = {"forward_pass": FORWARD, "backpropagation": FORWARD + BACKWARD}


def given_of(lesson):
    """Return the start values of the numbers that a reader can type."""
    return GIVEN | (TARGET if lesson == "backpropagation" else {})


def compute(steps, given, activation="tanh"):
    """Return all numbers, by name."""
    g, slope = ACTIVATIONS[activation]
    apply = {"": float, "g": g, "slope": slope, "half_square": lambda z: z**2 / 2}
    values = dict(given)
    for step in steps:
        for name, terms in step.numbers.items():
            total = sum(math.prod(values.get(f, f) for f in term) for term in terms)
            values[name] = apply[step.function](total)
    return values


def table_of(steps):
    """Return the steps as the script wants them."""
    return [{"numbers": step.numbers, "function": step.function} for step in steps]


def show(value):
    """Write a number as the page shows it."""
    return f"{value:.3f}".replace("-0.000", "0.000").replace("-", "−")


# -- HTML ------------------------------------------------------------------------

NAMES = {"y_hat": "ŷ"}
INPUT = (
    '<label><code>{name}</code> <input type="number" step="0.1" value="{value}"'
    ' name="{name}" data-of="{name}"></label>\n'
)
PANEL = """\
<form class="step-by-step" data-live="step_by_step"
 data-scripts="step_by_step.js" data-table="{table}">
<p>Point at a number, or reach it with the Tab key: where it stands in the formulas, in
the code and in the diagram lights up. <span class="pst-js-only">Type other numbers, and
all is computed again.</span></p>
<fieldset class="pst-js-only"><legend>Numbers to change</legend>
{inputs}<label><code>g</code> <select name="g">{functions}</select></label>
<button type="reset">Start values</button></fieldset>
{diagram}
<p class="step-buttons pst-js-only"><button type="button" data-go="first">From the
start</button> <button type="button" data-go="back">Back</button> <button type="button"
data-go="next">Next</button> <button type="button" data-go="last">Show all</button>
<output></output></p>
<ol>
{steps}</ol></form>
"""
STEP = """\
<li><p>{text}</p>
<p class="formula">{formula}</p>
<p class="formula"><code>{code}</code></p>
<ul>
{rows}</ul></li>
"""


def panel(lesson):
    """Write all that a lesson shows of its network."""
    steps, given = STEPS[lesson], given_of(lesson)
    values = compute(steps, given)
    inputs = [INPUT.format(name=name, value=value) for name, value in given.items()]
    options = "".join(f"<option>{name}</option>" for name in ACTIVATIONS)
    written = [
        STEP.format(
            text=step.text,
            formula=linked(step.formula, in_formula),
            code=linked(step.code, str),
            rows="".join(
                row(name, terms, step.function, values)
                for name, terms in step.numbers.items()
            ),
        )
        for step in steps
    ]
    return PANEL.format(
        table=html.escape(json.dumps(table_of(steps))),
        inputs="".join(inputs),
        functions=options,
        diagram=diagram(values),
        steps="".join(written),
    )


def linked(text, write):
    """Link each name in braces to its numbers."""
    return re.sub(
        r"\{(\w+)\}", lambda m: f'<span data-of="{m[1]}">{write(m[1])}</span>', text
    )


def in_formula(name):
    """Write the name of an array as in the lesson's formulas."""
    letter, layer = re.fullmatch(r"(\D+?)(\d?)", NAMES.get(name, name)).groups()
    written = f"<var>{letter}</var>"
    return f"{written}<sub>{layer}</sub>" if layer else written


def number(name, values, kind="number"):
    """Write a number that the script finds again; a factor has brackets if negative."""
    shown = show(values[name])
    shown = f"({shown})" if kind == "number factor" and shown[0] == "−" else shown
    return f'<span class="{kind}" data-of="{name}">{shown}</span>'


def row(name, terms, function, values):
    """Write how a number comes about."""
    total = ""
    for term in terms:
        minus = term[0] == -1
        first = "number factor" if total else "number"
        kinds = [first, *["number factor"] * 2]
        factors = map(number, term[minus:], [values] * 3, kinds)
        joint = (" − " if minus else " + ") if total else ""
        total += joint + " · ".join(factors)
    wrapped = {
        "": "{}",
        "g": "g({})",
        "slope": "g′({})",
        "half_square": "½ ({})<sup>2</sup>",
    }[function].format(total)
    return (
        f'<li><code data-of="{name}">{name}</code> = {wrapped} = '
        f"<b>{number(name, values)}</b></li>\n"
    )


COLUMNS = {"x": 50, "a1": 310, "y_hat": 560}
ROWS = {0: 75, 1: 245}
MIDDLE = 160


def diagram(values):
    """Draw the network with its numbers."""
    edges = {}
    for j in range(2):
        for k in range(2):
            # each label stands on its line where no other line crosses
            edges[f"W1[{j},{k}]"] = (place("x", k), place("a1", j), 0.3)
        edges[f"W2[0,{j}]"] = (place("a1", j), place("y_hat", None), 0.45)
    parts = [line(name, *edges[name]) for name in edges]
    parts += [edge_label(name, *edges[name], values) for name in edges]
    for array, side in (("x", 0), ("a1", 1)):
        for j in range(2):
            bias = f"b1[{j}]" if side else None
            parts.append(circle(f"{array}[{j}]", place(array, j), values, bias))
    parts.append(circle("y_hat", place("y_hat", None), values, "b2[0]"))
    label = "Diagram of 2 inputs, 2 hidden neurons and 1 output, with the numbers below"
    return (
        f'<svg viewBox="0 0 620 320" role="img" aria-label="{label}">\n'
        f"{''.join(parts)}</svg>"
    )


def place(array, row):
    """Return where a circle of the diagram is."""
    return COLUMNS[array], MIDDLE if row is None else ROWS[row]


def line(name, start, end, _):
    """Draw the line of a weight."""
    (x0, y0), (x1, y1) = start, end
    ends = f'x1="{x0}" y1="{y0}" x2="{x1}" y2="{y1}"'
    return f'<line data-of="{name}" {ends}></line>\n'


def edge_label(name, start, end, share, values):
    """Write a weight on its line, and below it its derivative if the lesson has it."""
    x, y = (a + share * (b - a) for a, b in zip(start, end, strict=True))
    written = tspan(name, values, x)
    if f"d{name}" in values:
        written += tspan(f"d{name}", values, x, "1.15em", "∂ ")
    return f'<text x="{x:.0f}" y="{y:.0f}">{written}</text>\n'


def tspan(name, values, x, dy="0", sign=""):
    """Write a number of the diagram."""
    return (
        f'<tspan x="{x:.0f}" dy="{dy}">{sign}<tspan class="number" data-of="{name}">'
        f"{show(values[name])}</tspan></tspan>"
    )


def circle(name, center, values, bias):
    """Draw an input or a neuron, with its value, and its bias above it."""
    x, y = center
    drawn = (
        f'<circle data-of="{name}" cx="{x}" cy="{y}" r="40"></circle>'
        f'<text x="{x}" y="{y}">{tspan(name, values, x)}</text>'
    )
    if bias:
        drawn += (
            f'<text x="{x}" y="{y - 52}">{tspan(bias, values, x, sign="b ")}</text>'
        )
        if f"d{bias}" in values:
            below = tspan(f"d{bias}", values, x, sign="∂ ")
            drawn += f'<text x="{x}" y="{y + 58}">{below}</text>'
    return drawn + "\n"


def add_panel(app, doctree):
    """Put the network into a fold at the end of its section."""
    lesson = lesson_of(app.env.docname)
    if lesson not in SECTIONS:
        return
    fold = Fold(title=TITLE, kind="live")
    fold += nodes.raw("", panel(lesson), format="html")
    add_to_section(doctree, SECTIONS[lesson], fold)


def setup(app):
    app.connect("doctree-read", add_panel, priority=320)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
