"""The docstrings of the public names say all that a caller has to know, and no more."""

import ast
import inspect
import re
import sys
from functools import cached_property
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LinearRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline

import nnteach
from nnteach import (
    ActivationDisplay,
    Architecture,
    EarlyStopping,
    ForwardEquations,
    FunctionFitDisplay,
    MLPClassifierNet,
    MLPRegressorNet,
    NetworkDisplay,
    ParameterTable,
    Playground,
    Snapshots,
    TrainingCurveDisplay,
    ValidationMonitor,
    VectorizedGridSearchCV,
    fit_many,
)
from nnteach.estimators.callbacks import EpochCallback


def public_members():
    """Yield what nnteach itself defines for its users, with its qualified name."""
    for name in sorted(nnteach.__all__):
        owner = getattr(nnteach, name)
        yield name, owner
        for attribute in dir(owner) if inspect.isclass(owner) else ():
            member = inspect.getattr_static(owner, attribute)
            if not isinstance(member, PROPERTIES):
                member = getattr(owner, attribute)
            if not attribute.startswith("_") and is_ours(member):
                yield f"{name}.{attribute}", member


def is_ours(member):
    if isinstance(member, PROPERTIES):
        member = getattr(member, "fget", None) or member.func
    return inspect.isroutine(member) and member.__module__.startswith("nnteach")


PROPERTIES = (property, cached_property)
MEMBERS = dict(public_members())
CALLABLES = [
    name for name, member in MEMBERS.items() if not isinstance(member, PROPERTIES)
]


def sections(member):
    """Split a docstring into its numpydoc sections, the first of which has no name."""
    parts = re.split(r"^(\w[\w ]*)\n-+\n", inspect.getdoc(member), flags=re.MULTILINE)
    return {"": parts[0], **dict(zip(parts[1::2], parts[2::2], strict=True))}


def entries(section):
    """The names of a section with what stands behind their colons."""
    section = re.sub(r"\\\n\s+", "", section)
    lines = re.findall(r"^(\S.*)$", section, flags=re.MULTILINE)
    pairs = (line.partition(" : ")[::2] for line in lines)
    return {name: kind for names, kind in pairs for name in names.split(", ")}


def parameters(member):
    found = dict(inspect.signature(member).parameters)
    found.pop("self", None)
    stars = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
    return {stars.get(one.kind, "") + name: one for name, one in found.items()}


@pytest.mark.parametrize("name", CALLABLES)
def test_the_parameters_are_those_of_the_signature(name):
    described = entries(sections(MEMBERS[name]).get("Parameters", ""))
    given = parameters(MEMBERS[name])
    assert list(described) == list(given)
    for parameter, kind in described.items():
        default = given[parameter].default
        if not parameter.startswith("*"):
            assert kind, f"{parameter} has no type"
        if default is not inspect.Parameter.empty:
            text = re.search(r", default=(.+)$", kind)[1]
            value = np.nan if text == "np.nan" else ast.literal_eval(text)
            np.testing.assert_equal(default, value, err_msg=parameter)


@pytest.mark.parametrize("name", CALLABLES)
def test_what_is_returned_is_described(name):
    member = MEMBERS[name]
    returns = inspect.signature(member).return_annotation
    gives_something = not inspect.isclass(member) and returns not in (None, "None")
    assert ("Returns" in sections(member)) == gives_something


@pytest.mark.parametrize("name", MEMBERS)
def test_there_is_an_example(name):
    owner, _, method = name.partition(".")
    text = inspect.getdoc(MEMBERS[owner]) + inspect.getdoc(MEMBERS[name])
    lines = re.findall(r"^ *(?:>>>|\.\.\.) .*$", text, flags=re.MULTILINE)
    # the methods that the training calls are shown by fitting with the callback
    if not method or not hasattr(EpochCallback, method):
        assert any(re.search(rf"\b{method or owner}\b", line) for line in lines)


# -- errors ------------------------------------------------------------------------

# what only stores, reads or does nothing
NO_ERRORS = {
    "ActivationDisplay",
    "ActivationDisplay.plot",
    "EpochCallback.check_data",
    "EpochCallback.on_fit_task_begin",
    "EpochCallback.teardown",
    "EpochCallback.weights_to_keep",
    "FunctionFitDisplay",
    "Layer",
    "MLPClassifierNet",
    "MLPRegressorNet",
    "NetworkDisplay",
    "Playground.to_html",
    "Snapshots.look_at",
    "Snapshots.start",
    "TrainingCurveDisplay",
    "VectorizedGridSearchCV",
    "VectorizedRandomizedSearchCV",
    "wavy_parabola",
}
X = np.random.RandomState(0).normal(size=(40, 2))
Y = (X[:, 0] > 0).astype(int)
COLUMN = X[:, :1]
NO_NUMBERS = np.array([[{}, 1.0]] * 40, dtype=object)
MIXED_NAMES = pd.DataFrame(X, columns=["a", 1])
ARCHITECTURE = Architecture((2, 3, 1))
FIT = FunctionFitDisplay(X[:, 0], X[:, 1:].T)
CURVE = TrainingCurveDisplay([{"loss": [0.5, -0.1]}])


def net(**parameters):
    settings = dict(hidden_layer_sizes=(3,), max_iter=2, n_iter_no_change=np.inf)
    return MLPClassifierNet(**settings | parameters)


def started(**parameters):
    return net(**parameters).initialize(X, Y)


def edited(estimator):
    estimator.coefs_[0] = estimator.coefs_[0][:1]
    return estimator


def regressor(**parameters):
    estimator = MLPRegressorNet(hidden_layer_sizes=(3,), **parameters)
    return estimator.initialize(COLUMN, X[:, 1])


def linear():
    return LinearRegression().fit(COLUMN, X[:, 1])


def mlp():
    return MLPClassifier((3,), solver="lbfgs", max_iter=1000).fit(X, Y)


def nan_score(estimator, X, y):
    return np.nan


def word_score(estimator, X, y):
    return "good"


def stop(**parameters):
    return EarlyStopping(X, Y, **parameters)


def monitor(scoring):
    return ValidationMonitor(X, Y, scoring=scoring)


def look(callback):
    callback.start(started())
    callback.look_at(started(), 1)
    return callback


def end_epoch(callback):
    callback.setup("net", None)
    epoch = SimpleNamespace(task_name="epoch", task_id=0)
    callback.on_fit_task_end("net", epoch, fitted_estimator=started())
    return callback


def make_frame_without_pandas():
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "pandas", None)
        ParameterTable(ARCHITECTURE).to_frame()


def of_inputs(name, compute):
    """What is refused where something is computed of a network and its inputs."""
    yield name, NotFittedError, lambda: compute(net(), X)
    yield name, ValueError, lambda: compute(started(), X * np.nan)
    yield name, ValueError, lambda: compute(started(), COLUMN)
    yield name, ValueError, lambda: compute(edited(started()), X)
    yield name, ValueError, lambda: compute(started().set_params(device="cuda:99"), X)
    yield name, TypeError, lambda: compute(started(), NO_NUMBERS)
    yield name, TypeError, lambda: compute(started(), MIXED_NAMES)


def of_training_data(name, learn):
    """What is refused where something is learnt from X and y."""
    yield name, ValueError, lambda: learn(net(alpha=-1), X, Y)
    yield name, ValueError, lambda: learn(net(), X * np.nan, Y)
    yield name, ValueError, lambda: learn(net(), X, Y[:5])
    yield name, TypeError, lambda: learn(net(), NO_NUMBERS, Y)
    yield name, TypeError, lambda: learn(net(), X, 5)
    yield name, TypeError, lambda: learn(net(), MIXED_NAMES, Y)


def of_fitted(name, make):
    """What is refused where a fitted network of ours is needed."""
    yield name, NotFittedError, lambda: make(net())
    yield name, TypeError, lambda: make(linear())
    yield name, TypeError, lambda: make(make_pipeline(started()))


def of_functions(name, make):
    """What is refused where regressors of one variable are needed."""
    yield name, NotFittedError, lambda: make(MLPRegressorNet(), COLUMN)
    yield name, TypeError, lambda: make(5, COLUMN)
    yield name, ValueError, lambda: make(regressor(), X)
    yield name, ValueError, lambda: make(regressor(), COLUMN, Y[:5])
    yield name, ValueError, lambda: make(regressor(), COLUMN, kind="box")


def search(estimator, alpha=(0.1,), **settings):
    return VectorizedGridSearchCV(
        estimator, {"alpha": list(alpha)}, **{"cv": 2, **settings}
    )


def interrupting_score(*_):
    raise KeyboardInterrupt


def of(name, error, *calls):
    yield from ((name, error, call) for call in calls)


ERRORS = [
    *of(
        "ActivationDisplay.from_names",
        ValueError,
        lambda: ActivationDisplay.from_names([]),
        lambda: ActivationDisplay.from_names("softmax"),
    ),
    *of(
        "Architecture",
        ValueError,
        lambda: Architecture((2,)),
        lambda: Architecture((2, 0)),
        lambda: Architecture((2, 3, 1), ["relu"]),
        lambda: Architecture((2, 1), 5),
    ),
    *of_training_data("BaseMLPNet.fit", lambda net, X, y: net.fit(X, y)),
    *of_inputs(
        "BaseMLPNet.hidden_activations", lambda net, X: net.hidden_activations(X)
    ),
    *of_training_data("BaseMLPNet.initialize", lambda net, X, y: net.initialize(X, y)),
    *of_inputs(
        "BaseMLPNet.loss_and_gradients", lambda net, X: net.loss_and_gradients(X, Y)
    ),
    *of(
        "BaseMLPNet.loss_and_gradients",
        ValueError,
        lambda: started().loss_and_gradients(X, Y + 1),
        lambda: started().loss_and_gradients(X, Y[:5]),
        lambda: started().loss_and_gradients(X, Y, -X[:, 0]),
    ),
    *of_training_data(
        "BaseMLPNet.partial_fit",
        lambda net, X, y: MLPRegressorNet(alpha=net.alpha).partial_fit(X, y),
    ),
    *of(
        "BaseMLPNet.partial_fit",
        AttributeError,
        lambda: MLPRegressorNet(solver="lbfgs").partial_fit(X, Y),
        lambda: MLPRegressorNet(early_stopping=True).partial_fit(X, Y),
    ),
    *of(
        "ConversionMixin.from_sklearn",
        TypeError,
        lambda: MLPRegressorNet.from_sklearn(mlp()),
    ),
    *of(
        "ConversionMixin.from_sklearn",
        NotFittedError,
        lambda: MLPClassifierNet.from_sklearn(MLPClassifier()),
    ),
    *of(
        "ConversionMixin.from_sklearn",
        ValueError,
        lambda: MLPClassifierNet.from_sklearn(edited(mlp())),
    ),
    *of(
        "ConversionMixin.set_weights",
        NotFittedError,
        lambda: net().set_weights([], []),
    ),
    *of(
        "ConversionMixin.set_weights",
        ValueError,
        lambda: started().set_weights(5, 5),
        lambda: started().set_weights([X, X], [Y, Y]),
        lambda: started().set_weights([X[:0], X[:0]], [Y, Y]),
    ),
    *of("ConversionMixin.to_sklearn", NotFittedError, lambda: net().to_sklearn()),
    *of(
        "ConversionMixin.to_sklearn",
        ValueError,
        lambda: started(activation="gelu").to_sklearn(),
        lambda: edited(started()).to_sklearn(),
    ),
    *of("ConversionMixin.to_torch", NotFittedError, lambda: net().to_torch()),
    *of(
        "ConversionMixin.to_torch",
        ValueError,
        lambda: edited(started()).to_torch(),
        lambda: started().set_params(dropout=2).to_torch(),
    ),
    *of(
        "EarlyStopping",
        ValueError,
        lambda: stop(scoring=5),
        lambda: stop(patience=0),
        lambda: stop(min_delta=-1),
        lambda: stop(restore_best_weights="no"),
    ),
    *of(
        "EarlyStopping.check_data",
        ValueError,
        lambda: EarlyStopping(COLUMN, Y).check_data(started()),
        lambda: EarlyStopping(X, Y + 1).check_data(started()),
    ),
    *of(
        "EarlyStopping.look_at",
        ValueError,
        lambda: look(stop(scoring=word_score)),
    ),
    *of(
        "EarlyStopping.start",
        ValueError,
        lambda: stop(scoring="best").start(started()),
    ),
    *of(
        "EarlyStopping.weights_to_keep",
        ValueError,
        lambda: look(stop(scoring=nan_score)).weights_to_keep(),
    ),
    *of(
        "EpochCallback.end_training",
        ValueError,
        lambda: end_epoch(stop(scoring=nan_score)).end_training("net"),
    ),
    *of(
        "EpochCallback.on_fit_task_end",
        ValueError,
        lambda: end_epoch(stop(scoring=word_score)),
    ),
    *of(
        "EpochCallback.setup",
        ValueError,
        lambda: stop(scoring="best").setup(net(), None),
    ),
    *of("ForwardEquations", TypeError, lambda: ForwardEquations((2, 3, 1))),
    *of(
        "ForwardEquations",
        ValueError,
        lambda: ForwardEquations(ARCHITECTURE, "rows"),
        lambda: ForwardEquations(Architecture((2, 1), "sine")),
    ),
    *of_fitted("ForwardEquations.from_estimator", ForwardEquations.from_estimator),
    *of(
        "ForwardEquations.from_estimator",
        ValueError,
        lambda: ForwardEquations.from_estimator(started(), "rows"),
    ),
    *of_functions(
        "FunctionFitDisplay.from_estimator", FunctionFitDisplay.from_estimator
    ),
    *of(
        "FunctionFitDisplay.from_estimator",
        TypeError,
        lambda: FunctionFitDisplay.from_estimator(linear(), COLUMN, hidden_units=True),
    ),
    *of(
        "FunctionFitDisplay.from_estimator",
        ValueError,
        lambda: FunctionFitDisplay.from_estimator(
            regressor(out_activation="tanh"), COLUMN, hidden_units=True
        ),
    ),
    *of_functions(
        "FunctionFitDisplay.from_estimators",
        lambda net, *data, **options: FunctionFitDisplay.from_estimators(
            [net], *data, **options
        ),
    ),
    *of(
        "FunctionFitDisplay.from_estimators",
        ValueError,
        lambda: FunctionFitDisplay.from_estimators([], COLUMN),
    ),
    *of(
        "FunctionFitDisplay.plot",
        ValueError,
        lambda: FIT.plot(kind="box"),
        lambda: FIT.plot(kind="residuals"),
        lambda: FIT.plot(target="box"),
        lambda: FIT.plot(quantiles=(1, 0)),
    ),
    *of_training_data(
        "MLPClassifierNet.partial_fit",
        lambda net, X, y: net.partial_fit(X, y, classes=[0, 1]),
    ),
    *of("MLPClassifierNet.partial_fit", ValueError, lambda: net().partial_fit(X, Y)),
    *of(
        "MLPClassifierNet.partial_fit",
        AttributeError,
        lambda: net(solver="lbfgs").partial_fit(X, Y),
        lambda: net(class_weight="balanced").partial_fit(X, Y),
    ),
    *of_inputs("MLPClassifierNet.predict", lambda net, X: net.predict(X)),
    *of_inputs(
        "MLPClassifierNet.predict_log_proba", lambda net, X: net.predict_log_proba(X)
    ),
    *of_inputs("MLPClassifierNet.predict_proba", lambda net, X: net.predict_proba(X)),
    *of_inputs(
        "MLPRegressorNet.predict", lambda net, X: MLPRegressorNet.predict(net, X)
    ),
    *of_fitted("NetworkDisplay.from_estimator", NetworkDisplay.from_estimator),
    *of(
        "NetworkDisplay.from_estimator",
        ValueError,
        lambda: NetworkDisplay.from_estimator(started(), max_neurons_per_layer=1),
    ),
    *of(
        "NetworkDisplay.plot",
        ValueError,
        lambda: NetworkDisplay(ARCHITECTURE).plot(max_neurons_per_layer=1),
        lambda: NetworkDisplay(ARCHITECTURE, coefs=[X]).plot(),
        lambda: NetworkDisplay(ARCHITECTURE, intercepts=[Y]).plot(),
    ),
    *of("ParameterTable", TypeError, lambda: ParameterTable((2, 3, 1))),
    *of_fitted("ParameterTable.from_estimator", ParameterTable.from_estimator),
    *of("ParameterTable.to_frame", ImportError, make_frame_without_pandas),
    *of("Snapshots", ValueError, lambda: Snapshots(5), lambda: Snapshots([0])),
    *of_fitted(
        "TrainingCurveDisplay.from_estimator", TrainingCurveDisplay.from_estimator
    ),
    *of(
        "TrainingCurveDisplay.from_estimator",
        ValueError,
        lambda: TrainingCurveDisplay.from_estimator(started()),
    ),
    *of_fitted(
        "TrainingCurveDisplay.from_estimators",
        lambda net: TrainingCurveDisplay.from_estimators([net]),
    ),
    *of(
        "TrainingCurveDisplay.from_estimators",
        ValueError,
        lambda: TrainingCurveDisplay.from_estimators([]),
        lambda: TrainingCurveDisplay.from_estimators([started()]),
    ),
    *of(
        "TrainingCurveDisplay.plot",
        ValueError,
        lambda: CURVE.plot(metric="accuracy"),
        lambda: CURVE.plot(curves="all"),
        lambda: CURVE.plot(curves="validation"),
        lambda: CURVE.plot(x="batch"),
        lambda: CURVE.plot(x="update"),
        lambda: CURVE.plot(yscale="sqrt"),
        lambda: CURVE.plot(yscale="log"),
        lambda: CURVE.plot(quantiles=(1, 0)),
        lambda: CURVE.plot(mark_best=True),
        lambda: TrainingCurveDisplay([]).plot(),
    ),
    *of("ValidationMonitor", ValueError, lambda: monitor(5)),
    *of(
        "ValidationMonitor.check_data",
        ValueError,
        lambda: ValidationMonitor(COLUMN, Y, scoring=None).check_data(started()),
    ),
    *of("ValidationMonitor.look_at", ValueError, lambda: look(monitor(word_score))),
    *of(
        "ValidationMonitor.start",
        ValueError,
        lambda: monitor("best").start(started()),
    ),
    *of_training_data("fit_many", lambda net, X, y: fit_many([net], X, y)),
    *of("fit_many", TypeError, lambda: fit_many(5, X, Y), lambda: fit_many([5], X, Y)),
    *of("fit_many", ValueError, lambda: fit_many(2 * [net()], X, Y)),
    *of("_SearchInStacks.fit", TypeError, lambda: search(linear()).fit(X, Y)),
    *of(
        "_SearchInStacks.fit",
        ValueError,
        lambda: search(net(), error_score="raise", alpha=[-1]).fit(X, Y),
        lambda: search(net(), cv="five").fit(X, Y),
    ),
    *of(
        "_SearchInStacks.fit",
        KeyboardInterrupt,
        lambda: search(net(), scoring=interrupting_score).fit(X, Y),
    ),
    *of("Playground", NotFittedError, lambda: Playground(net(), X, Y)),
    *of(
        "Playground",
        TypeError,
        lambda: Playground(linear(), COLUMN, Y),
        lambda: Playground(started(), NO_NUMBERS, Y),
        lambda: Playground(started(), MIXED_NAMES, Y),
    ),
    *of(
        "Playground",
        ValueError,
        lambda: Playground(
            net().initialize(np.hstack([X, X]), Y), np.hstack([X, X]), Y
        ),
        lambda: Playground(edited(started()), X, Y),
        lambda: Playground(started(), X, Y, X_val=X),
        lambda: Playground(started(), X[:5], Y),
    ),
    *of(
        "Playground.save",
        FileExistsError,
        lambda: Playground(started(), X, Y).save(__file__),
    ),
    *of(
        "Playground.save",
        IsADirectoryError,
        lambda: Playground(started(), X, Y).save("."),
    ),
    *of(
        "Playground.save",
        FileNotFoundError,
        lambda: Playground(started(), X, Y).save("no such folder/moons.html"),
    ),
    *of(
        "median_and_band",
        ValueError,
        lambda: nnteach.median_and_band([]),
        lambda: nnteach.median_and_band([0.5, np.nan]),
    ),
    *of(
        "two_moons",
        ValueError,
        lambda: nnteach.two_moons(-1),
        lambda: nnteach.two_moons(noise=-1),
        lambda: nnteach.two_moons(random_state="zero"),
    ),
]


def documented_errors():
    """The exceptions that each function documents, wherever it is inherited."""
    return {
        MEMBERS[name].__qualname__: set(
            re.findall(
                r"^(?:[\w.]+\.)?(\w+)$",
                sections(MEMBERS[name]).get("Raises", ""),
                flags=re.MULTILINE,
            )
        )
        for name in CALLABLES
    }


@pytest.mark.parametrize(("name", "error", "call"), ERRORS)
def test_an_error_is_raised_as_documented(name, error, call):
    with pytest.raises(error) as caught:
        call()
    plt.close("all")
    # of the documented errors it is the one that says most
    kinds = [kind.__name__ for kind in type(caught.value).__mro__]
    documented = [kind for kind in kinds if kind in documented_errors()[name]]
    assert documented[0] == error.__name__


def test_every_documented_error_is_raised_above():
    raised = {name: set() for name in NO_ERRORS}
    for name, error, _ in ERRORS:
        raised.setdefault(name, set()).add(error.__name__)
    assert documented_errors() == raised
