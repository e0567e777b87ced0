"""The parts of scikit-learn without a public twin, found in this one place.

A name that the installed scikit-learn lacks raises where it is first used, so that
the rest of nnteach works without it. What parameter constraints are made of is used at
import.
"""

from importlib import import_module
from importlib.metadata import requires

import sklearn

__all__ = [
    "HasMethods",
    "Interval",
    "Options",
    "StrOptions",
    "_check_optimize_result",
    "_check_partial_fit_first_call",
    "_check_sample_weight",
    "_safe_indexing",
    "callback_management_context",
    "validate_parameter_constraints",
]


def find(module, name):
    """Return a private name of scikit-learn, or what raises when it is called."""
    try:
        return getattr(import_module(module), name)
    except (ModuleNotFoundError, AttributeError) as error:
        reason = error

    def missing(*args, **kwargs):
        tested = next(line for line in requires("nnteach") if "scikit-learn" in line)
        raise ImportError(
            f"nnteach needs {module}.{name}, which scikit-learn {sklearn.__version__} "
            f"does not have; install a version that nnteach is tested with: {tested}."
        ) from reason

    return missing


HasMethods = find("sklearn.utils._param_validation", "HasMethods")
Interval = find("sklearn.utils._param_validation", "Interval")
Options = find("sklearn.utils._param_validation", "Options")
StrOptions = find("sklearn.utils._param_validation", "StrOptions")
validate_parameter_constraints = find(
    "sklearn.utils._param_validation", "validate_parameter_constraints"
)
callback_management_context = find(
    "sklearn.callback._callback_support", "callback_management_context"
)
_check_sample_weight = find("sklearn.utils.validation", "_check_sample_weight")
_check_optimize_result = find("sklearn.utils.optimize", "_check_optimize_result")
_check_partial_fit_first_call = find(
    "sklearn.utils.multiclass", "_check_partial_fit_first_call"
)
_safe_indexing = find("sklearn.utils", "_safe_indexing")
