"""What the playgrounds at the ends of the lessons are set to."""

import json

import numpy as np
import pytest
from docutils import nodes
from py_mini_racer import MiniRacer
from sphinx.addnodes import only
from sphinx.errors import ExtensionError

import folds
import lesson_parts
import try_it
from nnteach.playground import files

LESSONS = list(try_it.TRY_IT)
# what the scripts of a page find there, and Python's V8 does not have
PAGE = "var getComputedStyle, document, window = globalThis;"


@pytest.fixture(scope="module")
def context():
    """A browser's engine with the scripts of the playground up to its states."""
    with MiniRacer() as context:
        context.eval(PAGE)
        for path in files.SCRIPTS[: 1 + files.NAMES.index("state")]:
            context.eval(path.read_text(encoding="utf-8"))
        yield context


def run(context, lesson, body):
    """Return what the lines of a script return, which have a lesson's whole state."""
    text = json.dumps(try_it.state_of(lesson))
    script = f"(() => {{ const state = nnteach.complete_state({text}); {body} }})()"
    return json.loads(context.eval(f"JSON.stringify({script})"))


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_state_is_one_that_the_playground_can_train(lesson, context):
    body = """
    const data = nnteach.make_data(state), net = nnteach.start_net(state, data);
    const before = net.score(data.train.X, data.train.y);
    net.epoch();
    return [net.hidden_layer_sizes, data.train.X.length, before, net.loss_];
    """
    sizes, n_train, *numbers = run(context, lesson, body)
    assert sizes == try_it.state_of(lesson)["hidden_layer_sizes"]
    assert n_train > 50
    assert np.isfinite(numbers).all()


@pytest.mark.parametrize("lesson", [x for x in LESSONS if "same" in try_it.TRY_IT[x]])
def test_what_claims_to_be_the_lessons_setting_is(lesson):
    entry = try_it.TRY_IT[lesson]
    names = entry.get("variables", ["settings"])
    parts = vars(lesson_parts.read_parts(lesson, *names))
    settings = {key: value for name in names for key, value in parts[name].items()}
    for name in entry["same"]:
        given, own = entry["state"][name], settings[name]
        if name == "activation":  # one for each layer
            given = given[0]
        assert given == (list(own) if isinstance(own, tuple) else own), name


@pytest.mark.parametrize("lesson", LESSONS)
def test_an_entry_is_that_of_a_lesson_and_asks(lesson):
    entry = try_it.TRY_IT[lesson]
    assert lesson_parts.script_of(lesson).exists()
    assert {*entry} <= {"title", "questions", "state", "same", "variables", "scale"}
    assert 2 <= len(entry["questions"]) <= 3
    assert all(question.endswith("?") for question in entry["questions"])


def test_neurons_that_start_alike_stay_alike(context):
    body = """
    const net = nnteach.start_net(state, nnteach.make_data(state));
    for (let i = 0; i < 50; i++) net.epoch();
    return net.coefs_[0];
    """
    for weights in run(context, "starting_weights", body):
        assert weights == [weights[0]] * 8
        assert weights[0] != 0.5


def test_stretched_points_are_those_of_the_other_data_set(context):
    body = """
    const { X } = nnteach.make_data({ ...state, data: "moons", scale: null }).train;
    return [nnteach.make_data(state).train.X, X];
    """
    stretched, plain = run(context, "scale_inputs", body)
    scale = try_it.TRY_IT["scale_inputs"]["scale"]
    assert np.allclose(stretched, np.multiply(plain, scale), rtol=0, atol=1e-3)


def test_marks_of_code_come_in_pairs():
    assert [type(node) for node in try_it.in_line("type `a` for")] == [
        nodes.Text, nodes.literal, nodes.Text,
    ]  # fmt: skip
    with pytest.raises(ExtensionError, match="not closed"):
        try_it.in_line("type `a for")


def section(title, *content):
    return nodes.section("", nodes.title("", title), *content)


def titles(node):
    return [part[0].astext() for part in node if isinstance(part, nodes.section)]


def test_it_stands_before_what_one_may_read():
    page = section("A lesson", section("What you learnt"), section("Further reading"))
    try_it.add_section(page, section("Try it"))
    assert titles(page) == ["What you learnt", "Try it", "Further reading"]


def test_it_stands_last_but_for_the_downloads():
    downloads = [nodes.target(), only(expr="html")]
    last = section("What you learnt", nodes.paragraph(), *downloads)
    page = section("A lesson", last)
    try_it.add_section(page, section("Try it", nodes.paragraph()))
    assert titles(page) == ["What you learnt", "Try it"]
    assert len(last) == 2
    assert page[-1][2:] == downloads


def test_a_fold_needs_its_section():
    page = section("A lesson", section("One sample"))
    fold = folds.Fold(title="Step by step", kind="live")
    assert folds.add_to_section(page, "One sample", fold)[-1] is fold
    with pytest.raises(ExtensionError, match="no section 'Two samples'"):
        folds.add_to_section(page, "Two samples", fold)
