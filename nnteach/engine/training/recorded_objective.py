"""An objective that can be asked the same questions again: how L-BFGS goes on.

What L-BFGS knows lies inside scipy. It asks for the same points in the same order if it
gets the same answers, and so is brought back to where it was by giving those again.
"""

import hashlib


class OtherQuestionError(Exception):
    """L-BFGS asks for another point than it did."""


class RecordedObjective:
    """An objective that first gives its recorded answers, and then records new ones.

    Parameters
    ----------
    objective : callable
        Value and gradient at a point.
    evaluations : list of (float, ndarray of shape (P,), str)
        What was recorded: value, gradient, and a digest of the point. It gets longer.
    """

    def __init__(self, objective, evaluations):
        self.objective = objective
        self.evaluations = evaluations
        self._recorded = iter(list(evaluations))

    def __call__(self, parameters):
        """Compute the value, a float, and the gradient, an ndarray of shape (P,)."""
        point = describe_point(parameters)
        recorded = next(self._recorded, None)
        if recorded is not None:
            value, gradient, asked_for = recorded
            if point != asked_for:
                raise OtherQuestionError
            return value, gradient.copy()
        value, gradient = self.objective(parameters)
        self.evaluations.append((value, gradient.copy(), point))
        return value, gradient


def describe_point(parameters):
    """A text that no other point has."""
    return hashlib.blake2b(parameters.tobytes(), digest_size=16).hexdigest()
