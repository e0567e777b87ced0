"""Types of the public names, which mypy holds to where they are given."""

import inspect
import re
from importlib.resources import files
from types import UnionType
from typing import Literal, Union, get_args, get_origin

import pytest

import nnteach
from nnteach.displays.activation import CURVES, CurveName
from nnteach.estimators.sklearn_private import StrOptions


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
    assert untyped == set()


ESTIMATORS = [nnteach.MLPClassifierNet, nnteach.MLPRegressorNet]


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_fitted_attributes_are_typed(estimator):
    _, attributes = inspect.getdoc(estimator).split("Attributes\n----------\n")
    documented = re.findall(r"^(\w+_) : ", attributes, flags=re.MULTILINE)
    typed = set().union(
        *(vars(base).get("__annotations__", ()) for base in estimator.__mro__)
    )
    # what is made when it is asked for has its type from its function
    typed |= {
        name
        for name, value in inspect.getmembers(estimator)
        if isinstance(value, property) and is_typed(value.fget)
    }
    assert documented
    assert set(documented) <= typed


def names_in(annotation):
    """The strings of the literals in an annotation."""
    if get_origin(annotation) is Literal:
        return set(get_args(annotation))
    if get_origin(annotation) in (Union, UnionType):
        return set().union(*map(names_in, get_args(annotation)))
    return set()


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_literals_are_the_names_that_the_estimator_takes(estimator):
    for name, parameter in inspect.signature(estimator).parameters.items():
        constraints = estimator._parameter_constraints[name]
        taken = [one.options for one in constraints if isinstance(one, StrOptions)]
        if name != "scoring":  # whose names scikit-learn's users can add to
            assert names_in(parameter.annotation) == set().union(*taken), name


def test_literals_are_the_curves_that_are_drawn():
    assert names_in(CurveName) == set(CURVES)


def test_the_package_says_that_it_is_typed():
    assert (files("nnteach") / "py.typed").is_file()
