"""Types of the public names, which mypy holds to where they are given."""

import inspect
from importlib.resources import files

import nnteach

NOT_YET_TYPED = {
    "ActivationDisplay",
    "EarlyStopping",
    "FunctionFitDisplay",
    "MLPClassifierNet",
    "MLPRegressorNet",
    "NetworkDisplay",
    "Snapshots",
    "TrainingCurveDisplay",
    "ValidationMonitor",
    "VectorizedGridSearchCV",
    "VectorizedRandomizedSearchCV",
    "fit_many",
}


def public_functions(member):
    """Yield a function, or of a class what nnteach itself defines for its users."""
    if inspect.isfunction(member):
        yield member
    elif inspect.isclass(member):
        ours = [
            base for base in member.__mro__ if base.__module__.startswith("nnteach")
        ]
        for name, entry in ((n, e) for base in ours for n, e in vars(base).items()):
            # of class methods, properties, cached ones and scikit-learn's available_if
            for part in ("__func__", "fget", "func", "fn"):
                entry = getattr(entry, part, entry)
            is_public = not name.startswith("_") or name == "__init__"
            if is_public and inspect.isfunction(entry):
                yield entry


def is_typed(function):
    """Whether every parameter except self, and the result, has an annotation."""
    signature = inspect.signature(function)
    annotations = [entry.annotation for entry in signature.parameters.values()]
    if "." in function.__qualname__:
        annotations = annotations[1:]
    missing = inspect.Signature.empty
    return missing not in annotations and signature.return_annotation is not missing


def test_public_signatures_are_typed():
    untyped = {
        name
        for name in nnteach.__all__
        for function in public_functions(getattr(nnteach, name))
        if not is_typed(function)
    }
    assert untyped == NOT_YET_TYPED


def test_the_package_says_that_it_is_typed():
    assert (files("nnteach") / "py.typed").is_file()
